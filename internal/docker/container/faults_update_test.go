package container_test

import (
	"fmt"
	"testing"

	"github.com/docker/docker/api/types/container"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

// TestUpdateFaults breaks changes in place, and one replacement, at every request.
func TestUpdateFaults(t *testing.T) {
	t.Parallel()
	on := networks(t, 3)
	for name, f := range map[string]faulty{
		"everything at once": {
			config: object{"memory": "64m", "uploads": uploads("text"), "networks": object{on[0]: object{}, on[1]: object{"aliases": []any{"a"}}}},
			changed: object{
				"name": "-renamed", "uploads": uploads("text"), "memory": "96m", "restart": "always", "state": "paused",
				"networks": object{on[1]: object{"aliases": []any{"b"}}, on[2]: object{}},
			},
		},
		"start": {config: object{"state": "stopped"}, changed: object{}},
		"stop":  {config: object{"state": "paused", "stop_timeout": "10s"}, changed: object{"state": "stopped", "stop_timeout": "10s"}},
		"uploads after an import": {
			config: object{}, changed: object{"uploads": uploads("text")}, begin: imported,
		},
		"replacement": {
			config:  object{"mounts": anonymous, "state": "created"},
			changed: object{"mounts": anonymous, "state": "created", "command": []any{"/toolbox", "id"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sweep.Run(t, f.subject, "change")
		})
	}
}

// imported makes a container behind the provider's back, and imports it.
func imported(t *testing.T, r *core.Resource, config object) {
	t.Helper()
	name := fmt.Sprint(config["name"])
	noTime := 0
	made, err := fixture.Client(t).ContainerCreate(t.Context(), &container.Config{
		Image: fixture.Image(t), Cmd: []string{"/toolbox", "sleep"}, StopTimeout: &noTime,
	}, nil, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := fixture.Client(t).ContainerStart(t.Context(), made.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	r.Import(t, made.ID)
}
