package network

import (
	"regexp"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// spec is what the engine keeps of a network. Create and inspect use different types for it.
type spec struct {
	ID   string
	Name string
	network.CreateOptions
}

func specOf(n network.Inspect) *spec {
	s := &spec{ID: n.ID, Name: n.Name, CreateOptions: network.CreateOptions{
		Driver: n.Driver, Scope: n.Scope, EnableIPv6: &n.EnableIPv6, IPAM: &n.IPAM, Internal: n.Internal,
		Attachable: n.Attachable, Ingress: n.Ingress, ConfigOnly: n.ConfigOnly, Options: n.Options, Labels: n.Labels,
	}}
	if n.EnableIPv4 {
		s.EnableIPv4 = &n.EnableIPv4
	}
	if n.ConfigFrom.Network != "" {
		s.ConfigFrom = &n.ConfigFrom
	}
	return s
}

var validName = stringvalidator.RegexMatches(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_. -]*$`),
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
			Doc:  "Name of the network. Default: a unique name, which starts with `name_prefix` if that is set.",
		},
		{
			Name: "name_prefix", Class: field.Replace,
			Kind: field.String{Validators: []validator.String{validName, tf.ConflictsWith("name")}},
			Doc:  "How the unique name of the network starts. Conflicts with `name`.",
		},
		{
			Name: "driver", API: "Driver", Class: field.Replace, IsDefault: field.OneOf("bridge"),
			Kind: field.String{Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			Doc:  "Network driver, for example `bridge`, `overlay`, `macvlan` or `ipvlan`. Default: `bridge`.",
		},
		{
			Name: "options", API: "Options", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Options of the network driver, as the driver words them, for example `com.docker.network.bridge.name`.",
		},
		{
			Name: "labels", API: "Labels", Class: field.Replace, Kind: field.StringMap{},
			Doc: "Labels of the network.",
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
			Name: "ingress", API: "Ingress", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether this is the swarm's routing mesh. Default: `false`.",
		},
		{
			Name: "ipv4", API: "EnableIPv4", Class: field.Replace, Kind: field.Bool{}, Needs: docker.NetworkWithoutIPv4, IsDefault: isTrue,
			Doc: "Whether containers get IPv4 addresses. Default: `true`.",
		},
		{
			Name: "ipv6", API: "EnableIPv6", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether containers get IPv6 addresses. Default: `false`.",
		},
		{
			Name: "scope", API: "Scope", Class: field.Replace, ServerSet: true, Stable: true,
			Kind: field.String{Validators: []validator.String{stringvalidator.OneOf("local", "global", "swarm")}},
			Doc:  "Where the network exists: `local`, `global` or `swarm`. Default: the driver's.",
		},
		{
			Name: "config_only", API: "ConfigOnly", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether this only holds a configuration for other networks to take with `config_from`. Default: `false`.",
		},
		{
			Name: "config_from", API: "ConfigFrom.Network", Class: field.Replace, Kind: field.String{},
			Doc: "Name of the network with `config_only` whose configuration this one takes.",
		},
		ipamField(),
		managed.EngineField(),
		managed.TimeoutsField(),
	}
}
