package image_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestBuildElsewhere moves a build from the engine to other builders, and back. The image is built again each time.
func TestBuildElsewhere(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	plain, secure := buildkitd.Start(t, buildkitd.Options{}), buildkitd.Start(t, buildkitd.Options{TCP: true})
	dir := folder(t, map[string]string{"Dockerfile": labelled(t, "a") + "COPY . /\n"})
	certificates := object{"ca_path": secure.TLS.CA, "cert_path": secure.TLS.Cert, "key_path": secure.TLS.Key}
	for step, build := range []object{
		{"context": dir},
		{"context": dir, "builder": plain.Address},
		{"context": dir, "builder": secure.Address, "builder_tls": certificates},
		{"context": dir, "builder": secure.Address, "builder_tls": with(certificates, "server_name", buildkitd.ServerName)},
		{"context": dir, "builder": plain.Address, "platforms": []any{"linux/s390x"}},
		{"context": dir},
	} {
		config := object{"name": name, "build": build}
		change := r.Apply(t, config)
		if step > 0 && change.Action != core.Update {
			t.Errorf("step %d: %s", step, change.Action)
		}
		r.ExpectEmptyPlan(t, config)
		if id := of(t, name).ID; id != r.String(t, "image_id") {
			t.Errorf("step %d: the state has %s, the engine %s", step, r.String(t, "image_id"), id)
		}
		if got := of(t, name).Architecture; (got == "s390x") != (build["platforms"] != nil) {
			t.Errorf("step %d: the image is for %s", step, got)
		}
	}
	_, diags := r.TryApply(t.Context(), object{"name": name, "build": object{"context": dir, "builder": secure.Address}})
	if diags.Containing(secure.Address).Errors() == nil || !fixture.Exists(t, fixture.ImageRef, name) {
		t.Errorf("a builder that wants a certificate: %s", diags)
	}
	r.Destroy(t)
}

// TestBadBuilder is refused before anything is built.
func TestBadBuilder(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	for at, more := range map[string][]any{
		"build.builder":              {"builder", "tcp://host"},
		"build.builder_tls":          {"builder", "tcp://host:1", "builder_tls", object{"ca_path": "/nonexistent/ca.pem"}},
		"build.builder_tls.key_path": {"builder", "tcp://host:1", "builder_tls", object{"key_path": "/nonexistent/key.pem"}},
		"build.sbom_generator":       {"sbom_generator", "scanner"},
		"build.platform":             {"platform", "linux/amd64", "platforms", []any{"linux/amd64"}},
	} {
		_, diags := r.TryPlan(t.Context(), object{"name": "a", "build": with(object{"dockerfile_inline": "FROM scratch\n"}, more...)})
		if len(diags.At(at).Errors()) == 0 {
			t.Errorf("%v: nothing at %s, but %s", more, at, diags)
		}
	}
	for what, more := range map[string][]any{
		"a socket": {"builder", "unix:///a", "builder_tls", object{"ca_path": "a"}}, "the engine": {"builder_tls", object{"ca_path": "a"}},
	} {
		_, diags := r.TryPlan(t.Context(), object{"name": "a", "build": with(object{"dockerfile_inline": "FROM scratch\n"}, more...)})
		if len(diags.At("build.builder_tls").Errors()) == 0 {
			t.Errorf("TLS of %s: %s", what, diags)
		}
	}
}

// TestNoPlaceForAnIndex asks an engine for what only those with containerd's store can keep.
func TestNoPlaceForAnIndex(t *testing.T) {
	t.Parallel()
	info, err := fixture.Client(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if docker.HasContainerdStore(info) {
		t.Skip("this engine has containerd's image store, which keeps an index")
	}
	r := acctest.Docker(t).Resource(t, resourceType)
	for attribute, value := range map[string]any{"platforms": []any{"linux/amd64", "linux/arm64"}, "provenance": "max", "sbom": true} {
		_, diags := r.TryPlan(t.Context(), object{"name": "a", "build": object{"dockerfile_inline": "FROM scratch\n", attribute: value}})
		if diags.At("build."+attribute).Containing("registry").Errors() == nil {
			t.Errorf("%s: %s", attribute, diags)
		}
	}
}
