package image_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestSourceInPlan has the plan say what is wrong with a source in a registry, on the attribute, by one look-up. It is a
// warning where the same apply may put that right.
func TestSourceInPlan(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("robot", "secret"))
	source, target := server.Repository("source"), server.Repository("target")
	server.Push(t, source+":v1", image(t))
	stranger := registries.Start(t, registries.Password("robot", "secret"))
	const at = "source.registry.reference"
	for name, c := range map[string]struct{ reference, text string }{
		"no such tag":        {source + ":none", "no such tag"},
		"no such repository": {server.Repository("none") + ":v1", "no such tag"},
		"no such host":       {"registry.invalid/app:v1", "there is no host"},
		"no credentials":     {stranger.Repository("app") + ":v1", "there are none"},
	} {
		change, diags := provider(t, server).Resource(t, resourceType).TryPlan(t.Context(), copyOf(target, c.reference))
		if change == nil || len(diags.Warnings().At(at).Containing(c.text)) != 1 {
			t.Errorf("%s: got %s", name, diags)
		}
	}
	p := provider(t, server)
	server.Reset()
	for name, reference := range map[string]any{"there": source + ":v1", "not known": core.Unknown} {
		if _, diags := p.Resource(t, resourceType).TryPlan(t.Context(), copyOf(target, reference)); len(diags) != 0 {
			t.Errorf("%s: got %s", name, diags)
		}
	}
	if n := server.Count(http.MethodHead, "manifests"); n != 1 {
		t.Errorf("%d look-ups: %v", n, server.Requests())
	}
	server.Misbehave(registries.Schema1())
	p.Restart(t)
	if _, diags := p.Resource(t, resourceType).TryPlan(t.Context(), copyOf(target, source+":v1")); len(diags.Errors().At(at).Containing("schema 1")) != 1 {
		t.Errorf("schema 1: got %s", diags)
	}
}

func copyOf(repository string, reference any) object {
	return object{"name": repository + ":v1", "source": object{"registry": object{"reference": reference}}}
}

// TestSourceIsAway plans while the registry of the source cannot be asked: what is unchanged stays, another source is copied.
func TestSourceIsAway(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	source, target := server.Repository("source"), server.Repository("target")
	server.Push(t, source+":v1", image(t))
	_, second := server.Push(t, source+":v2", image(t))
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, copyOf(target, source+":v1"))
	server.Misbehave(
		registries.Refuse(http.StatusForbidden, http.MethodHead, "source/manifests", "DENIED"),
		registries.Refuse(http.StatusForbidden, http.MethodGet, "source/manifests", "DENIED"),
	)
	p.Restart(t)
	change, diags := r.TryPlan(t.Context(), copyOf(target, source+":v1"))
	if change == nil || change.Action != core.NoOp || len(diags.Warnings().At("source.registry.reference")) != 1 {
		t.Errorf("unchanged: got %s", diags)
	}
	change, diags = r.TryPlan(t.Context(), copyOf(target, source+":v2"))
	if change == nil || change.Planned.Value(t, "digest") != core.Unknown || len(diags.Warnings().At("source.registry.reference")) != 1 {
		t.Errorf("another source: got %s", diags)
	}
	server.Misbehave()
	r.Converge(t, copyOf(target, source+":v2"))
	if got := server.Digest(t, target+":v1"); got != second || r.String(t, "digest") != second {
		t.Errorf("another source: the tag is at %s", got)
	}
	r.Destroy(t)
}

// TestArchiveIsGone plans after the archive was cleaned up: what was published from it stays and can be destroyed, and what
// needs it again is refused.
func TestArchiveIsGone(t *testing.T) {
	t.Parallel()
	const at = "source.archive.path"
	server := registries.Start(t)
	repository, path := server.Repository("app"), archive(t, "", image(t))
	config := object{"name": repository + ":v1", "source": object{"archive": object{"path": path}}}
	r := provider(t, server).Resource(t, resourceType)
	r.Apply(t, config)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	change, diags := r.TryPlan(t.Context(), config)
	if change == nil || change.Action != core.NoOp || len(diags.Warnings().At(at).Containing("keeps what is there")) != 1 {
		t.Errorf("unchanged: got %s", diags)
	}
	tagged := with(config, object{"tags": []any{"a"}})
	r.Apply(t, tagged)
	if tags := server.Tags(t, repository); len(tags) != 2 {
		t.Errorf("another tag: the registry has %v", tags)
	}
	for name, c := range map[string]object{
		"triggers":       {"triggers": object{"a": "1"}},
		"another path":   {"source": object{"archive": object{"path": path + ".gz"}}},
		"another object": {"name": server.Repository("other") + ":v1"},
	} {
		if _, diags := r.TryPlan(t.Context(), with(tagged, c)); len(diags.Errors().At(at).Containing("no such file")) != 1 {
			t.Errorf("%s: got %s", name, diags)
		}
	}
	r.Destroy(t)
}
