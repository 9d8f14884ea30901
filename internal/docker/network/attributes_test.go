package network_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/versions"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/transition"
)

func suite(t *testing.T) transition.Suite {
	t.Helper()
	return transition.Suite{
		Server: acctest.Docker(t),
		Type:   resourceType,
		Base: func(t *testing.T) map[string]any {
			t.Helper()
			return newBlock().in(object{"name": newName(t)})
		},
		ImportID: func(t *testing.T, r *core.Resource) string { t.Helper(); return r.String(t, "id") },
		Sound:    sound,
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	s := suite(t)
	s.Except = map[string]string{
		"name": "TestNames", "name_prefix": "TestNames", "engine": "TestEngines", "timeouts": "TestLifecycle",
		"ipam": "TestAddresses", "ipv6": "TestAddresses", "config_only": "TestConfigOnly", "config_from": "TestConfigOnly",
		"ingress": "needs a swarm", "scope": "needs a swarm", "ipv4": "TestIPv4",
		"driver": "TestDriver", "labels": "TestRecorded", "options": "TestRecorded",
	}
	s.Cases = []transition.Case{flag("internal"), flag("attachable")}
	transition.Run(t, s)
}

// TestRecorded are attributes that an engine keeps for networks without a bridge, too.
func TestRecorded(t *testing.T) {
	t.Parallel()
	s := suite(t)
	s.Base = func(t *testing.T) map[string]any { t.Helper(); return light(t, newName(t)) }
	s.Sound = func(t *testing.T, r *core.Resource, config map[string]any) {
		t.Helper()
		config = maps.Clone(config)
		if !fixture.Podman(t) {
			config["driver"] = "null"
		}
		sound(t, r, config)
	}
	transition.Take(t, s, []transition.Case{
		replaced("labels", object{"a": "1", "b": ""}, object{"a": "2"}),
		replaced("options", object{"com.docker.network.driver.mtu": "1400"}, object{"com.docker.network.driver.mtu": "1300"}),
	})
}

func replaced(attribute string, from, to any) transition.Case {
	return transition.Case{
		Attribute: attribute, From: from, To: to, Add: core.Replace, Change: core.Replace, Remove: core.Replace,
	}
}

// flag is off by default: off means the same as nothing.
func flag(attribute string) transition.Case {
	return transition.Case{
		Attribute: attribute, From: true, To: false, Add: core.Replace, Change: core.Replace, Remove: core.Update,
	}
}

func dualStack(b block) object {
	return object{"ipv6": true, "ipam": object{"subnets": object{b.subnet(): object{}, b.subnet6(): object{}}}}
}

// addresses are configurations of the address management.
func addresses() map[string]func(b block) object {
	subnets := func(pairs object) object { return object{"ipam": object{"subnets": pairs}} }
	return map[string]func(b block) object{
		"of the engine": func(block) object { return object{} },
		"nothing asked": func(block) object { return object{"ipam": object{}} },
		"IPv4":          func(b block) object { return subnets(object{b.subnet(): object{}}) },
		"gateway":       func(b block) object { return subnets(object{b.subnet(): object{"gateway": b.host(5)}}) },
		"range":         func(b block) object { return subnets(object{b.subnet(): object{"ip_range": b.upper()}}) },
		"all of IPv4": func(b block) object {
			return subnets(object{b.subnet(): object{
				"gateway": b.host(2), "ip_range": b.upper(), "aux_addresses": object{"router": b.host(3), "printer": b.host(4)},
			}})
		},
		"dual stack": dualStack,
		"all of dual stack": func(b block) object {
			return object{"ipv6": true, "ipam": object{"driver": "default", "subnets": object{
				b.subnet(): object{"gateway": b.host(9)},
				b.subnet6(): object{
					"gateway": b.host6(7), "aux_addresses": object{"router": b.host6(8)},
				},
			}}}
		},
		"IPv6": func(b block) object {
			return object{"ipv6": true, "ipam": object{"subnets": object{b.subnet6(): object{}}}}
		},
		"IPv6 in capitals": func(b block) object {
			return object{"ipv6": true, "ipam": object{"subnets": object{b.subnet6(): object{"gateway": strings.ToUpper(b.host6(0xab))}}}}
		},
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	s := suite(t)
	for name, in := range addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "all of") || name == "range" {
				fixture.DockerOnly(t, "it has no aux_addresses, and does not show ranges")
			}
			config := in(newBlock())
			config["name"] = newName(t)
			r := s.Hold(t, config)
			r.Destroy(t)
		})
	}
}

