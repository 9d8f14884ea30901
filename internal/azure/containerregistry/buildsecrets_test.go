package containerregistry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
)

const oneBuild = `
variable "whispered" {
  type      = string
  ephemeral = true
}

provider "containers" {}

data "containers_azure_resource_group" "there" {
  name = "elsewhere"
}

resource "containers_azure_container_registry_build" "app" {
  name                  = "HOST/app:v1"
  container_registry_id = "${data.containers_azure_resource_group.there.id}/providers/Microsoft.ContainerRegistry/registries/NAME"
  custom_registries     = { "docker.io" = { username = "robot", password_wo = var.whispered } }

  build = { context = "CONTEXT", secret_args_wo = { token = var.whispered } }
}
`

// TestBuildSecrets builds under the real Terraform, first in vain: neither what is secret nor a signed URL is in a trace of everything, in the
// state, or in what was said.
func TestBuildSecrets(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	id := registered(t, sub)
	name := id[strings.LastIndex(id, "/")+1:]
	azure.Registry(t, name)
	dir := t.TempDir()
	write := func(dockerfile string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	project := azure.Command(t, sub, strings.NewReplacer("HOST", name+".azurecr.io", "NAME", name, "CONTEXT", dir).Replace(oneBuild))
	project.Env = append(project.Env, "TF_VAR_whispered=opensesame")
	write("FROM scratch\nRUN false\n")
	said := project.Try(t, "apply", "-auto-approve").String()
	if !strings.Contains(said, "returned a non-zero code") {
		t.Errorf("a step that fails: %s", said)
	}
	write("FROM scratch\n")
	said += project.Run(t, "apply", "-auto-approve").String()
	said += project.Run(t, "plan", "-detailed-exitcode").String()
	azure.Discreet(t, project, said, map[string]string{
		"a secret": "opensesame", "a signature": "sig=", "the client secret": sub.Server.App.Secret,
	})
	project.Run(t, "destroy", "-auto-approve")
}
