package container_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// plantNetwork makes a network behind the provider's back, and removes it with the test.
func plantNetwork(t *testing.T, name string, options network.CreateOptions) {
	t.Helper()
	cli := fixture.Client(t)
	fixture.Remove(t, fixture.Network, name)
	if options.Driver == "" {
		options.Driver = "bridge"
	}
	if options.IPAM == nil && options.Driver == "bridge" {
		options.IPAM = &network.IPAM{Config: []network.IPAMConfig{{Subnet: freeSubnet()}}}
	}
	if _, err := cli.NetworkCreate(t.Context(), name, options); err != nil {
		t.Fatal(err)
	}
}

// aNetwork is a fresh network.
func aNetwork(t *testing.T) string {
	t.Helper()
	name := fixture.Name(t)
	plantNetwork(t, name, network.CreateOptions{})
	return name
}

// subnet is a network whose addresses are known, out of the ranges that engines choose from by themselves.
func subnet(t *testing.T, v4, v6 string) string {
	t.Helper()
	name := fixture.Name(t)
	ipam := &network.IPAM{Config: []network.IPAMConfig{{Subnet: v4}}}
	yes := true
	options := network.CreateOptions{IPAM: ipam}
	if v6 != "" {
		ipam.Config = append(ipam.Config, network.IPAMConfig{Subnet: v6})
		options.EnableIPv6 = &yes
	}
	plantNetwork(t, name, options)
	return name
}

