package image_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// writeFile writes a file of a build context.
func writeFile(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFromBuild builds for two platforms, with attestations, and without an engine: the index is in the registry, and nowhere
// else.
func TestFromBuild(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("user", "secret"))
	repository, d, dir := server.Repository("app"), buildkitd.Start(t, buildkitd.Options{}), t.TempDir()
	writeFile(t, dir, "Dockerfile", "FROM scratch\nCOPY file /\nARG value\nLABEL value=$value\n")
	writeFile(t, dir, "file", "one")
	build := object{
		"context": dir, "builder": d.Address, "platforms": []any{"linux/amd64", "linux/arm64"}, "provenance": "max",
		"secrets": object{"s": object{"content_wo": "whispered"}},
	}
	config := object{"name": repository + ":v1", "tags": []any{"latest"}, "source": object{"build": build}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	first := r.String(t, "digest")
	if server.Digest(t, repository+":v1") != first || server.Digest(t, repository+":latest") != first {
		t.Errorf("the tags are not at %s", first)
	}
	index, err := server.Manifest(t, repository+":v1").ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range manifest.Manifests {
		found = append(found, m.Platform.String())
	}
	slices.Sort(found)
	if want := []string{"linux/amd64", "linux/arm64", "unknown/unknown", "unknown/unknown"}; !slices.Equal(found, want) {
		t.Errorf("the index has %v, want %v", found, want)
	}
	p.Restart(t)
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)

	for _, change := range []func(){
		func() { writeFile(t, dir, "file", "two") },
		func() { build["args"] = object{"value": "a"} },
		func() { build["args"] = object{"value": "b"} },
		func() { delete(build, "args") },
	} {
		before := r.String(t, "digest")
		change()
		if c := r.Apply(t, config); c.Action != core.Update || r.String(t, "digest") == before {
			t.Errorf("%v in %s: %s to %s", build, dir, c.Action, r.String(t, "digest"))
		}
		if server.Digest(t, repository+":latest") != r.String(t, "digest") {
			t.Errorf("%v: the tag has not moved", build)
		}
		r.ExpectEmptyPlan(t, config)
	}
	build["secrets"] = object{"s": object{"content_wo": "shouted"}}
	if c := r.Plan(t, config); c.Action != core.Update || c.Planned.Value(t, "digest") != core.Unknown {
		t.Errorf("another secret: %s", c.Action)
	}
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	if tags := server.Tags(t, repository); len(tags) != 0 || server.Has(t, repository+"@"+first) {
		t.Errorf("left: %v", tags)
	}
}

// TestBuildRefused has builds and pushes fail: nothing may be left under the tag.
func TestBuildRefused(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.Password("user", "secret"))
	repository, d := server.Repository("app"), buildkitd.Start(t, buildkitd.Options{})
	good := object{"dockerfile_inline": "FROM scratch\nLABEL of=" + t.Name() + "\n", "builder": d.Address}
	p := provider(t, server)
	for name, tt := range map[string]struct {
		more     object
		at, text string
	}{
		"no builder there":    {object{"builder": "unix:///nonexistent/buildkitd.sock"}, "source.build.builder", "nothing listens"},
		"no address":          {object{"builder": "buildkit"}, "source.build.builder", "tcp://host:port"},
		"TLS of a socket":     {object{"builder_tls": object{"ca_path": "a"}}, "source.build.builder_tls", "tcp://"},
		"no such network":     {object{"network_mode": "mine"}, "source.build.network_mode", "not a network"},
		"no context":          {object{"dockerfile_inline": nil, "context": "/nonexistent"}, "source.build.context", "no such file"},
		"no such instruction": {object{"dockerfile_inline": "FROM scratch\nNONSENSE\n"}, "", "unknown instruction"},
	} {
		r := p.Resource(t, resourceType)
		_, diags := r.TryApply(t.Context(), object{"name": repository + ":v1", "source": object{"build": with(good, tt.more)}})
		if diags.At(tt.at).Containing(tt.text).Errors() == nil || !r.Gone() {
			t.Errorf("%s: %s", name, diags)
		}
	}
	both := object{"name": repository + ":v1", "platforms": []any{"linux/amd64"}, "source": object{"build": good}}
	if _, diags := p.Resource(t, resourceType).TryPlan(t.Context(), both); diags.At("platforms").Errors() == nil {
		t.Errorf("platforms beside those of the build: %s", diags)
	}
	refused := core.NewServer(t, acctest.Server, object{"registries": object{server.Host: object{"username": "user", "password": "opensesame"}}})
	r := refused.Resource(t, resourceType)
	_, diags := r.TryApply(t.Context(), object{"name": repository + ":v1", "overwrite": true, "source": object{"build": good}})
	if diags.Containing(server.Host).Errors() == nil || diags.Containing("opensesame").Errors() != nil || !r.Gone() {
		t.Errorf("a wrong password: %s", diags)
	}
	if tags := server.Tags(t, repository); len(tags) != 0 {
		t.Errorf("left: %v", tags)
	}
}
