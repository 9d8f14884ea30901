package builder_test

import (
	"encoding/json"
	"testing"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestList(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	name, config := contained(t, "labels", object{"of": "test"})
	r.Apply(t, config)
	mine := object{"filters": object{"name": []any{name}}}
	found := server.List(t, resourceType, mine, core.ListOptions{IncludeResource: true})
	if len(found) != 1 || found[0].DisplayName != name {
		t.Fatalf("found %d", len(found))
	}
	if diff := cmp.Diff(object{"address": "docker-container://" + name, "engine": nil}, found[0].Identity.Map()); diff != "" {
		t.Error(diff)
	}
	if got := found[0].Resource.Value(t, "container.labels.of"); got != any("test") {
		t.Errorf("its label is %v", got)
	}
	r.Destroy(t)
}

// TestMove moves builders of the provider kreuzwerker/docker: one in a container as buildx makes it, and a remote one.
func TestMove(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	move := func(r *core.Resource, state object) {
		t.Helper()
		raw, err := json.Marshal(state)
		if err != nil {
			t.Fatal(err)
		}
		r.Move(t, core.Foreign{Type: "docker_buildx_builder", Provider: "registry.terraform.io/kreuzwerker/docker", State: raw})
	}
	cli, image, name := fixture.Client(t), buildkitd.Image(t), fixture.Name(t)
	whole := "buildx_buildkit_" + name + "0"
	fixture.Remove(t, fixture.Volume, whole+"_state")
	fixture.Remove(t, fixture.Container, whole)
	_, err := cli.ContainerCreate(t.Context(),
		&container.Config{Image: image, Cmd: []string{"--oci-worker-snapshotter=native"}},
		&container.HostConfig{
			CapAdd: []string{"SYS_ADMIN"},
			Mounts: []mount.Mount{{Type: mount.TypeVolume, Source: whole + "_state", Target: "/var/lib/buildkit"}},
		}, nil, nil, whole)
	if err == nil {
		err = cli.ContainerStart(t.Context(), whole, container.StartOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	r := server.Resource(t, resourceType)
	move(r, object{"id": name, "name": name, "driver": "docker-container"})
	r.Refresh(t)
	if r.String(t, "address") != "docker-container://"+whole || !sameImage(r.String(t, "container.image"), image) || r.Value(t, "container.volume") != nil {
		t.Errorf("moved to %v", r.State().Map())
	}
	r.Destroy(t)
	fixture.Gone(t, fixture.Volume, whole+"_state")

	d := buildkitd.Start(t, buildkitd.Options{})
	r = server.Resource(t, resourceType)
	move(r, object{"id": "x", "name": "x", "driver": "remote", "endpoint": d.Address})
	r.Refresh(t)
	r.ExpectEmptyPlan(t, object{"remote": object{"address": d.Address}})
}

// sameImage tells whether two references mean the same image: Podman shows whole names.
func sameImage(a, b string) bool {
	x, errX := reference.ParseDockerRef(a)
	y, errY := reference.ParseDockerRef(b)
	return errX == nil && errY == nil && x.String() == y.String()
}
