package network_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

func ipam(subnet string, settings object) object {
	return object{"ipam": object{"subnets": object{subnet: settings}}}
}

func and(config object, pairs ...any) object {
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		config[key] = pairs[i+1]
	}
	return config
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	// Nothing listens there: validation makes no connection.
	r := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").Resource(t, resourceType)
	for name, tt := range map[string]struct {
		config object
		at     string
	}{
		"empty name":          {object{"name": ""}, "name"},
		"name with a slash":   {object{"name": "a/b"}, "name"},
		"name with a dash":    {object{"name": "-a"}, "name"},
		"prefix with a slash": {object{"name_prefix": "a/"}, "name_prefix"},
		"name and prefix":     {object{"name": "a", "name_prefix": "a"}, "name_prefix"},
		"empty driver":        {object{"driver": ""}, "driver"},
		"empty engine":        {object{"engine": ""}, "engine"},
		"unknown scope":       {object{"scope": "world"}, "scope"},
		"timeout of no time":  {object{"timeouts": object{"create": "soon"}}, "timeouts.create"},

		"no subnet":             {object{"ipam": object{"subnets": object{}}}, "ipam.subnets"},
		"subnet is an address":  {ipam("10.5.0.0", object{}), `ipam.subnets["10.5.0.0"]`},
		"subnet is a word":      {ipam("lan", object{}), `ipam.subnets["lan"]`},
		"subnet of 33 bits":     {ipam("10.5.0.0/33", object{}), `ipam.subnets["10.5.0.0/33"]`},
		"subnet with host bits": {ipam("10.5.0.1/24", object{}), `ipam.subnets["10.5.0.1/24"]`},
		"subnet with zeros":     {ipam("fd00:0::/64", object{}), `ipam.subnets["fd00:0::/64"]`},
		"subnet in capitals":    {and(ipam("FD00::/64", object{}), "ipv6", true), `ipam.subnets["FD00::/64"]`},
		"gateway is a word":     {ipam("10.5.0.0/24", object{"gateway": "router"}), `ipam.subnets["10.5.0.0/24"].gateway`},
		"gateway is a subnet":   {ipam("10.5.0.0/24", object{"gateway": "10.5.0.1/24"}), `ipam.subnets["10.5.0.0/24"].gateway`},
		"gateway outside":       {ipam("10.5.0.0/24", object{"gateway": "10.6.0.1"}), `ipam.subnets["10.5.0.0/24"].gateway`},
		"range is an address":   {ipam("10.5.0.0/24", object{"ip_range": "10.5.0.1"}), `ipam.subnets["10.5.0.0/24"].ip_range`},
		"range outside":         {ipam("10.5.0.0/24", object{"ip_range": "10.6.0.0/25"}), `ipam.subnets["10.5.0.0/24"].ip_range`},
		"range larger":          {ipam("10.5.0.0/24", object{"ip_range": "10.5.0.0/16"}), `ipam.subnets["10.5.0.0/24"].ip_range`},
		"taken address is a word": {
			ipam("10.5.0.0/24", object{"aux_addresses": object{"a": "b"}}), `ipam.subnets["10.5.0.0/24"].aux_addresses["a"]`,
		},
		"taken address outside": {
			ipam("10.5.0.0/24", object{"aux_addresses": object{"a": "10.6.0.1"}}), `ipam.subnets["10.5.0.0/24"].aux_addresses["a"]`,
		},
		"taken address in another spelling": {
			and(ipam("fd00::/64", object{"aux_addresses": object{"a": "fd00:0::1"}}), "ipv6", true),
			`ipam.subnets["fd00::/64"].aux_addresses["a"]`,
		},
		"overlap": {
			object{"ipam": object{"subnets": object{"10.5.0.0/16": object{}, "10.5.7.0/24": object{}}}}, `ipam.subnets["10.5.7.0/24"]`,
		},
		"IPv6 off":      {ipam("fd00::/64", object{}), `ipam.subnets["fd00::/64"]`},
		"IPv6 switched": {and(ipam("fd00::/64", object{}), "ipv6", false), `ipam.subnets["fd00::/64"]`},
		"IPv4 off":      {and(ipam("10.5.0.0/24", object{}), "ipv4", false), `ipam.subnets["10.5.0.0/24"]`},

		"configuration with driver":        {object{"config_only": true, "driver": "bridge"}, "driver"},
		"configuration with internal":      {object{"config_only": true, "internal": true}, "internal"},
		"configuration with attachable":    {object{"config_only": true, "attachable": true}, "attachable"},
		"configuration with ingress":       {object{"config_only": true, "ingress": true}, "ingress"},
		"configuration with scope":         {object{"config_only": true, "scope": "local"}, "scope"},
		"configuration of nothing":         {object{"config_from": ""}, "config_from"},
		"configuration of a configuration": {object{"config_only": true, "config_from": "a"}, "config_from"},
		"own addresses":                    {and(ipam("10.5.0.0/24", object{}), "config_from", "a"), "ipam"},
		"own labels":                       {object{"config_from": "a", "labels": object{"a": "b"}}, "labels"},
		"own options":                      {object{"config_from": "a", "options": object{"a": "b"}}, "options"},
		"own IPv6":                         {object{"config_from": "a", "ipv6": true}, "ipv6"},
	} {
		if diags := r.Validate(t.Context(), tt.config); len(diags.At(tt.at).Errors()) == 0 {
			t.Errorf("%s: nothing at %s, but %s", name, tt.at, diags)
		}
	}
}

