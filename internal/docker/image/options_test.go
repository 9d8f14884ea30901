package image_test

import (
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/versions"
	"golang.org/x/crypto/ssh"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// option is one option of a build with two values, and what they do to the image.
type option struct {
	name     string
	from, to any
	// classic is set where BuildKit of Docker 20.10 has it not.
	classic bool
	// modern is set where no builder of Docker 20.10 has it.
	modern bool
	// notOnPodman is what Podman's users are told.
	notOnPodman string
	// same is set where a change builds nothing.
	same bool
	// shows, if set, is the value that the image of a configuration shows: for null, from and to.
	shows func(image.InspectResponse) string
	want  [3]string
}

func label(name string) func(image.InspectResponse) string {
	return func(i image.InspectResponse) string { return i.Config.Labels[name] }
}

const optionsDockerfile = `FROM scratch AS other
LABEL stage=other
FROM scratch AS last
ARG value=default
LABEL stage=last value=$value
`

const (
	noBuildKit  = "Building with BuildKit needs Docker"
	noLimits    = "The attribute ulimits of a build needs Docker"
	hostNetwork = "A network for a build needs Docker"
	noCache     = "A cache of a build needs Docker"
)

func options(t *testing.T, name string) []option {
	t.Helper()
	agent := sshKey(t)
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, secret, "x")
	return []option{
		{name: "target", from: "other", to: "last", shows: label("stage"), want: [3]string{"last", "other", "last"}},
		{name: "args", from: object{"value": "a"}, to: object{"value": "b"}, shows: label("value"), want: [3]string{"default", "a", "b"}},
		{name: "labels", from: object{"more": "a"}, to: object{"more": "b"}, shows: label("more"), want: [3]string{"", "a", "b"}},
		{
			name: "platform", from: "linux/amd64", to: "linux/arm64", shows: func(i image.InspectResponse) string { return i.Architecture },
			want: [3]string{"amd64", "amd64", "arm64"},
		},
		{
			name: "platforms", from: []any{"linux/amd64"}, to: []any{"linux/arm64"},
			shows: func(i image.InspectResponse) string { return i.Architecture }, want: [3]string{"amd64", "amd64", "arm64"},
		},
		{
			name: "tags", from: []any{name + ":one"}, to: []any{name + ":two"}, same: true,
			shows: func(i image.InspectResponse) string {
				tags := slices.Clone(i.RepoTags)
				slices.Sort(tags)
				return strings.NewReplacer(name, "", "docker.io/library/", "").Replace(strings.Join(tags, " "))
			},
			want: [3]string{":latest", ":latest :one", ":latest :two"},
		},
		{name: "builder", from: "buildkit", to: "classic", notOnPodman: noBuildKit},
		{name: "no_cache", from: true, to: false},
		{name: "no_cache_filter", from: []any{"last"}, to: []any{"other"}, notOnPodman: noBuildKit},
		{name: "pull", from: true, to: false},
		{name: "network_mode", from: "none", to: "default", notOnPodman: hostNetwork},
		{name: "extra_hosts", from: object{"a": []any{"10.0.0.1"}}, to: object{"a": []any{"10.0.0.1", "fd00::1"}}},
		{name: "cache_from", from: []any{object{"type": "registry", "ref": name + ":cache"}}, to: []any{object{
			"type": "registry",
			"ref":  name + ":other",
		}}, notOnPodman: noCache},
		{name: "cache_to", from: []any{object{"type": "inline"}}, to: []any{object{"type": "inline", "mode": "min"}}, notOnPodman: noBuildKit},
		{
			name: "additional_contexts", from: object{"x": "https://example.invalid/a.git"},
			to: object{"x": "https://example.invalid/b.git"}, modern: true, notOnPodman: noBuildKit,
		},
		{name: "shm_size", from: "64m", to: "128m", classic: true},
		{name: "ulimits", from: object{"nofile": object{"soft": 100, "hard": 200}}, to: object{"nofile": object{
			"soft": 100,
			"hard": 300,
		}}, classic: true, notOnPodman: noLimits},
		{name: "cgroup_parent", from: "/a", to: "/b", classic: true},
		{name: "secrets", from: object{"x": object{"file": secret}}, to: object{"x": object{"env": "PATH"}}, notOnPodman: noBuildKit},
		{name: "ssh", from: object{"default": []any{agent}}, to: object{"other": []any{agent}}, notOnPodman: noBuildKit},
	}
}

func sshKey(t *testing.T) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func olderThan(t *testing.T, api string) bool {
	t.Helper()
	version, err := fixture.Client(t).ServerVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return versions.LessThan(version.APIVersion, api)
}

// TestOptions takes every option from null to a value, to another one, and back to null; each change is in place.
func TestOptions(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name := fixture.Name(t)
	all := options(t, name)
	complete(t, server, all)
	for i, o := range all {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			name := name + "-" + o.name + "-x" // No name is the beginning of another one, as platform is of platforms.
			fixture.NothingLeft(t, name)
			if o.notOnPodman != "" && fixture.Podman(t) {
				options(t, name)[i].refused(t, server, name)
				return
			}
			o.skip(t)
			options(t, name)[i].run(t, server, name)
		})
	}
}

