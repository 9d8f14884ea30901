package image_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestBadInput(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	dir := folder(t, map[string]string{"Dockerfile": "FROM scratch\n", "plain.txt": "no archive", "empty": ""})
	outside := folder(t, map[string]string{"Dockerfile": "FROM scratch\n"})
	if err := os.Symlink(filepath.Join(outside, "Dockerfile"), filepath.Join(dir, "escape")); err != nil {
		t.Fatal(err)
	}
	const scratch = "FROM scratch\nLABEL a=b\n"
	needBuildKit := []string{"missing additional context", "secret of no variable", "secret of no file"}
	digest := "@sha256:" + strings.Repeat("a", 64)
	build := func(more ...any) object {
		return object{"name": "a", "build": with(object{"dockerfile_inline": scratch}, more...)}
	}
	for _, test := range []struct {
		what, at, says string
		config         object
	}{
		{"reference", "name", "no image reference", object{"name": "Not A Name"}},
		{"id", "name", "no image reference", object{"name": strings.Repeat("a", 64)}},
		{"digest of a build", "name", "nobody can choose", inline("a"+digest, scratch)},
		{"digest of a tag", `build.tags["a` + digest + `"]`, "nobody can choose", build("tags", []any{"a" + digest})},
		{"pull and build", "build", "", object{"name": "a", "pull": object{}, "build": object{"dockerfile_inline": scratch}}},
		{"pull and load", "pull", "", object{"name": "a", "pull": object{}, "load": object{"archive": "a"}}},
		{"policy", "pull.policy", "", object{"name": "a", "pull": object{"policy": "never"}}},
		{"platform", "pull.platform", "no platform", object{"name": "a", "pull": object{"platform": "a/b/c/d"}}},
		{"no context", "build.context", "", object{"name": "a", "build": object{}}},
		{"two Dockerfiles", "build.dockerfile", "", build("dockerfile", "a", "context", dir)},
		{"missing context", "build.context", "no such file", object{"name": "a", "build": object{"context": filepath.Join(dir, "none")}}},
		{"context is a file", "build.context", "not a directory", object{"name": "a", "build": object{"context": filepath.Join(dir, "empty")}}},
		{"missing Dockerfile", "build.dockerfile", "no such file", object{"name": "a", "build": object{"context": dir, "dockerfile": "none"}}},
		{"escaping Dockerfile", "build.dockerfile", "symbolic link", object{"name": "a", "build": object{
			"context":    dir,
			"dockerfile": "escape",
		}}},
		{"blank Dockerfile", "build.dockerfile_inline", "empty", inline("a", " \n")},
		{"missing additional context", `build.additional_contexts["x"]`, "no such file", build("additional_contexts",
			object{"x": filepath.Join(dir, "none")})},
		{"host", `build.extra_hosts["x"]`, "no IP address", build("extra_hosts", object{"x": []any{"1.2.3"}})},
		{"cache", "build.cache_from[0]", "no type", build("cache_from", []any{object{"ref": "a"}})},
		{"size", "build.shm_size", "", build("shm_size", "much")},
		{"builder", "build.builder", "", build("builder", "kaniko")},
		{"no cache twice", "build.no_cache", "leave one of them out", build("no_cache", true, "no_cache_filter", []any{"a"})},
		{"secret without source", `build.secrets["x"].env`, "", build("secrets", object{"x": object{}})},
		{"secret with two", `build.secrets["x"].env`, "", build("secrets", object{"x": object{"env": "A", "file": "b"}})},
		{"secret of no variable", `build.secrets["x"].env`, "is not set", build("secrets",
			object{"x": object{"env": "CONTAINERS_TEST_NOT_SET"}})},
		{"secret of no file", `build.secrets["x"].file`, "no such file", build("secrets", object{"x": object{"file": filepath.Join(dir,
			"none")}})},
		{"missing archive", "load.archive", "no such file", object{"name": "a", "load": object{"archive": filepath.Join(dir, "none")}}},
		{"folder as archive", "load.archive", "not a regular file", object{"name": "a", "load": object{"archive": dir}}},
		{"no archive", "load.archive", "no archive of an image", object{"name": "a", "load": object{"archive": filepath.Join(dir, "plain.txt")}}},
		{"empty archive", "load.archive", "no archive of an image", object{"name": "a", "load": object{"archive": filepath.Join(dir, "empty")}}},
	} {
		if slices.Contains(needBuildKit, test.what) && fixture.Podman(t) {
			continue // It refuses them first: TestOptions.
		}
		_, diags := server.Resource(t, resourceType).TryPlan(t.Context(), test.config)
		errors := diags.Errors()
		if len(errors) == 0 || len(errors.At(test.at)) == 0 || len(errors.Containing(test.says)) == 0 {
			t.Errorf("%s: got %s\nwant an error at %s that says %q", test.what, diags, test.at, test.says)
		}
	}
}

