package image_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// pulled is a reference in a registry with a first image.
func pulled(t *testing.T) (registry *fixture.RegistryServer, name, reference string) {
	t.Helper()
	registry, name = fixture.Registry(t), fixture.Name(t)
	registry.Push(t, name, bare(t, "first"))
	fixture.NothingLeft(t, name)
	return registry, name, registry.Host + "/" + name
}

func TestPullMissing(t *testing.T) {
	t.Parallel()
	registry, name, reference := pulled(t)
	config := object{"name": reference}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	if of(t, reference).ID != id || !r.Bool(t, "owned") || !strings.HasPrefix(r.String(t, "repo_digest"), reference+"@sha256:") {
		t.Errorf("the state is %v", r.State().Map())
	}
	_, digest := registry.Push(t, name, bare(t, "second"))
	asked := len(registry.Requests())
	r.ExpectEmptyPlan(t, config)
	if len(registry.Requests()) != asked {
		t.Error("the plan asked the registry")
	}

	r.Apply(t, with(config, "triggers", object{"a": "1"}))
	if r.String(t, "image_id") == id || !strings.HasSuffix(r.String(t, "repo_digest"), digest) {
		t.Errorf("a trigger did not pull: %v", r.State().Map())
	}
	if present(t, id) {
		t.Error("the superseded image is still there")
	}
	r.Destroy(t)
	if present(t, reference) {
		t.Error("the image is still there")
	}
}

func TestPullAlways(t *testing.T) {
	t.Parallel()
	registry, name, reference := pulled(t)
	config := object{"name": reference, "pull": object{"policy": "always"}}
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	r.ExpectEmptyPlan(t, config)

	_, digest := registry.Push(t, name, bare(t, "second"))
	// Each run of Terraform looks up once.
	server.Restart(t)
	change := r.Apply(t, config)
	if change.Action != core.Update || change.Planned.Value(t, "image_id") != any(core.Unknown) {
		t.Errorf("a new digest in the registry: %s", change.Action)
	}
	if got := r.String(t, "repo_digest"); !strings.HasSuffix(got, digest) || present(t, id) {
		t.Errorf("after that the digest is %s, want %s", got, digest)
	}
	r.ExpectEmptyPlan(t, config)

	registry.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	server.Restart(t)
	change = r.Plan(t, config)
	if change.Action != core.NoOp || len(change.Diagnostics.Warnings().At("pull.policy")) != 1 {
		t.Errorf("a registry that does not answer: %s, %s", change.Action, change.Diagnostics)
	}
	r.Destroy(t)
}

func TestPullPinnedDigest(t *testing.T) {
	t.Parallel()
	registry, name, reference := pulled(t)
	config := object{"name": reference, "pull": object{"policy": "digest"}}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	registry.Push(t, name, bare(t, "second"))
	r.ExpectEmptyPlan(t, config)

	move(t, foreign(t, name+"-stranger"), reference)
	if change := r.Converge(t, config); change.Action != core.Update {
		t.Errorf("a reference that was moved: %s", change.Action)
	}
	if got := of(t, reference).ID; got != id || r.String(t, "image_id") != id {
		t.Errorf("after that it is at %s, want %s", got, id)
	}
	r.Apply(t, with(config, "triggers", object{"a": "1"}))
	if r.String(t, "image_id") == id {
		t.Error("a trigger did not choose anew")
	}
	r.Destroy(t)
	fixture.RemoveNow(t, fixture.ImageRef, name+"-stranger")
}

func TestPullByDigest(t *testing.T) {
	t.Parallel()
	registry, name, reference := pulled(t)
	_, digest := registry.Push(t, name, bare(t, "second"))
	config := object{"name": reference + "@" + digest}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	if present(t, id) {
		t.Error("the image is still there")
	}
}

func TestPullLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"missing", "always", "digest"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			registry, name, reference := pulled(t)
			move(t, foreign(t, name+"-mine"), reference)
			id := of(t, reference).ID
			config := object{"name": reference, "pull": object{"policy": policy}}
			server := acctest.Docker(t)
			r := server.Resource(t, resourceType)
			r.Apply(t, config)
			if used := r.String(t, "image_id") == id; used != (policy == "missing") || r.Bool(t, "owned") {
				t.Errorf("used what was there: %v, owned: %v", used, r.Bool(t, "owned"))
			}
			r.ExpectEmptyPlan(t, config)
			r.Taint()
			r.Apply(t, config)

			brought := r.String(t, "image_id")
			registry.Push(t, name, bare(t, "second"))
			r.Apply(t, with(config, "triggers", object{"a": "1"}))
			if !present(t, id) {
				t.Error("the image that was there is gone")
			}
			if brought != id && present(t, brought) && policy != "always" && policy != "digest" {
				t.Error("the image that was pulled is still there")
			}
			_, diags := r.TryApply(t.Context(), inline(reference, labelled(t, "a")))
			if len(diags.Errors().Containing("already there")) != 1 {
				t.Errorf("building over it: %s", diags)
			}
			r.Destroy(t)
			if !present(t, reference) {
				t.Error("the reference that was there is gone")
			}
			fixture.RemoveNow(t, fixture.ImageRef, reference)
			fixture.RemoveNow(t, fixture.ImageRef, name+"-mine")
		})
	}
}

