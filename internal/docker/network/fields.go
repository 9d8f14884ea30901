package network

import (
	"context"
	"maps"
	"regexp"
	"slices"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// spec is what the engine keeps of a network. Create and inspect use different types for it.
type spec struct {
	ID   string
	Name string
	network.CreateOptions
	// OfPodman is set for what Podman shows, which is not everything.
	OfPodman bool
}

// specOf converts what the engine shows. Only engines that can switch IPv4 off show whether it is on.
func specOf(n network.Inspect, showsIPv4 bool) *spec {
	s := &spec{ID: n.ID, Name: n.Name, CreateOptions: network.CreateOptions{
		Driver: n.Driver, Scope: n.Scope, EnableIPv6: &n.EnableIPv6, IPAM: &n.IPAM, Internal: n.Internal,
		Attachable: n.Attachable, Ingress: n.Ingress, ConfigOnly: n.ConfigOnly, Options: n.Options, Labels: n.Labels,
	}}
	if showsIPv4 {
		s.EnableIPv4 = &n.EnableIPv4
	}
	if n.ConfigFrom.Network != "" {
		s.ConfigFrom = &n.ConfigFrom
	}
	return s
}

var validName = tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_. -]*$`),
	"write letters, digits, underscores, dots, spaces or hyphens, starting with a letter or digit")

func fields() field.Table {
	return field.Table{
		{
			Name: "id", API: "ID", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Id of the network, 64 hexadecimal digits.",
		},
		{
			Name: "name", API: "Name", Class: field.Replace, ServerSet: true, Stable: true,
			Kind: field.String{Validators: []validator.String{validName}},
			Doc:  "Name of the network. Default: a unique name, which starts with `name_prefix` if that is set. Removing it keeps the name.",
		},
		{
			Name: "name_prefix", Class: field.Replace, Fulfilled: managed.HasPrefix,
			Kind: field.String{Validators: []validator.String{validName, tf.ConflictsWith("name")}},
			Doc:  "How the unique name of the network starts. Conflicts with `name`.",
		},
		{
			Name: "driver", API: "Driver", Class: field.Replace, IsDefault: field.OneOf("bridge", "nat", "null"), Constant: true,
			Kind: field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			Doc: "Network driver, for example `bridge`, `overlay`, `macvlan` or `ipvlan`. Conflicts with `config_only`. Default: `bridge`, " +
				"or `nat` on Windows.",
		},
		{
			Name: "options", API: "Options", Class: field.Replace, Kind: field.StringMap{}, Narrow: configuredOptions,
			Doc: "Options of the network driver, as the driver words them, for example `com.docker.network.bridge.name`. Options that the " +
				"engine adds by itself are not shown. Conflicts with `config_from`.",
		},
		{
			Name: "labels", API: "Labels", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Labels of the network. Conflicts with `config_from`.",
		},
		{
			Name: "internal", API: "Internal", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether containers on the network are cut off from the outside. Default: `false`.",
		},
		{
			Name: "attachable", API: "Attachable", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether containers that are no part of a service may join an overlay network. Default: `false`.",
		},
		{
			Name: "ingress", API: "Ingress", Class: field.Replace, Needs: docker.IngressNetwork, Kind: field.Bool{},
			Doc: "Whether this is the swarm's routing mesh. Default: `false`.",
		},
		{
			Name: "ipv4", API: "EnableIPv4", Class: field.Replace, Kind: field.Bool{}, IsDefault: isTrue, Constant: true,
			Needs: docker.NetworkWithoutIPv4,
			Doc:   "Whether containers get IPv4 addresses. Default: `true`.",
		},
		{
			Name: "ipv6", API: "EnableIPv6", Class: field.Replace, Kind: field.Bool{}, IsDefault: isFalse,
			Doc: "Whether containers get IPv6 addresses. Conflicts with `config_from`. Default: the engine's setting, `false`.",
		},
		{
			Name: "scope", API: "Scope", Class: field.Replace, ServerSet: true, Stable: true,
			Kind: field.String{Validators: []validator.String{stringvalidator.OneOf("local", "global", "swarm")}},
			Doc:  "Where the network exists: `local`, `global` or `swarm`. Default: the driver's. Removing it keeps the scope.",
		},
		{
			Name: "config_only", API: "ConfigOnly", Class: field.Replace, Needs: docker.NetworkConfigs, Kind: field.Bool{},
			Doc: "Whether this only holds a configuration (`ipam`, `ipv6`, `options`, `labels`) for other networks to take with " +
				"`config_from`. Default: `false`.",
		},
		{
			Name: "config_from", API: "ConfigFrom.Network", Class: field.Replace, Needs: docker.NetworkConfigs,
			Kind: field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			Doc:  "Name of the network with `config_only` whose configuration this one takes instead of one of its own.",
		},
		ipamField(),
		managed.EngineField(),
		object.TimeoutsField(),
	}
}

// configuredOptions leaves out the options that are not configured. Nobody can add an option to a network later, so what
// is there besides was added by the engine when it was made: by default-network-opts of its configuration, or by the driver.
func configuredOptions(ctx context.Context, prior, observed attr.Value) attr.Value {
	p, okP := prior.(types.Map)
	o, okO := observed.(types.Map)
	if !okP || !okO {
		return observed
	}
	kept := o.Elements()
	maps.DeleteFunc(kept, func(key string, _ attr.Value) bool {
		_, configured := p.Elements()[key]
		return !configured
	})
	return types.MapValueMust(o.ElementType(ctx), kept)
}

// ownChoice leaves out what others than the creator of the network decided: the network that it takes its configuration
// from, and the engine, which keeps a few choices of its own as options.
func (s *spec) ownChoice() *spec {
	own := *s
	own.Options = maps.Clone(s.Options)
	maps.DeleteFunc(own.Options, func(key, _ string) bool { return slices.Contains(engineOptions(), key) })
	own.IPAM = withoutUsualGateways(s.IPAM)
	if s.ConfigFrom != nil {
		own.Options, own.Labels, own.IPAM, own.EnableIPv6 = nil, nil, nil, nil
	}
	return &own
}

// engineOptions are options that engines add by themselves: Docker Desktop, and the overlay driver.
func engineOptions() []string {
	return []string{
		"com.docker.network.enable_ipv4", "com.docker.network.enable_ipv6", "com.docker.network.driver.overlay.vxlanid_list",
	}
}

func isTrue(v attr.Value) bool {
	b, ok := v.(types.Bool)
	return ok && b.ValueBool()
}

func isFalse(v attr.Value) bool {
	b, ok := v.(types.Bool)
	return ok && !b.IsNull() && !b.IsUnknown() && !b.ValueBool()
}
