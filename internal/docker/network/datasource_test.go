package network_test

import (
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestDataSource(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it has no aux_addresses")
	server, p := acctest.Proxied(t)
	name, b := newName(t), newBlock()
	r := server.Resource(t, resourceType)
	r.Apply(t, object{
		"name": name, "labels": object{"a": "1"}, "options": object{"com.docker.network.driver.mtu": "1400"},
		"ipam": object{"subnets": object{b.subnet(): object{"gateway": b.host(9), "aux_addresses": object{"x": b.host(3)}}}},
	})
	id := r.String(t, "id")
	fixture.Remove(t, fixture.Container, name)
	containerID := runOn(t, name)
	p.Reset()
	byName := server.Data(t, resourceType, object{"name": name})
	expectCalls(t, p.Log(), "the data source", "GET /networks/"+name)
	byID := server.Data(t, resourceType, object{"id": id})
	if diff := cmp.Diff(byName.Map(), byID.Map()); diff != "" {
		t.Errorf("by name and by id:\n%s", diff)
	}
	found := inspect(t, id)
	endpoint := found.Containers[containerID]
	want := object{
		"id": id, "name": name, "driver": "bridge", "scope": "local", "internal": false, "attachable": false, "ingress": false,
		"ipv4": nil, "ipv6": false, "config_only": false, "config_from": nil, "engine": nil,
		"labels": object{"a": "1"}, "options": object{"com.docker.network.driver.mtu": "1400"},
		"ipam": object{"driver": "default", "options": object{}, "subnets": object{b.subnet(): object{
			"gateway": b.host(9), "ip_range": nil, "aux_addresses": object{"x": b.host(3)},
		}}},
		"created_at": byName.Value(t, "created_at"),
		"containers": object{name: object{
			"container_id": containerID, "endpoint_id": endpoint.EndpointID, "mac_address": endpoint.MacAddress,
			"ipv4_address": endpoint.IPv4Address, "ipv6_address": nil,
		}},
	}
	if found.EnableIPv4 {
		want["ipv4"] = true
	}
	if diff := cmp.Diff(want, byName.Map()); diff != "" {
		t.Error(diff)
	}
	fixture.RemoveNow(t, fixture.Container, name)
	r.Destroy(t)
}

// runOn runs a container on a network of the same name.
func runOn(t *testing.T, name string) string {
	t.Helper()
	cli := fixture.Client(t)
	made, err := cli.ContainerCreate(t.Context(), &container.Config{Image: fixture.Image(t), Cmd: []string{"/toolbox", "sleep"}},
		&container.HostConfig{NetworkMode: container.NetworkMode(name)}, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := cli.ContainerStart(t.Context(), made.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func TestDataSourceMisses(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := newName(t)
	id := foreign(t, name)
	if got := server.Data(t, resourceType, object{"name": name}); got.String(t, "id") != id {
		t.Errorf("it found %v", got.Map())
	}
	for what, tt := range map[string]struct {
		config object
		at     string
	}{
		"not there":           {object{"name": name + "-not-there"}, "name"},
		"beginning of an id":  {object{"name": id[:12]}, "name"},
		"id not there":        {object{"id": strings.Repeat("0", 64)}, "id"},
		"part of an id":       {object{"id": id[:12]}, "id"},
		"invalid name":        {object{"name": "a/b"}, "name"},
		"neither name nor id": {object{}, "name"},
		"both":                {object{"name": name, "id": id}, "name"},
	} {
		if _, diags := server.TryData(t.Context(), resourceType, tt.config); len(diags.At(tt.at).Errors()) == 0 {
			t.Errorf("%s: nothing at %s, but %s", what, tt.at, diags)
		}
	}
	fixture.RemoveNow(t, fixture.Network, name)
}
