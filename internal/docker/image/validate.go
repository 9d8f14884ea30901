package image

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ValidateConfig refuses a name that cannot be given to a built or loaded image.
func (r *imageResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config, diags := tf.ValuesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	name := config.String("name")
	if digestOf(name) != "" && sourceOf(config) != sourcePull {
		resp.Diagnostics.AddAttributeError(path.Root("name"), "Invalid image reference",
			fmt.Sprintf("%q names an image by its digest, which nobody can choose: leave the digest out, or pull the image.", name))
	}
}

// noDigest refuses references that cannot be given to an image.
func noDigest() validator.String { return tagValidator{} }

type tagValidator struct{}

func (tagValidator) Description(context.Context) string { return "must have no digest" }

func (v tagValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (tagValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := tf.CanonicalReference(text); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid image reference", err.Error()+".")
		return
	}
	if digestOf(text) != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid image reference", fmt.Sprintf("%q has a digest, which nobody can choose: "+
			"leave it out.", text))
	}
}
