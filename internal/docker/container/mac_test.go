package container_test

import (
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

const (
	oneMAC   = "02:42:0a:00:01:01"
	otherMAC = "02:42:0a:00:01:02"
)

// hasMAC wants the container to have a hardware address on a network, or another one than that.
func hasMAC(t *testing.T, r *core.Resource, net, mac string, want bool) {
	t.Helper()
	if got := look(t, r.String(t, "id")).NetworkSettings.Networks[net].MacAddress; (got == mac) != want {
		t.Errorf("on the network the hardware address is %s; that it is %s should be %t", got, mac, want)
	}
}

// TestHardwareAddressChanges are made on a new container: engines ignore or forget an address that they are told later.
func TestHardwareAddressChanges(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it takes no fixed hardware address through this API")
	net, other := aNetwork(t), aNetwork(t)
	on := func(endpoint object) object { return object{net: endpoint} }
	r, config := running(t, object{"networks": on(object{})})
	for _, step := range []struct {
		what   string
		config object
		action core.Action
		mac    string
	}{
		{"without", on(object{}), core.Create, ""},
		{"set", on(object{"mac_address": oneMAC}), core.Replace, oneMAC},
		{"spelt otherwise", on(object{"mac_address": "02-42-0A-00-01-01"}), core.NoOp, oneMAC},
		{"changed", on(object{"mac_address": otherMAC}), core.Replace, otherMAC},
		{"beside an alias", on(object{"mac_address": otherMAC, "aliases": []any{"web"}}), core.Replace, otherMAC},
		{"beside another network", object{net: object{"mac_address": otherMAC, "aliases": []any{"web"}}, other: object{}}, core.Update, otherMAC},
		{"removed", on(object{}), core.Replace, ""},
	} {
		does(t, r, with(config, "networks", step.config), step.action)
		if step.mac != "" {
			hasMAC(t, r, net, step.mac, true)
		} else {
			hasMAC(t, r, net, otherMAC, false)
		}
	}
}

// TestHardwareAddressesOfAll networks can be fixed where the engine has the means.
func TestHardwareAddressesOfAll(t *testing.T) {
	t.Parallel()
	requires(t, docker.EndpointMACAddress)
	a, b := aNetwork(t), aNetwork(t)
	r, config := running(t, object{"networks": object{a: object{"mac_address": oneMAC}, b: object{"mac_address": otherMAC}}})
	does(t, r, config, core.Create)
	hasMAC(t, r, a, oneMAC, true)
	hasMAC(t, r, b, otherMAC, true)
	if err := fixture.Client(t).ContainerRestart(t.Context(), r.String(t, "id"), container.StopOptions{}); err != nil {
		t.Fatal(err)
	}
	r.ExpectEmptyPlan(t, config)
	hasMAC(t, r, b, otherMAC, true)
}

// TestHardwareAddressUnknown is about networks that are only known at the apply, and may bring another address.
func TestHardwareAddressUnknown(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it takes no fixed hardware address through this API")
	net := aNetwork(t)
	r, config := running(t, object{"networks": object{net: object{"mac_address": oneMAC}}})
	does(t, r, config, core.Create)
	wanted := with(config, "networks", object{net: object{"mac_address": otherMAC}})
	if change := r.ApplyPlanned(t, with(config, "networks", core.Unknown), wanted); change.Action != core.Replace {
		t.Errorf("the plan was to %s", change.Action)
	}
	hasMAC(t, r, net, otherMAC, true)
}

// TestHardwareAddressImported was asked for by others. No import can tell; naming it in the configuration changes nothing.
func TestHardwareAddressImported(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it takes no fixed hardware address through this API")
	net, other := aNetwork(t), ""
	networks := object{net: object{"mac_address": oneMAC}}
	if has(t, docker.EndpointMACAddress) {
		other = aNetwork(t)
		networks[other] = object{"mac_address": otherMAC}
	}
	r, config := running(t, object{"networks": networks, "network_mode": net})
	name, _ := config["name"].(string)
	cli := fixture.Client(t)
	command, _ := config["command"].([]any)
	grace := 0
	made := &container.Config{Image: fixture.Image(t), StopTimeout: &grace}
	for _, word := range command {
		text, _ := word.(string)
		made.Cmd = append(made.Cmd, text)
	}
	endpoints := map[string]*network.EndpointSettings{}
	if other != "" {
		endpoints[net], endpoints[other] = &network.EndpointSettings{MacAddress: oneMAC}, &network.EndpointSettings{MacAddress: otherMAC}
	} else {
		made.MacAddress = oneMAC //nolint:staticcheck // Engines before API version 1.44 have no other place for it.
	}
	created, err := cli.ContainerCreate(t.Context(), made, &container.HostConfig{NetworkMode: container.NetworkMode(net)},
		&network.NetworkingConfig{EndpointsConfig: endpoints}, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := cli.ContainerStart(t.Context(), created.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	r.Import(t, created.ID)
	if change := r.Apply(t, config); change.Action == core.Replace {
		t.Errorf("the import is followed by a replacement: %v", change.Replace)
	}
	r.ExpectEmptyPlan(t, config)
	if got := r.String(t, "id"); got != created.ID {
		t.Error("it is another container")
	}
	hasMAC(t, r, net, oneMAC, true)
	if other != "" {
		hasMAC(t, r, other, otherMAC, true)
	}
}
