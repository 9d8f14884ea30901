package network_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestMove moves networks that the provider kreuzwerker/docker made, with states as its versions leave them.
func TestMove(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		made    network.CreateOptions
		version int64
		state   object
		ours    object
		want    core.Action
	}{
		"version 2": {
			made:  network.CreateOptions{Labels: map[string]string{"a": "1"}, Options: map[string]string{}},
			state: object{"labels": object{"a": "1"}, "check_duplicate": nil, "driver": "bridge", "ipam_driver": "default"},
			ours:  object{"labels": object{"a": "1"}}, want: core.NoOp,
		},
		"version 3.0.2": {
			made: network.CreateOptions{
				Driver: "bridge", Internal: true, Attachable: true, Options: map[string]string{"com.docker.network.driver.mtu": "1400"},
				IPAM: &network.IPAM{Driver: "default"},
			},
			version: 1,
			state: object{"labels": []any{}, "ipam_config": []any{object{
				"aux_address": object{}, "gateway": "172.28.0.1", "ip_range": "", "subnet": "172.28.0.0/16",
			}}},
			ours: object{"internal": true, "attachable": true, "options": object{"com.docker.network.driver.mtu": "1400"}},
			want: core.NoOp,
		},
		"version 4.5 with all of ipam": {
			made: network.CreateOptions{Driver: "bridge", IPAM: &network.IPAM{Driver: "default", Config: []network.IPAMConfig{{
				Subnet: "10.213.79.0/27", IPRange: "10.213.79.16/28", Gateway: "10.213.79.1", AuxAddress: map[string]string{"db": "10.213.79.9"},
			}}}},
			version: 1, state: object{"labels": []any{}, "ipam_driver": "default"},
			ours: object{"ipam": object{"subnets": object{"10.213.79.0/27": object{
				"ip_range": "10.213.79.16/28", "gateway": "10.213.79.1", "aux_addresses": object{"db": "10.213.79.9"},
			}}}},
			want: core.NoOp,
		},
		"version 4.5 with a subnet": {
			made: network.CreateOptions{IPAM: &network.IPAM{Driver: "default", Config: []network.IPAMConfig{{Subnet: "10.213.79.32/28"}}}},
			// An engine shows what it chose itself in the same way, so this is no change but has to be written down.
			version: 1, state: object{"labels": []any{}},
			ours: object{"ipam": object{"subnets": object{"10.213.79.32/28": object{}}}}, want: core.Update,
		},
		"driver spelt out": {version: 1, state: object{}, ours: object{"driver": "bridge"}, want: core.Update},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(name, "all of ipam") {
				fixture.DockerOnly(t, "it has no aux_addresses")
			}
			name := fixture.Name(t)
			fixture.Remove(t, fixture.Network, name)
			made, err := fixture.Client(t).NetworkCreate(t.Context(), name, c.made)
			if err != nil {
				t.Fatal(err)
			}
			c.state["id"], c.state["name"], c.ours["name"] = made.ID, name, name
			raw, err := json.Marshal(c.state)
			if err != nil {
				t.Fatal(err)
			}
			server, engine := acctest.Proxied(t)
			r := server.Resource(t, "containers_docker_network")
			r.Move(t, core.Foreign{
				Type: "docker_network", Provider: "registry.opentofu.org/kreuzwerker/docker", SchemaVersion: c.version, State: raw,
			})
			if got := r.Identity().String(t, "id"); got != made.ID {
				t.Errorf("the identity is %q, want %q", got, made.ID)
			}
			engine.Reset()
			if c.ours["attachable"] != nil && fixture.Podman(t) {
				c.want = core.Update // It does not show it, so that it has to be written down.
			}
			if change := r.Apply(t, c.ours); change.Action != c.want {
				t.Errorf("the plan was to %s (%v), want %s", change.Action, change.Replace, c.want)
			}
			for _, request := range engine.Requests() {
				t.Errorf("the engine was asked to %s", request)
			}
			r.Refresh(t)
			r.ExpectEmptyPlan(t, c.ours)
		})
	}
}
