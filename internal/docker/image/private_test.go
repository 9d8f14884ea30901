package image_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const puller, stranger, secretOfRegistry = "puller", "stranger", "s3cret of the registry"

// guarded is a reference in a registry that wants credentials, with a first image.
func guarded(t *testing.T, opts ...registries.Option) (server *registries.Server, reference string) {
	t.Helper()
	fixture.LocalHost(t)
	server = registries.Start(t, append(opts,
		registries.Password(puller, secretOfRegistry), registries.Limited(stranger, secretOfRegistry))...)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	reference, _ = server.Push(t, name+":v1", bare(t, "first"))
	return server, reference
}

// guards are the ways in which registries want credentials.
func guards() map[string][]registries.Option {
	return map[string][]registries.Option{
		"passwords": nil, "passwords over TLS": {registries.TLS()}, "token server": {registries.TokenServer()},
	}
}

// providerWith is a provider that knows the way to a registry, and credentials for it unless the user is empty.
func providerWith(t *testing.T, server *registries.Server, user, password string) *core.Server {
	t.Helper()
	settings := object{}
	if user != "" {
		settings = object{"username": user, "password": password}
	}
	if server.CAPEM != "" {
		settings["ca_pem"] = server.CAPEM
	}
	return core.NewServer(t, acctest.Server, object{
		"docker": object{"host": fixture.Host(t)}, "registries": object{server.Host: settings},
	})
}

// TestPullFromPrivateRegistry pulls with the provider's credentials, and looks a new digest up with them.
func TestPullFromPrivateRegistry(t *testing.T) {
	t.Parallel()
	for kind, opts := range guards() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server, reference := guarded(t, opts...)
			config := object{"name": reference, "pull": object{"policy": "always"}}
			provider := providerWith(t, server, puller, secretOfRegistry)
			r := provider.Resource(t, resourceType)
			r.Apply(t, config)
			r.ExpectEmptyPlan(t, config)
			if asked := lookUps(server); asked != 1 {
				t.Errorf("this provider asked %d times: %v", asked, server.Requests())
			}
			_, digest := server.Push(t, reference, bare(t, "second"))
			provider.Restart(t)
			r.Apply(t, config)
			if got := r.String(t, "repo_digest"); !strings.HasSuffix(got, digest) {
				t.Errorf("the image has the digest %s, want %s", got, digest)
			}
			hidesSecret(t, r)
			r.Destroy(t)
		})
	}
}

// lookUps are the questions of this provider, as opposed to those of engines.
func lookUps(server *registries.Server) int {
	n := 0
	for _, one := range server.Requests() {
		if one.Method == http.MethodHead && strings.Contains(one.Path, "/manifests/") && one.Agent == "terraform-provider-containers" {
			n++
		}
	}
	return n
}

// TestPlanAsksMirrors has a plan look a digest up in a mirror, which answers for the registry.
func TestPlanAsksMirrors(t *testing.T) {
	t.Parallel()
	server, reference := guarded(t)
	mirror := registries.Start(t, registries.Password("other", "secret of the mirror"))
	mirror.Push(t, strings.TrimPrefix(reference, server.Host+"/"), server.Pull(t, reference))
	provider := core.NewServer(t, acctest.Server, object{
		"docker": object{"host": fixture.Host(t)}, "registries": object{
			server.Host: object{"username": puller, "password": secretOfRegistry, "mirrors": []any{mirror.Host}},
			mirror.Host: object{"username": "other", "password": "secret of the mirror"},
		},
	})
	r := provider.Resource(t, resourceType)
	config := object{"name": reference, "pull": object{"policy": "always"}}
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	if lookUps(server) != 0 || lookUps(mirror) != 1 {
		t.Errorf("the registry was asked %d times, the mirror %d", lookUps(server), lookUps(mirror))
	}
	r.Destroy(t)
}

func hidesSecret(t *testing.T, r *core.Resource) {
	t.Helper()
	state, err := r.StateJSON()
	if err != nil || strings.Contains(string(state)+string(r.Private()), secretOfRegistry) {
		t.Errorf("the password is in the state (%v)", err)
	}
}

// TestPullWithOwnCredentials pulls with the credentials of the resource; those of the provider are wrong.
func TestPullWithOwnCredentials(t *testing.T) {
	t.Parallel()
	for kind, opts := range guards() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server, reference := guarded(t, opts...)
			config := object{
				"name": reference, "pull": object{"policy": "always"},
				"credentials": object{"username": puller, "password_wo": secretOfRegistry},
			}
			provider := providerWith(t, server, puller, "a wrong one")
			r := provider.Resource(t, resourceType)
			r.Apply(t, config)
			r.ExpectEmptyPlan(t, config)
			hidesSecret(t, r)

			server.Reset()
			change := r.Apply(t, with(config, "credentials", object{"username": puller, "password_wo": "another"}))
			if change.Action != core.NoOp {
				t.Errorf("another write-only password: %s", change.Action)
			}
			change = r.Apply(t, with(config, "pull", object{"policy": "missing"}, "credentials", object{"username": "other", "password": "b"}))
			if change.Action != core.Update || change.Planned.Value(t, "image_id") == any(core.Unknown) {
				t.Errorf("another user: %s", change.Action)
			}
			if n := server.Count("", "/manifests/"); n > 1 {
				t.Errorf("that cost %v", server.Requests())
			}

			_, digest := server.Push(t, reference, bare(t, "second"))
			provider.Restart(t)
			r.Apply(t, config)
			if got := r.String(t, "repo_digest"); !strings.HasSuffix(got, digest) {
				t.Errorf("the image has the digest %s, want %s", got, digest)
			}
			r.Destroy(t)
		})
	}
}

