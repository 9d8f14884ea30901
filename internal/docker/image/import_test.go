package image_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestImport(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := object{"name": name, "build": with(classic(labelled(t, "a"), name+":more"), "labels", object{"more": "a"})}
	made := server.Resource(t, resourceType)
	made.Apply(t, config)
	id := made.String(t, "image_id")

	r := server.Resource(t, resourceType)
	r.Import(t, name+":latest")
	r.ExpectEmptyPlan(t, object{"name": name})
	if diff := cmp.Diff(object{"name": name + ":latest", "engine": nil}, r.Identity().Map()); diff != "" {
		t.Errorf("the identity:\n%s", diff)
	}
	change := r.Apply(t, config)
	if change.Action != core.Update || change.Planned.String(t, "image_id") != id {
		t.Errorf("configuring an imported image: %s, image_id %v", change.Action, change.Planned.Value(t, "image_id"))
	}
	r.ExpectEmptyPlan(t, config)
	want := made.State().Map()
	want["name"] = name + ":latest"
	if diff := cmp.Diff(want, r.State().Map()); diff != "" {
		t.Errorf("after an import and an apply the state is another (-made +imported):\n%s", diff)
	}

	later := object{"name": name, "build": classic(labelled(t, "b"))}
	r.Apply(t, later)
	if r.String(t, "image_id") == id || present(t, id) || present(t, name+":more") {
		t.Error("the imported image was not built again")
	}
	r.Destroy(t)
	if present(t, name) {
		t.Error("the imported image is still there")
	}
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	foreign(t, name)
	r := server.Resource(t, resourceType)
	r.ImportIdentity(t, object{"name": name})
	r.ExpectEmptyPlan(t, object{"name": name})
	if !r.Bool(t, "owned") {
		t.Error("an imported image is not owned")
	}
	r.Destroy(t)
	if present(t, name) {
		t.Error("the imported image is still there")
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	if diags := r.TryImport(t.Context(), fixture.Name(t)); !diags.HasError() || !r.Gone() {
		t.Errorf("got %s", diags)
	}
}

func texts(list []string) []any {
	out := []any{}
	for _, text := range list {
		out = append(out, text)
	}
	return out
}

func TestDataSource(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	reference := fixture.ImageWithConfig(t)
	byName := server.Data(t, resourceType, object{"name": reference})
	found := of(t, reference)
	want := object{
		"name": reference, "id": found.ID, "engine": nil, "repo_tags": texts(found.RepoTags), "repo_digests": texts(found.RepoDigests),
		"architecture": found.Architecture, "variant": nil, "os": "linux", "size": found.Size, "created": found.Created,
		"author": found.Author, "labels": object{"from.image": "yes", "other": "image"},
		"env": object{"PATH": "/", "FROM_IMAGE": "yes", "OTHER": "image"}, "entrypoint": []any{"/toolbox"}, "cmd": []any{"sleep"},
		"user": "app", "working_dir": "/srv", "exposed_ports": []any{"5353/udp", "8080/tcp"}, "volumes": []any{"/data"}, "stop_signal": "SIGINT",
	}
	if diff := cmp.Diff(want, byName.Map()); diff != "" {
		t.Errorf("by name (-want +got):\n%s", diff)
	}
	byID := server.Data(t, resourceType, object{"id": found.ID}).Map()
	want["name"] = nil
	if diff := cmp.Diff(want, byID); diff != "" {
		t.Errorf("by id (-want +got):\n%s", diff)
	}
	for _, config := range []object{{}, {"name": "a", "id": found.ID}, {"id": "sha256:abc"}, {"name": "No Name"}, {"name": fixture.Name(t)}} {
		if _, diags := server.TryData(t.Context(), resourceType, config); !diags.HasError() {
			t.Errorf("%v: no error", config)
		}
	}
}
