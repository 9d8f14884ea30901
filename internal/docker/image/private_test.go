package image_test

import (
	"maps"
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
	needsPlainRegistry(t)
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

// providerWith is a provider with credentials for a registry.
func providerWith(t *testing.T, server *registries.Server, user, password string) *core.Server {
	t.Helper()
	settings := object{"username": user, "password": password}
	if server.CAPEM != "" {
		settings["ca_pem"] = server.CAPEM
	}
	return core.NewServer(t, acctest.Server, object{
		"docker": object{"host": fixture.Host(t)}, "registries": object{server.Host: settings},
	})
}

// providerWithout is a provider that knows no credentials, only the way to the registry.
func providerWithout(t *testing.T, server *registries.Server) *core.Server {
	t.Helper()
	settings := object{}
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
				provider, config := providerWithout(t, server), object{"name": c.reference}
				switch {
				case c.own:
					maps.Copy(config, object{"credentials": object{"username": c.user, "password": c.password}})
				case c.user != "":
					provider = providerWith(t, server, c.user, c.password)
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
				"provider, not own": {secretOfRegistry, own(puller, "a wrong one"), false, []string{"401"}},
				"wrong":             {"a wrong one", nil, false, []string{"401"}},
				"no right":          {secretOfRegistry, own(stranger, secretOfRegistry), false, []string{"403", "insufficient_scope"}},
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
