package volume_test

import (
	"encoding/json"
	"testing"

	"github.com/docker/docker/api/types/volume"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestMove moves volumes that the provider kreuzwerker/docker made, with states as its versions leave them.
func TestMove(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		made    volume.CreateOptions
		version int64
		state   map[string]any
		ours    map[string]any
		want    core.Action
	}{
		"version 2": {
			made:  volume.CreateOptions{Labels: map[string]string{"a": "1"}},
			state: map[string]any{"labels": map[string]any{"a": "1"}, "driver": "local", "driver_opts": nil},
			ours:  map[string]any{"labels": map[string]any{"a": "1"}}, want: core.NoOp,
		},
		"version 4.5": {
			made: volume.CreateOptions{
				Driver: "local", DriverOpts: map[string]string{"type": "tmpfs", "device": "tmpfs"}, Labels: map[string]string{"a": ""},
			},
			version: 1,
			state: map[string]any{
				"labels": []any{map[string]any{"label": "a", "value": ""}}, "driver": "local", "cluster": []any{}, "mountpoint": "/x",
			},
			ours: map[string]any{"labels": map[string]any{"a": ""}, "driver_opts": map[string]any{"type": "tmpfs", "device": "tmpfs"}},
			want: core.NoOp,
		},
		"driver spelt out": {
			version: 1, state: map[string]any{"driver": "local", "labels": []any{}}, ours: map[string]any{"driver": "local"}, want: core.Update,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name := fixture.Name(t)
			fixture.Remove(t, fixture.Volume, name)
			c.made.Name = name
			if _, err := fixture.Client(t).VolumeCreate(t.Context(), c.made); err != nil {
				t.Fatal(err)
			}
			c.state["id"], c.state["name"], c.ours["name"] = name, name, name
			raw, err := json.Marshal(c.state)
			if err != nil {
				t.Fatal(err)
			}
			server, engine := acctest.Proxied(t)
			r := server.Resource(t, "containers_docker_volume")
			r.Move(t, core.Foreign{
				Type: "docker_volume", Provider: "registry.terraform.io/kreuzwerker/docker", SchemaVersion: c.version, State: raw,
			})
			if got := r.Identity().String(t, "name"); got != name {
				t.Errorf("the identity is %q, want %q", got, name)
			}
			engine.Reset()
			if change := r.Apply(t, c.ours); change.Action != c.want {
				t.Errorf("the plan was to %s (%v), want %s", change.Action, change.Replace, c.want)
			}
			if asked := engine.Requests(); len(asked) != 0 {
				t.Errorf("the engine was asked to %v", asked)
			}
			r.Refresh(t)
			r.ExpectEmptyPlan(t, c.ours)
		})
	}
}
