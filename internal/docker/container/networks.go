package container

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var notAnID = tf.Matching(regexp.MustCompile(`^([^0-9a-f]|.{1,63}$|.{65,}$|.*[^0-9a-f])`),
	"write the name of the network, not its id: the engine shows networks by name")

// networkFields say which networks the container is on. The engine connects and disconnects a running container.
func networkFields() field.Table {
	return field.Table{
		{
			Name: "network_mode", API: "HostConfig.NetworkMode", Class: field.Replace, Respelt: true, IsDefault: field.OneOf("default", "bridge"),
			Same: sameNetworkMode, Kind: matching(`[^:]$`, "write the name or id of the container after the colon"),
			Doc: "Network of the container when it starts: `bridge`, `host`, `none`, `container:<name or id>` or the name of a network. " +
				"Default: of `networks`, the one with the highest `gw_priority`, else the first by name; else the engine's default network.",
		},
		{
			Name: "networks", API: "Networks", Class: field.InPlace, Narrow: onlyAskedOfEndpoints, ReplacesWhen: joinsWithMAC,
			Kind: field.Keyed{Fields: endpointFields(), Validators: []validator.Map{mapvalidator.KeysAre(notAnID)}},
			Doc: "Networks that the container is on, by name. Networks that it should not be on are left. Default: whatever " +
				"`network_mode` says; taking `networks` away creates a new container for that.",
		},
		{
			Name: "network_disabled", API: "Config.NetworkDisabled", Class: field.Replace, Needs: docker.DisabledNetwork, Kind: field.Bool{},
			Doc: "Whether the container has no network at all. Default: `false`.",
		},
		{
			Name: "network_data", API: "Endpoints", Class: field.Observed, Follows: []string{"networks", "state"},
			Kind: field.Keyed{Fields: addressFields()},
			Doc:  "Addresses that the container has at the moment, by name of the network. They are empty while it does not run.",
		},
	}
}

// sameNetworkMode treats the default network as what it is.
func sameNetworkMode(a, b attr.Value) bool {
	named := func(v attr.Value) string {
		mode, _ := tf.TextOf(v)
		if mode == "default" {
			return "bridge"
		}
		return mode
	}
	return named(a) == named(b)
}

// endpointFields are what can be asked of the container's place on one network.
func endpointFields() field.Table {
	return field.Table{
		{Name: "aliases", API: "Aliases", Kind: field.StringSet{}, Doc: "Further names of the container on this network."},
		{
			Name: "ipv4_address", API: "IPAMConfig.IPv4Address", Kind: addressOf("IPv4", netip.Addr.Is4),
			Doc: "Fixed IPv4 address. Default: the engine's choice.",
		},
		{
			Name: "ipv6_address", API: "IPAMConfig.IPv6Address", Kind: addressOf("IPv6", netip.Addr.Is6),
			Doc: "Fixed IPv6 address. Default: the engine's choice.",
		},
		{
			Name: "link_local_ips", API: "IPAMConfig.LinkLocalIPs", Kind: field.StringSet{Notation: tf.Address}, Needs: docker.EndpointOptions,
			Doc: "Link-local addresses.",
		},
		{
			Name: macAddress, API: "MacAddress", Kind: field.String{Notation: tf.MAC},
			Doc: "Fixed hardware address. Setting, changing or removing it creates a new container. Before API version " +
				docker.EndpointMACAddress.API +
				" only the network that the container starts on can have one. Default: the engine's choice.",
		},
		{
			Name: "driver_opts", API: "DriverOpts", Kind: field.StringMap{}, Needs: docker.EndpointOptions,
			Doc: "Options of the network driver for this container.",
		},
		{
			Name: "gw_priority", API: "GwPriority", Kind: field.Int{}, Needs: docker.GatewayPriority,
			Doc: "The network with the highest number gives the default gateway. Default: `0`.",
		},
		{
			Name: "links", API: "Links", Kind: field.StringSet{}, Needs: docker.EndpointOptions,
			Doc: "Containers to reach under another name, as `container:alias`.",
		},
	}
}

