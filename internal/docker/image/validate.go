package image

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// hasType refuses a cache without a type.
type hasType struct{}

func (hasType) Description(context.Context) string { return "must have a type" }

func (v hasType) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (hasType) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if v, ok := req.ConfigValue.Elements()["type"]; !ok || v.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid cache",
			`The cache has no type: write for example { type = "registry", ref = "example.com/cache" }.`)
	}
}

const hostGateway = "host-gateway"

// validHosts refuses addresses that cannot be read.
type validHosts struct{}

func (validHosts) Description(context.Context) string { return "must hold IP addresses" }

func (v validHosts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (validHosts) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for name, addresses := range addressesOf(req.ConfigValue) {
		for _, address := range addresses {
			if _, err := netip.ParseAddr(strings.Trim(address, "[]")); err != nil && address != hostGateway {
				resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(name), "Invalid host",
					fmt.Sprintf("%q is no IP address: write an address or %q.", address, hostGateway))
			}
		}
	}
}

// addressesOf are the known elements of a map of lists of texts.
func addressesOf(m types.Map) map[string][]string {
	out := make(map[string][]string, len(m.Elements()))
	for name, list := range m.Elements() {
		out[name] = tf.StringsOf(list)
	}
	return out
}