// TestAddressesChange takes the addresses of one network through changes.
func TestAddressesChange(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it has no aux_addresses")
	s, b := suite(t), newBlock()
	name := newName(t)
	taken := func(address string) object {
		return object{"ipam": object{"subnets": object{b.subnet(): object{"aux_addresses": object{"a": address}}}}}
	}
	lower, upper := object{"gateway": b.host6(0xab)}, object{"gateway": strings.ToUpper(b.host6(0xab))}
	steps := []struct {
		what   string
		config object
		want   core.Action
	}{
		{"IPv6", object{"ipv6": true, "ipam": object{"subnets": object{b.subnet6(): lower}}}, core.Create},
		{"another spelling", object{"ipv6": true, "ipam": object{"subnets": object{b.subnet6(): upper}}}, core.NoOp},
		{"another gateway", object{"ipv6": true, "ipam": object{"subnets": object{b.subnet6(): object{"gateway": b.host6(9)}}}}, core.Replace},
		{"no gateway", object{"ipv6": true, "ipam": object{"subnets": object{b.subnet6(): object{}}}}, core.Replace},
		{"another family", object{"ipam": object{"subnets": object{b.subnet(): object{"gateway": b.host(5)}}}}, core.Replace},
		{"both families", dualStack(b), core.Replace},
		{"an address taken", taken(b.host(3)), core.Replace},
		{"another taken", taken(b.host(4)), core.Replace},
		{"none taken", object{"ipam": object{"subnets": object{b.subnet(): object{}}}}, core.Replace},
		{"nothing asked", object{}, core.Replace},
	}
	r := s.Server.Resource(t, s.Type)
	for _, step := range steps {
		step.config["name"], step.config["config_only"] = name, true
		if change := r.Apply(t, step.config); change.Action != step.want {
			t.Errorf("%s: %s %v", step.what, change.Action, change.Replace)
		}
		r.ExpectEmptyPlan(t, step.config)
		soundAddresses(t, inspect(t, name), step.config)
	}
	r.Destroy(t)
}

// sound compares what the engine shows with what is configured.
func sound(t *testing.T, r *core.Resource, config map[string]any) {
	t.Helper()
	found := inspect(t, r.String(t, "id"))
	got := object{
		"name": found.Name, "driver": found.Driver, "internal": found.Internal, "attachable": found.Attachable, "ipv6": found.EnableIPv6,
		"labels": texts(found.Labels), "options": texts(found.Options), "config_only": found.ConfigOnly,
	}
	want := object{
		"driver": "bridge", "internal": false, "attachable": false, "ipv6": false, "labels": object{}, "options": object{}, "config_only": false,
	}
	for key, v := range config {
		if _, compared := got[key]; compared {
			want[key] = v
		}
	}
	options, _ := want["options"].(object)
	if size, asked := options["com.docker.network.driver.mtu"]; asked && fixture.Podman(t) {
		want["options"] = object{"mtu": size}
	}
	if fixture.Podman(t) {
		want["attachable"] = false // Although any container may join.
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the engine shows something else (-want +got):\n%s", diff)
	}
	soundAddresses(t, found, config)
}

