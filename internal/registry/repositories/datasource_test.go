package repositories_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/empty"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const dataType = "containers_registry_repositories"

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// TestRepositories finds all of a real registry, and those that match, with credentials of the look-up's own.
func TestRepositories(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.Password("robot", "s3cret"))
	for _, name := range []string{"web", "team/app", "team/api"} {
		registry.Push(t, registry.Host+"/"+name+":v1", empty.Image)
	}
	server := core.NewServer(t, acctest.Server, nil)
	for pattern, want := range map[string][]any{"": {"team/api", "team/app", "web"}, "^team/": {"team/api", "team/app"}, "none": {}} {
		config := object{"registry": registry.Host, "credentials": object{"username": "robot", "password": "s3cret"}}
		if pattern != "" {
			config["pattern"] = pattern
		}
		if diff := cmp.Diff(want, server.Data(t, dataType, config).Value(t, "repositories")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", pattern, diff)
		}
	}
	_, diags := server.TryData(t.Context(), dataType, object{"registry": registry.Host})
	if len(diags.Errors().At("registry")) != 1 {
		t.Errorf("without credentials: %s", diags)
	}
}

// catalog has a registry answer for its list in its own way.
func catalog(answer http.HandlerFunc) registries.Fault {
	return func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.URL.Path == "/v2/_catalog" {
				answer(w, req)
				return
			}
			next.ServeHTTP(w, req)
		})
	}
}

// TestRepositoriesInPages reads every page, and each repository once.
func TestRepositoriesInPages(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.With(catalog(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Query().Get("last") == "" {
			w.Header().Set("Link", `</v2/_catalog?last=b&n=2>; rel="next"`)
			_, _ = fmt.Fprint(w, `{"repositories":["a","b"]}`)
			return
		}
		_, _ = fmt.Fprint(w, `{"repositories":["b","c"]}`)
	})))
	got := core.NewServer(t, acctest.Server, nil).Data(t, dataType, object{"registry": registry.Host}).Value(t, "repositories")
	if diff := cmp.Diff([]any{"a", "b", "c"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestRepositoriesRefuses what is no host, and says what a registry without a list answers.
func TestRepositoriesRefuses(t *testing.T) {
	t.Parallel()
	server := core.NewServer(t, acctest.Server, nil)
	_, diags := server.TryData(t.Context(), dataType, object{"registry": "registry.example.com/app"})
	if len(diags.Errors().At("registry")) == 0 {
		t.Errorf("a repository is taken for a host: %s", diags)
	}
	registry := registries.Start(t, registries.With(catalog(http.NotFound)))
	_, diags = server.TryData(t.Context(), dataType, object{"registry": registry.Host})
	if len(diags.Errors().At("registry")) != 1 {
		t.Errorf("a registry without a list: %s", diags)
	}
}
