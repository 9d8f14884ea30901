package managed

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Revision is the attribute by which a plan shows that a write-only value differs. Kinds with such values have it.
const Revision = "secrets_revision"

func revisionAttribute() schema.Attribute {
	return armschema.String{Follows: []string{Revision}, StringAttribute: schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "Changes whenever a write-only value does; nothing else can be told from it. Null without such values.",
	}}
}

// secretsChange tells whether write-only values may differ from those that were sent last. Those that are still unknown may.
func (r *Resource) secretsChange(ctx context.Context, change armschema.Change, p object.Private) (bool, diag.Diagnostics) {
	state := valuesOf(change.State)
	if !r.has(Revision) || state == nil {
		return false, nil
	}
	var salt string
	diags := recall(ctx, p, saltKey, &salt)
	revision, known := r.Mapping().Revision(salt, change.Config)
	return !known || revision != state.String(Revision), diags
}

// salted gives an operation the salt of the resource, a new one if it has none yet.
func (o *Operation) salted(ctx context.Context, from, to object.Private) diag.Diagnostics {
	if !o.kind.has(Revision) {
		return nil
	}
	diags := recall(ctx, from, saltKey, &o.salt)
	if o.salt == "" {
		o.salt = tf.NewSalt()
		diags.Append(remember(ctx, to, saltKey, o.salt)...)
	}
	return diags
}

// revision is the digest of the secrets that are sent, "" for none. All is known when it is sent.
func (o *Operation) revision() string {
	revision, _ := o.kind.Mapping().Revision(o.salt, o.config)
	return revision
}

// revised is a state with the digest of the secrets that were sent.
func (o *Operation) revised(state tftypes.Value) tftypes.Value {
	if !o.kind.has(Revision) {
		return state
	}
	if revision := o.revision(); revision != "" {
		return with(state, Revision, revision)
	}
	return with(state, Revision, nil)
}
