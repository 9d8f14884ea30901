package container_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// terraform is a configuration with the engine at an address.
func terraform(host, resources string, args ...any) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    containers = { source = "containerhosts/containers" }
  }
}

provider "containers" {
  docker = { host = %q }
}
`, host) + fmt.Sprintf(resources, args...)
}

// interrupted applies, sends SIGINT when a request comes to the engine, and lets the request go on.
func interrupted(t *testing.T, project *cli.Project, p *proxy.Proxy, path string) cli.Output {
	t.Helper()
	reached, release := make(chan struct{}), make(chan struct{})
	p.OnRequest(func(_ int, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, path) {
			p.OnRequest(nil)
			close(reached)
			<-release
		}
	})
	run := project.Start(t, "apply", "-auto-approve")
	<-reached
	run.Interrupt(t)
	close(release)
	out := run.Wait(t)
	p.Reset()
	if !strings.Contains(out.Stdout+out.Stderr, "Interrupt received") {
		t.Errorf("terraform was not interrupted: %s", out)
	}
	return out
}

// settled wants an empty plan, and nothing left after a destroy.
func settled(t *testing.T, project *cli.Project, name string) {
	t.Helper()
	if out := project.Try(t, "plan", "-detailed-exitcode"); out.Code != 0 {
		t.Errorf("the plan is not empty: %s", out)
	}
	project.Run(t, "destroy", "-auto-approve")
	if left := fixture.Leftovers(t, name); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestCommandInterruptedAtStart interrupts an apply while the engine starts a container.
func TestCommandInterruptedAtStart(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	p := proxy.Start(t, fixture.Host(t))
	project := cli.NewProject(t, map[string]string{"main.tf": terraform(p.Host, `
resource "containers_docker_container" "c" {
  name         = %q
  image        = %q
  command      = ["/toolbox", "sleep"]
  stop_timeout = "0s"
  wait         = { min_uptime = "10m" } # Only the interrupt ends it.
}
`, name, fixture.Image(t))})
	out := interrupted(t, project, p, "/start")
	if !strings.Contains(out.Stdout+out.Stderr, "The create of container") {
		t.Errorf("the provider said nothing of it: %s", out)
	}
	id := inspect(t, name, "Id")
	project.Run(t, "apply", "-auto-approve")
	if again := inspect(t, name, "Id"); again != id {
		t.Error("the container was created a second time")
	}
	settled(t, project, name)
}

// TestCommandInterruptedWhileUnhealthy interrupts an apply that waits for a health check. The next one goes on waiting.
func TestCommandInterruptedWhileUnhealthy(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	p := proxy.Start(t, fixture.Host(t))
	project := cli.NewProject(t, map[string]string{"main.tf": terraform(p.Host, `
resource "containers_docker_container" "c" {
  name         = %q
  image        = %q
  command      = ["/toolbox", "sleep"]
  stop_timeout = "0s"
  wait         = { healthy = true }
  healthcheck  = { test = ["CMD", "/toolbox", "healthcheck", "file", "/ready"], interval = "200ms", retries = 10000 }
}
`, name, fixture.Image(t))})
	interrupted(t, project, p, "/events")
	id := inspect(t, name, "Id")
	onEvents(p, func() { makeReady(t, name) })
	project.Run(t, "apply", "-auto-approve")
	if got := inspect(t, name, "State.Health.Status"); got != `"healthy"` {
		t.Errorf("after the apply the container is %s", got)
	}
	if again := inspect(t, name, "Id"); again != id {
		t.Error("the container was created a second time")
	}
	settled(t, project, name)
}

// TestCommandInterruptedInABuild interrupts an apply while the engine builds the image of a container.
func TestCommandInterruptedInABuild(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	p := proxy.Start(t, fixture.Host(t))
	project := cli.NewProject(t, map[string]string{"main.tf": terraform(p.Host, `
resource "containers_docker_image" "i" {
  name  = "%[1]s:latest"
  build = {
    dockerfile_inline = <<-EOT
      FROM %[2]s
      LABEL of=%[1]s
      RUN ["/toolbox", "exit", "0", "3s"]
    EOT
  }
}

resource "containers_docker_container" "c" {
  name         = %[1]q
  image        = containers_docker_image.i.image_id
  command      = ["/toolbox", "sleep"]
  stop_timeout = "0s"
  wait         = { min_uptime = "0s" }
}
`, name, fixture.Image(t))})
	out := interrupted(t, project, p, "/grpc")
	t.Log(out)
	if fixture.Exists(t, fixture.Container, name) {
		t.Errorf("the container was created all the same: %s", out)
	}
	project.Run(t, "apply", "-auto-approve")
	if !fixture.Exists(t, fixture.Container, name) {
		t.Error("there is no container")
	}
	settled(t, project, name)
}

// TestCommand applies a small application: a network, a volume, and a server that is healthy, published and configured.
func TestCommand(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	project := cli.NewProject(t, map[string]string{"main.tf": terraform(fixture.LocalHost(t), `
resource "containers_docker_network" "n" {
  name = %[1]q
  ipam = { subnets = { %[3]q = {} } }
}

resource "containers_docker_volume" "v" {
  name = %[1]q
}

resource "containers_docker_container" "c" {
  name         = %[1]q
  image        = %[2]q
  command      = ["/toolbox", "serve", "8080"]
  stop_timeout = "0s"

  ports    = { "8080/tcp" = ["127.0.0.1:0"] }
  networks = { (containers_docker_network.n.name) = {} }
  mounts   = { "/data" = { type = "volume", source = containers_docker_volume.v.name } }
  uploads  = { "/etc/app/greeting" = { content = "hello from a file\n" } }

  healthcheck = { test = ["CMD", "/toolbox", "healthcheck", "always"], interval = "500ms" }
  wait        = { healthy = true }
}

output "place" {
  value = "127.0.0.1:${one(containers_docker_container.c.published_ports["8080/tcp"]).host_port}"
}
`, name, fixture.Image(t), freeSubnet())})
	project.Run(t, "apply", "-auto-approve")
	place := strings.TrimSpace(project.Run(t, "output", "-raw", "place").Stdout)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+place+"/file?path=/etc/app/greeting", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if said, err := io.ReadAll(answer.Body); string(said) != "hello from a file\n" || err != nil {
		t.Errorf("the server says %q %v", said, err)
	}
	settled(t, project, name)
}
