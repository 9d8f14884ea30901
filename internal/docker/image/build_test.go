package image_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

func TestBuildFollowsItsContext(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	dir := folder(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY . /\n", ".dockerignore": "ignored\n", "a.txt": name, "ignored": "1",
	})
	config := object{"name": name, "build": object{"context": dir}}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	first := r.String(t, "image_id")
	cleanID(t, first)
	if got := of(t, name).ID; got != first {
		t.Fatalf("the engine has %s, the state %s", got, first)
	}
	r.ExpectEmptyPlan(t, config)

	write(t, filepath.Join(dir, "ignored"), "2")
	r.ExpectEmptyPlan(t, config)

	write(t, filepath.Join(dir, "a.txt"), name+" changed")
	change := r.Plan(t, config)
	if change.Action != core.Update || change.Planned.Value(t, "image_id") != any(core.Unknown) {
		t.Fatalf("%s with image_id %v, want an update with an unknown one", change.Action, change.Planned.Value(t, "image_id"))
	}
	r.Apply(t, config)
	second := r.String(t, "image_id")
	if second == first || of(t, name).ID != second {
		t.Errorf("after the change the image is %s, before it was %s", second, first)
	}
	if present(t, first) {
		t.Error("the superseded image is still there")
	}
	r.ExpectEmptyPlan(t, config)

	other := folder(t, map[string]string{
		"Dockerfile": "FROM scratch\nCOPY . /\n", ".dockerignore": "ignored\n", "a.txt": name + " changed", "ignored": "3",
	})
	moved := object{"name": name, "build": object{"context": other}}
	if change := r.Apply(t, moved); change.Planned.String(t, "image_id") != second {
		t.Error("an unchanged context that was moved is built again")
	}
	r.ExpectEmptyPlan(t, moved)
	r.Destroy(t)
	if present(t, second) {
		t.Error("the image is still there")
	}
}

func TestBuildDrift(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := inline(name, labelled(t, "a"))
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	cleanID(t, id)

	fixture.RemoveNow(t, fixture.ImageRef, name)
	r.Refresh(t)
	if !r.Gone() {
		t.Error("a tag that was removed is not noticed")
	}
	if change := r.Converge(t, config); change.Action != core.Create {
		t.Errorf("after that: %s, want create", change.Action)
	}

	stranger := foreign(t, name+"-stranger")
	move(t, stranger, name)
	if drift := r.Refresh(t); len(drift) == 0 {
		t.Error("a tag that was moved is not noticed")
	}
	if change := r.Converge(t, config); change.Action != core.Update {
		t.Errorf("after that: %s, want update", change.Action)
	}
	if got := of(t, name).ID; got == stranger || r.String(t, "image_id") != got || got != id && !fixture.Podman(t) {
		t.Errorf("the tag is at %s, want %s", got, id)
	}
	id = r.String(t, "image_id")
	cleanID(t, id)
	if !present(t, stranger) {
		t.Error("the image that somebody else tagged is gone")
	}

	move(t, stranger, name)
	r.Destroy(t)
	if !present(t, name) {
		t.Error("a tag that somebody else moved was removed")
	}
	if present(t, id) {
		t.Error("the built image is still there")
	}
	fixture.RemoveNow(t, fixture.ImageRef, name)
}

func TestSupersededImageInUse(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := func(value string) object {
		return inline(name, "FROM "+fixture.Image(t)+"\n"+labelled(t, value)[len("FROM scratch\n"):])
	}
	r := server.Resource(t, resourceType)
	r.Apply(t, config("a"))
	first := r.String(t, "image_id")
	cleanID(t, first)
	user := server.Resource(t, "containers_docker_container")
	user.Apply(t, object{"name": name, "image": first, "state": "created", "command": []any{"/toolbox", "sleep"}})
	fixture.Remove(t, fixture.Container, name)

	r.Apply(t, config("b"))
	if !present(t, first) {
		t.Fatal("an image that a container uses was removed")
	}
	r.ExpectEmptyPlan(t, config("b"))
	user.Destroy(t)
	r.Apply(t, config("c"))
	if present(t, first) {
		t.Error("the superseded image is still there after the update that followed its last use")
	}
	if change := r.Apply(t, config("c")); change.Action != core.NoOp {
		t.Errorf("then: %s", change.Action)
	}
	r.Destroy(t)
}

// TestMovedTagIsMovedBack is about a further reference that somebody gave to another image: like the name, it is moved back.
func TestMovedTagIsMovedBack(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	stranger := foreign(t, name+":stranger")
	config := object{"name": name, "build": object{"dockerfile_inline": labelled(t, "a"), "tags": []any{name + ":one"}}}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	for range 2 {
		move(t, stranger, name+":one")
		r.Refresh(t)
		r.Refresh(t)
		if change := r.Apply(t, config); change.Action != core.Update || of(t, name+":one").ID != id {
			t.Errorf("%s: the tag is at %s, want %s", change.Action, of(t, name+":one").ID, id)
		}
		r.ExpectEmptyPlan(t, config)
	}
	move(t, stranger, name+":one")
	r.Destroy(t)
	if of(t, name+":one").ID != stranger {
		t.Error("a tag that somebody else moved was removed")
	}
	fixture.RemoveNow(t, fixture.ImageRef, name+":one")
	fixture.RemoveNow(t, fixture.ImageRef, name+":stranger")
}

