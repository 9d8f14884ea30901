package tag_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

func TestTag(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	a, b := source(t, name+"-a:latest"), source(t, name+"-b:latest")
	target := name + "-target"
	config := object{"source_image": name + "-a", "target_image": target}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	if idOf(t, target) != a || r.String(t, "image_id") != a {
		t.Errorf("the tag is at %s, want %s", idOf(t, target), a)
	}
	r.ExpectEmptyPlan(t, config)
	r.ExpectEmptyPlan(t, object{"source_image": "docker.io/library/" + name + "-a:latest", "target_image": target + ":latest"})

	fixture.RemoveNow(t, fixture.ImageRef, target)
	if r.Refresh(t); !r.Gone() {
		t.Error("a tag that was removed is not noticed")
	}
	r.Converge(t, config)

	move(t, b, target)
	if change := r.Converge(t, config); change.Action != core.Update || idOf(t, target) != a {
		t.Errorf("a tag that was moved: %s, now at %s", change.Action, idOf(t, target))
	}

	// The image of the same name, by its id: nothing moves.
	byID := object{"source_image": a, "target_image": target}
	if change := r.Apply(t, byID); change.Planned.String(t, "image_id") != a {
		t.Error("the same image by its id moves the tag")
	}
	r.ExpectEmptyPlan(t, byID)
	r.ApplyPlanned(t, object{"source_image": core.Unknown, "target_image": target}, object{"source_image": b, "target_image": target})
	if idOf(t, target) != b {
		t.Error("another source did not move the tag")
	}

	r.Apply(t, config)
	move(t, b, name+"-a")
	change := r.Apply(t, config)
	if change.Action != core.Update || idOf(t, target) != b {
		t.Errorf("a source that was moved: %s, now at %s", change.Action, idOf(t, target))
	}
	if change := r.Apply(t, object{"source_image": b, "target_image": target + ":v2"}); change.Action != core.Replace {
		t.Errorf("another target: %s", change.Action)
	}
	fixture.Gone(t, fixture.ImageRef, target)
	r.Destroy(t)
	fixture.Gone(t, fixture.ImageRef, target+":v2")
	if idOf(t, name+"-b") != b {
		t.Error("the image is not what it was")
	}
}

func TestTagIsNeverStolen(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	a, b := source(t, name+"-a:latest"), source(t, name+"-b:latest")
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	_, diags := r.TryApply(t.Context(), object{"source_image": a, "target_image": name + "-b"})
	if len(diags.Errors().Containing("already there")) != 1 || len(diags.Errors().Containing("name_prefix")) != 0 || !r.Gone() ||
		idOf(t, name+"-b") != b {
		t.Errorf("got %s", diags)
	}

	target := name + "-target"
	r.Apply(t, object{"source_image": a, "target_image": target})
	r.Taint()
	r.Apply(t, object{"source_image": a, "target_image": target})
	move(t, b, target)
	r.Destroy(t)
	if idOf(t, target) != b {
		t.Error("a tag that somebody else moved was removed")
	}
	fixture.RemoveNow(t, fixture.ImageRef, target)
}

func TestImport(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	a := source(t, name+"-a:latest")
	target := name + "-target:v1"
	move(t, a, target)
	fixture.Remove(t, fixture.ImageRef, target)
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	r.Import(t, target)
	want := object{"source_image": a, "target_image": target, "image_id": a, "engine": nil, "timeouts": nil}
	if diff := cmp.Diff(want, r.State().Map()); diff != "" {
		t.Errorf("the state (-want +got):\n%s", diff)
	}
	r.ExpectEmptyPlan(t, object{"source_image": a, "target_image": target})
	config := object{"source_image": name + "-a", "target_image": target}
	if change := r.Apply(t, config); change.Planned.String(t, "image_id") != a {
		t.Error("configuring an imported tag moves it")
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	fixture.Gone(t, fixture.ImageRef, target)

	if diags := r.TryImport(t.Context(), target); !diags.HasError() {
		t.Error("importing nothing works")
	}
	byIdentity := server.Resource(t, resourceType)
	byIdentity.ImportIdentity(t, object{"target_image": name + "-a"})
	byIdentity.Forget()
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	for at, config := range map[string]object{
		"target_image": {"source_image": "a", "target_image": "Not A Name"},
		"source_image": {"source_image": "a b", "target_image": "a"},
	} {
		if _, diags := server.Resource(t, resourceType).TryPlan(t.Context(), config); len(diags.Errors().At(at)) != 1 {
			t.Errorf("%s: got %s", at, diags)
		}
	}
	digest := object{"source_image": "a", "target_image": "a@sha256:" + idOf(t, fixture.Image(t))[len("sha256:"):]}
	if _, diags := server.Resource(t, resourceType).TryPlan(t.Context(), digest); len(diags.Errors().At("target_image")) != 1 {
		t.Errorf("a digest: got %s", diags)
	}
	_, diags := server.Resource(t, resourceType).TryApply(t.Context(), object{
		"source_image": fixture.Name(t),
		"target_image": fixture.Name(t),
	})
	if len(diags.Errors().At("source_image").Containing("no image")) != 1 {
		t.Errorf("no source: got %s", diags)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	a := source(t, name+"-a:latest")
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	config := object{"source_image": a, "target_image": name + "-target"}
	for _, step := range []struct {
		what string
		do   func()
		want []string
	}{
		{"create", func() { r.Apply(t, config) }, []string{"GET", "GET", "POST"}},
		{"read", func() { r.Refresh(t) }, []string{"GET"}},
		{"plan of an id", func() { r.Plan(t, config) }, nil},
		{"client-only update", func() {
			r.Apply(t, object{"source_image": a, "target_image": name + "-target", "timeouts": object{"read": "1m"}})
		}, nil},
		{"destroy", func() { r.Destroy(t) }, []string{"GET", "DELETE"}},
	} {
		p.Reset()
		step.do()
		var got []string
		for _, request := range p.Requests() {
			got = append(got, request.Method)
		}
		if !slices.Equal(got, step.want) {
			t.Errorf("%s: %v, want %v", step.what, p.Log(), step.want)
		}
	}
}

func subject(t *testing.T) sweep.Subject {
	t.Helper()
	name, from := fixture.Name(t), fixture.Name(t)
	a, b := source(t, from+"-a:latest"), source(t, from+"-b:latest")
	return sweep.Subject{
		Type: resourceType, Name: name,
		Config:  object{"source_image": a, "target_image": name},
		Changed: object{"source_image": b, "target_image": name},
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	sweep.Run(t, subject)
	sweep.RunGone(t, subject)
}
