package build

import (
	"maps"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

func TestPushExport(t *testing.T) {
	t.Parallel()
	registries := registry.NewIn(registry.Environment{Getenv: func(string) string { return "" }}, map[string]registry.Settings{
		"plain.test:5000": {PlainHTTP: true}, "unverified.test": {SkipVerify: true}, "verified.test": {CAPath: "ca.pem"},
	})
	for name, insecure := range map[string]bool{
		"plain.test:5000/a:1": true, "unverified.test/a": true, "verified.test/a:1": false, "other.test/a": false, "alpine": false,
	} {
		p := &Push{Names: []string{name, "example.com/b"}, Registries: registries, ByDigest: insecure}
		want := map[string]string{"name": name + ",example.com/b", "push": "true", "oci-mediatypes": "true"}
		if insecure {
			want["registry.insecure"], want["push-by-digest"] = "true", "true"
		}
		if got := pushExport(p); got.kind != "image" || !maps.Equal(got.attrs, want) {
			t.Errorf("%s: %s with %v, want %v", name, got.kind, got.attrs, want)
		}
	}
	// An index cannot be sent as an archive of Docker's.
	for kind, req := range map[string]Request{
		"docker": {Platforms: []string{"linux/amd64"}}, "oci": {Platforms: []string{"linux/amd64", "linux/arm64"}},
	} {
		if got := newLoad(t.Context(), nil).export(&req).kind; got != kind {
			t.Errorf("%v are sent by the exporter %s, want %s", req.Platforms, got, kind)
		}
	}
}
