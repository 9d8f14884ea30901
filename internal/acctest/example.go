package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// Examples applies examples together, under the real Terraform command, and destroys them: files below the folder examples.
// The plan must be empty afterwards. Examples name what they make "example-...": that start becomes a new name, of which
// nothing may be left. More pairs of texts to be replaced may be given.
func Examples(t *testing.T, files []string, replace ...string) {
	t.Helper()
	host := fixture.Host(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := fmt.Sprintf("provider \"containers\" {\n  docker = { host = %q }\n}\n", host)
	ExamplesWith(t, config, files, append(replace, "example-", name+"-")...)
}

// ExamplesWith is Examples with a configuration of the provider and whatever the examples need, and without an engine.
func ExamplesWith(t *testing.T, config string, files []string, replace ...string) {
	t.Helper()
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(fixture.Root(t), "examples", file))
		if err != nil {
			t.Fatal(err)
		}
		config += string(text)
	}
	config = strings.NewReplacer(replace...).Replace(config)
	Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}}})
}
