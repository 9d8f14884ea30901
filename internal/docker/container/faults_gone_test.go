package container_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

// TestGoneEngine lets the engine go away at every request of a create and of a replacement.
func TestGoneEngine(t *testing.T) {
	t.Parallel()
	on := networks(t, 2)
	for name, f := range map[string]faulty{
		"running": {config: object{"mounts": anonymous, "networks": object{on[0]: object{}, on[1]: object{}}}},
		"replacement": {
			config:  object{"state": "created", "name_prefix": true},
			changed: object{"state": "created", "name_prefix": true, "command": []any{"/toolbox", "id"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			operation := "create"
			if f.changed != nil {
				operation = "change"
			}
			sweep.RunGone(t, f.subject, operation)
		})
	}
}

// leftInDoubt asks for a container of an engine that goes away, before or after it has acted.
func leftInDoubt(t *testing.T, config object, acts bool) (*core.Resource, *proxy.Proxy) {
	t.Helper()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	goAway := func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/containers/create") {
			if err := p.Down(); err != nil {
				t.Error(err)
			}
		}
	}
	if acts {
		p.OnReply(func(_ int, r *http.Request, _ int) { goAway(r) })
	} else {
		p.CutBefore(2)
		p.OnRequest(func(_ int, r *http.Request) { goAway(r) })
	}
	_, diags := r.TryApply(t.Context(), config)
	p.Reset()
	if err := p.Up(); err != nil {
		t.Fatal(err)
	}
	if len(diags.Errors().Containing("it is unknown whether it acted")) != 1 {
		t.Errorf("the apply said: %s", diags)
	}
	if !r.Tainted() || r.Value(t, "id") != nil || r.Value(t, "name") != config["name"] {
		t.Errorf("the state has the container %v %v, tainted: %t", r.Value(t, "id"), r.Value(t, "name"), r.Tainted())
	}
	return r, p
}

func inDoubt(t *testing.T) (name string, config object) {
	t.Helper()
	name = fixture.Name(t)
	fixture.NothingLeft(t, name)
	return name, object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created"}
}

// TestDoubtWithoutRefresh destroys what is in doubt without a look at it before.
func TestDoubtWithoutRefresh(t *testing.T) {
	t.Parallel()
	_, config := inDoubt(t)
	for _, acted := range []bool{true, false} {
		r, _ := leftInDoubt(t, config, acted)
		r.Destroy(t)
	}
}

// TestDoubtAboutAnother leaves a container alone that somebody else made of the name of one that never was.
func TestDoubtAboutAnother(t *testing.T) {
	t.Parallel()
	name, config := inDoubt(t)
	r, _ := leftInDoubt(t, config, false)
	fixture.Remove(t, fixture.Container, name)
	made, err := fixture.Client(t).ContainerCreate(t.Context(), &container.Config{
		Image: fixture.Image(t), Cmd: []string{"/toolbox", "id"},
	}, nil, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	clone := r.Clone()
	clone.Destroy(t)
	r.Refresh(t)
	if !r.Gone() {
		t.Error("the container of somebody else is in the state")
	}
	if _, diags := r.TryApply(t.Context(), config); len(diags.Errors().Containing("Import it")) != 1 {
		t.Errorf("the apply said: %s", diags)
	}
	if got := inspect(t, name, "Id"); got != `"`+made.ID+`"` {
		t.Errorf("the container is %s, want %s", got, made.ID)
	}
}

// TestDoubtSettled finds the container by its name once, and by its id from then on.
func TestDoubtSettled(t *testing.T) {
	t.Parallel()
	name, config := inDoubt(t)
	r, p := leftInDoubt(t, config, true)
	id := inspect(t, name, "Id")
	r.Refresh(t)
	if got := `"` + r.String(t, "id") + `"`; got != id {
		t.Errorf("the state has the container %s, want %s", got, id)
	}
	p.Reset()
	r.Refresh(t)
	if log := p.Log(); len(log) != 1 || !strings.Contains(log[0], strings.Trim(id, `"`)) {
		t.Errorf("the doubt lasts: %v", log)
	}
	r.Converge(t, config)
	r.Destroy(t)
}
