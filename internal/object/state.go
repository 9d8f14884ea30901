package object

import (
	"context"
	"encoding/json"
	"errors"
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
	// spellings are the words of the engine for values that it keeps in words of its own.
	spellings = "spellings"
	// observedSpec is what the engine showed of an imported object at its last read: the proof that a value which is
	// configured later is already true.
	observedSpec = "observed"
)

// Private is the part of the framework's private state that is used here.
type Private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// IdentitySchema is the object's key, and its place if it has one.
func (b *Base) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := map[string]identityschema.Attribute{
		b.Key: identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       fmt.Sprintf("The %s of the %s in its %s.", b.Key, b.Thing, b.Platform),
		},
	}
	if b.Place.Name != "" {
		attributes[b.Place.Name] = identityschema.StringAttribute{OptionalForImport: true, Description: b.Place.Doc}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

// SetIdentity writes the identity from an object's values. It must come before any early return of a read.
func (b *Base) SetIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, values tf.Values) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root(b.Key), types.StringValue(values.String(b.Key)))
	if b.Place.Name != "" {
		diags.Append(identity.SetAttribute(ctx, path.Root(b.Place.Name), values[b.Place.Name])...)
	}
	return diags
}

// ImportState begins an import, from an id ("KEY", or "PLACE=NAME,KEY" for an object that is not in the usual place) or
// an identity. The read that follows fills the rest.
func (b *Base) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	place, key, diags := b.importID(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(b.BeginImport(ctx, b.Begun(ctx, place, key), &resp.State, resp.Private)...)
}

// Begun is what an import of the object with that key begins with; place is empty for the usual one.
func (b *Base) Begun(ctx context.Context, place, key string) tf.Values {
	begun := b.Table.Defaults(ctx)
	begun[b.Key] = types.StringValue(key)
	if place != "" {
		begun[b.Place.Name] = types.StringValue(place)
	}
	return begun
}

// BeginImport writes the little that an import starts from, and the mark that makes the next read complete it.
func (b *Base) BeginImport(ctx context.Context, begun tf.Values, state *tfsdk.State, p Private) diag.Diagnostics {
	diags := b.Whole(ctx, begun).WriteTo(ctx, state)
	diags.Append(p.SetKey(ctx, importing, []byte("true"))...)
	return diags
}

// Whole is what an import begins with, and null for all other attributes.
func (b *Base) Whole(ctx context.Context, begun tf.Values) tf.Values {
	whole := make(tf.Values, len(b.Table))
	for _, f := range b.Table {
		whole[f.Name] = tf.NullOf(ctx, f.Kind.Type())
		if v, ok := begun[f.Name]; ok {
			whole[f.Name] = v
		}
	}
	return whole
}

func (b *Base) importID(ctx context.Context, req resource.ImportStateRequest) (place, key string, diags diag.Diagnostics) {
	if req.ID == "" && req.Identity != nil {
		var p, k types.String
		if b.Place.Name != "" {
			diags.Append(req.Identity.GetAttribute(ctx, path.Root(b.Place.Name), &p)...)
		}
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(b.Key), &k)...)
		return p.ValueString(), k.ValueString(), diags
	}
	place, key, err := b.parseImportID(req.ID)
	if err == nil {
		return place, key, diags
	}
	advice := fmt.Sprintf("Write the %s of the %s", b.Key, b.Thing)
	if b.Place.Name != "" {
		advice += fmt.Sprintf(", or %s=NAME,%s", b.Place.Name, strings.ToUpper(b.Key))
	}
	diags.AddError("Invalid import id", fmt.Sprintf("%s. %s.", err, advice))
	return "", "", diags
}

// parseImportID splits an import id into the object's place, empty for the usual one, and its key. It returns an error
// where one of them is missing.
func (b *Base) parseImportID(id string) (place, key string, err error) {
	if id == "" {
		return "", "", errors.New("the id is empty")
	}
	rest, named := strings.CutPrefix(id, b.Place.Name+"=")
	if !named || b.Place.Name == "" {
		return "", id, nil
	}
	place, key, found := strings.Cut(rest, ",")
	if !found || place == "" || key == "" {
		return "", "", fmt.Errorf("%q is not complete", id)
	}
	return place, key, nil
}

// FinishRead writes the state of a read. spec is what the platform shows, in the API types that the table maps to.
func (b *Base) FinishRead(ctx context.Context, prior tf.Values, spec any, resp *resource.ReadResponse) {
	if b.Importing(ctx, resp) {
		b.FinishImport(ctx, prior, spec, spec, resp)
		return
	}
	observed := b.Table.Get(ctx, spec)
	resp.Diagnostics.Append(b.recallSpelling(ctx, prior, observed, resp.Private)...)
	after := b.Table.Refresh(ctx, prior, observed)
	if seen, _ := resp.Private.GetKey(ctx, observedSpec); len(seen) > 0 {
		resp.Diagnostics.Append(rememberObserved(ctx, resp.Private, spec)...)
	}
	resp.Diagnostics.Append(b.SetIdentity(ctx, resp.Identity, after)...)
	resp.Diagnostics.Append(after.WriteTo(ctx, &resp.State)...)
}