func (o option) skip(t *testing.T) {
	t.Helper()
	if o.modern && olderThan(t, "1.42") {
		t.Skip("BuildKit of this engine has no " + o.name)
	}
}

// refused plans the option on Podman, which says that it does not have it.
func (o option) refused(t *testing.T, server *core.Server, name string) {
	t.Helper()
	config := object{"name": name, "build": with(object{"dockerfile_inline": optionsDockerfile}, o.name, o.from)}
	_, diags := server.Resource(t, resourceType).TryPlan(t.Context(), config)
	if errors := diags.Errors(); len(errors) != 1 || len(errors.At("build."+o.name).Containing(o.notOnPodman)) != 1 {
		t.Errorf("got %s", diags)
	}
}

func (o option) run(t *testing.T, server *core.Server, name string) {
	t.Helper()
	base := object{"dockerfile_inline": optionsDockerfile + "LABEL test=" + name + "\n"}
	if o.classic && olderThan(t, "1.42") {
		base = classic(labelled(t, "a"))
	}
	r := server.Resource(t, resourceType)
	for step, value := range []any{nil, o.from, o.to, nil} {
		config := object{"name": name, "build": with(base, o.name, value)}
		change := r.Apply(t, config)
		if want := []core.Action{core.Create, core.Update, core.Update, core.Update}[step]; change.Action != want {
			t.Errorf("step %d: %s, want %s", step, change.Action, want)
		}
		if known := change.Planned.Value(t, "image_id") != any(core.Unknown); step > 0 && known != o.same {
			t.Errorf("step %d: the id of the image is known in the plan: %v", step, known)
		}
		r.ExpectEmptyPlan(t, config)
		if o.shows == nil {
			continue
		}
		if got, want := o.shows(of(t, name)), o.want[step%3]; got != want {
			t.Errorf("step %d: the image shows %q, want %q", step, got, want)
		}
	}
	r.Destroy(t)
}

// elsewhere are options that have their tests in TestBuildElsewhere and TestNoPlaceForAnIndex.
var elsewhere = []string{"builder_tls", "provenance", "sbom", "sbom_generator"}

// complete wants every option of the schema, but for those that the hash of the context stands for.
func complete(t *testing.T, server *core.Server, all []option) {
	t.Helper()
	for _, attribute := range server.Schemas().ResourceSchemas[resourceType].Block.Attributes {
		if attribute.Name != "build" {
			continue
		}
		for _, inner := range attribute.NestedType.Attributes {
			excepted := slices.Contains(append([]string{"context", "dockerfile", "dockerfile_inline"}, elsewhere...), inner.Name)
			if excepted == slices.ContainsFunc(all, func(o option) bool { return o.name == inner.Name }) {
				t.Errorf("the option %s has no case", inner.Name)
			}
		}
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	_, name, reference := pulled(t)
	archive := fixture.Archive(t, "unused:latest", bare(t, "archive"))
	build := object{"name": reference, "build": classic(labelled(t, "a"))}
	load := object{"name": reference, "load": object{"archive": archive}}
	pull := object{"name": reference, "pull": object{}}
	r := acctest.Docker(t).Resource(t, resourceType)
	seen := map[string]bool{}
	for _, step := range []struct {
		what   string
		config object
		action core.Action
		renews bool
	}{
		{"pull by default", object{"name": reference}, core.Create, true},
		{"pull", pull, core.Update, false},
		{"pull to build", build, core.Update, true},
		{"build to load", load, core.Update, true},
		{"load to pull", pull, core.Update, true},
		{"pull to load", load, core.Update, true},
		{"load to build", build, core.Update, true},
		{"build to pull", object{"name": reference}, core.Update, true},
		{"platform", object{"name": reference, "pull": object{"platform": "linux/amd64"}}, core.Update, true},
		{"no platform", pull, core.Update, true},
	} {
		change := r.Apply(t, step.config)
		if change.Action != step.action || (change.Planned.Value(t, "image_id") == any(core.Unknown)) != step.renews {
			t.Errorf("%s: %s", step.what, change.Action)
		}
		r.ExpectEmptyPlan(t, step.config)
		if hashed := r.Value(t, "context_hash") != nil; hashed == (step.config["build"] == nil && step.config["load"] == nil) {
			t.Errorf("%s: context_hash is %v", step.what, r.Value(t, "context_hash"))
		}
		if id := r.String(t, "image_id"); of(t, reference).ID != id {
			t.Errorf("%s: the state is not what the engine has", step.what)
		} else {
			seen[id] = true
		}
	}
	r.Destroy(t)
	for id := range seen {
		if present(t, id) {
			t.Errorf("%s is still there (%s)", id, name)
		}
	}
}