func texts(m map[string]string) object {
	out := object{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// soundAddresses looks for each configured subnet among what the engine shows.
func soundAddresses(t *testing.T, found network.Inspect, config map[string]any) {
	t.Helper()
	ipam, _ := config["ipam"].(object)
	subnets, _ := ipam["subnets"].(object)
	if found.ConfigOnly && len(found.IPAM.Config) == 0 {
		return // Newer engines do not show the addresses of a network that only holds a configuration.
	}
	shown := map[string]network.IPAMConfig{}
	for _, s := range found.IPAM.Config {
		shown[s.Subnet] = s
	}
	for subnet, v := range subnets {
		s, ok := shown[subnet]
		if !ok {
			t.Errorf("the engine has no subnet %s, but %v", subnet, found.IPAM.Config)
		}
		settings, _ := v.(object)
		aux, _ := settings["aux_addresses"].(object)
		if diff := cmp.Diff(aux, texts(s.AuxAddress), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the engine shows other addresses: %s", diff)
		}
		if gateway, ok := settings["gateway"].(string); ok && !strings.EqualFold(gateway, s.Gateway) {
			t.Errorf("the gateway is %s, not %s", s.Gateway, gateway)
		}
		if ipRange, ok := settings["ip_range"].(string); ok && ipRange != s.IPRange {
			t.Errorf("the range is %s, not %s", s.IPRange, ipRange)
		}
	}
}

// TestConfigOnly has one network take its configuration from another.
func TestConfigOnly(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "its networks cannot share a configuration")
	s, b := suite(t), newBlock()
	s.Sound = nil
	template, name := newName(t), newName(t)
	templateConfig := b.in(object{"name": template, "config_only": true, "labels": object{"a": "1"}, "options": object{"x.y": "z"}})
	held := s.Hold(t, templateConfig)
	config := object{"name": name, "config_from": template}
	r := s.Hold(t, config)
	found := inspect(t, name)
	if found.ConfigFrom.Network != template || found.Labels["a"] != "1" || found.IPAM.Config[0].Subnet != b.subnet() {
		t.Errorf("the network has not taken the configuration: %+v", found)
	}
	if diags := held.TryDestroy(t.Context()); diags.Containing("is in use").Errors() == nil {
		t.Errorf("destroying the configuration in use: %s", diags)
	}
	if change := r.Apply(t, b.in(object{"name": name, "internal": true})); change.Action != core.Replace {
		t.Errorf("a configuration of its own: %s", change.Action)
	}
	r.Destroy(t)
	held.Destroy(t)
}

func TestDriver(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	name, b := newName(t), newBlock()
	// The engine itself looks for a plugin for 15 s before it answers so.
	p.Reply("POST", "/networks/create", 404, `plugin "no-such-driver" not found`)
	_, diags := r.TryApply(t.Context(), object{"name": name, "driver": "no-such-driver"})
	if diags.Containing("no-such-driver").Errors() == nil || !r.Gone() {
		t.Errorf("a driver that is not there: %s", diags)
	}
	p.Reset()
	config := b.in(object{"name": name, "driver": "bridge"})
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	config["driver"] = "macvlan"
	if change := r.Plan(t, config); change.Action != core.Replace {
		t.Errorf("another driver: %s", change.Action)
	}
	r.Destroy(t)
}

// TestIPv4 asks for what the engine may be too old for.
func TestIPv4(t *testing.T) {
	t.Parallel()
	engine, err := fixture.Client(t).ServerVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if api := engine.APIVersion; versions.GreaterThanOrEqualTo(api, "1.48") {
		t.Skipf("the engine speaks API %s, which can switch IPv4 off", api)
	}
	r := acctest.Docker(t).Resource(t, resourceType)
	_, diags := r.TryPlan(t.Context(), object{"name": newName(t), "ipv4": false})
	if len(diags.At("ipv4").Containing("1.48").Errors()) == 0 {
		t.Errorf("it says %s", diags)
	}
}