// Importing tells whether this read completes an import or a move.
func (b *Base) Importing(ctx context.Context, resp *resource.ReadResponse) bool {
	began, diags := resp.Private.GetKey(ctx, importing)
	resp.Diagnostics.Append(diags...)
	return len(began) > 0
}

// FinishImport writes the state of a read that completes an import. whole is all that the engine shows; shown
// is the same without what others than the user decided, for example the image.
func (b *Base) FinishImport(ctx context.Context, begun tf.Values, whole, shown any, resp *resource.ReadResponse) {
	after := b.Table.Import(ctx, begun, b.Table.Get(ctx, shown))
	resp.Diagnostics.Append(rememberObserved(ctx, resp.Private, whole)...)
	resp.Diagnostics.Append(b.SetIdentity(ctx, resp.Identity, after)...)
	resp.Diagnostics.Append(after.WriteTo(ctx, &resp.State)...)
}

// rememberObserved ends the import: what was seen goes to private state, the mark goes.
func rememberObserved(ctx context.Context, p Private, spec any) diag.Diagnostics {
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

// Adopted is what the platform showed of an imported object, nil for others.
func (b *Base) Adopted(ctx context.Context, p Private, diags *diag.Diagnostics) tf.Values {
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

// Changed are the in-place attributes that the engine has to be told of. What is configured for the first time and
// already is so, as can be after an import, is none of them.
func (b *Base) Changed(ctx context.Context, prior, planned tf.Values, p Private) (map[string]bool, diag.Diagnostics) {
	var diags diag.Diagnostics
	changed := b.Table.Changed(prior, planned)
	for name, have := range b.Adopted(ctx, p, &diags) {
		if changed[name] && prior.Null(name) && tf.Same(planned[name], have) {
			delete(changed, name)
		}
	}
	return changed, diags
}

// FinishApply writes the state of a create or update: the plan, with what was unknown filled from what the
// platform shows. An attribute that it left out, as engines do where the kernel lacks support, is an error:
// every later plan would want to set it again.
func (b *Base) FinishApply(
	ctx context.Context, planned tf.Values, spec any, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	observed := b.Table.Get(ctx, spec)
	after := b.Table.Applied(ctx, planned, observed)
	diags := b.SetIdentity(ctx, identity, after)
	diags.Append(after.WriteTo(ctx, state)...)
	for _, f := range b.Table.Ignored(ctx, planned, observed) {
		diags.AddAttributeError(path.Root(f.Name), "Ignored by the "+b.Platform, fmt.Sprintf(
			"The %s made the %s without %s as configured. %s\nConfigured: %s\nShown by the %s: %s",
			b.Platform, b.Thing, f.Name, b.WhyIgnored, planned[f.Name], b.Platform, observed[f.Name]))
	}
	return diags
}

// RememberSpelling keeps the engine's words for create-time values that it does not keep as they were planned.
// It is called with what the engine shows right after the create: such values never change from then on.
func (b *Base) RememberSpelling(ctx context.Context, planned tf.Values, spec any, p Private) diag.Diagnostics {
	observed := b.Table.Get(ctx, spec)
	words := map[string]string{}
	for _, f := range b.Table {
		if f.Respelt && !planned.Null(f.Name) && !tf.Same(planned[f.Name], observed[f.Name]) {
			words[f.Name] = observed.String(f.Name)
		}
	}
	if len(words) == 0 {
		return nil
	}
	var diags diag.Diagnostics
	kept, err := json.Marshal(words)
	if err != nil {
		diags.AddError("Unable to remember what the engine made of the configuration", err.Error())
		return diags
	}
	return p.SetKey(ctx, spellings, kept)
}

// recallSpelling puts the prior words in the place of the engine's own.
func (b *Base) recallSpelling(ctx context.Context, prior, observed tf.Values, p Private) diag.Diagnostics {
	kept, diags := p.GetKey(ctx, spellings)
	if len(kept) == 0 {
		return diags
	}
	words := map[string]string{}
	if err := json.Unmarshal(kept, &words); err != nil {
		diags.AddError("Unable to read what the engine made of the configuration", err.Error())
		return diags
	}
	for name, word := range words {
		if observed.String(name) == word {
			observed[name] = prior[name]
		}
	}
	return diags
}
