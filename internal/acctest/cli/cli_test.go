package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

func volumeConfig(host, name string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}
provider "containers" {
  docker = { host = %q }
}
resource "containers_docker_volume" "v" {
  name = %q
}
output "name" {
  value = containers_docker_volume.v.name
}
`, host, name)
}

func TestProject(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	fixture.Remove(t, fixture.Volume, name)
	project := cli.NewProject(t, map[string]string{"main.tf": volumeConfig(fixture.Host(t), name)})
	if out := project.Run(t, "apply", "-auto-approve"); !strings.Contains(out.Stdout, "Apply complete! Resources: 1 added") {
		t.Errorf("apply says: %s", out)
	}
	if !fixture.Exists(t, fixture.Volume, name) {
		t.Error("no volume")
	}
	if out := project.Run(t, "output", "-raw", "name"); out.Stdout != name {
		t.Errorf("output says: %s", out)
	}
	if out := project.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
		t.Errorf("plan says: %s", out)
	}
	project.Write(t, "more.tf", "output \"bad\" {")
	if out := project.Try(t, "validate"); out.Code != 1 || !strings.Contains(out.Stderr, "Unclosed configuration block") {
		t.Errorf("validate says: %s", out)
	}
	project.Write(t, "more.tf", "")
	project.Run(t, "destroy", "-auto-approve")
	fixture.Gone(t, fixture.Volume, name)
}

func TestInterruptReachesTerraformAndProvider(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	fixture.Remove(t, fixture.Volume, name)
	p := proxy.Start(t, fixture.Host(t))
	reached, release := make(chan struct{}), make(chan struct{})
	p.OnRequest(func(_ int, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/volumes/create") {
			close(reached)
			<-release
		}
	})
	project := cli.NewProject(t, map[string]string{"main.tf": volumeConfig(p.Host, name)})
	run := project.Start(t, "apply", "-auto-approve")
	<-reached
	run.Interrupt(t)
	close(release)
	if out := run.Wait(t); !strings.Contains(out.Stdout+out.Stderr, "Interrupt received") {
		t.Errorf("terraform was not interrupted: %s", out)
	}
	p.Reset()
	project.Run(t, "apply", "-auto-approve")
	project.Run(t, "destroy", "-auto-approve")
}

func TestSkipBelow(t *testing.T) {
	t.Parallel()
	cli.SkipBelow(t, "1.0.0")
	for version, skips := range map[string]bool{"1.0.0": false, "99.0.0": true} {
		t.Run(version, func(t *testing.T) {
			skipped := true
			defer func() {
				if skipped != skips {
					t.Errorf("skipped is %v", skipped)
				}
			}()
			cli.SkipBelow(t, version)
			skipped = false
		})
	}
}
