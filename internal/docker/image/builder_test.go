package image_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/containerd/platforms"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"

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

// TestIndexFromBuild has an engine with containerd's store take in an index with attestations: from another builder, which
// sends it as an OCI archive, and from its own.
func TestIndexFromBuild(t *testing.T) {
	t.Parallel()
	info, err := fixture.Client(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !docker.HasContainerdStore(info) {
		t.Skip("this engine does not have containerd's image store, so it has no place for an index: TestNoPlaceForAnIndex")
	}
	elsewhere := buildkitd.Start(t, buildkitd.Options{}).Address
	for builder, address := range map[string]any{"elsewhere": elsewhere, "engine": nil} {
		t.Run(builder, func(t *testing.T) {
			t.Parallel()
			r := acctest.Docker(t).Resource(t, resourceType)
			name := fixture.Name(t)
			fixture.NothingLeft(t, name)
			dir := folder(t, map[string]string{"Dockerfile": labelled(t, builder) + "COPY . /\n"})
			build := object{"context": dir, "builder": address, "platforms": []any{"linux/amd64", "linux/arm64"}, "provenance": "max"}
			config := object{"name": name, "build": with(build, "tags", []any{name + ":also"})}
			r.Apply(t, config)
			r.ExpectEmptyPlan(t, config)
			first := r.String(t, "image_id")
			wantManifests(t, name, "linux/amd64", "linux/arm64", "attestation", "attestation")
			if of(t, name+":also").ID != first {
				t.Errorf("the further reference is at %s, not at %s", of(t, name+":also").ID, first)
			}

			write(t, filepath.Join(dir, "file"), "new")
			if change := r.Apply(t, config); change.Action != core.Update || r.String(t, "image_id") == first || present(t, first) {
				t.Errorf("%s from %s to %s, the first is there: %v", change.Action, first, r.String(t, "image_id"), present(t, first))
			}
			single := object{"name": name, "build": object{"context": dir, "builder": address}}
			r.Apply(t, single)
			r.ExpectEmptyPlan(t, single)
			r.Destroy(t)
		})
	}
}

// wantManifests checks which images and attestations of an index an engine has.
func wantManifests(t *testing.T, reference string, want ...string) {
	t.Helper()
	cli := fixture.Client(t)
	if versions.LessThan(cli.ClientVersion(), "1.48") {
		t.Logf("API %s does not tell what is in an index", cli.ClientVersion())
		return
	}
	found, err := cli.ImageInspect(t.Context(), reference, client.ImageInspectWithManifests(true))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found.Manifests {
		what := string(m.Kind)
		if m.ImageData != nil {
			what = platforms.Format(m.ImageData.Platform)
		}
		if !m.Available {
			what += " (missing)"
		}
		got = append(got, what)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the engine has %v, want %v", got, want)
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
