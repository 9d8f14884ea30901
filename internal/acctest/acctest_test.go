package acctest_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

func TestServerIsTheProvider(t *testing.T) {
	t.Parallel()
	s := acctest.DockerAt(t, "unix:///nowhere")
	if _, ok := s.Schemas().ResourceSchemas["containers_docker_volume"]; !ok {
		t.Error("not our provider")
	}
	if _, diags := s.Resource(t, "containers_docker_volume").TryApply(t.Context(), map[string]any{"name": "x"}); !diags.HasError() {
		t.Error("made a volume nowhere")
	}
}

func TestProxiedVolume(t *testing.T) {
	t.Parallel()
	s, p := acctest.Proxied(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := map[string]any{"name": name}
	r := s.Resource(t, "containers_docker_volume")
	if change := r.Apply(t, config); change.Action != core.Create {
		t.Errorf("got %s", change.Action)
	}
	if !slices.Contains(p.Log(), "POST /volumes/create") {
		t.Errorf("the engine was asked for %v", p.Log())
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	fixture.Gone(t, fixture.Volume, name)
}

func TestVolumeUnderTerraform(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	host := fixture.Host(t)
	fixture.NothingLeft(t, name)
	acctest.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: fmt.Sprintf(`
provider "containers" {
  docker = { host = %q }
}
resource "containers_docker_volume" "v" {
  name = %q
}
`, host, name),
		ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
	}}})
}