// TestPullIsRefused tells a wrong password from an account without the right, on the attribute.
func TestPullIsRefused(t *testing.T) {
	t.Parallel()
	for kind, opts := range guards() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server, reference := guarded(t, opts...)
			missing := server.Repository("none") + ":v1"
			for what, c := range map[string]struct {
				user, password, reference string
				own                       bool
				at, say                   string
			}{
				"nobody":                {"", "", reference, false, "name", "there are none"},
				"wrong, provider":       {puller, "a wrong one", reference, false, "name", "does not accept the password"},
				"wrong, own":            {puller, "a wrong one", reference, true, "credentials", "does not accept the password"},
				"no right, provider":    {stranger, secretOfRegistry, reference, false, "name", "does not allow this"},
				"no right, own":         {stranger, secretOfRegistry, reference, true, "credentials", "does not allow this"},
				"no such repository":    {puller, secretOfRegistry, missing, true, "name", "no such"},
				"no such tag, provider": {puller, secretOfRegistry, reference + "x", false, "name", "no such"},
			} {
				provider, config := providerWith(t, server, c.user, c.password), object{"name": c.reference}
				if c.own {
					provider = providerWith(t, server, "", "")
					config["credentials"] = object{"username": c.user, "password": c.password}
				}
				r := provider.Resource(t, resourceType)
				_, diags := r.TryApply(t.Context(), config)
				if len(diags.Errors().At(c.at).Containing(c.say)) != 1 || len(diags.Errors()) != 1 || !r.Gone() {
					t.Errorf("%s: %s", what, diags)
				}
				if strings.Contains(diags.String(), secretOfRegistry) || strings.Contains(diags.String(), "a wrong one") {
					t.Errorf("%s shows the password: %s", what, diags)
				}
			}
		})
	}
}

// TestBuildFromPrivateRegistry builds on a base image that only those may pull who have credentials. Engines build from
// the loopback interface without TLS alone.
func TestBuildFromPrivateRegistry(t *testing.T) {
	t.Parallel()
	for kind, opts := range map[string][]registries.Option{"passwords": nil, "token server": {registries.TokenServer()}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server, base := guarded(t, opts...)
			fixture.Remove(t, fixture.ImageRef, base) // Podman keeps what a build pulls.
			// Newer builders repeat the words of a token server, Podman those of any registry.
			unauthorized := []string{"401", "unauthorized: incorrect username or password", "unauthorized: authentication required"}
			own := func(user, password string) object {
				return object{"registry": server.Host, "username": user, "password_wo": password}
			}
			for what, c := range map[string]struct {
				provider string
				own      any
				works    bool
				say      []string
			}{
				"provider":          {secretOfRegistry, nil, true, []string{""}},
				"own":               {"a wrong one", own(puller, secretOfRegistry), true, []string{""}},
				"provider, not own": {secretOfRegistry, own(puller, "a wrong one"), false, unauthorized},
				"wrong":             {"a wrong one", nil, false, unauthorized},
				"no right":          {secretOfRegistry, own(stranger, secretOfRegistry), false, []string{"403", "insufficient_scope", "denied"}},
			} {
				name := fixture.Name(t)
				fixture.NothingLeft(t, name)
				config := object{"name": name, "credentials": c.own, "build": object{
					"dockerfile_inline": "FROM " + base + "\nLABEL built=\"" + name + "\"\n", "no_cache": true, "pull": true,
				}}
				r := providerWith(t, server, puller, c.provider).Resource(t, resourceType)
				_, diags := r.TryApply(t.Context(), config)
				if diags.HasError() == c.works || !slices.ContainsFunc(c.say, func(say string) bool { return strings.Contains(diags.String(), say) }) {
					t.Errorf("%s: %s", what, diags)
				}
				if strings.Contains(diags.String(), secretOfRegistry) {
					t.Errorf("%s shows the password: %s", what, diags)
				}
				if c.works {
					hidesSecret(t, r)
					r.Destroy(t)
				}
			}
		})
	}
}

// TestPullAsTheDockerCLI pulls with what the Docker CLI has on this machine. It is not parallel: it changes the
// environment.
func TestPullAsTheDockerCLI(t *testing.T) {
	server, reference := guarded(t)
	entry := fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, server.Host, base64.StdEncoding.EncodeToString([]byte(puller+":"+secretOfRegistry)))
	for _, c := range []struct{ what, variable, file, say string }{
		{"a file", "", entry, ""},
		{"the variable before a file", entry, `{"auths":{}}`, ""},
		{"a helper that is missing", "", `{"credsStore":"of-no-program"}`, "docker-credential-of-no-program"},
	} {
		t.Setenv("DOCKER_CONFIG", folder(t, map[string]string{"config.json": c.file}))
		t.Setenv("DOCKER_AUTH_CONFIG", c.variable)
		r := acctest.Docker(t).Resource(t, resourceType)
		_, diags := r.TryApply(t.Context(), object{"name": reference})
		if c.say == "" {
			if diags.HasError() {
				t.Errorf("%s: %s", c.what, diags)
				continue
			}
			r.Destroy(t)
		} else if len(diags.Errors().At("name").Containing(c.say)) != 1 {
			t.Errorf("%s: %s", c.what, diags)
		}
		if strings.Contains(diags.String(), secretOfRegistry) {
			t.Errorf("%s shows the password: %s", c.what, diags)
		}
	}
}