// attached are the names of the networks that the container is on.
func attached(t *testing.T, r *core.Resource) []string {
	t.Helper()
	var out []string
	for name := range look(t, r.String(t, "id")).NetworkSettings.Networks {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// TestNetworksInPlace changes the networks of a container that runs, ports and all.
func TestNetworksInPlace(t *testing.T) {
	t.Parallel()
	a, b, c := aNetwork(t), aNetwork(t), aNetwork(t)
	r, config := running(t, object{"ports": object{"80/tcp": []any{"127.0.0.1:0"}}})
	does(t, r, config, core.Create)
	id, started := r.String(t, "id"), look(t, r.String(t, "id")).State.StartedAt
	for _, step := range []struct {
		networks object
		want     []string
	}{
		{object{a: object{}}, []string{a}},
		{object{a: object{}, b: object{"aliases": []any{"db"}}}, []string{a, b}},
		{object{b: object{"aliases": []any{"db", "store"}}, c: object{}}, []string{b, c}},
		{object{c: object{}}, []string{c}},
		{object{c: object{"aliases": []any{"web"}}}, []string{c}},
		{object{c: object{}}, []string{c}},
	} {
		config = with(config, "networks", step.networks)
		does(t, r, config, core.Update)
		if got := attached(t, r); !cmp.Equal(got, step.want) {
			t.Errorf("it is on %v, want %v", got, step.want)
		}
		shown := look(t, id)
		for name, endpoint := range step.networks {
			want, _ := endpoint.(object)["aliases"].([]any)
			for _, alias := range want {
				if !slices.Contains(shown.NetworkSettings.Networks[name].Aliases, alias.(string)) {
					t.Errorf("the alias %s is missing on %s", alias, name)
				}
			}
			if len(want) == 0 && slices.Contains(shown.NetworkSettings.Networks[name].Aliases, "web") {
				t.Errorf("an alias that was removed is still there on %s", name)
			}
		}
		if r.Int(t, `published_ports["80/tcp"][0].host_port`) == 0 {
			t.Errorf("on %v the port is not published", step.want)
		}
	}
	if shown := look(t, id); shown.State.StartedAt != started {
		t.Error("the container was started anew")
	}
	does(t, r, with(config, "state", "stopped"), core.Update)
	does(t, r, config, core.Update)
	if got := attached(t, r); !cmp.Equal(got, []string{c}) {
		t.Errorf("after a start it is on %v, want %v", got, c)
	}
}

// TestAliasesWithHostName is about a container with a host name of its own, which engines show among its aliases.
func TestAliasesWithHostName(t *testing.T) {
	t.Parallel()
	a, b := aNetwork(t), aNetwork(t)
	r, config := running(t, object{"hostname": "web"})
	for i, networks := range []object{
		{a: object{"aliases": []any{"zz", "db"}}},
		{a: object{"aliases": []any{"zz", "db", "web"}}},
		{a: object{"aliases": []any{"db"}}, b: object{"aliases": []any{"web"}}},
		{a: object{}, b: object{"aliases": []any{"other"}}},
	} {
		config = with(config, "networks", networks)
		action := core.Update
		if i == 0 {
			action = core.Create
		}
		does(t, r, config, action)
	}
	r.Destroy(t)
}

// TestNetworksRemoved is about networks that are taken out of the configuration altogether.
func TestNetworksRemoved(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it calls the default network podman, and shows no mode")
	a, b := aNetwork(t), aNetwork(t)
	r, config := resting(t, object{"networks": object{a: object{}, b: object{}}})
	does(t, r, config, core.Create)
	if got := string(look(t, r.String(t, "id")).HostConfig.NetworkMode); got != a {
		t.Errorf("the network of the create call is %s, want the first one", got)
	}
	does(t, r, without(config, "networks"), core.Replace)
	if got := attached(t, r); !cmp.Equal(got, []string{"bridge"}) {
		t.Errorf("it is on %v, want the default network", got)
	}
}

// TestNetworksSpeltOut is about networks that are said in another way than before: where nothing changes nothing is
// done, and what is new is done.
func TestNetworksSpeltOut(t *testing.T) {
	t.Parallel()
	a := aNetwork(t)
	r, config := running(t, object{"network_mode": a})
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	for _, networks := range []any{object{a: object{}}, nil, object{a: object{"aliases": []any{"db"}}}} {
		does(t, r, with(config, "networks", networks), core.Update)
	}
	if got := look(t, id).NetworkSettings.Networks[a].Aliases; !slices.Contains(got, "db") {
		t.Errorf("the aliases are %v", got)
	}
	does(t, r, config, core.Replace)
}

// TestForeignNetwork is about a network that somebody else attached: it is left, and one that was left is joined again.
func TestForeignNetwork(t *testing.T) {
	t.Parallel()
	a, b := aNetwork(t), aNetwork(t)
	r, config := running(t, object{"networks": object{a: object{"aliases": []any{"x"}}}})
	does(t, r, config, core.Create)
	id, cli := r.String(t, "id"), fixture.Client(t)
	if err := cli.NetworkConnect(t.Context(), b, id, nil); err != nil {
		t.Fatal(err)
	}
	r.Refresh(t)
	does(t, r, config, core.Update)
	if err := cli.NetworkDisconnect(t.Context(), a, id, true); err != nil {
		t.Fatal(err)
	}
	r.Refresh(t)
	does(t, r, config, core.Update)
	if got := attached(t, r); !cmp.Equal(got, []string{a}) {
		t.Errorf("it is on %v, want %v", got, a)
	}
	if got := r.String(t, "id"); got != id {
		t.Error("the container was replaced")
	}
}

// TestFixedAddresses are given, changed in place and taken away again.
func TestFixedAddresses(t *testing.T) {
	t.Parallel()
	net := subnet(t, "10.213.71.0/24", "fd00:d5:71::/64")
	r, config := running(t, nil)
	at := func(more object) object { return with(config, "networks", object{net: more}) }
	does(t, r, at(object{"ipv4_address": "10.213.71.77", "ipv6_address": "fd00:d5:71:0::77"}), core.Create)
	address := func(name string) string { return r.String(t, "network_data[\""+net+"\"]."+name) }
	if address("ip_address") != "10.213.71.77" || address("global_ipv6_address") != "fd00:d5:71::77" {
		t.Errorf("the addresses are %v", r.Value(t, "network_data"))
	}
	if change := r.Plan(t, at(object{"ipv4_address": "10.213.71.77", "ipv6_address": "fd00:d5:71::0077"})); change.Action != core.NoOp {
		t.Errorf("another spelling of an address is planned to %s", change.Action)
	}
	does(t, r, at(object{"ipv4_address": "10.213.71.78"}), core.Update)
	if address("ip_address") != "10.213.71.78" || address("global_ipv6_address") == "fd00:d5:71::77" {
		t.Errorf("the addresses are %v", r.Value(t, "network_data"))
	}
	does(t, r, at(object{}), core.Update)
	if address("ip_address") == "" || address("ip_address") == "10.213.71.78" {
		t.Errorf("the addresses are %v", r.Value(t, "network_data"))
	}
	fails(t, r, at(object{"ipv4_address": "10.99.0.1"}), "Unable to update container")
	r.Converge(t, at(object{"ipv4_address": "10.213.71.79"}))
	if address("ip_address") != "10.213.71.79" {
		t.Errorf("the addresses are %v", r.Value(t, "network_data"))
	}
}

// TestHardwareAddress is fixed for the network that the container is created on, on any engine.
func TestHardwareAddress(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it takes no fixed hardware address through this API")
	net := aNetwork(t)
	r, config := running(t, object{"networks": object{net: object{"mac_address": "02:42:AC:00:00:07"}}})
	does(t, r, config, core.Create)
	if got := r.String(t, "network_data[\""+net+"\"].mac_address"); got != "02:42:ac:00:00:07" {
		t.Errorf("the hardware address is %s", got)
	}
	does(t, r, with(config, "state", "stopped"), core.Update)
	does(t, r, config, core.Update)
	if got := r.String(t, "network_data[\""+net+"\"].mac_address"); got != "02:42:ac:00:00:07" {
		t.Errorf("after a start the hardware address is %s", got)
	}
}

// TestNetworkMadeAnewMeanwhile is about a container that does not run while its networks are removed and made anew: it keeps
// the ids of those before, and would never start again.
func TestNetworkMadeAnewMeanwhile(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "Podman keeps networks that containers are on")
	a, b := aNetwork(t), aNetwork(t)
	both := object{a: object{"aliases": []any{"db"}}, b: object{}}
	for _, more := range []object{{"networks": both}, {"network_mode": a}} {
		r, config := running(t, more)
		does(t, r, config, core.Create)
		does(t, r, with(config, "state", "stopped"), core.Update)
		for _, name := range []string{a, b} {
			if err := fixture.Client(t).NetworkRemove(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			plantNetwork(t, name, network.CreateOptions{})
		}
		does(t, r, config, core.Update)
		r.Destroy(t)
	}
}

// TestNetworkMode is about the network that a container starts on.
func TestNetworkMode(t *testing.T) {
	t.Parallel()
	a, b := aNetwork(t), aNetwork(t)
	for _, c := range []struct {
		name string
		more object
		mode string
		on   []string
	}{
		{"default", nil, "default", []string{"bridge"}},
		{"bridge", object{"network_mode": "bridge"}, "bridge", []string{"bridge"}},
		{"host", object{"network_mode": "host"}, "host", []string{"host"}},
		{"none", object{"network_mode": "none"}, "none", []string{"none"}},
		{"a network", object{"network_mode": a}, a, []string{a}},
		{"the second one", object{"network_mode": b, "networks": object{a: object{}, b: object{}}}, b, []string{a, b}},
		{"the default and more", object{"networks": object{"bridge": object{}, a: object{"aliases": []any{"x"}}}}, a, []string{a, "bridge"}},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			r, config := running(t, c.more)
			does(t, r, config, core.Create)
			if fixture.Podman(t) {
				return // It shows the networks in words of its own: that the plan is empty afterwards is what counts.
			}
			if got := string(look(t, r.String(t, "id")).HostConfig.NetworkMode); got != c.mode && c.name != "default" {
				t.Errorf("the mode is %s, want %s", got, c.mode)
			}
			if got := attached(t, r); !cmp.Equal(got, c.on) {
				t.Errorf("it is on %v, want %v", got, c.on)
			}
		})
	}
}