func TestKeepOnDestroy(t *testing.T) {
	t.Parallel()
	_, _, reference := pulled(t)
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	r.Apply(t, object{"name": reference})
	p.Reset()
	config := object{"name": reference, "keep_on_destroy": true}
	if change := r.Apply(t, config); change.Action != core.Update || p.Count() != 0 {
		t.Errorf("%s with the calls %v", change.Action, p.Log())
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	if !present(t, reference) {
		t.Error("the image is gone")
	}
	fixture.RemoveNow(t, fixture.ImageRef, reference)
}

func TestImageInUse(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := object{"name": name, "load": object{"archive": fixture.Archive(t, name, fixture.Build(t, fixture.ImageOptions{Author: name}))}}
	r := server.Resource(t, resourceType)
	r.Apply(t, config)
	id := r.String(t, "image_id")
	cleanID(t, id)
	user := server.Resource(t, "containers_docker_container")
	user.Apply(t, object{"name": name, "image": id, "state": "created", "command": []any{"/toolbox", "sleep"}})
	fixture.Remove(t, fixture.Container, name)

	diags := r.TryDestroy(t.Context())
	if len(diags.Errors().Containing("force_remove")) != 1 || !present(t, name) {
		t.Errorf("got %s", diags)
	}
	r.Apply(t, with(config, "force_remove", true))
	r.Destroy(t)
	if present(t, name) {
		t.Error("the reference is still there")
	}
	user.Destroy(t)
}

func TestPullFails(t *testing.T) {
	t.Parallel()
	registry := fixture.Registry(t)
	r := acctest.Docker(t).Resource(t, resourceType)
	_, diags := r.TryApply(t.Context(), object{"name": registry.Host + "/" + fixture.Name(t) + ":none"})
	if len(diags.Errors()) != 1 || len(diags.Containing("Unable to pull image")) != 1 || !r.Gone() {
		t.Errorf("got %s", diags)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	registry, _, reference := pulled(t)
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	config := object{"name": reference, "pull": object{"policy": "always"}}
	asked := func() int { return registry.Count(http.MethodHead, "/manifests/") }
	pulling := 0
	for _, step := range []struct {
		what string
		do   func()
		want []string
	}{
		{"create", func() { r.Apply(t, config) }, []string{"GET image", "POST create", "GET image"}},
		{"read", func() { r.Refresh(t) }, []string{"GET image"}},
		{"plan", func() { pulling = asked(); r.Plan(t, config) }, nil},
		{"destroy", func() { r.Destroy(t) }, []string{"GET image", "DELETE image", "GET image"}},
	} {
		p.Reset()
		step.do()
		var got []string
		for _, request := range p.Requests() {
			kind := "image"
			if strings.HasPrefix(request.Path, "/distribution/") {
				kind = "distribution"
			} else if request.Path == "/images/create" {
				kind = "create"
			}
			got = append(got, request.Method+" "+kind)
		}
		if !slices.Equal(got, step.want) {
			t.Errorf("%s: %v, want %v", step.what, got, step.want)
		}
	}
	if n := asked() - pulling; n != 1 {
		t.Errorf("the plan asked the registry %d times", n)
	}
}

// TestPlanAsksThroughTheEngine has a registry that the engine reaches and this machine does not: it does not know the CA,
// while engines take any on the loopback interface.
func TestPlanAsksThroughTheEngine(t *testing.T) {
	t.Parallel()
	fixture.LocalHost(t)
	fixture.DockerOnly(t, "it does not ask registries for others, so the provider asks them itself: TestPullAlways")
	registry, name := registries.Start(t, registries.TLS()), fixture.Name(t)
	fixture.NothingLeft(t, name)
	reference, _ := registry.Push(t, name+":v1", bare(t, "first"))
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	config := object{"name": reference, "pull": object{"policy": "always"}}
	r.Apply(t, config)
	p.Reset()
	r.ExpectEmptyPlan(t, config)
	asked := slices.ContainsFunc(p.Requests(), func(r proxy.Request) bool { return strings.HasPrefix(r.Path, "/distribution/") })
	if !asked {
		t.Errorf("the engine was asked %v", p.Log())
	}
	registry.Push(t, reference, bare(t, "second"))
	server.Restart(t)
	if change := r.Plan(t, config); change.Action != core.Update {
		t.Errorf("a new digest: %s", change.Action)
	}
	r.Destroy(t)
}

// TestInterruptedPullArrives is about an engine that is at the end of a pull when that is interrupted, and ends it after the
// first look for it.
func TestInterruptedPullArrives(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	image := fixture.Image(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	p := proxy.Start(t, fixture.Host(t))
	p.OnRequest(func(_ int, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/images/create") {
			interrupt()
			<-r.Context().Done()
		}
	})
	p.OnReply(func(_ int, r *http.Request, status int) {
		if ctx.Err() == nil || r.Method != http.MethodGet || status != http.StatusNotFound {
			return
		}
		if err := fixture.Client(t).ImageTag(t.Context(), image, name); err != nil {
			t.Error(err)
		}
	})
	r := acctest.DockerAt(t, p.Host).Resource(t, resourceType)
	if _, diags := r.TryApply(ctx, object{"name": name}); diags.HasError() {
		t.Fatal(diags)
	}
	r.Destroy(t)
	fixture.Gone(t, fixture.ImageRef, name)
}