// Modules write false and empty collections where others write nothing.
func TestEmptyInput(t *testing.T) {
	t.Parallel()
	config := object{"name": "a", "build": object{
		"dockerfile_inline": "FROM scratch\nLABEL a=b\n", "no_cache": false, "no_cache_filter": []any{}, "args": object{}, "tags": []any{},
	}}
	if _, diags := acctest.Docker(t).Resource(t, resourceType).TryPlan(t.Context(), config); diags.HasError() {
		t.Error(diags)
	}
}

// What is unknown is no error, whatever it will be.
func TestUnknownInput(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	more := object{
		"cache_from": []any{core.Unknown}, "secrets": object{"a": object{"content_wo": core.Unknown}},
		"additional_contexts": object{"a": core.Unknown},
	}
	if fixture.Podman(t) {
		more = nil // It has none of these, whatever they are.
	}
	for _, config := range []object{
		{"name": core.Unknown},
		{"name": "a", "build": core.Unknown},
		{"name": "a", "pull": core.Unknown, "triggers": core.Unknown},
		{"name": "a", "pull": object{"policy": core.Unknown, "platform": core.Unknown}},
		{"name": "a", "load": object{"archive": core.Unknown}},
		{"name": core.Unknown, "load": object{"archive": "/none"}},
		{"name": "a", "build": object{"context": core.Unknown, "dockerfile": core.Unknown, "tags": core.Unknown}},
		{"name": "a", "build": object{"dockerfile_inline": core.Unknown, "args": core.Unknown, "secrets": core.Unknown}},
		{"name": "a", "build": object{
			"context": "/none", "dockerfile": core.Unknown, "args": object{"a": core.Unknown}, "tags": []any{core.Unknown},
			"extra_hosts": object{"a": core.Unknown}, "ulimits": core.Unknown, "shm_size": core.Unknown,
		}},
		{"name": "a", "build": with(object{"context": core.Unknown}, "cache_from", more["cache_from"], "secrets", more["secrets"],
			"additional_contexts", more["additional_contexts"])},
	} {
		if _, diags := server.Resource(t, resourceType).TryPlan(t.Context(), config); diags.HasError() {
			t.Errorf("%v: %s", config, diags)
		}
	}

	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	known := object{"name": name, "build": classic(labelled(t, "a"))}
	r := server.Resource(t, resourceType)
	r.Apply(t, known)
	for _, config := range []object{
		{"name": name, "build": core.Unknown},
		{"name": name, "build": classic(labelled(t, "a")), "triggers": core.Unknown},
		{"name": name, "build": with(classic(labelled(t, "a")), "args", core.Unknown)},
		{"name": name, "build": with(classic(labelled(t, "a")), "context", core.Unknown)},
	} {
		if change := r.Plan(t, config); change.Planned.Value(t, "image_id") != any(core.Unknown) {
			t.Errorf("%v: image_id is planned as %v", config, change.Planned.Value(t, "image_id"))
		}
	}
	r.ApplyPlanned(t, object{"name": name, "build": core.Unknown}, known)
	r.ExpectEmptyPlan(t, known)
	r.Destroy(t)
}
