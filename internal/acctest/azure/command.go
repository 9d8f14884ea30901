package azure

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// trace is the file with all that Terraform and the provider log.
const trace = "trace.log"

// Command is a project of the real Terraform in a subscription, with Azure's usual variables. Whatever can be logged is logged.
func Command(t testing.TB, sub *armsim.Subscription, config string) *cli.Project {
	t.Helper()
	required := `
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}
`
	project := cli.NewProject(t, map[string]string{"main.tf": required + config})
	project.Env = append(sub.Environment(), "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(project.Dir, trace))
	return project
}

// token is how access tokens begin: two parts, in base64, of which each is an object.
var token = regexp.MustCompile(`eyJ[\w-]{8,}\.eyJ[\w-]{8,}`)

// Discreet wants none of the secrets, and no token, in the state and the log of a project, nor in what its commands said.
func Discreet(t testing.TB, project *cli.Project, said string, secrets map[string]string) {
	t.Helper()
	texts := map[string]string{"what was said": said}
	for _, name := range []string{trace, "terraform.tfstate"} {
		content, err := os.ReadFile(filepath.Join(project.Dir, name))
		if err != nil || len(content) == 0 {
			t.Fatalf("%s has %d bytes: %v", name, len(content), err)
		}
		texts[name] = string(content)
	}
	if !strings.Contains(texts[trace], "Azure Resource Manager") {
		t.Error("the log has nothing of Azure")
	}
	for where, text := range texts {
		if token.MatchString(text) {
			t.Errorf("a token is in %s", where)
		}
		for what, secret := range secrets {
			if secret == "" || strings.Contains(text, secret) {
				t.Errorf("%s is in %s", what, where)
			}
		}
	}
}
