package network

import (
	"context"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ipamField is the address management of a network.
func ipamField() field.Field {
	return field.Field{
		Name: "ipam", API: "IPAM", Class: field.Replace, Narrow: narrowIPAM, OmitOnImport: looksAllocated, Hidden: hidesSubnets,
		Doc: "How the network hands out addresses. Conflicts with `config_from`. Default: the engine allocates a subnet from its own pools.",
		Kind: field.Object{Fields: field.Table{
			{
				Name: "driver", API: "Driver", Kind: field.String{}, IsDefault: field.OneOf("default"), Constant: true,
				Doc: "Driver that manages addresses. Default: `default`.",
			},
			{
				Name: "options", API: "Options", Kind: field.StringMap{},
				Doc: "Options of that driver, as it words them.",
			},
			{
				Name: "subnets", API: "Config", Doc: "Subnets by their address in CIDR notation, for example `10.5.0.0/24` or `fd00:5::/64`.",
				Kind: field.Keyed{By: "Subnet", Fields: subnetFields(), Validators: []validator.Map{
					mapvalidator.SizeAtLeast(1), mapvalidator.KeysAre(tf.CanonicalIn(tf.Prefix)),
				}},
			},
		}},
	}
}

// hidesSubnets tells whether the engine keeps the subnets to itself: newer ones do for a network that only holds a
// configuration.
func hidesSubnets(s any) bool {
	n, ok := s.(*spec)
	return ok && n.ConfigOnly && n.IPAM != nil && len(n.IPAM.Config) == 0
}

func subnetFields() field.Table {
	return field.Table{
		{
			Name: "gateway", API: "Gateway", Kind: field.String{Notation: tf.Address},
			Doc: "Address of the gateway in the subnet. Default: the engine's choice, the first address.",
		},
		{
			Name: "ip_range", API: "IPRange", Kind: field.String{Notation: tf.Prefix},
			Doc: "Part of the subnet from which containers get addresses, in CIDR notation. Default: all of it.",
		},
		{
			Name: "aux_addresses", API: "AuxAddress", Needs: docker.AuxAddresses,
			Kind: field.StringMap{Validators: []validator.Map{mapvalidator.ValueStringsAre(tf.CanonicalIn(tf.Address))}},
			Doc:  "Addresses by a name of your choice that the engine must not hand out, since others on the network use them.",
		},
	}
}

// narrowIPAM leaves out the subnets of an IP family for which nothing is configured: engines allocate those by
// themselves and show them beside the configured ones.
func narrowIPAM(ctx context.Context, prior, observed attr.Value) attr.Value {
	p, o := subnetsOf(prior), subnetsOf(observed)
	if len(p) == 0 || len(o) == 0 {
		return observed
	}
	kept := map[string]attr.Value{}
	for subnet, v := range o {
		for configured := range p {
			if isIPv6(subnet) == isIPv6(configured) {
				kept[subnet] = v
			}
		}
	}
	object, ok := observed.(types.Object)
	if !ok {
		return observed
	}
	attributes := object.Attributes()
	subnets, ok := attributes["subnets"].(types.Map)
	if !ok {
		return observed
	}
	attributes["subnets"] = types.MapValueMust(subnets.ElementType(ctx), kept)
	return types.ObjectValueMust(object.AttributeTypes(ctx), attributes)
}

func subnetsOf(ipam attr.Value) map[string]attr.Value {
	object, _ := ipam.(types.Object)
	subnets, _ := object.Attributes()["subnets"].(types.Map)
	return subnets.Elements()
}

func isIPv6(subnet string) bool {
	p, err := netip.ParsePrefix(subnet)
	return err == nil && p.Addr().Is6()
}

// looksAllocated tells whether the engine may have chosen all of it: nothing shows that somebody configured it.
// Such address management is left out of an import, and recognised when it is configured after all.
func looksAllocated(ipam attr.Value) bool {
	object, _ := ipam.(types.Object)
	values := tf.Values(object.Attributes())
	if values.String("driver") != "default" || len(values.StringMap("options")) > 0 {
		return false
	}
	seen := map[bool]bool{}
	for subnet, v := range subnetsOf(ipam) {
		one, _ := v.(types.Object)
		inner := tf.Values(one.Attributes())
		if seen[isIPv6(subnet)] || !inner.Null("ip_range") || len(inner.StringMap("aux_addresses")) > 0 {
			return false
		}
		seen[isIPv6(subnet)] = true
	}
	return true
}
