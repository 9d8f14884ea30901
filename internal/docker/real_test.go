package docker_test

import (
	"os"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestRealEngine greets the engine that the environment names.
func TestRealEngine(t *testing.T) {
	t.Parallel()
	if os.Getenv("DOCKER_HOST") == "" {
		t.Skip("DOCKER_HOST names no engine")
	}
	engines := docker.NewEngines(docker.Settings{})
	t.Cleanup(func() {
		if err := engines.Close(); err != nil {
			t.Error(err)
		}
	})
	engine, err := engines.Engine("")
	if err != nil {
		t.Fatal(err)
	}
	client, err := engine.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said, err := client.ServerVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	spoken, err := engine.APIVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if version.Must(version.NewVersion(spoken)).GreaterThan(version.Must(version.NewVersion(said.APIVersion))) {
		t.Errorf("we speak API %s, the engine at most %s", spoken, said.APIVersion)
	}
	kind, err := engine.Kind(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := docker.Docker
	for _, part := range said.Components {
		if part.Name == "Podman Engine" {
			want = docker.Podman
		}
	}
	if kind != want {
		t.Errorf("the engine is %s, want %s", kind, want)
	}
	_, err = client.ContainerInspect(t.Context(), "no-such-container-of-the-connection-test")
	if !docker.NotFound(err) || docker.Conflict(err) || docker.ConnectionLost(err) {
		t.Errorf("a missing container: %v", err)
	}
}
