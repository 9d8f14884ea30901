package migration_test

import (
	"bytes"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// published is what a user has written after the move of a pushed image. The engine is not asked: the source is another
// registry's.
const published = `
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }
}

provider "containers" {
  registries = {
    "{{.Host}}" = { username = "robot", password = "secret" }
  }
}

resource "containers_registry_image" "app" {
  name            = "{{.Name}}"
  source          = { registry = { reference = "{{.Source}}" } }
  keep_on_destroy = {{.Keep}}
  triggers        = { version = "1" }
}

moved {
  from = docker_registry_image.app
  to   = containers_registry_image.app
}
`

// TestMovedPublished moves pushed images with the states that the versions 3 and 4 of the other provider leave. Nothing may
// be pushed or removed.
func TestMovedPublished(t *testing.T) {
	t.Parallel()
	other := stub(t)
	for version, more := range map[string]object{
		"3": {"build": []any{}, "auth_config": []any{}},
		"4": {"auth_config": []any{object{"address": "https://registry.example.com", "username": "robot", "password": "secret"}}, "timeouts": nil},
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			server := registries.Start(t, registries.Password("robot", "secret"))
			img, err := random.Image(64, 1)
			if err != nil {
				t.Fatal(err)
			}
			name := server.Repository("app") + ":v1"
			pinned, digest := server.Push(t, strings.TrimPrefix(name, server.Host+"/"), img)
			attributes := object{
				"id": digest, "sha256_digest": digest, "name": name, "keep_remotely": version == "3", "insecure_skip_verify": true,
				"triggers": object{"version": "1"},
			}
			for key, value := range more {
				attributes[key] = value
			}
			var main bytes.Buffer
			if err := template.Must(template.New("").Parse(published)).Execute(&main, object{
				"Host": server.Host, "Name": name, "Source": pinned, "Keep": version == "3",
			}); err != nil {
				t.Fatal(err)
			}
			project := cli.NewProject(t, map[string]string{
				"main.tf": main.String(), "terraform.tfstate": stateFile(t, instance("docker_registry_image", "app", 0, attributes)),
			})
			project.Override(t, "kreuzwerker/docker", other)
			server.Reset()
			plan := project.Run(t, "plan")
			for _, want := range []string{"(moved from docker_registry_image.app)", "Plan: 0 to add, 1 to change, 0 to destroy."} {
				if !strings.Contains(strings.Join(strings.Fields(plan.Stdout), " "), want) {
					t.Errorf("the plan does not say %q:\n%s", want, plan)
				}
			}
			project.Run(t, "apply", "-auto-approve")
			if second := project.Try(t, "plan", "-detailed-exitcode"); second.Code != 0 {
				t.Errorf("the plan after the move is not empty: %s", second)
			}
			if server.Digest(t, name) != digest || server.Count("PUT", "")+server.Count("DELETE", "") > 0 {
				t.Error("the move pushed or removed something")
			}
			project.Run(t, "destroy", "-auto-approve")
			if kept := server.Has(t, name); kept != (version == "3") {
				t.Errorf("after destroy the registry has the image: %t", kept)
			}
		})
	}
}
