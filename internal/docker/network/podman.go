package network

import (
	"context"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// What Docker's option for the size of packets is called by Podman.
const (
	dockerMTU = "com.docker.network.driver.mtu"
	podmanMTU = "mtu"
)

// hiddenOptions are options that Podman takes without showing them.
func hiddenOptions() []string { return []string{"com.docker.network.bridge.name", "parent"} }

// podmanNeeds are the options that Podman takes without a word and leaves out.
func podmanNeeds(planned tf.Values) []field.Need {
	var out []field.Need
	known := append(hiddenOptions(), dockerMTU, podmanMTU, "mode", "vlan")
	for _, name := range slices.Sorted(maps.Keys(planned.StringMap("options"))) {
		if !slices.Contains(known, name) {
			out = append(out, field.Need{At: path.Root("options").AtMapKey(name), Capability: docker.NetworkOptions})
		}
	}
	return out
}

// shown is what an inspect shows of the network that values ask for, in Docker's words whatever the make of the engine.
func shown(ctx context.Context, op *managed.Operation, values tf.Values, found network.Inspect) *spec {
	s := specOf(found, showsIPv4(ctx, op))
	if kind, err := op.Engine.Kind(ctx); err == nil && kind == docker.Podman {
		s.translate(ctx, values)
	}
	return s
}

// handle is what to remove a network by. By the id Podman would remove it from under the containers that are on it; it
// makes the id of the name, so that the name is as good.
func handle(ctx context.Context, op *managed.Operation, id string) string {
	if kind, err := op.Engine.Kind(ctx); err == nil && kind == docker.Podman {
		return op.Values.String("name")
	}
	return id
}

// Hides tells whether the engine keeps the attribute to itself: any container may join any of Podman's networks.
func (s *spec) Hides(attribute string) bool { return s.OfPodman && attribute == "attachable" }

// translate turns what Podman shows into what Docker would show of the network that values ask for. What Podman does not
// show cannot change while the network lives.
func (s *spec) translate(ctx context.Context, values tf.Values) {
	asked := new(spec)
	if diags := fields().Put(ctx, values, asked); diags.HasError() {
		return
	}
	s.OfPodman = true
	s.Options = maps.Clone(s.Options)
	if size, there := s.Options[podmanMTU]; there && asked.Options[podmanMTU] == "" {
		delete(s.Options, podmanMTU)
		s.Options[dockerMTU] = size
	}
	for _, name := range hiddenOptions() {
		if value, wanted := asked.Options[name]; wanted && s.Options != nil {
			s.Options[name] = value
		}
	}
	s.translateIPAM(asked)
}

// translateIPAM takes the driver of addresses from where Podman has it, and shows the ranges that it does not.
func (s *spec) translateIPAM(asked *spec) {
	ipam := *s.IPAM
	ipam.Options = maps.Clone(ipam.Options)
	if driver := ipam.Options["driver"]; driver != "" && driver != "host-local" {
		ipam.Driver = driver
	}
	delete(ipam.Options, "driver")
	ipam.Config = slices.Clone(ipam.Config)
	for i, subnet := range ipam.Config {
		if asked.IPAM == nil || subnet.IPRange != "" {
			continue
		}
		for _, want := range asked.IPAM.Config {
			if samePrefix(want.Subnet, subnet.Subnet) {
				ipam.Config[i].IPRange = want.IPRange
			}
		}
	}
	s.IPAM = &ipam
}

func samePrefix(a, b string) bool {
	x, errX := tf.Prefix.Canonical(a)
	y, errY := tf.Prefix.Canonical(b)
	return errX == nil && errY == nil && x == y
}
