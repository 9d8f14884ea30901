package recipe

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

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

// noFilter refuses that some stages are named where every one is meant. False beside no stages, as modules have it, is fine.
type noFilter struct{}

func (noFilter) Description(context.Context) string { return "must not be true beside no_cache_filter" }

func (v noFilter) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (noFilter) ValidateBool(ctx context.Context, req validator.BoolRequest, resp *validator.BoolResponse) {
	var stages types.Set
	at := req.Path.ParentPath().AtName("no_cache_filter")
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &stages)...)
	if req.ConfigValue.ValueBool() && len(stages.Elements()) > 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Every step runs anew already",
			"no_cache is for the whole build, no_cache_filter for some of its stages: leave one of them out.")
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
