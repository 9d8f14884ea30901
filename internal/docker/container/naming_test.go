package container_test

import (
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestImageByID is about an image that is configured by its id where the container was made of a name, and the other way.
func TestImageByID(t *testing.T) {
	t.Parallel()
	name := fixture.Image(t)
	found, err := docker.InspectImage(t.Context(), fixture.Client(t), name)
	if err != nil {
		t.Fatal(err)
	}
	r, config := resting(t, nil)
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	if got := r.String(t, "image_id"); got != found.ID {
		t.Errorf("image_id is %s, want %s", got, found.ID)
	}
	does(t, r, with(config, "image", found.ID), core.Update)
	does(t, r, with(config, "image", strings.TrimPrefix(found.ID, "sha256:")), core.NoOp)
	if got := r.String(t, "id"); got != id {
		t.Error("the container was replaced")
	}
	byID, config := resting(t, object{"image": found.ID})
	does(t, byID, config, core.Create)
	if change := byID.Plan(t, with(config, "image", fixture.ImageWithConfig(t))); change.Action != core.Replace {
		t.Errorf("another image is planned to %s", change.Action)
	}
}

// TestImageIsPulled is about an image that the engine does not have and a registry does.
func TestImageIsPulled(t *testing.T) {
	t.Parallel()
	registry := fixture.Registry(t)
	ref, _ := registry.Push(t, "app:v1", fixture.Build(t, fixture.ImageOptions{Config: v1.Config{Env: []string{"PATH=/"}}}))
	fixture.Remove(t, fixture.ImageRef, ref)
	r, config := resting(t, object{"image": ref})
	does(t, r, config, core.Create)
	before := len(registry.Requests())
	again, config := resting(t, object{"image": ref})
	does(t, again, config, core.Create)
	if len(registry.Requests()) != before {
		t.Error("an image that the engine has was asked of the registry")
	}
	none, config := resting(t, object{"image": registry.Host + "/app:v2"})
	fails(t, none, config, "Unable to create container", registry.Host+"/app:v2", "does not have the image")
	if !none.Gone() {
		t.Error("there is a state although nothing was created")
	}
}

// TestImageMovesOn is about a name that means another image later, and one that means none: neither touches the container.
func TestImageMovesOn(t *testing.T) {
	t.Parallel()
	ref := fixture.Name(t) + ":latest"
	fixture.Load(t, ref, fixture.Build(t, fixture.ImageOptions{Author: "one"}))
	r, config := resting(t, object{"image": ref})
	does(t, r, config, core.Create)
	fixture.Load(t, ref, fixture.Build(t, fixture.ImageOptions{Author: "two"}))
	r.ExpectEmptyPlan(t, config)
	_, err := fixture.Client(t).ImageRemove(t.Context(), ref, image.RemoveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r.ExpectEmptyPlan(t, config)
}

// TestForeignName is about a container of the same name that is not ours: it is neither adopted nor touched.
func TestForeignName(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	cli := fixture.Client(t)
	fixture.Remove(t, fixture.Container, name)
	made, err := cli.ContainerCreate(t.Context(), &container.Config{Image: fixture.Image(t), Cmd: []string{"/toolbox", "sleep"}}, nil, nil,
		nil, name)
	if err != nil {
		t.Fatal(err)
	}
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	config := object{"name": name, "image": fixture.Image(t), "state": "created"}
	fails(t, r, config, "Unable to create container", name, "already there", "Import it")
	if !r.Gone() {
		t.Error("the state has a container that is not ours")
	}
	r.Destroy(t)
	if got := look(t, name).ID; got != made.ID {
		t.Errorf("the container is another one: %s, was %s", got, made.ID)
	}
	mine, config := resting(t, nil)
	does(t, mine, config, core.Create)
	_, diags := mine.TryApply(t.Context(), with(config, "name", name))
	if !diags.HasError() {
		t.Error("renaming to a name that is taken is no error")
	}
	if got := look(t, name).ID; got != made.ID {
		t.Errorf("the container is another one: %s, was %s", got, made.ID)
	}
	mine.Converge(t, config)
}

// TestNames is about names that are given, begun and left out.
func TestNames(t *testing.T) {
	t.Parallel()
	r, config := running(t, nil)
	does(t, r, config, core.Create)
	id, renamed := r.String(t, "id"), config["name"].(string)+"-b"
	does(t, r, with(config, "name", renamed), core.Update)
	if got := look(t, renamed); got.ID != id || !got.State.Running {
		t.Error("renaming did more than to rename")
	}
	does(t, r, without(config, "name"), core.NoOp)
	if err := fixture.Client(t).ContainerRename(t.Context(), id, renamed+"c"); err != nil {
		t.Fatal(err)
	}
	r.Refresh(t)
	does(t, r, with(config, "name", renamed), core.Update)
	if got := look(t, renamed); got.ID != id {
		t.Error("a container that was renamed is another one")
	}
}

// TestNameKnownLater is about a name that is not known before the apply: it may be the one of before, or another one.
func TestNameKnownLater(t *testing.T) {
	t.Parallel()
	r, config := resting(t, nil)
	does(t, r, config, core.Create)
	later := with(config, "name", core.Unknown)
	for _, name := range []string{config["name"].(string), config["name"].(string) + "-b"} {
		after := with(config, "name", name)
		if change := r.ApplyPlanned(t, later, after); change.Action != core.Update {
			t.Errorf("a name that is known later is planned to %s", change.Action)
		}
		r.ExpectEmptyPlan(t, after)
	}
}

// TestGeneratedNames is about names that the provider makes.
func TestGeneratedNames(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", fixture.Name(t)} {
		config := object{"image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created"}
		if prefix != "" {
			fixture.NothingLeft(t, prefix)
			config["name_prefix"] = prefix
		}
		names := map[string]bool{}
		for range 2 {
			r := resource(t, config)
			does(t, r, config, core.Create)
			name := r.String(t, "name")
			if !strings.HasPrefix(name, prefix) || len(name) <= len(prefix) || names[name] {
				t.Errorf("the name is %q, the prefix is %q", name, prefix)
			}
			names[name] = true
			does(t, r, with(config, "labels", object{"a": "b"}), core.Replace)
		}
	}
}

func without(base object, name string) object {
	out := with(base, name, nil)
	delete(out, name)
	return out
}

// TestPlatform is about choosing an image by its platform, of which the engine shows less than was asked for.
func TestPlatform(t *testing.T) {
	t.Parallel()
	version, err := fixture.Client(t).ServerVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, config := resting(t, object{"platform": "linux/" + version.Arch})
	does(t, r, config, core.Create)
	r.Refresh(t)
	does(t, r, config, core.NoOp)
	if change := r.Plan(t, with(config, "platform", "linux/s390x")); change.Action != core.Replace {
		t.Errorf("another platform is planned to %s", change.Action)
	}
}

// TestTwoAtOnce is about two applies that want the same name at the same time: one of them wins, the other one fails.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	server := acctest.Docker(t)
	config := object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created"}
	outcomes := make(chan core.Diagnostics)
	for range 2 {
		r := server.Resource(t, "containers_docker_container")
		destroyed(t, r)
		go func() {
			_, diags := r.TryApply(t.Context(), config)
			outcomes <- diags
		}()
	}
	failed := 0
	for range 2 {
		if diags := <-outcomes; diags.HasError() {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d of two failed, want one", failed)
	}
	if !fixture.Exists(t, fixture.Container, name) {
		t.Error("the container of the winner is not there")
	}
}
