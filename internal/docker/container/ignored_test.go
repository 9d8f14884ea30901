package container_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestBlockWeight is about settings that engines drop with a warning where the kernel lacks them. They must be
// either there or an error, never a plan that is not empty.
func TestBlockWeight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		attribute, api string
		value          any
		kept           string
	}{
		{"blkio_weight", "HostConfig.BlkioWeight", 100, `100`},
		{"blkio_weight_device", "HostConfig.BlkioWeightDevice", object{"/dev/null": 100}, `[{"Path":"/dev/null","Weight":100}]`},
	} {
		t.Run(c.attribute, func(t *testing.T) {
			t.Parallel()
			name := fixture.Name(t)
			fixture.NothingLeft(t, name)
			config := object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created", c.attribute: c.value}
			r := acctest.Docker(t).Resource(t, "containers_docker_container")
			_, diags := r.TryApply(t.Context(), config)
			refused := len(diags.Errors().At(c.attribute).Containing("Ignored by the engine")) == 1
			kept := inspect(t, name, c.api) == c.kept
			if kept == refused {
				t.Errorf("the engine kept the value: %t; the apply was refused: %t\n%s", kept, refused, diags)
			}
			r.Destroy(t)
		})
	}
}
