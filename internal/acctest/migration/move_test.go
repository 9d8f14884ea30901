package migration_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/go-connections/nat"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// configuration is what a user has written after the move.
const configuration = `
terraform {
  required_providers {
    containers = {
      source = "containerhosts/containers"
    }
  }
}

provider "containers" {
  docker = {
    host = "{{.Host}}"
  }
}

resource "containers_docker_network" "backend" {
  name     = "{{.Name}}-net"
  internal = true
}

resource "containers_docker_volume" "data" {
  name = "{{.Name}}-data"
}

resource "containers_docker_image" "app" {
  name = "{{.Name}}-app:v1"
}

resource "containers_docker_tag" "latest" {
  source_image = containers_docker_image.app.image_id
  target_image = "{{.Name}}-app:latest"
}

resource "containers_docker_container" "web" {
  name    = "{{.Name}}-web"
  image   = containers_docker_image.app.image_id
  command = ["/toolbox", "sleep"]
  env     = { GREETING = "hello" }
  restart = "unless-stopped"

  ports = {
    "8080/tcp" = ["127.0.0.1:0"]
  }
  mounts = {
    "/data" = { type = "volume", source = containers_docker_volume.data.name }
  }
  networks = {
    (containers_docker_network.backend.name) = { aliases = ["web"] }
  }
}

moved {
  from = docker_network.backend
  to   = containers_docker_network.backend
}

moved {
  from = docker_image.app
  to   = containers_docker_image.app
}

moved {
  from = docker_tag.latest
  to   = containers_docker_tag.latest
}

moved {
  from = docker_volume.data
  to   = containers_docker_volume.data
}

moved {
  from = docker_container.web
  to   = containers_docker_container.web
}
`

// TestMoved plans and applies moved blocks with a state that the other provider has left. Nothing may change.
func TestMoved(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	state := made(t, name)
	var main strings.Builder
	if err := template.Must(template.New("").Parse(configuration)).Execute(&main, object{
		"Host": fixture.Host(t), "Name": name,
	}); err != nil {
		t.Fatal(err)
	}
	project := cli.NewProject(t, map[string]string{"main.tf": main.String(), "terraform.tfstate": state})
	project.Override(t, "kreuzwerker/docker", stub(t))
	before := started(t, name)

	moves, changes := "docker_container.web has moved to containers_docker_container.web", "Plan: 0 to add, 0 to change, 0 to destroy."
	if fixture.Podman(t) {
		// It shows the name of an image that a container was made of by its id, so that the state is told the id again.
		moves, changes = "(moved from docker_container.web)", "Plan: 0 to add, 1 to change, 0 to destroy."
	}
	plan := project.Run(t, "plan")
	for _, want := range []string{
		moves, changes, "docker_network.backend has moved to",
		"docker_volume.data has moved to",
		"docker_image.app has moved to", "docker_tag.latest has moved to",
	} {
		if !strings.Contains(strings.Join(strings.Fields(plan.Stdout), " "), want) {
			t.Errorf("the plan does not say %q:\n%s", want, plan)
		}
	}
	project.Run(t, "apply", "-auto-approve")
	if second := project.Try(t, "plan", "-detailed-exitcode"); second.Code != 0 {
		t.Errorf("the plan after the move is not empty: %s", second)
	}
	if after := started(t, name); after != before {
		t.Errorf("the container is another, or was restarted: %s, now %s", before, after)
	}
	project.Run(t, "destroy", "-auto-approve")
	fixture.Gone(t, fixture.Container, name+"-web")
	fixture.Gone(t, fixture.Network, name+"-net")
	fixture.Gone(t, fixture.Volume, name+"-data")
	fixture.Gone(t, fixture.ImageRef, name+"-app:v1")
	fixture.Gone(t, fixture.ImageRef, name+"-app:latest")
}

