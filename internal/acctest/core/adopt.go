package core

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Foreign is the state of an object of another resource type, usually of another provider, that is to be moved here.
type Foreign struct {
	Type          string // For instance "docker_container".
	Provider      string // Full address, for instance "registry.terraform.io/kreuzwerker/docker".
	SchemaVersion int64
	State         []byte // JSON, as in the state file.
	Private       []byte
}

// Import imports the object by its id and reads it. It stops the test on errors.
func (r *Resource) Import(t testing.TB, id string) {
	t.Helper()
	r.TryImport(t.Context(), id).must(t, fmt.Sprintf("importing %s %q", r.typeName, id))
}

// TryImport is Import that returns errors. After an error there is no state.
func (r *Resource) TryImport(ctx context.Context, id string) Diagnostics {
	return r.importState(ctx, id, nil)
}

// ImportIdentity imports the object by its identity and reads it. It stops the test on errors.
func (r *Resource) ImportIdentity(t testing.TB, identity map[string]any) {
	t.Helper()
	r.TryImportIdentity(t.Context(), identity).must(t, fmt.Sprintf("importing %s by %v", r.typeName, identity))
}

// TryImportIdentity is ImportIdentity that returns errors. After an error there is no state.
func (r *Resource) TryImportIdentity(ctx context.Context, identity map[string]any) Diagnostics {
	if r.identity == nil {
		return Diagnostics{errorDiag("Resource type has no identity", "%s cannot be imported by identity.", r.typeName)}
	}
	value, err := toValue("", r.identity, identity)
	if err != nil {
		return Diagnostics{errorDiag("Invalid identity", "%s", err)}
	}
	var diags Diagnostics
	for _, attr := range r.server.identities[r.typeName].IdentityAttributes {
		if attr.RequiredForImport && attributesOf(value)[attr.Name].IsNull() {
			diags = append(diags, errorDiag("Invalid identity", "The attribute %q is required.", attr.Name))
		}
	}
	if diags.HasError() {
		return diags
	}
	encoded, err := encodeIdentity(value)
	if err != nil {
		return rpcFailed("encoding the identity", err)
	}
	return r.importState(ctx, "", encoded)
}

func (r *Resource) importState(ctx context.Context, id string, identity *tfprotov6.ResourceIdentityData) Diagnostics {
	if r.state != nil {
		return Diagnostics{errorDiag("Resource already managed by Terraform", "The instance has a state already.")}
	}
	resp, err := r.server.provider.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{
		TypeName:           r.typeName,
		ID:                 id,
		Identity:           identity,
		ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{},
	})
	if err != nil {
		return rpcFailed("ImportResourceState", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	if diags.HasError() {
		return diags
	}
	if len(resp.ImportedResources) != 1 || resp.ImportedResources[0].TypeName != r.typeName {
		return append(diags, errorDiag("Invalid import", "The provider must return one %s, it returned %d objects.",
			r.typeName, len(resp.ImportedResources)))
	}
	return append(diags, r.readImported(ctx, resp.ImportedResources[0], identity)...)
}

func (r *Resource) readImported(ctx context.Context, in *tfprotov6.ImportedResource, asked *tfprotov6.ResourceIdentityData) Diagnostics {
	imported, err := r.decodeState(in.State, in.Identity)
	if err != nil {
		return Diagnostics{errorDiag("Invalid import", "%s", err)}
	}
	if imported.value.IsNull() {
		return Diagnostics{errorDiag("Invalid import", "The provider returned a null object.")}
	}
	imported.private = in.Private
	diags := checkWriteOnly(r.attributes(), imported.value)
	if asked != nil {
		want, err := r.decodeIdentity(asked)
		if err == nil {
			diags = append(diags, checkRequested(want, imported.identity)...)
		}
	}
	if diags.HasError() {
		return diags
	}
	after, readDiags := r.read(ctx, imported)
	diags = append(diags, readDiags...)
	if diags.HasError() {
		return diags
	}
	if after == nil {
		return append(diags, errorDiag("Cannot import non-existent remote object",
			"While attempting to import an existing object, the provider detected that no object exists with the given id."))
	}
	r.state = after
	return diags
}

// checkRequested wants the identity that was asked for; attributes left null may have been filled.
func checkRequested(asked, got tftypes.Value) Diagnostics {
	values := attributesOf(got)
	var diags Diagnostics
	for name, want := range attributesOf(asked) {
		if !want.IsNull() && !want.Equal(values[name]) {
			diags = append(diags, errorDiag("Provider produced invalid identity",
				"The import was asked for %s = %s and returned %s.", name, formatValue(want), formatValue(got)))
		}
	}
	return diags
}

// Move takes over the state of another resource and refreshes it. It stops the test on errors.
func (r *Resource) Move(t testing.TB, from Foreign) {
	t.Helper()
	r.TryMove(t.Context(), from).must(t, fmt.Sprintf("moving %s to %s", from.Type, r.typeName))
}

// TryMove is Move that returns errors. The move itself runs on a provider that is not configured, as in core.
func (r *Resource) TryMove(ctx context.Context, from Foreign) Diagnostics {
	if r.state != nil {
		return Diagnostics{errorDiag("Resource already managed by Terraform", "The instance has a state already.")}
	}
	resp, err := r.server.bare.MoveResourceState(ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: from.Provider,
		SourceTypeName:        from.Type,
		SourceSchemaVersion:   from.SchemaVersion,
		SourceState:           &tfprotov6.RawState{JSON: from.State},
		SourcePrivate:         from.Private,
		TargetTypeName:        r.typeName,
	})
	if err != nil {
		return rpcFailed("MoveResourceState", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	if diags.HasError() {
		return diags
	}
	moved, err := r.decodeState(resp.TargetState, resp.TargetIdentity)
	if err != nil {
		return append(diags, errorDiag("Invalid resource state move", "%s", err))
	}
	if moved.value.IsNull() {
		return append(diags, errorDiag("Invalid resource state move", "The provider returned a null object."))
	}
	diags = append(diags, checkKnown(moved.value, "Invalid resource state move", "After the move")...)
	diags = append(diags, checkWriteOnly(r.attributes(), moved.value)...)
	if diags.HasError() {
		return diags
	}
	moved.private = resp.TargetPrivate
	r.state = moved
	_, refreshDiags := r.TryRefresh(ctx)
	return append(diags, refreshDiags...)
}