// addressOf is an address of one family.
func addressOf(family string, is func(netip.Addr) bool) field.String {
	return field.String{Notation: tf.Address, Validators: []validator.String{tf.Refusing("Invalid IP address", func(s string) error {
		if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil && !is(a) {
			return fmt.Errorf("%q is no %s address", s, family)
		}
		return nil
	})}}
}

// addressFields are what the engine gave the container on one network.
func addressFields() field.Table {
	observed := func(name, api, doc string) field.Field {
		return field.Field{Name: name, API: api, Class: field.Observed, Kind: field.String{}, Doc: doc}
	}
	return field.Table{
		observed("network_id", "NetworkID", "Id of the network."),
		observed("ip_address", "IPAddress", "IPv4 address."),
		{Name: "ip_prefix_length", API: "IPPrefixLen", Class: field.Observed, Kind: field.Int{}, Doc: "Length of the IPv4 network's prefix."},
		observed("gateway", "Gateway", "IPv4 gateway."),
		observed("global_ipv6_address", "GlobalIPv6Address", "IPv6 address."),
		{
			Name: "global_ipv6_prefix_length", API: "GlobalIPv6PrefixLen", Class: field.Observed, Kind: field.Int{},
			Doc: "Length of the IPv6 network's prefix.",
		},
		observed("ipv6_gateway", "IPv6Gateway", "IPv6 gateway."),
		observed("mac_address", "MacAddress", "Hardware address."),
	}
}

// onlyAskedOfEndpoints leaves out what engines add to an endpoint by themselves: the short id of the container
// among the aliases. A hardware address is only shown while the container runs; until then what is asked for stands.
func onlyAskedOfEndpoints(ctx context.Context, prior, observed attr.Value) attr.Value {
	p, okPrior := prior.(types.Map)
	o, ok := observed.(types.Map)
	if !ok || !okPrior {
		return observed
	}
	out := map[string]attr.Value{}
	for name, endpoint := range o.Elements() {
		out[name] = endpoint
		asked, known := p.Elements()[name]
		if known {
			out[name] = narrowEndpoint(ctx, asked, endpoint)
		}
	}
	return types.MapValueMust(o.ElementType(ctx), out)
}

func narrowEndpoint(ctx context.Context, asked, endpoint attr.Value) attr.Value {
	a, okAsked := asked.(types.Object)
	e, ok := endpoint.(types.Object)
	if !ok || !okAsked || a.IsNull() {
		return endpoint
	}
	attributes := e.Attributes()
	want := a.Attributes()
	if attributes["mac_address"].IsNull() {
		attributes["mac_address"] = want["mac_address"]
	}
	if aliases, ok := want["aliases"].(types.Set); ok && !aliases.IsNull() {
		attributes["aliases"] = withoutShortID(aliases, attributes["aliases"])
	}
	return types.ObjectValueMust(e.AttributeTypes(ctx), attributes)
}

var shortID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// withoutShortID drops aliases that look like a container's short id, unless they were asked for.
func withoutShortID(asked types.Set, observed attr.Value) attr.Value {
	wanted := map[string]bool{}
	for _, a := range tf.StringsOf(asked) {
		wanted[a] = true
	}
	var kept []attr.Value
	for _, a := range tf.StringsOf(observed) {
		if wanted[a] || !shortID.MatchString(a) {
			kept = append(kept, types.StringValue(a))
		}
	}
	if len(kept) == 0 {
		return types.SetNull(types.StringType)
	}
	return types.SetValueMust(types.StringType, kept)
}

// askedNetworks are the endpoints without what the engine gave them: the aliases that every container has, and
// hardware addresses, unless they are known to have been asked for.
func (s *spec) askedNetworks(asked []string) map[string]*network.EndpointSettings {
	if s.Networks == nil {
		return nil
	}
	out := make(map[string]*network.EndpointSettings, len(s.Networks))
	for name, endpoint := range s.Networks {
		e := *endpoint
		e.Aliases = slices.DeleteFunc(slices.Clone(e.Aliases), func(a string) bool { return strings.HasPrefix(s.ID, a) })
		if !slices.Contains(asked, e.MacAddress) {
			e.MacAddress = ""
		}
		out[name] = &e
	}
	return out
}
