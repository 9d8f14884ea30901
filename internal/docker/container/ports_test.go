package container_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestPublishedPort is about a port that the engine chooses: it is shown, it answers, it stays over plans and is another
// one only after a start.
func TestPublishedPort(t *testing.T) {
	t.Parallel()
	fixture.LocalHost(t)
	r, config := running(t, object{
		"command": []any{"/toolbox", "serve", "80"}, "ports": object{"80/tcp": []any{"127.0.0.1:0"}},
		"healthcheck": check(patient, "after", "0s"), "wait": object{"healthy": true},
	})
	does(t, r, config, core.Create)
	port := r.Int(t, `published_ports["80/tcp"][0].host_port`)
	if port == 0 || r.String(t, `published_ports["80/tcp"][0].host_ip`) != "127.0.0.1" {
		t.Fatalf("published_ports are %v", r.Value(t, "published_ports"))
	}
	answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", port))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "hello\n" {
		t.Errorf("it answers %q, %v", body, err)
	}
	if !fixture.Podman(t) { // It changes limits by a new container.
		config["cpu_shares"] = 512
		does(t, r, config, core.Update)
	}
	if got := r.Int(t, `published_ports["80/tcp"][0].host_port`); got != port {
		t.Errorf("the port became %d, was %d", got, port)
	}
	does(t, r, with(config, "state", "stopped"), core.Update)
	if got := r.Value(t, "published_ports"); !cmp.Equal(got, map[string]any{}) {
		t.Errorf("the ports of a stopped container are %v", got)
	}
	does(t, r, with(config, "state", "running"), core.Update)
	if r.Int(t, `published_ports["80/tcp"][0].host_port`) == 0 {
		t.Errorf("after the start the ports are %v", r.Value(t, "published_ports"))
	}
}

// TestPortsOfRunningContainer is about the ways in which a port can be published: none of them is a change later.
func TestPortsOfRunningContainer(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"ports": object{
		"9000/tcp":      []any{"127.0.0.1:0"},
		"80/tcp":        []any{"127.0.0.1:0", "127.0.0.2:0", "127.0.0.3:0"},
		"53/udp":        []any{"0.0.0.0:0"},
		"8000-8002/tcp": []any{"127.0.0.1:0"},
	}})
	does(t, r, config, core.Create)
	shown := look(t, r.String(t, "id"))
	for port, places := range map[string]int{"9000/tcp": 1, "80/tcp": 3, "53/udp": 1, "8000/tcp": 1, "8001/tcp": 1, "8002/tcp": 1} {
		if got := len(shown.HostConfig.PortBindings[nat.Port(port)]); got != places {
			t.Errorf("%s is bound to %d places, want %d", port, got, places)
		}
		published, _ := r.Value(t, fmt.Sprintf("published_ports[%q]", port)).([]any)
		if len(published) < places {
			t.Errorf("%s is published at %v, want %d places", port, published, places)
		}
	}
	if err := fixture.Client(t).ContainerStop(t.Context(), shown.ID, container.StopOptions{}); err != nil {
		t.Fatal(err)
	}
	r.Refresh(t)
	does(t, r, config, core.Update)
	if got := r.String(t, "id"); got != shown.ID {
		t.Error("the container was replaced")
	}
}

// TestPortsOnInternalNetwork are asked for and never published, since nothing outside reaches such a network.
func TestPortsOnInternalNetwork(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it publishes ports on internal networks too")
	name := fixture.Name(t)
	plantNetwork(t, name, network.CreateOptions{Internal: true})
	r, config := running(t, object{"ports": object{"80/tcp": []any{"127.0.0.1:0"}}, "networks": object{name: object{}}})
	does(t, r, config, core.Create)
	if got := r.Value(t, "published_ports"); !cmp.Equal(got, map[string]any{}) {
		t.Errorf("the ports are %v", got)
	}
}

// TestPortsThatImagesDeclare are published on request, and are no change.
func TestPortsThatImagesDeclare(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{
		"image": fixture.ImageWithConfig(t), "command": []any{"sleep"}, "publish_all_ports": true, "expose": []any{"9000/tcp"},
	})
	does(t, r, config, core.Create)
	for _, port := range []string{"8080/tcp", "5353/udp", "9000/tcp"} {
		if !r.State().Has(fmt.Sprintf("published_ports[%q]", port)) {
			t.Errorf("%s is not published: %v", port, r.Value(t, "published_ports"))
		}
	}
}
