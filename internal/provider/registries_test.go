package provider_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// TestBadRegistries refuses settings of registries that cannot work, on their attributes, and shows no secret.
func TestBadRegistries(t *testing.T) {
	t.Parallel()
	const host = "registry.example.com"
	at := func(name string) string { return `registries["` + host + `"].` + name }
	pair := certificates.New(t).Issue(t)
	one := func(settings object) object { return object{host: settings} }
	for name, c := range map[string]struct {
		registries any
		at, say    string
	}{
		"fine": {one(object{
			"username": "a", "password": "b", "ca_pem": pair.PEM, "cert_pem": pair.PEM, "key_path": "/nowhere/key.pem", "skip_verify": true,
			"mirrors": []any{"mirror.example.com"}, "plain_http": false,
		}), "", ""},
		"not known":          {one(object{"ca_pem": core.Unknown, "plain_http": core.Unknown, "mirrors": core.Unknown}), "", ""},
		"password alone":     {one(object{"password": "b"}), at("username"), "goes with a username"},
		"username alone":     {one(object{"username": "b"}), at("username"), ""},
		"both CAs":           {one(object{"ca_path": "/ca.pem", "ca_pem": pair.PEM}), at("ca_path"), ""},
		"no key":             {one(object{"cert_pem": pair.PEM}), at("cert_pem"), "set key_path or key_pem"},
		"no certificate":     {one(object{"key_path": "/key.pem"}), at("key_path"), "set cert_path or cert_pem"},
		"PEM as a path":      {one(object{"cert_path": pair.PEM, "key_path": "/key.pem"}), at("cert_path"), "ends in _pem"},
		"a path as PEM":      {one(object{"ca_pem": "/etc/ca.pem"}), at("ca_pem"), "ends in _path"},
		"a key that is none": {one(object{"cert_path": "/cert.pem", "key_pem": "secret-key"}), at("key_pem"), "no PEM text"},
		"TLS and none":       {one(object{"plain_http": true, "ca_path": "/ca.pem"}), at("plain_http"), "no use for ca_path"},
		"verification":       {one(object{"plain_http": true, "skip_verify": true}), at("plain_http"), "no use for skip_verify"},
		"mirror with scheme": {one(object{"mirrors": []any{"https://mirror.example.com"}}), at("mirrors[0]"), `write "mirror.example.com"`},
		"mirror of itself":   {one(object{"mirrors": []any{"Registry.example.com"}}), at("mirrors"), "is the registry itself"},
		"no host":            {object{"a b": object{"username": "a", "password": "b"}}, `registries["a b"]`, "no host of a registry"},
		"the same registry": {
			object{"docker.io": object{"plain_http": false}, "https://index.docker.io/v1/": object{}},
			`registries["https://index.docker.io/v1/"]`, "are the same registry",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := core.Configure(t.Context(), acctest.Server, object{"registries": c.registries})
			if strings.Contains(diags.String(), "secret-key") {
				t.Errorf("a secret is shown: %s", diags)
			}
			found := diags.Errors()
			if c.at != "" {
				found = found.At(c.at)
			}
			if (len(found) > 0) != (c.at != "") || c.say != "" && len(found.Containing(c.say)) == 0 {
				t.Errorf("got %s", diags)
			}
		})
	}
}