func TestGoodInput(t *testing.T) {
	t.Parallel()
	r := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").Resource(t, resourceType)
	for name, config := range map[string]object{
		"nothing":        nil,
		"shortest name":  {"name": "a"},
		"all characters": {"name": "a.b_c-D 9"},
		"unknown": {
			"name": core.Unknown, "labels": core.Unknown, "options": object{"a": core.Unknown}, "ipam": core.Unknown,
			"config_only": core.Unknown, "config_from": core.Unknown, "ipv6": core.Unknown, "driver": core.Unknown,
		},
		"unknown subnets":       {"ipam": object{"subnets": core.Unknown}},
		"unknown settings":      ipam("10.5.0.0/24", object{"gateway": core.Unknown, "ip_range": core.Unknown, "aux_addresses": core.Unknown}),
		"IPv6 not known yet":    and(ipam("fd00::/64", object{}), "ipv6", core.Unknown),
		"IPv6 address spelling": and(ipam("fd00::/64", object{"gateway": "FD00:0::0001"}), "ipv6", true),
		"configuration":         {"config_only": true, "internal": false, "labels": object{}, "driver": nil},
		"of a configuration":    {"config_from": "a", "labels": object{}, "ipv6": false, "internal": true},
		"whole range":           ipam("10.5.0.0/24", object{"ip_range": "10.5.0.0/24"}),
		"two families":          and(object{"ipam": object{"subnets": object{"10.5.0.0/24": object{}, "fd00::/64": object{}}}}, "ipv6", true),
	} {
		if diags := r.Validate(t.Context(), config); diags.HasError() {
			t.Errorf("%s: %s", name, diags)
		}
	}
}

// TestEngines asks for engines that are not there.
func TestEngines(t *testing.T) {
	t.Parallel()
	away := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").Resource(t, resourceType)
	_, diags := away.TryApply(t.Context(), object{"name": "a"})
	if diags.Containing("/nonexistent/docker.sock").Errors() == nil || !away.Gone() {
		t.Errorf("an engine that is away: %s", diags)
	}
	_, diags = away.TryApply(t.Context(), object{"name": "a", "engine": "nowhere"})
	if diags.Containing("nowhere").Errors() == nil || !away.Gone() {
		t.Errorf("an engine that is not configured: %s", diags)
	}
}