// made makes what the other provider makes, with its requests, and gives its state.
func made(t *testing.T, name string) string {
	t.Helper()
	fixture.NothingLeft(t, name)
	engine := fixture.Client(t)
	first, latest := name+"-app:v1", name+"-app:latest"
	fixture.Load(t, first, fixture.Build(t, fixture.ImageOptions{Author: name}))
	app, err := docker.InspectImage(t.Context(), engine, first)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.ImageTag(t.Context(), first, latest); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.VolumeCreate(t.Context(), volume.CreateOptions{Name: name + "-data"}); err != nil {
		t.Fatal(err)
	}
	net, err := engine.NetworkCreate(t.Context(), name+"-net", network.CreateOptions{Driver: "bridge", Internal: true})
	if err != nil {
		t.Fatal(err)
	}
	no := false
	web, err := engine.ContainerCreate(t.Context(), &container.Config{
		Image: app.ID, Cmd: []string{"/toolbox", "sleep"}, Env: []string{"GREETING=hello"},
		ExposedPorts: nat.PortSet{"8080/tcp": {}}, Volumes: map[string]struct{}{"/data": {}},
	}, &container.HostConfig{
		RestartPolicy: container.RestartPolicy{Name: "unless-stopped"}, NetworkMode: "bridge", Init: &no,
		PortBindings: nat.PortMap{"8080/tcp": {{HostIP: "127.0.0.1", HostPort: "0"}}}, Binds: []string{name + "-data:/data:rw"},
	}, &network.NetworkingConfig{}, nil, name+"-web")
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.NetworkDisconnect(t.Context(), "bridge", web.ID, false); err != nil {
		t.Fatal(err)
	}
	if err := engine.NetworkConnect(t.Context(), net.ID, web.ID, &network.EndpointSettings{Aliases: []string{"web"}}); err != nil {
		t.Fatal(err)
	}
	if err := engine.ContainerStart(t.Context(), web.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	return stateFile(t,
		instance("docker_image", "app", 0, object{
			"id": app.ID + first, "name": first, "image_id": app.ID, "keep_locally": nil, "build": []any{},
		}),
		instance("docker_tag", "latest", 0, object{"id": app.ID + "." + latest, "source_image": app.ID, "target_image": latest}),
		instance("docker_network", "backend", 1, object{
			"id": net.ID, "name": name + "-net", "internal": true, "labels": []any{},
		}),
		instance("docker_volume", "data", 1, object{"id": name + "-data", "name": name + "-data", "driver": "local", "labels": []any{}}),
		instance("docker_container", "web", 2, object{
			"id": web.ID, "name": name + "-web", "image": app.ID, "must_run": true, "start": true, "attach": false, "network_mode": "bridge",
			"networks_advanced": []any{object{"name": net.ID, "aliases": []any{"web"}, "mac_address": ""}}, "remove_volumes": true,
			"upload": []any{},
		}))
}

func instance(typeName, name string, version int, attributes object) object {
	return object{
		"mode": "managed", "type": typeName, "name": name, "provider": `provider["registry.terraform.io/kreuzwerker/docker"]`,
		"instances": []any{object{"schema_version": version, "attributes": attributes, "sensitive_attributes": []any{}}},
	}
}

func stateFile(t *testing.T, resources ...object) string {
	t.Helper()
	out, err := json.Marshal(object{
		"version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "6f1c1b0e-9d0f-4c53-8f52-2a3c1f0f4c11", "outputs": object{},
		"resources": resources, "check_results": nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// stub builds the provider that stands for the other one, and gives its folder.
func stub(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "terraform-provider-docker")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", binary, "./testdata/stub")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the stub: %s\n%s", err, said)
	}
	return dir
}

func started(t *testing.T, name string) string {
	t.Helper()
	web, err := fixture.Client(t).ContainerInspect(t.Context(), name+"-web")
	if err != nil {
		t.Fatal(err)
	}
	return web.ID + " " + web.State.StartedAt
}
