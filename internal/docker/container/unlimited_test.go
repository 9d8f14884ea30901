package container_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestUnlimitedProcesses is about a container that is made without a limit of processes: engines show that in several ways.
func TestUnlimitedProcesses(t *testing.T) {
	t.Parallel()
	for _, limit := range []any{-1, 0} {
		name := fixture.Name(t)
		fixture.NothingLeft(t, name)
		config := object{
			"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created", "pids_limit": limit,
		}
		r := acctest.Docker(t).Resource(t, "containers_docker_container")
		r.Apply(t, config)
		r.Refresh(t)
		r.ExpectEmptyPlan(t, config)
		r.Destroy(t)
	}
}
