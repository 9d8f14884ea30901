package image_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestSourceIsGone plans after what the image was made of was cleaned up: the image stays and can be destroyed, and what
// needs the source again is refused.
func TestSourceIsGone(t *testing.T) {
	t.Parallel()
	for source, attribute := range map[string]string{"build": "context", "load": "archive"} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			name := fixture.Name(t)
			fixture.NothingLeft(t, name)
			path := folder(t, map[string]string{"Dockerfile": "FROM scratch\nLABEL a=b\n"})
			if source == "load" {
				path = fixture.Archive(t, name, bare(t, source))
			}
			config := object{"name": name, source: object{attribute: path}}
			r := acctest.Docker(t).Resource(t, resourceType)
			r.Apply(t, config)
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			at := source + "." + attribute
			change, diags := r.TryPlan(t.Context(), config)
			if change == nil || change.Action != core.NoOp || len(diags.Warnings().At(at).Containing("keeps what is there")) != 1 {
				t.Errorf("unchanged: got %s", diags)
			}
			for what, c := range map[string]object{
				"triggers":       with(config, "triggers", object{"a": "1"}),
				"another path":   with(config, source, object{attribute: filepath.Join(path, "none")}),
				"another object": with(config, "name", name+"-other"),
			} {
				if _, diags := r.TryPlan(t.Context(), c); len(diags.Errors().At(at).Containing("no such file")) != 1 {
					t.Errorf("%s: got %s", what, diags)
				}
			}
			r.Destroy(t)
		})
	}
}
