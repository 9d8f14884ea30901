package network

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ValidateConfig refuses what contradicts itself. The engine would refuse some of it and overlook the rest.
func (r *networkResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config, diags := tf.ValuesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Bool("config_only") {
		resp.Diagnostics.Append(conflicts(config, "config_only", "driver", "internal", "attachable", "ingress", "scope", "config_from")...)
	}
	if !config.Null("config_from") {
		resp.Diagnostics.Append(conflicts(config, "config_from", "ipam", "ipv6", "options", "labels")...)
	}
	resp.Diagnostics.Append(checkSubnets(config)...)
}

// conflicts refuses the named attributes beside one that excludes them.
func conflicts(config tf.Values, with string, names ...string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range names {
		v := config[name]
		if config.Null(name) || isFalse(v) || tf.IsEmptyCollection(v) {
			continue
		}
		diags.AddAttributeError(path.Root(name), "Conflicting options", fmt.Sprintf(
			"A network with %s cannot have %s: leave one of them out.", with, name))
	}
	return diags
}

// checkSubnets refuses subnets that overlap or whose IP family is off, and addresses outside of their subnet.
func checkSubnets(config tf.Values) diag.Diagnostics {
	var diags diag.Diagnostics
	subnets := subnetsOf(config["ipam"])
	seen := map[string]netip.Prefix{}
	for _, key := range slices.Sorted(maps.Keys(subnets)) {
		subnet, err := netip.ParsePrefix(key)
		if err != nil {
			continue // The attribute's own validator says so.
		}
		at := path.Root("ipam").AtName("subnets").AtMapKey(key)
		for _, other := range slices.Sorted(maps.Keys(seen)) {
			if subnet.Overlaps(seen[other]) {
				diags.AddAttributeError(at, "Overlapping subnets", fmt.Sprintf("The subnets %s and %s overlap.", other, key))
			}
		}
		seen[key] = subnet
		diags.Append(checkFamily(config, subnet, at)...)
		diags.Append(checkAddresses(subnet, subnets[key], at)...)
	}
	return diags
}

// checkFamily refuses a subnet that nobody would get an address from.
func checkFamily(config tf.Values, subnet netip.Prefix, at path.Path) diag.Diagnostics {
	var diags diag.Diagnostics
	ipv6 := config["ipv6"]
	switch {
	case subnet.Addr().Is6() && (ipv6.IsNull() || isFalse(ipv6)):
		diags.AddAttributeError(at, "Conflicting options", fmt.Sprintf("The subnet %s has no effect without ipv6 = true.", subnet))
	case subnet.Addr().Is4() && isFalse(config["ipv4"]):
		diags.AddAttributeError(at, "Conflicting options", fmt.Sprintf("The subnet %s has no effect with ipv4 = false.", subnet))
	}
	return diags
}

// checkAddresses refuses addresses outside of the subnet. What is no address, the attributes' own validators refuse.
func checkAddresses(subnet netip.Prefix, settings attr.Value, at path.Path) diag.Diagnostics {
	var diags diag.Diagnostics
	object, _ := settings.(types.Object)
	values := tf.Values(object.Attributes())
	outside := func(at path.Path, what string) {
		diags.AddAttributeError(at, "Not in the subnet", fmt.Sprintf("%s is not in the subnet %s.", what, subnet))
	}
	if gateway, err := netip.ParseAddr(values.String("gateway")); err == nil && !subnet.Contains(gateway) {
		outside(at.AtName("gateway"), gateway.String())
	}
	ipRange, err := netip.ParsePrefix(values.String("ip_range"))
	if err == nil && (!subnet.Contains(ipRange.Addr()) || ipRange.Bits() < subnet.Bits()) {
		outside(at.AtName("ip_range"), ipRange.String())
	}
	for name, text := range values.StringMap("aux_addresses") {
		if address, err := netip.ParseAddr(text); err == nil && !subnet.Contains(address) {
			outside(at.AtName("aux_addresses").AtMapKey(name), address.String())
		}
	}
	return diags
}
