package managed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// Keys in private state.
const (
	// importingKey marks a state that an import or a move began and that the next read completes.
	importingKey = "importing"
	// unclaimedKey is what an import found and no configuration has claimed since.
	unclaimedKey = "unclaimed"
	// unfinishedKey marks an object of which an operation was interrupted, or failed when Azure had accepted it.
	unfinishedKey = "unfinished"
	// failedKey marks an object of which the last operation did not succeed: whatever is changed next may change more than it says.
	failedKey = "failed"
	// saltKey is the salt of the digest of secrets.
	saltKey = "salt"
	// defaultedKey marks an object that tags of the provider's settings were put on.
	defaultedKey = "defaulted"
	// notedKey is what hooks noted of the object.
	notedKey = "noted"
)

func remember(ctx context.Context, p object.Private, key string, what any) diag.Diagnostics {
	kept, err := json.Marshal(what)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to remember "+key, err.Error())}
	}
	return p.SetKey(ctx, key, kept)
}

func forget(ctx context.Context, p object.Private, key string) diag.Diagnostics {
	return p.SetKey(ctx, key, nil)
}

// recall reads what was remembered, if anything was.
func recall(ctx context.Context, p object.Private, key string, into any) diag.Diagnostics {
	kept, diags := p.GetKey(ctx, key)
	if len(kept) == 0 {
		return diags
	}
	if err := json.Unmarshal(kept, into); err != nil {
		diags.AddError("Unable to read what is remembered as "+key, err.Error())
	}
	return diags
}

// rememberFailure keeps whether the last operation on an object failed, or goes on.
func rememberFailure(ctx context.Context, p object.Private, live arm.Object) diag.Diagnostics {
	if state := provisioning(live); state != "" && state != "Succeeded" {
		return remember(ctx, p, failedKey, true)
	}
	return forget(ctx, p, failedKey)
}

// provisioning is how far the last operation on an object came, "" where it does not tell.
func provisioning(live arm.Object) string {
	state, _ := arm.Inside(live, "properties")["provisioningState"].(string)
	return state
}

// failed tells whether the last operation on an object came to nothing.
func failed(live arm.Object) bool {
	state := provisioning(live)
	return state == "Failed" || state == "Canceled"
}

// lookTime bounds a last look after an answer was lost.
const lookTime = 30 * time.Second

// lastLook is a context for a look that an interrupt must not prevent: else an object would be lost.
func lastLook(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), lookTime)
}

// knownOnly is an object with null in the place of all that is unknown.
func knownOnly(v tftypes.Value) tftypes.Value {
	if v.IsFullyKnown() {
		return v
	}
	out, err := tftypes.Transform(v, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.IsKnown() {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
	if err != nil {
		return v
	}
	return out
}

// IdentitySchema is the id.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{
			RequiredForImport: true, Description: "The id of the " + r.Thing + " in the Azure Resource Manager.",
		},
	}}
}

func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id armid.ID) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("id"), types.StringValue(id.String()))
}

// ImportState begins an import by the id. The read that follows fills the rest.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text := req.ID
	if text == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &text)...)
	}
	id, err := r.ownID(text)
	if err != nil {
		example, _ := r.idIn(exampleParent(r.ARM), "NAME")
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%s. Write it like %q.", err, example))
		return
	}
	resp.State.Raw = r.begun(resp.State.Raw.Type(), id)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, importingKey, true)...)
}

// exampleParent is the id of what an object of a type is in, in capitals.
func exampleParent(arm string) string {
	group := "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP"
	parts := strings.Split(arm, "/")
	switch {
	case strings.EqualFold(arm, armid.ResourceGroupType):
		return "/subscriptions/SUBSCRIPTION"
	case len(parts) <= 2:
		return group
	}
	id := group + "/providers/" + parts[0]
	for _, part := range parts[1 : len(parts)-1] {
		id += "/" + part + "/" + strings.ToUpper(part)
	}
	return id
}

// failRead ends a read that failed. One that waits for settings of the provider, in a plan that changes what they are made of, keeps the
// state: else no such plan could be made.
func (r *Resource) failRead(ctx context.Context, op *Operation, err error, resp *resource.ReadResponse) {
	var importing bool
	resp.Diagnostics.Append(recall(ctx, resp.Private, importingKey, &importing)...)
	if !errors.Is(err, credentials.ErrNotReady) || importing {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	resp.Diagnostics.AddWarning("Not read", fmt.Sprintf(
		"What %s %q is now cannot be found out before apply, so the plan goes by what it was: %s.", r.Thing, shortID(op.ID), err))
}

// MoveState takes over a resource of hashicorp/azurerm whose type has the same suffix. It runs before the provider is configured: the id is
// all that is taken, and the read that follows does the rest.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		fromType := "azurerm_" + strings.TrimPrefix(r.Type, "azure_")
		if req.SourceTypeName != fromType || !object.IsProvider(req.SourceProviderAddress, "azurerm") {
			return
		}
		id, err := r.movedID(req.SourceRawState.JSON)
		if err != nil {
			resp.Diagnostics.AddError("Unable to move "+r.Thing, fmt.Sprintf(
				"%s. Remove the moved block and import the %s instead.", err, r.Thing))
			return
		}
		resp.TargetState.Raw = r.begun(resp.TargetState.Raw.Type(), id)
		resp.Diagnostics.Append(setIdentity(ctx, resp.TargetIdentity, id)...)
		resp.Diagnostics.Append(remember(ctx, resp.TargetPrivate, importingKey, true)...)
	}}}
}

// movedID is the id in the state of another provider. Some types add the tenant behind a bar.
func (r *Resource) movedID(state []byte) (armid.ID, error) {
	var from struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(state, &from); err != nil {
		return armid.ID{}, fmt.Errorf("the state that is moved cannot be read: %w", err)
	}
	id, _, _ := strings.Cut(from.ID, "|")
	return r.ownID(id)
}
