package container_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

const secretConfig = `
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}
provider "containers" {
  docker = { host = %q }
}
variable "secret" {
  type      = string
  ephemeral = true
}
resource "containers_docker_container" "c" {
  name    = %q
  image   = %q
  command = ["/toolbox", "sleep"]
  state   = "created"
  uploads = { "/secret" = { content_wo = var.secret } }
}
`

// TestSecretUnderTerraform has the real command at its most talkative write all it has: the secret is in none of it.
func TestSecretUnderTerraform(t *testing.T) {
	t.Parallel()
	const secret = "correct-horse-battery-staple"
	cli.SkipBelow(t, "1.11.0")
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	fixture.Remove(t, fixture.Container, name)
	project := cli.NewProject(t, map[string]string{"main.tf": fmt.Sprintf(secretConfig, fixture.Host(t), name, fixture.Image(t))})
	project.Env = append(project.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(project.Dir, "trace.log"), "TF_VAR_secret="+secret)
	said := project.Run(t, "apply", "-auto-approve").String()
	if got := filesIn(t, look(t, name).ID, "/secret")["/secret"].content; got != secret {
		t.Fatalf("the container has %q", got)
	}
	said += project.Run(t, "plan", "-detailed-exitcode", "-out=saved.plan").String()
	said += project.Run(t, "show", "-json", "saved.plan").String()
	for _, file := range []string{"trace.log", "terraform.tfstate"} {
		content, err := os.ReadFile(filepath.Join(project.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if len(content) == 0 || strings.Contains(string(content), secret) {
			t.Errorf("%s has %d bytes, and the secret: %t", file, len(content), strings.Contains(string(content), secret))
		}
	}
	if strings.Contains(said, secret) {
		t.Error("the secret is in the output")
	}
	project.Run(t, "destroy", "-auto-approve")
	fixture.Gone(t, fixture.Container, name)
}
