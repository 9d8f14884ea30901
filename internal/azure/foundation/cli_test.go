package foundation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const twoObjects = `
provider "containers" {}

resource "containers_azure_resource_group" "g" {
  name     = "web"
  location = "West Europe"
}

resource "containers_azure_log_analytics_workspace" "logs" {
  name              = "logs"
  resource_group_id = containers_azure_resource_group.g.id
  location          = containers_azure_resource_group.g.location
  retention_in_days = var.days
}

variable "days" {
  default = 30
}

data "containers_azure_resource_group" "g" {
  name = containers_azure_resource_group.g.name
}

output "location" {
  value = data.containers_azure_resource_group.g.location
}
`

// TestCommand takes two objects through the real Terraform, with nothing but the usual variables: plans are empty, nothing is left over,
// and neither the state nor a trace of everything has a secret.
func TestCommand(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	project := azure.Command(t, sub, twoObjects)
	out := project.Run(t, "apply", "-auto-approve")
	if !strings.Contains(out.Stdout, `location = "westeurope"`) {
		t.Errorf("the data source did not read the location: %s", out)
	}
	if out := project.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
		t.Errorf("the second plan is not empty: %s", out)
	}
	azure.Discreet(t, project, out.String(), map[string]string{"the client secret": sub.Server.App.Secret})
	project.Run(t, "destroy", "-auto-approve")
	nothing(t, sub)
}

var endless = &armsim.OperationFault{Endless: true}

// held are the requests that an interrupt comes in, each of an apply or a destroy with these arguments.
var held = []struct {
	what   string
	faults []armsim.Fault
	args   []string
	// says is what the provider answers, once is a request that must not be sent again.
	says, once string
}{
	{
		"the create itself",
		[]armsim.Fault{{Method: "PUT", Path: "workspaces/logs", Delay: time.Hour, Drop: armsim.DropAfter}},
		[]string{"apply"},
		"Azure goes on with the create", "PUT",
	},
	{
		"the polls of an update",
		[]armsim.Fault{
			{Method: "PUT", Path: "workspaces/logs", Operation: endless}, {Method: "GET", Path: "operationstatuses"},
		},
		[]string{"apply", "-var=days=60"},
		"Azure goes on with the update", "PUT",
	},
	{
		// The first one is that of the workspace.
		"the polls of a delete",
		[]armsim.Fault{
			{Method: "DELETE", Path: "resourcegroups/web", Skip: 1, Operation: endless}, {Method: "GET", Path: "operationresults"},
		},
		[]string{"destroy"},
		"It was interrupted", "",
	},
	{
		"the polls of a create",
		[]armsim.Fault{
			{Method: "PUT", Path: "workspaces/logs", Operation: endless}, {Method: "GET", Path: "operationstatuses"},
		},
		[]string{"apply"},
		"Azure goes on with the create", "PUT",
	},
}

// TestCommandInterrupted interrupts each operation of a project. The same command goes on with it, makes nothing twice, and asks for no
// import.
func TestCommandInterrupted(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	project := azure.Command(t, sub, twoObjects)
	for _, one := range held {
		args := append(one.args, "-auto-approve")
		if out := interrupted(t, project, sub, one.faults, args...); !strings.Contains(out.Stdout+out.Stderr, one.says) {
			t.Errorf("%s: the provider said nothing of it: %s", one.what, out)
		}
		sub.Heal()
		sub.ForgetRequests()
		project.Run(t, args...)
		if again := sub.Count(one.once, "workspaces/logs"); one.once != "" && again != 0 {
			t.Errorf("%s: it was sent %d times more", one.what, again)
		}
		if one.args[0] == "destroy" {
			nothing(t, sub)
			continue
		}
		if out := project.Try(t, append([]string{"plan", "-detailed-exitcode"}, one.args[1:]...)...); out.Code != 0 {
			t.Errorf("%s: the plan after it is not empty: %s", one.what, out)
		}
	}
	project.Run(t, "destroy", "-auto-approve")
	nothing(t, sub)
}

// interrupted runs a command and interrupts it in the request that the last fault is about.
func interrupted(t *testing.T, project *cli.Project, sub *armsim.Subscription, faults []armsim.Fault, args ...string) cli.Output {
	t.Helper()
	started := make(chan *cli.Run, 1)
	faults = slices.Clone(faults)
	faults[len(faults)-1].Meanwhile = func() { (<-started).Interrupt(t) }
	sub.Inject(faults...)
	run := project.Start(t, args...)
	started <- run
	return run.Wait(t)
}

func nothing(t *testing.T, sub *armsim.Subscription) {
	t.Helper()
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
