package container

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Engines keep a hardware address that they are told when they create a container. One that they are told when they
// connect a container later, most of them forget without a word. So an address never changes in place.

const macAddress = "mac_address"

// joinsWithMAC tells whether the change makes the container join a network anew with a hardware address, or give one up.
// Where it is not known, it may.
func joinsWithMAC(was, will attr.Value) bool {
	before := elementsOf(was)
	if will.IsUnknown() {
		return slices.ContainsFunc(slices.Collect(maps.Values(before)), hasMAC)
	}
	return len(newMACs(before, elementsOf(will))) > 0
}

// newMACs are the networks that joinsWithMAC is about.
func newMACs(was, will map[string]attr.Value) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(will)) {
		before, stays := was[name]
		if stays && before != nil && tf.Same(before, will[name]) {
			continue
		}
		if hasMAC(before) || hasMAC(will[name]) {
			out = append(out, name)
		}
	}
	return out
}

// hasMAC tells whether an element of networks asks for a hardware address, known or not.
func hasMAC(endpoint attr.Value) bool {
	object, _ := endpoint.(types.Object)
	mac, there := object.Attributes()[macAddress]
	return there && !mac.IsNull()
}

// withoutMAC is an element of networks without its hardware address.
func withoutMAC(ctx context.Context, endpoint attr.Value) attr.Value {
	object, ok := endpoint.(types.Object)
	if !ok || !hasMAC(endpoint) {
		return endpoint
	}
	attributes := object.Attributes()
	attributes[macAddress] = tf.NullOf(ctx, attributes[macAddress].Type(ctx))
	return types.ObjectValueMust(object.AttributeTypes(ctx), attributes)
}

// adoptMACs takes the hardware addresses that the container already has as known: an import cannot tell whether they
// were asked for. It returns an error where the container has another one by now.
func (j *job) adoptMACs(ctx context.Context, was, will map[string]attr.Value) error {
	names := newMACs(was, will)
	if len(names) == 0 {
		return nil
	}
	actual, err := j.inspectNetworks(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		before, there := was[name]
		endpoint := actual[name]
		same := there && (before == nil || tf.Same(withoutMAC(ctx, before), withoutMAC(ctx, will[name])))
		if !same || !hasMAC(will[name]) || endpoint == nil ||
			!tf.Same(tf.MAC.Value(endpoint.MacAddress), tf.MAC.Value(j.want.Networks[name].MacAddress)) {
			return fmt.Errorf("network %s: the container no longer has the mac_address that it had when this was planned. Plan again", name)
		}
		was[name] = will[name]
	}
	return nil
}

func (j *job) inspectNetworks(ctx context.Context) (map[string]*network.EndpointSettings, error) {
	found, err := j.Client.ContainerInspect(ctx, j.want.ID)
	if err != nil {
		return nil, err
	}
	return shown(ctx, j.Operation, j.Values, found).Networks, nil
}

// macNeeds are the needs of hardware addresses: older engines give one only on the network that the container starts on.
func macNeeds(planned tf.Values) []field.Need {
	networks := elementsOf(planned["networks"])
	if mode := planned["network_mode"]; mode == nil || mode.IsUnknown() {
		return nil
	}
	var out []field.Need
	for _, name := range slices.Sorted(maps.Keys(networks)) {
		if !hasMAC(networks[name]) {
			continue
		}
		need := field.Need{At: path.Root("networks").AtMapKey(name).AtName(macAddress), Capability: docker.HardwareAddress}
		if name != startsOn(planned, networks) {
			need.Capability = docker.EndpointMACAddress
		}
		out = append(out, need)
	}
	return out
}

// startsOn is primaryNetwork of planned values, for engines that have no priorities of networks.
func startsOn(planned tf.Values, networks map[string]attr.Value) string {
	if mode := planned.String("network_mode"); mode != "" {
		return mode
	}
	return slices.Min(slices.Collect(maps.Keys(networks)))
}
