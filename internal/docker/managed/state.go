package managed

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Keys in private state.
const (
	// importing marks a state that an import or a move began and that the next read completes.
	importing = "importing"
	// observedSpec is what the engine showed of an imported object: the proof that a value which is configured
	// later is already true.
	observedSpec = "observed"
)

// private is the part of the framework's private state that is used here.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// IdentitySchema is the object's key and its engine.
func (b *Base) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		b.Key: identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       fmt.Sprintf("The %s of the %s on its engine.", b.Key, b.Thing),
		},
		"engine": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "Key of the engine in the provider's docker.engines; left out for the provider's own engine.",
		},
	}}
}

// SetIdentity writes the identity from an object's values. It must come before any early return of a read.
func (b *Base) SetIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, values tf.Values) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root(b.Key), types.StringValue(values.String(b.Key)))
	diags.Append(identity.SetAttribute(ctx, path.Root("engine"), values["engine"])...)
	return diags
}

// ImportState begins an import, from an id ("KEY", or "engine=NAME,KEY" for one of docker.engines) or an
// identity. The read that follows fills the rest.
func (b *Base) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	engine, key, diags := b.importID(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	begun := b.Table.Defaults(ctx)
	begun[b.Key] = types.StringValue(key)
	begun["engine"] = types.StringNull()
	if engine != "" {
		begun["engine"] = types.StringValue(engine)
	}
	resp.Diagnostics.Append(b.BeginImport(ctx, begun, &resp.State, resp.Private)...)
}

// BeginImport writes the little that an import starts from, and the mark that makes the next read complete it.
func (b *Base) BeginImport(ctx context.Context, begun tf.Values, state *tfsdk.State, p private) diag.Diagnostics {
	whole := make(tf.Values, len(b.Table))
	for _, f := range b.Table {
		whole[f.Name] = tf.NullOf(ctx, f.Kind.Type())
		if v, ok := begun[f.Name]; ok {
			whole[f.Name] = v
		}
	}
	diags := whole.WriteTo(ctx, state)
	diags.Append(p.SetKey(ctx, importing, []byte("true"))...)
	return diags
}

func (b *Base) importID(ctx context.Context, req resource.ImportStateRequest) (engine, key string, diags diag.Diagnostics) {
	if req.ID == "" && req.Identity != nil {
		var e, k types.String
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("engine"), &e)...)
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(b.Key), &k)...)
		return e.ValueString(), k.ValueString(), diags
	}
	engine, key, err := ParseImportID(req.ID)
	if err != nil {
		diags.AddError("Invalid import id", fmt.Sprintf("%s. Write the %s of the %s, or engine=NAME,%s.", err, b.Key, b.Thing, strings.ToUpper(b.Key)))
	}
	return engine, key, diags
}

// ParseImportID splits an import id into the engine's key, empty for the provider's own engine, and the
// object's key. It returns an error where one of them is missing.
func ParseImportID(id string) (engine, key string, err error) {
	rest, named := strings.CutPrefix(id, "engine=")
	if !named {
		if id == "" {
			return "", "", fmt.Errorf("the id is empty")
		}
		return "", id, nil
	}
	engine, key, found := strings.Cut(rest, ",")
	if !found || engine == "" || key == "" {
		return "", "", fmt.Errorf("%q is not complete", id)
	}
	return engine, key, nil
}

// FinishRead writes the state of a read. spec is what the engine shows, in the API types that the table maps to.
func (b *Base) FinishRead(ctx context.Context, prior tf.Values, spec any, resp *resource.ReadResponse) {
	observed := b.Table.Get(ctx, spec)
	began, diags := resp.Private.GetKey(ctx, importing)
	resp.Diagnostics.Append(diags...)
	after := b.Table.Refresh(ctx, prior, observed)
	if len(began) > 0 {
		after = b.Table.Import(ctx, prior, observed)
		resp.Diagnostics.Append(rememberObserved(ctx, resp.Private, spec)...)
	}
	resp.Diagnostics.Append(b.SetIdentity(ctx, resp.Identity, after)...)
	resp.Diagnostics.Append(after.WriteTo(ctx, &resp.State)...)
}

// rememberObserved ends the import: what was seen goes to private state, the mark goes.
func rememberObserved(ctx context.Context, p private, spec any) diag.Diagnostics {
	var diags diag.Diagnostics
	seen, err := json.Marshal(spec)
	if err != nil {
		diags.AddError("Unable to remember what was imported", err.Error())
		return diags
	}
	diags.Append(p.SetKey(ctx, observedSpec, seen)...)
	diags.Append(p.SetKey(ctx, importing, nil)...)
	return diags
}

// adopted is what the engine showed of an imported object, nil for others.
func (b *Base) adopted(ctx context.Context, p private, diags *diag.Diagnostics) tf.Values {
	seen, d := p.GetKey(ctx, observedSpec)
	diags.Append(d...)
	if len(seen) == 0 || b.NewSpec == nil {
		return nil
	}
	spec := b.NewSpec()
	if err := json.Unmarshal(seen, spec); err != nil {
		diags.AddError("Unable to read what was imported", err.Error())
		return nil
	}
	return b.Table.Get(ctx, spec)
}

// FinishApply writes the state of a create or update: the plan, with what was unknown filled from what the
// engine shows.
func (b *Base) FinishApply(ctx context.Context, planned tf.Values, spec any, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	after := b.Table.Applied(ctx, planned, b.Table.Get(ctx, spec))
	diags := b.SetIdentity(ctx, identity, after)
	diags.Append(after.WriteTo(ctx, state)...)
	return diags
}
