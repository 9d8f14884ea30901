package credentials_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/empty"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const (
	typeName = "containers_registry_credentials"
	host     = "registry.example.com:5000"
	password = "pa:ss w/rd"
)

// TestMain takes the logins of whoever runs the tests out of the environment.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "acc-credentials-")
	if err != nil {
		panic(err)
	}
	for name, value := range map[string]string{
		"DOCKER_CONFIG": dir, "REGISTRY_AUTH_FILE": filepath.Join(dir, "auth.json"), "DOCKER_AUTH_CONFIG": "",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	code := fixture.Main(m)
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
	os.Exit(code)
}

type object = map[string]any

func server(t testing.TB, host string, settings object) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, object{"registries": object{host: settings}})
}

// docker is a configuration file of the Docker CLI.
func docker(t testing.TB, text string) object {
	t.Helper()
	var file struct {
		Auths object `json:"auths"`
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatalf("%s: %s", text, err)
	}
	return file.Auths
}

// header is what an engine reads from X-Registry-Auth.
func header(t testing.TB, text string) object {
	t.Helper()
	raw, err := base64.URLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKinds gives each kind of credentials in all its forms.
func TestKinds(t *testing.T) {
	t.Parallel()
	basic := base64.StdEncoding.EncodeToString([]byte("robot:" + password))
	for name, test := range map[string]struct {
		registry, key          string
		settings, auth, config object
	}{
		"password": {
			host, host,
			object{"username": "robot", "password": password},
			object{"username": "robot", "password": password, "serveraddress": host},
			object{"auth": basic},
		},
		"identity token": {
			host, host,
			object{"identity_token": password},
			object{"identitytoken": password, "serveraddress": host},
			object{"identitytoken": password},
		},
		"registry token": {
			host, host,
			object{"registry_token": password},
			object{"registrytoken": password, "serveraddress": host},
			object{"registrytoken": password},
		},
		"docker hub": {
			"docker.io", "https://index.docker.io/v1/",
			object{"username": "robot", "password": password},
			object{"username": "robot", "password": password, "serveraddress": "https://index.docker.io/v1/"},
			object{"auth": basic},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := server(t, test.registry, test.settings).Ephemeral(t, typeName, object{"registry": test.registry})
			for _, attribute := range []string{"username", "password", "identity_token", "registry_token"} {
				if got := got.Value(t, attribute); got != test.settings[attribute] {
					t.Errorf("%s is %v", attribute, got)
				}
			}
			if diff := cmp.Diff(test.auth, header(t, got.String(t, "auth_config"))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(object{test.key: test.config}, docker(t, got.String(t, "docker_config_json"))); diff != "" {
				t.Error(diff)
			}
			if !strings.Contains(got.String(t, "source"), "the provider's registries") || got.Has("expires_at") {
				t.Errorf("it is from %s until %v", got.String(t, "source"), got.Value(t, "expires_at"))
			}
		})
	}
}

func TestAnonymous(t *testing.T) {
	t.Parallel()
	s := core.NewServer(t, acctest.Server, nil)
	_, diags := s.TryEphemeral(t.Context(), typeName, object{"registry": host})
	if len(diags.Errors().At("registry").Containing("searched")) != 1 || len(diags.Containing("docker login "+host)) != 1 {
		t.Errorf("without credentials: %s", diags)
	}
	got := s.Ephemeral(t, typeName, object{"registry": host, "allow_anonymous": true})
	want := object{
		"registry": host, "repository": nil, "actions": nil, "allow_anonymous": true, "username": nil, "password": nil,
		"identity_token": nil, "registry_token": nil, "auth_config": nil, "expires_at": nil, "source": nil,
		"docker_config_json": got.String(t, "docker_config_json"),
	}
	if diff := cmp.Diff(want, got.Map()); diff != "" {
		t.Error(diff)
	}
	if auths := docker(t, got.String(t, "docker_config_json")); len(auths) != 0 {
		t.Errorf("it has %v", auths)
	}
}

// TestToken gets a token, which is good for what it was asked for and for no more.
func TestToken(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.Password("robot", password), registries.TokenServer())
	for _, tag := range []string{"team/app:v1", "team/other:v1"} {
		registry.Push(t, tag, empty.Image)
	}
	s := server(t, registry.Host, object{"username": "robot", "password": password})
	got := s.Ephemeral(t, typeName, object{"registry": registry.Host, "repository": "team/app"})
	token := got.String(t, "registry_token")
	for _, one := range []struct {
		method, path string
		status       int
	}{
		{http.MethodGet, "/v2/team/app/manifests/v1", http.StatusOK},
		{http.MethodGet, "/v2/team/other/manifests/v1", http.StatusUnauthorized},
		{http.MethodPost, "/v2/team/app/blobs/uploads/", http.StatusUnauthorized},
	} {
		if status := ask(t, one.method, "http://"+registry.Host+one.path, token); status != one.status {
			t.Errorf("%s %s is %d, want %d", one.method, one.path, status, one.status)
		}
	}
	ends, err := time.Parse(time.RFC3339, got.String(t, "expires_at"))
	if err != nil || !ends.After(time.Now()) {
		t.Errorf("it ends at %s (%v)", ends, err)
	}
	want := object{"registrytoken": token, "serveraddress": registry.Host}
	if diff := cmp.Diff(want, header(t, got.String(t, "auth_config"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(object{registry.Host: object{"registrytoken": token}}, docker(t, got.String(t, "docker_config_json"))); diff != "" {
		t.Error(diff)
	}
	pushing := s.Ephemeral(t, typeName, object{
		"registry": registry.Host, "repository": "team/app", "actions": []string{"push", "pull"},
	}).String(t, "registry_token")
	if status := ask(t, http.MethodPost, "http://"+registry.Host+"/v2/team/app/blobs/uploads/", pushing); status != http.StatusAccepted {
		t.Errorf("with a token for pushes an upload is answered with %d", status)
	}
}

func ask(t testing.TB, method, url, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/vnd.docker.distribution.manifest.v2+json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// TestGuests get a token, too.
func TestGuests(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.TokenServer())
	registry.Push(t, "team/app:v1", empty.Image)
	got := core.NewServer(t, acctest.Server, nil).Ephemeral(t, typeName, object{
		"registry": registry.Host, "repository": "team/app", "allow_anonymous": true,
	})
	if got.Has("username") || !got.Has("registry_token") || !got.Has("auth_config") {
		t.Errorf("guests have %v", got.Map())
	}
}

// TestWithoutTokenServer hands the password on.
func TestWithoutTokenServer(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.Password("robot", password))
	got := server(t, registry.Host, object{"username": "robot", "password": password}).Ephemeral(t, typeName, object{
		"registry": registry.Host, "repository": "team/app",
	})
	if got.Has("registry_token") || header(t, got.String(t, "auth_config"))["password"] != password {
		t.Error("the password is not handed on")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t, registries.Password("robot", password), registries.TokenServer())
	const wrong = "a wrong one"
	_, diags := server(t, registry.Host, object{"username": "robot", "password": wrong}).TryEphemeral(t.Context(), typeName, object{
		"registry": registry.Host, "repository": "team/app",
	})
	at := diags.Errors().At("registry")
	if len(at) != 1 || at[0].Summary != "Unable to read credentials" || len(at.Containing("401 of the token server")) != 1 {
		t.Errorf("got %s", diags)
	}
	if strings.Contains(diags.String(), wrong) {
		t.Errorf("it shows the password: %s", diags)
	}
}

func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	s := core.NewServer(t, acctest.Server, nil)
	for _, test := range []struct {
		at     string
		config object
	}{
		{"registry", object{"registry": ""}},
		{"registry", object{"registry": "registry"}},
		{"registry", object{"registry": "https://ghcr.io"}},
		{"registry", object{"registry": "ghcr.io/team"}},
		{"registry", object{"registry": "ghcr.io:port"}},
		{"repository", object{"registry": "ghcr.io", "repository": "team/app:v1", "allow_anonymous": true}},
		{"actions", object{"registry": "ghcr.io", "actions": []string{"pull"}}},
		{`actions["look"]`, object{"registry": "ghcr.io", "repository": "a", "actions": []string{"look"}}},
	} {
		_, diags := s.TryEphemeral(t.Context(), typeName, test.config)
		if len(diags) != 1 || len(diags.Errors().At(test.at)) != 1 {
			t.Errorf("%v: %s", test.config, diags)
		}
	}
	for _, good := range []string{"docker.io", "index.docker.io", "localhost", "127.0.0.1:5000", "[::1]:5000", "GHCR.io"} {
		if _, diags := s.TryEphemeral(t.Context(), typeName, object{"registry": good, "allow_anonymous": true}); diags.HasError() {
			t.Errorf("%s: %s", good, diags)
		}
	}
}
