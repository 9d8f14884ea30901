package builder_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// noEngine is the provider where no engine answers: a remote builder needs none.
func noEngine(t *testing.T) *core.Server {
	t.Helper()
	return acctest.DockerAt(t, "unix:///nonexistent/docker.sock")
}

func TestRemote(t *testing.T) {
	t.Parallel()
	server := noEngine(t)
	d := buildkitd.Start(t, buildkitd.Options{TCP: true})
	secure := object{"ca_path": d.TLS.CA, "cert_path": d.TLS.Cert, "key_path": d.TLS.Key}
	config := object{"remote": object{"address": d.Address, "tls": secure}}
	r := server.Resource(t, resourceType)
	planned := r.Plan(t, config).Planned
	if planned.Value(t, "address") != d.Address || planned.Value(t, "tls.ca_path") != d.TLS.CA {
		t.Errorf("planned %v", planned.Map())
	}
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	if diff := cmp.Diff(object{"address": d.Address, "engine": nil}, r.Identity().Map()); diff != "" {
		t.Error(diff)
	}
	if r.String(t, "version") == "" || r.Value(t, "platforms") == nil {
		t.Errorf("the state is %v", r.State().Map())
	}
	secure["server_name"] = buildkitd.ServerName
	if change := r.Apply(t, config); change.Action != core.Update || r.Value(t, "tls.server_name") != any(buildkitd.ServerName) {
		t.Errorf("another server name: %s", change.Action)
	}
	r.ExpectEmptyPlan(t, config)
	delete(secure, "server_name")
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)

	other := buildkitd.Start(t, buildkitd.Options{})
	moved := object{"remote": object{"address": other.Address}}
	if change := r.Apply(t, moved); change.Action != core.Replace || r.String(t, "address") != other.Address || r.Value(t, "tls") != nil {
		t.Errorf("another address: %s, then %v", change.Action, r.State().Map())
	}
	r.ExpectEmptyPlan(t, moved)

	imported := server.Resource(t, resourceType)
	imported.Import(t, other.Address)
	if diff := cmp.Diff(r.State().Map(), imported.State().Map()); diff != "" {
		t.Errorf("the import differs:\n%s", diff)
	}
	imported.ExpectEmptyPlan(t, moved)

	other.Stop(t)
	if _, diags := r.TryRefresh(t.Context()); diags.Containing("nothing listens").Errors() == nil || r.Gone() {
		t.Errorf("a builder that is away: %s", diags)
	}
	r.Destroy(t)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	r := noEngine(t).Resource(t, resourceType)
	remote := func(address string, more ...any) object {
		inner := object{"address": address}
		if len(more) > 0 {
			inner["tls"] = more[0]
		}
		return object{"remote": inner}
	}
	inner := func(name string, value any) object { return object{"container": object{"name": "ab", name: value}} }
	for name, tt := range map[string]struct {
		config object
		at     string
	}{
		"nothing":            {object{}, ""},
		"both":               {object{"remote": object{"address": "unix:///a"}, "container": object{"name": "ab"}}, "remote"},
		"no address":         {remote("here"), "remote.address"},
		"relative socket":    {remote("unix://a"), "remote.address"},
		"no port":            {remote("tcp://host"), "remote.address"},
		"a container":        {remote("docker-container://a"), "remote.address"},
		"http":               {remote("https://host:1"), "remote.address"},
		"TLS of a socket":    {remote("unix:///a", object{"ca_path": "a"}), "remote.tls"},
		"a key alone":        {remote("tcp://host:1", object{"key_path": "a"}), "remote.tls.key_path"},
		"a certificate only": {remote("tcp://host:1", object{"cert_path": "a"}), "remote.tls.cert_path"},
		"an engine":          {object{"remote": object{"address": "unix:///a"}, "engine": "a"}, "engine"},
		"short name":         {object{"container": object{"name": "a"}}, "container.name"},
		"name with a slash":  {object{"container": object{"name": "a/b"}}, "container.name"},
		"empty image":        {inner("image", ""), "container.image"},
		"empty config":       {inner("config", ""), "container.config"},
		"restart":            {inner("restart", "sometimes"), "container.restart"},
	} {
		diags := r.Validate(t.Context(), tt.config)
		if !diags.HasError() || tt.at != "" && len(diags.At(tt.at).Errors()) == 0 {
			t.Errorf("%s: nothing at %s, but %s", name, tt.at, diags)
		}
	}
	for name, config := range map[string]object{
		"unknown address": remote("unix:///a"), "unknown remote": {"remote": core.Unknown}, "unknown parts": {"container": object{
			"name": core.Unknown, "image": core.Unknown, "config": core.Unknown, "args": core.Unknown, "env": object{"a": core.Unknown},
		}},
	} {
		if diags := r.Validate(t.Context(), config); diags.HasError() {
			t.Errorf("%s: %s", name, diags)
		}
	}
	_, diags := r.TryPlan(t.Context(), remote("tcp://host:1", object{"ca_path": "/nonexistent/ca.pem"}))
	if len(diags.At("remote.tls").Errors()) == 0 {
		t.Errorf("a certificate that is not there: %s", diags)
	}
	_, diags = r.TryApply(t.Context(), remote("unix:///nonexistent/buildkitd.sock"))
	if diags.Containing("nothing listens").Errors() == nil || !r.Gone() {
		t.Errorf("a builder that is not there: %s", diags)
	}
}