func TestBuildNeverStealsAName(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	stranger := foreign(t, name+":taken")
	r := server.Resource(t, resourceType)
	for what, config := range map[string]object{
		"name": inline(name+":taken", labelled(t, "a")),
		"tag":  {"name": name, "build": object{"dockerfile_inline": labelled(t, "a"), "tags": []any{name + ":free", name + ":taken"}}},
		"load": {"name": name + ":taken", "load": object{"archive": fixture.Archive(t, name, bare(t, "a"))}},
	} {
		_, diags := r.TryApply(t.Context(), config)
		if len(diags.Errors().Containing("already there")) != 1 || !r.Gone() {
			t.Errorf("%s: got %s", what, diags)
		}
		if got := of(t, name+":taken").ID; got != stranger {
			t.Errorf("%s: the foreign reference was moved", what)
		}
	}
	if present(t, name) || present(t, name+":free") {
		t.Error("something was tagged")
	}

	free := inline(name, labelled(t, "a"))
	r.Apply(t, free)
	_, diags := r.TryApply(t.Context(), object{"name": name, "build": object{
		"dockerfile_inline": labelled(t, "b"),
		"tags":              []any{name + ":taken"},
	}})
	if len(diags.Errors().Containing("already there")) != 1 || of(t, name+":taken").ID != stranger {
		t.Errorf("update: got %s", diags)
	}
	r.ExpectEmptyPlan(t, free)
	r.Destroy(t)
	fixture.RemoveNow(t, fixture.ImageRef, name+":taken")
}

// An interrupt in the middle of a step ends the build on the engine too, and leaves nothing.
func TestInterruptedBuild(t *testing.T) {
	t.Parallel()
	if fixture.Podman(t) {
		t.Skip("Podman has no BuildKit")
	}
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	p.OnReply(func(_ int, request *http.Request, _ int) {
		if strings.HasSuffix(request.URL.Path, "/session") {
			interrupt()
		}
	})
	dockerfile := "FROM " + fixture.Image(t) + "\nLABEL test=" + name + "\nRUN [\"/toolbox\", \"sleep\"]\n"
	_, diags := r.TryApply(ctx, inline(name, dockerfile))
	if len(diags.Errors().Containing("interrupted")) == 0 || !r.Gone() {
		t.Errorf("got %s", diags)
	}
	p.Reset()
	r.Converge(t, inline(name, labelled(t, "a")))
	r.Destroy(t)
}

// A tag that follows the image leaves the one before after that was superseded: the next update or destroy removes it.
func TestSupersededImageThatATagLeft(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	r, follower := server.Resource(t, resourceType), server.Resource(t, "containers_docker_tag")
	fixture.Remove(t, fixture.ImageRef, name+":follower")
	var before []string
	for _, value := range []string{"a", "b", "c"} {
		r.Apply(t, inline(name, labelled(t, value)))
		id := r.String(t, "image_id")
		cleanID(t, id)
		follower.Apply(t, object{"source_image": id, "target_image": name + ":follower"})
		before = append(before, id)
	}
	if present(t, before[0]) {
		t.Error("the first image is still there after the update that followed")
	}
	follower.Destroy(t)
	r.Destroy(t)
	for _, id := range before {
		if present(t, id) {
			t.Errorf("%s is still there", id)
		}
	}
}

// What somebody else gave a name of their own is theirs, even if this provider made it.
func TestSupersededImageOfSomebodyElse(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	r, twin := server.Resource(t, resourceType), server.Resource(t, resourceType)
	r.Apply(t, inline(name, labelled(t, "a")))
	first := r.String(t, "image_id")
	cleanID(t, first)
	twin.Apply(t, inline(name+":twin", labelled(t, "a")))
	move(t, first, name+":theirs")

	r.Apply(t, inline(name, labelled(t, "b")))
	if got := of(t, name+":theirs").ID; got != first {
		t.Errorf("the name that somebody gave the superseded image is at %s", got)
	}
	r.Destroy(t)
	twin.Destroy(t)
	if !present(t, name+":theirs") {
		t.Error("the image that has another name is gone")
	}
	fixture.RemoveNow(t, fixture.ImageRef, name+":theirs")
}

// A user interrupts the terraform command while it builds.
func TestInterruptedTerraform(t *testing.T) {
	t.Parallel()
	if fixture.Podman(t) {
		t.Skip("Podman has no BuildKit")
	}
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	p := proxy.Start(t, fixture.Host(t))
	reached := make(chan struct{})
	begin := sync.OnceFunc(func() { close(reached) })
	p.OnReply(func(_ int, request *http.Request, _ int) {
		if strings.HasSuffix(request.URL.Path, "/session") {
			begin()
		}
	})
	config := func(step string) string {
		return fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}
provider "containers" {
  docker = { host = %q }
}
resource "containers_docker_image" "i" {
  name  = %q
  build = { dockerfile_inline = "FROM %s\nLABEL test=%s\nRUN [\"/toolbox\", %s]\n" }
}
`, p.Host, name, fixture.Image(t), name, step)
	}
	project := cli.NewProject(t, map[string]string{"main.tf": config(`\"sleep\"`)})
	run := project.Start(t, "apply", "-auto-approve")
	<-reached
	run.Interrupt(t)
	if out := run.Wait(t); !strings.Contains(out.Stdout+out.Stderr, "Interrupt received") {
		t.Errorf("terraform was not interrupted: %s", out)
	}
	if out := project.Run(t, "state", "list"); strings.TrimSpace(out.Stdout) != "" {
		t.Errorf("the state has %s", out.Stdout)
	}
	project.Write(t, "main.tf", config(`\"touch\", \"/done\"`))
	project.Run(t, "apply", "-auto-approve")
	project.Run(t, "destroy", "-auto-approve")
}
