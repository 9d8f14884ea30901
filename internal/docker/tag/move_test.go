package tag_test

import (
	"encoding/json"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestMove moves tags that the provider kreuzwerker/docker gave: of a reference and of an id.
func TestMove(t *testing.T) {
	t.Parallel()
	for name, byID := range map[string]bool{"of a reference": false, "of an id": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, target := fixture.Name(t)+":v1", fixture.Name(t)+":v2"
			fixture.Load(t, source, fixture.Build(t, fixture.ImageOptions{Bare: true, Author: source}))
			fixture.Remove(t, fixture.ImageRef, target)
			found, err := docker.InspectImage(t.Context(), fixture.Client(t), source)
			if err != nil {
				t.Fatal(err)
			}
			if err := fixture.Client(t).ImageTag(t.Context(), source, target); err != nil {
				t.Fatal(err)
			}
			configured := source
			if byID {
				configured = found.ID
			}
			raw, err := json.Marshal(map[string]any{
				"id": configured + "." + target, "source_image": configured, "target_image": target, "source_image_id": found.ID, "tag_triggers": nil,
			})
			if err != nil {
				t.Fatal(err)
			}
			r := acctest.Docker(t).Resource(t, "containers_docker_tag")
			r.Move(t, core.Foreign{Type: "docker_tag", Provider: "registry.terraform.io/kreuzwerker/docker", State: raw})
			if got := r.Identity().String(t, "target_image"); got != target {
				t.Errorf("the identity is %q, want %q", got, target)
			}
			r.ExpectEmptyPlan(t, map[string]any{"source_image": configured, "target_image": target})
			r.Destroy(t)
			fixture.Gone(t, fixture.ImageRef, target)
		})
	}
}
