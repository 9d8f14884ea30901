package credentials_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestExample has a second provider block log in with what the first one found, in plan and in apply. Neither the password
// nor a token is in the plan or in the state.
func TestExample(t *testing.T) {
	t.Parallel()
	cli.SkipBelow(t, "1.10.0")
	registry := registries.Start(t, registries.Password("robot", password), registries.TokenServer())
	registry.Push(t, "team/app:v1", empty.Image)
	example, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "ephemeral-resources", typeName, "ephemeral-resource.tf"))
	if err != nil {
		t.Fatal(err)
	}
	project := cli.NewProject(t, map[string]string{
		"example.tf": strings.NewReplacer("registry.example.com", registry.Host, "mirror.example.com", registry.Host).Replace(string(example)),
		"main.tf": fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}

variable "password" {
  type      = string
  ephemeral = true
}

provider "containers" {
  registries = { %[1]q = { username = "robot", password = var.password } }
}

data "containers_registry_image" "app" {
  provider = containers.other
  name     = "%[1]s/team/app:v1"
}

resource "terraform_data" "digest" {
  input = data.containers_registry_image.app.digest
}

locals {
  token = ephemeral.containers_registry_credentials.app.registry_token
}
`, registry.Host),
	})
	project.Env = []string{"TF_VAR_password=" + password}
	project.Run(t, "plan", "-out=plan.bin")
	plan := project.Run(t, "show", "-json", "plan.bin")
	project.Run(t, "apply", "-auto-approve", "plan.bin")
	state, err := os.ReadFile(filepath.Join(project.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	if digest := registry.Digest(t, "team/app:v1"); !strings.Contains(string(state), digest) {
		t.Errorf("the state has no %s: %s", digest, state)
	}
	for what, text := range map[string]string{"plan": plan.Stdout, "state": string(state)} {
		for _, secret := range []string{password, "eyJ", "registrytoken"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in the %s", secret, what)
			}
		}
	}
}

// TestOpenedInApply has a registry that is known in the apply only, where it turns out that there are no credentials.
func TestOpenedInApply(t *testing.T) {
	t.Parallel()
	cli.SkipBelow(t, "1.10.0")
	project := cli.NewProject(t, map[string]string{"main.tf": fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}

resource "terraform_data" "host" {
  input = %q
}

ephemeral "containers_registry_credentials" "later" {
  registry = terraform_data.host.output
}
`, host)})
	project.Run(t, "plan")
	out := project.Try(t, "apply", "-auto-approve")
	if out.Code == 0 || !strings.Contains(out.Stderr, "No credentials") {
		t.Errorf("the apply: %s", out)
	}
}

// TestSettingsKnownInApply has a password that is made in the apply, and a second provider block that takes it on.
func TestSettingsKnownInApply(t *testing.T) {
	t.Parallel()
	cli.SkipBelow(t, "1.10.0")
	registry := registries.Start(t, registries.Password("robot", password))
	reference, digest := registry.Push(t, "team/app:v1", empty.Image)
	project := cli.NewProject(t, map[string]string{"main.tf": fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}

resource "terraform_data" "password" {
  input = %[2]q
}

provider "containers" {
  registries = { %[1]q = { username = "robot", password = terraform_data.password.output } }
}

ephemeral "containers_registry_credentials" "later" {
  registry = %[1]q
}

provider "containers" {
  alias      = "other"
  registries = { %[1]q = { username = "robot", password = ephemeral.containers_registry_credentials.later.password } }
}

data "containers_registry_image" "app" {
  provider   = containers.other
  name       = %[3]q
  depends_on = [terraform_data.password]
}

output "digest" {
  value = data.containers_registry_image.app.digest
}
`, registry.Host, password, reference)})
	project.Run(t, "plan")
	if out := project.Run(t, "apply", "-auto-approve"); !strings.Contains(out.Stdout, digest) {
		t.Errorf("the apply: %s", out)
	}
}
