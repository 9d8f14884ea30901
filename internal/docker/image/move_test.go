package image_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestMove moves images that the provider kreuzwerker/docker brought to the engine, with states as its versions leave them.
func TestMove(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\nCOPY . /\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		state map[string]any
		ours  map[string]any
		want  core.Action
		kept  bool
	}{
		"version 2": {
			state: map[string]any{"latest": "sha256:x", "output": nil, "pull_trigger": nil, "keep_locally": nil, "build": []any{}},
			want:  core.NoOp,
		},
		"version 4.5": {
			state: map[string]any{
				"keep_locally": true, "force_remove": true,
				"platform": "linux/" + runtime.GOARCH, "triggers": map[string]any{"a": "1"}, "timeouts": nil,
			},
			ours: map[string]any{
				"keep_on_destroy": true, "force_remove": true,
				"pull": map[string]any{"platform": "linux/" + runtime.GOARCH}, "triggers": map[string]any{"a": "1"},
			},
			want: core.NoOp, kept: true,
		},
		"with a policy of ours": {
			state: map[string]any{"keep_locally": false, "platform": ""}, ours: map[string]any{"pull": map[string]any{"policy": "missing"}},
			want: core.Update,
		},
		"built": {
			state: map[string]any{"build": []any{map[string]any{"context": folder}}, "triggers": map[string]any{"hash": "x"}},
			ours:  map[string]any{"build": map[string]any{"context": folder}, "triggers": map[string]any{"hash": "x"}}, want: core.Update,
		},
		"built, without triggers": {
			state: map[string]any{"build": []any{map[string]any{"context": folder}}, "triggers": map[string]any{"hash": "x"}},
			ours:  map[string]any{"build": map[string]any{"context": folder}}, want: core.Update,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name := fixture.Name(t) + ":v1"
			fixture.Load(t, name, fixture.Build(t, fixture.ImageOptions{Bare: true, Author: name}))
			found, err := docker.InspectImage(t.Context(), fixture.Client(t), name)
			if err != nil {
				t.Fatal(err)
			}
			c.state["id"], c.state["name"], c.state["image_id"] = found.ID+name, name, found.ID
			raw, err := json.Marshal(c.state)
			if err != nil {
				t.Fatal(err)
			}
			ours := map[string]any{"name": name}
			for key, value := range c.ours {
				ours[key] = value
			}
			server, engine := acctest.Proxied(t)
			r := server.Resource(t, "containers_docker_image")
			r.Move(t, core.Foreign{Type: "docker_image", Provider: "registry.terraform.io/kreuzwerker/docker", State: raw})
			if got := r.Identity().String(t, "name"); got != name {
				t.Errorf("the identity is %q, want %q", got, name)
			}
			engine.Reset()
			if change := r.Apply(t, ours); change.Action != c.want {
				t.Errorf("the plan was to %s (%v), want %s", change.Action, change.Replace, c.want)
			}
			for _, request := range engine.Requests() {
				if request.Method != "GET" {
					t.Errorf("the engine was asked to %s", request)
				}
			}
			if got := r.String(t, "image_id"); got != found.ID {
				t.Errorf("image_id is %s, want %s", got, found.ID)
			}
			r.Refresh(t)
			r.ExpectEmptyPlan(t, ours)
			r.Destroy(t)
			if kept := fixture.Exists(t, fixture.ImageRef, name); kept != c.kept {
				t.Errorf("after the destroy the image is kept: %t, want %t", kept, c.kept)
			}
		})
	}
}
