package tags_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const (
	dataType = "containers_registry_tags"
	password = "the right one"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

func server(t testing.TB, registry *registries.Server, password string) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, object{
		"registries": object{registry.Host: object{"username": "robot", "password": password}},
	})
}

// tagged pushes an image with many tags, and returns the repository.
func tagged(t testing.TB, registry *registries.Server, tags ...string) string {
	t.Helper()
	repository := registry.Repository("app")
	for _, tag := range tags {
		registry.Push(t, repository+":"+tag, empty.Image)
	}
	registry.Reset()
	return repository
}

func listOf(t testing.TB, data core.Object) []string {
	t.Helper()
	all, ok := data.Value(t, "tags").([]any)
	if !ok {
		t.Fatalf("the tags are %v", data.Value(t, "tags"))
	}
	out := make([]string, len(all))
	for i, tag := range all {
		out[i], _ = tag.(string)
	}
	return out
}

// short has a registry give two tags a page, however many are asked for.
func short(registry *registries.Server) {
	registry.Intercept(func(_ http.ResponseWriter, req *http.Request) bool {
		if strings.HasSuffix(req.URL.Path, "/tags/list") {
			query := req.URL.Query()
			query.Set("n", "2")
			req.URL.RawQuery = query.Encode()
		}
		return false
	})
}

// TestTags reads all pages of real registries, and filters.
func TestTags(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		start func(testing.TB, ...registries.Option) *registries.Server
		pages int
	}{
		"library": {registries.Start, 3},
		// It is of a version that gives all tags at once.
		"program": {registries.Program, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := test.start(t, registries.Password("robot", password))
			repository := tagged(t, registry, "1.2.0", "1.10.0", "2.0.0-rc.1", "latest", "2.0.0")
			short(registry)
			s := server(t, registry, password)
			data := s.Data(t, dataType, object{"repository": repository})
			if got, want := listOf(t, data), []string{"2.0.0", "2.0.0-rc.1", "1.10.0", "1.2.0", "latest"}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if n := registry.Count(http.MethodGet, "/tags/list"); n != test.pages {
				t.Errorf("it asked for %d pages", n)
			}
			for _, one := range registry.Requests() {
				if one.Path != "/v2/" && !one.Authorized {
					t.Errorf("%s was asked without a password", one.Path)
				}
			}
			data = s.Data(t, dataType, object{
				"repository": repository, "semver": "~> 1.2", "pattern": "^[0-9.]+$", "limit": 1, "include_prereleases": false,
			})
			if got := listOf(t, data); !slices.Equal(got, []string{"1.10.0"}) || data.String(t, "latest") != "1.10.0" {
				t.Errorf("got %v", data.Map())
			}
			data = s.Data(t, dataType, object{"repository": repository, "pattern": "^none$"})
			if got := listOf(t, data); len(got) != 0 || data.Has("latest") {
				t.Errorf("got %v", data.Map())
			}
		})
	}
}

// TestTagsSeePushes has no memory: a tag that was pushed elsewhere is there.
func TestTagsSeePushes(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	repository := tagged(t, registry, "v1")
	s := server(t, registry, password)
	s.Data(t, dataType, object{"repository": repository})
	registry.Push(t, repository+":v2", empty.Image)
	if got := s.Data(t, dataType, object{"repository": repository}).String(t, "latest"); got != "v2" {
		t.Errorf("the latest is %s", got)
	}
}

func TestTagsFail(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.Password("robot", password))
	repository := tagged(t, registry, "v1")
	elsewhere := registries.Start(t, registries.With(registries.TooMany(10, 3600)))
	for name, test := range map[string]struct{ repository, password, says string }{
		"wrong password": {repository, "a wrong one", `it does not accept the password of "robot"`},
		"no repository":  {registry.Repository("none"), password, "the registry has no such repository (404)"},
		"rate limit":     {elsewhere.Repository("app"), password, "ratelimit-remaining: 0;w=21600"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := server(t, registry, test.password).TryData(t.Context(), dataType, object{"repository": test.repository})
			at := diags.Errors().At("repository")
			if len(at) != 1 || at[0].Summary != "Unable to read tags" || len(at.Containing(test.says)) != 1 {
				t.Errorf("want %q, got %s", test.says, diags)
			}
			if strings.Contains(diags.String(), test.password) {
				t.Errorf("it shows the password: %s", diags)
			}
		})
	}
}

// TestBadConfiguration is found without a registry.
func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	s := core.NewServer(t, acctest.Server, nil)
	const repository = "registry.invalid/app"
	for at, config := range map[string]object{
		"repository":          {"repository": repository + ":v1"},
		"pattern":             {"repository": repository, "pattern": "("},
		"semver":              {"repository": repository, "semver": "newest"},
		"include_prereleases": {"repository": repository, "include_prereleases": true},
		"limit":               {"repository": repository, "limit": 0},
	} {
		_, diags := s.TryData(t.Context(), dataType, config)
		if len(diags.Errors().At(at)) != 1 || len(diags) != 1 {
			t.Errorf("%s: %s", at, diags)
		}
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.Password("robot", password))
	for _, tag := range []string{"1.9.0", "1.10.0", "2.0.0", "1.10.0-alpine", "latest"} {
		registry.Push(t, "team/app:"+tag, empty.Image)
	}
	config := fmt.Sprintf("provider \"containers\" {\n  registries = { %q = { username = \"robot\", password = %q } }\n}\n", registry.Host, password)
	acctest.ExamplesWith(t, config, []string{"data-sources/containers_registry_tags/data-source.tf"}, "registry.example.com", registry.Host)
	if !slices.ContainsFunc(registry.Requests(), func(r registries.Request) bool {
		query, err := url.ParseQuery(r.Query)
		return err == nil && query.Get("n") == "1000"
	}) {
		t.Errorf("it never asked for 1000 tags: %v", registry.Requests())
	}
}
