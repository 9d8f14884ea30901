package object

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Opened gives what an ephemeral resource found, plain Go values by attribute, beside what was configured. What is in neither
// is null.
func Opened(ctx context.Context, found map[string]any, result *tfsdk.EphemeralResultData) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range slices.Sorted(maps.Keys(found)) {
		diags.Append(result.SetAttribute(ctx, path.Root(name), found[name])...)
	}
	return diags
}

// Later is what an ephemeral resource finds that will be known after apply: in a plan, where the settings of the provider are
// not known yet. The protocol leaves no other way to let the plan go on, and Terraform takes it as it takes a configuration
// that is not known.
func Later(ctx context.Context, attributes map[string]schema.Attribute) map[string]any {
	found := make(map[string]any, len(attributes))
	for name, attribute := range attributes {
		if attribute.IsComputed() {
			found[name] = tf.UnknownOf(ctx, attribute.GetType())
		}
	}
	return found
}
