package image_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

const secretOfRegistry = "s3cret of the registry"

// private has the registry ask for a user and the password.
func private(registry *fixture.RegistryServer) {
	registry.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		user, password, ok := r.BasicAuth()
		if ok && user == "pull" && password == secretOfRegistry {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="tests"`)
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
		return true
	})
}

func loggedIn(t *testing.T, registry *fixture.RegistryServer, password string) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, object{
		"docker":     object{"host": fixture.Host(t)},
		"registries": object{registry.Host: object{"username": "pull", "password": password}},
	})
}

// TestPullFromPrivateRegistry pulls with the provider's credentials, asks for a new digest with them, and shows
// neither a right nor a wrong password.
func TestPullFromPrivateRegistry(t *testing.T) {
	t.Parallel()
	registry, name, reference := pulled(t)
	private(registry)
	config := object{"name": reference, "pull": object{"policy": "always"}}

	for _, password := range []string{"", "a wrong " + secretOfRegistry} {
		server := acctest.Docker(t)
		if password != "" {
			server = loggedIn(t, registry, password)
		}
		_, diags := server.Resource(t, resourceType).TryApply(t.Context(), config)
		if len(diags.Errors().Containing(reference)) == 0 || strings.Contains(diags.String(), secretOfRegistry) {
			t.Errorf("with the password %q it says %s", password, diags)
		}
	}

	r := loggedIn(t, registry, secretOfRegistry).Resource(t, resourceType)
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	registry.Intercept(nil)
	_, digest := registry.Push(t, name+":latest", fixture.Build(t, fixture.ImageOptions{Bare: true, Author: "second"}))
	private(registry)
	r.Refresh(t)
	r.Apply(t, config)
	if got := r.String(t, "repo_digest"); !strings.HasSuffix(got, digest) {
		t.Errorf("the image has the digest %s, want %s", got, digest)
	}
	state, err := r.StateJSON()
	if err != nil || strings.Contains(string(state)+string(r.Private()), secretOfRegistry) {
		t.Errorf("the password is in the state (%v)", err)
	}
	r.Destroy(t)
}
