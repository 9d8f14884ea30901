package foundation_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const twoObjects = `
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}

provider "containers" {}

resource "containers_azure_resource_group" "g" {
  name     = "web"
  location = "West Europe"
}

resource "containers_azure_log_analytics_workspace" "logs" {
  name              = "logs"
  resource_group_id = containers_azure_resource_group.g.id
  location          = containers_azure_resource_group.g.location
}

data "containers_azure_resource_group" "g" {
  name = containers_azure_resource_group.g.name
}

output "location" {
  value = data.containers_azure_resource_group.g.location
}
`

// command is a project of the real Terraform, with Azure's variables and all that Terraform and the provider log.
func command(t *testing.T) (*cli.Project, *armsim.Subscription, string) {
	t.Helper()
	sub := azure.Subscription(t)
	project := cli.NewProject(t, map[string]string{"main.tf": twoObjects})
	log := filepath.Join(t.TempDir(), "trace.log")
	project.Env = append(sub.Environment(), "TF_LOG=TRACE", "TF_LOG_PATH="+log)
	return project, sub, log
}

// TestCommand takes two objects through the real Terraform, with nothing but the usual variables: plans are empty, nothing is left over,
// and neither the state nor a trace of everything has a secret.
func TestCommand(t *testing.T) {
	t.Parallel()
	project, sub, log := command(t)
	out := project.Run(t, "apply", "-auto-approve")
	if !strings.Contains(out.Stdout, `location = "westeurope"`) {
		t.Errorf("the data source did not read the location: %s", out)
	}
	if out := project.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
		t.Errorf("the second plan is not empty: %s", out)
	}
	state := read(t, filepath.Join(project.Dir, "terraform.tfstate"))
	project.Run(t, "destroy", "-auto-approve")
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	trace := read(t, log)
	for what, secret := range map[string]string{"the client secret": sub.Server.App.Secret, "an access token": "Bearer ey"} {
		if strings.Contains(state, secret) || strings.Contains(trace, secret) {
			t.Errorf("%s is in the state or in the log", what)
		}
	}
}

// TestCommandInterrupted interrupts the create of a workspace. The next apply goes on, and asks for no import.
func TestCommandInterrupted(t *testing.T) {
	t.Parallel()
	project, sub, _ := command(t)
	sub.Inject(armsim.Fault{Method: "PUT", Path: "workspaces/logs", Operation: &armsim.OperationFault{Endless: true}})
	run := project.Start(t, "apply", "-auto-approve")
	waitFor(t, func() bool { return sub.Count("GET", "operationstatuses") > 0 })
	run.Interrupt(t)
	if out := run.Wait(t); !strings.Contains(out.Stdout+out.Stderr, "Azure goes on with the create") {
		t.Errorf("the provider said nothing of it: %s", out)
	}
	sub.Heal()
	sub.ForgetRequests()
	project.Run(t, "apply", "-auto-approve")
	if puts := sub.Count("PUT", "workspaces/logs"); puts != 0 {
		t.Errorf("it was written %d times more", puts)
	}
	if out := project.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
		t.Errorf("the plan after it is not empty: %s", out)
	}
	project.Run(t, "destroy", "-auto-approve")
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
