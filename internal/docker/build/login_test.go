package build_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// tokenFor is an access token for one repository.
func tokenFor(t *testing.T, server *registries.Server, repository string, actions ...string) string {
	t.Helper()
	repo, err := name.NewRepository(repository)
	if err != nil {
		t.Fatal(err)
	}
	known := letIn(map[string]registry.Settings{server.Host: server.Settings()})
	t.Cleanup(known.Close)
	made, err := known.Access(t.Context(), repo, actions...)
	if err != nil || made.Value == "" {
		t.Fatalf("no token: %v", err)
	}
	return made.Value
}

// TestRegistryToken has BuildKit pull a private base with a token that it is given as it is, and with none.
func TestRegistryToken(t *testing.T) {
	t.Parallel()
	fixture.Host(t) // The toolbox that is copied is made where there is an engine.
	server := registries.Start(t, registries.Password("robot", "secret"), registries.TokenServer())
	repository := server.Repository("base")
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64"})
	if err != nil {
		t.Fatal(err)
	}
	server.Push(t, repository+":1", img)
	token := tokenFor(t, server, repository, "pull")
	remote := elsewhere(t)
	asked := server.TokenRequests()
	for what, given := range map[string]string{"the token": token, "no token": "", "another token": "wrong-secret"} {
		req := from(t, repository+":1")
		req.Remote, req.Platforms = remote, []string{"linux/amd64"}
		pushed := newRegistry(t, "")
		push := build.Push{
			Request: req, Names: []string{pushed.host + "/app:1"},
			Registries: letIn(map[string]registry.Settings{server.Host: {RegistryToken: given}}),
		}
		_, err := build.PushBuild(t.Context(), push, nil)
		if (err == nil) != (given == token) || err != nil && strings.Contains(err.Error(), "wrong-secret") {
			t.Errorf("%s: %v", what, err)
		}
		if given == token && server.TokenRequests() != asked {
			t.Error("another token was asked for")
		}
		asked = server.TokenRequests()
	}
}

// TestRegistryTokenOnEngine has the builders of an engine do the same.
func TestRegistryTokenOnEngine(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	server := registries.Start(t, registries.Password("robot", "secret"), registries.TokenServer())
	for _, builder := range builders(t) {
		repository := server.Repository("base")
		img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64", Author: repository})
		if err != nil {
			t.Fatal(err)
		}
		server.Push(t, repository+":1", img)
		fixture.Remove(t, fixture.ImageRef, repository+":1")
		req := from(t, repository+":1")
		req.Builder = builder
		if _, err := build.Run(t.Context(), cli, req, nil); err == nil {
			t.Errorf("%s: a private base was built on without a token", builder)
		}
		token := tokenFor(t, server, repository, "pull")
		req.Auth = build.Credentials(letIn(map[string]registry.Settings{server.Host: {RegistryToken: token}}))
		if !fixture.Podman(t) {
			run(t, cli, req)
			continue
		}
		req.Podman = true
		if _, err := build.Run(t.Context(), cli, req, nil); err == nil || !strings.Contains(err.Error(), "there is a registry token") {
			t.Errorf("Podman, which takes no tokens: %v", err)
		}
	}
}

// TestOnlyToken has a registry want a password where there is a token alone.
func TestOnlyToken(t *testing.T) {
	t.Parallel()
	reg := newRegistry(t, "secret")
	req := copies(t)
	req.Remote = elsewhere(t)
	push := build.Push{
		Request: req, Names: []string{reg.host + "/app:1"},
		Registries: letIn(map[string]registry.Settings{reg.host: {RegistryToken: "a-token"}}),
	}
	_, err := build.PushBuild(t.Context(), push, nil)
	if err == nil || !strings.Contains(err.Error(), "there is a registry token") || strings.Contains(err.Error(), "a-token") {
		t.Errorf("got %v", err)
	}
}

func TestLoginShowsNoSecret(t *testing.T) {
	t.Parallel()
	shown := fmt.Sprintf("%v %+v %#v %s", build.Login{User: "robot", Secret: "a-secret"}, build.Login{Token: "b-secret"},
		build.Login{Secret: "c-secret"}, build.Login{Secret: "d-secret"})
	if strings.Contains(shown, "-secret") {
		t.Error(shown)
	}
}
