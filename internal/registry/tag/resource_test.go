package tag_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

const resourceType = "containers_registry_tag"

type object = map[string]any

func image(t testing.TB) v1.Image {
	t.Helper()
	img, err := random.Image(512, 1)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func provider(t testing.TB) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, nil)
}

func TestTag(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	_, a := server.Push(t, repository+":a", image(t))
	_, b := server.Push(t, repository+":b", image(t))
	config := object{"name": repository + ":stable", "digest": a}
	p := provider(t)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	if got := server.Digest(t, repository+":stable"); got != a || r.String(t, "reference") != repository+"@"+a {
		t.Errorf("it is at %s, state %v", got, r.State().Map())
	}
	for name, drift := range map[string]func(){
		"gone":  func() { server.Remove(t, repository+":stable") },
		"moved": func() { server.Retag(t, repository+"@"+b, "stable") },
	} {
		drift()
		p.Restart(t)
		if r.Converge(t, config); server.Digest(t, repository+":stable") != a {
			t.Errorf("%s: it stays so", name)
		}
	}
	next := object{"name": repository + ":stable", "digest": b}
	if change := r.Apply(t, next); change.Action != core.Update || server.Digest(t, repository+":stable") != b {
		t.Errorf("another digest: %s", change.Action)
	}
	r.ExpectEmptyPlan(t, next)
	r.Destroy(t)
	if got := server.Tags(t, repository); len(got) != 2 || slices.Contains(got, "stable") || !server.Has(t, repository+"@"+b) {
		t.Errorf("left: %v", got)
	}
}

func TestNeverStolen(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	_, a := server.Push(t, repository+":a", image(t))
	_, b := server.Push(t, repository+":b", image(t))
	p := provider(t)
	r := p.Resource(t, resourceType)
	config := object{"name": repository + ":b", "digest": a}
	if _, diags := r.TryApply(t.Context(), config); len(diags.Errors().At("name").Containing("already there")) != 1 || !r.Gone() {
		t.Errorf("got %s", diags)
	}
	config["overwrite"] = true
	r.Apply(t, config)
	if server.Digest(t, repository+":b") != a {
		t.Error("overwrite moved nothing")
	}
	server.Retag(t, repository+"@"+b, "b")
	p.Restart(t)
	r.Refresh(t)
	r.Destroy(t)
	if server.Digest(t, repository+":b") != b {
		t.Error("a tag that somebody else moved was removed")
	}

	kept := object{"name": repository + ":kept", "digest": a, "keep_on_destroy": true}
	r.Apply(t, kept)
	r.Destroy(t)
	if server.Digest(t, repository+":kept") != a {
		t.Error("a tag that is to be kept is not there")
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	_, digest := server.Push(t, repository+":v1", image(t))
	r := provider(t).Resource(t, resourceType)
	r.ImportIdentity(t, object{"name": repository + ":v1"})
	want := object{
		"name": repository + ":v1", "digest": digest, "reference": repository + "@" + digest,
		"overwrite": false, "keep_on_destroy": false, "credentials": nil, "timeouts": nil,
	}
	if diff := cmp.Diff(want, r.State().Map()); diff != "" {
		t.Errorf("the state (-want +got):\n%s", diff)
	}
	r.ExpectEmptyPlan(t, object{"name": repository + ":v1", "digest": digest})
	r.Destroy(t)
	if server.Has(t, repository+":v1") {
		t.Error("an imported tag is not removed")
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	const none = "sha256:0123456789012345678901234567890123456789012345678901234567890123"
	r := provider(t).Resource(t, resourceType)
	for at, config := range map[string]object{
		"name":   {"name": repository + "@" + none, "digest": none},
		"digest": {"name": repository + ":v1", "digest": "v1"},
	} {
		if _, diags := r.TryPlan(t.Context(), config); len(diags.Errors().At(at)) != 1 {
			t.Errorf("%s: got %s", at, diags)
		}
	}
	if _, diags := r.TryApply(t.Context(), object{"name": repository + ":v1", "digest": none}); len(diags.Errors().At("digest")) != 1 || !r.Gone() {
		t.Errorf("no such digest: %s", diags)
	}
}

// TestRequests is the budget: HEAD to prove that the tag is free, GET and PUT of the manifest; one HEAD to read.
func TestRequests(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	_, digest := server.Push(t, repository+":v1", image(t))
	p := provider(t)
	r := p.Resource(t, resourceType)
	breaker := server.Break()
	config := object{"name": repository + ":stable", "digest": digest}
	r.Apply(t, config)
	if got := len(breaker.Log()); got > 4 {
		t.Errorf("a create: %v", breaker.Log())
	}
	p.Restart(t)
	breaker.Reset()
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	if got := breaker.Log(); len(got) != 1 {
		t.Errorf("a read and a plan: %v", got)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	sweep.Run(t, func(t *testing.T) sweep.Subject {
		t.Helper()
		server := registries.Start(t)
		repository := server.Repository("app")
		_, a := server.Push(t, repository+":a", image(t))
		_, b := server.Push(t, repository+":b", image(t))
		return sweep.Subject{
			Type:    resourceType,
			Config:  object{"name": repository + ":v1", "digest": a},
			Changed: object{"name": repository + ":v1", "digest": b},
			Open: func(t *testing.T) (*core.Server, sweep.Breaker) {
				t.Helper()
				t.Cleanup(func() {
					if server.Has(t, repository+":v1") {
						t.Error("the tag is left")
					}
				})
				return provider(t), server.Break()
			},
			Sound: func(t *testing.T, config map[string]any) {
				t.Helper()
				if got := server.Digest(t, repository+":v1"); got != config["digest"] {
					t.Errorf("the tag is at %s, want %s", got, config["digest"])
				}
			},
		}
	})
}
