package image_test

import (
	"fmt"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestPasswordChanges plans while the password that the provider is given is being made anew.
func TestPasswordChanges(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("robot", "secret"))
	repository := server.Repository("app")
	project := cli.NewProject(t, map[string]string{"main.tf": fmt.Sprintf(`
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }
}

variable "serial" {
  type = number
}

resource "terraform_data" "password" {
  input            = "secret"
  triggers_replace = var.serial
}

provider "containers" {
  registries = {
    %q = { username = "robot", password = terraform_data.password.output }
  }
}

resource "containers_registry_image" "app" {
  name   = "%[2]s:v1"
  source = { archive = { path = %[3]q } }
}

resource "containers_registry_tag" "latest" {
  name   = "%[2]s:latest"
  digest = containers_registry_image.app.digest
}

resource "containers_registry_image" "copy" {
  name        = "%[2]s:copy"
  source      = { registry = { reference = containers_registry_image.app.reference } }
  credentials = { username = "robot", password = terraform_data.password.output }
}
`, server.Host, repository, archive(t, "", image(t)))})
	for _, serial := range []string{"1", "2"} {
		project.Run(t, "apply", "-auto-approve", "-var", "serial="+serial)
		if plan := project.Try(t, "plan", "-detailed-exitcode", "-var", "serial="+serial); plan.Code != 0 {
			t.Errorf("the plan is not empty: %s", plan)
		}
	}
	project.Run(t, "destroy", "-auto-approve", "-var", "serial=2")
	if left := server.Tags(t, repository); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
