package index_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

const (
	docker = "application/vnd.docker.distribution.manifest.list.v2+json"
	oci    = "application/vnd.oci.image.index.v1+json"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	_, amd := server.Push(t, repository+":amd64", image(t, "amd64"))
	_, arm := server.Push(t, repository+":arm64", image(t, "arm64"))
	config := object{
		"name": repository + ":v1", "tags": []any{"latest"},
		"images": object{"linux/amd64": repository + "@" + amd, "linux/arm64": repository + ":arm64"},
	}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	want := map[string]string{"linux/amd64": amd, "linux/arm64": arm}
	for _, tag := range []string{":v1", ":latest"} {
		if diff := cmp.Diff(want, entries(t, server, repository+tag)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tag, diff)
		}
	}
	if r.String(t, "digest") != server.Digest(t, repository+":v1") || r.String(t, "media_type") != oci || !r.Bool(t, "created") {
		t.Errorf("state %v", r.State().Map())
	}
	r.ExpectEmptyPlan(t, config)
	p.Restart(t)
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)

	// Each attribute in place: from nothing, to another value, to nothing.
	for _, change := range []object{
		{"annotations": object{"a": "1"}},
		{"annotations": object{"a": "2"}},
		{"annotations": nil},
		{"index_type": docker},
		{"index_type": nil},
		{"images": object{"linux/amd64": repository + "@" + amd}},
		{"images": object{"linux/amd64": repository + "@" + amd, "linux/arm64/v8": repository + "@" + arm}},
	} {
		before := server.Digest(t, repository+":v1")
		config = with(config, change)
		if did := r.Apply(t, config); did.Action != core.Update || did.Planned.Value(t, "digest") != core.Unknown {
			t.Errorf("%v: %s", change, did.Action)
		}
		if now := server.Digest(t, repository+":v1"); now == before || now != server.Digest(t, repository+":latest") || now != r.String(t, "digest") {
			t.Errorf("%v: %s, before %s", change, now, before)
		}
		r.ExpectEmptyPlan(t, config)
	}
	r.Destroy(t)
	left := server.Tags(t, repository)
	slices.Sort(left)
	if !slices.Equal(left, []string{"amd64", "arm64"}) {
		t.Errorf("left: %v", left)
	}
}

// TestImageTagMoves publishes a new index when the tag of an image leads elsewhere.
func TestImageTagMoves(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	server.Push(t, repository+":amd64", image(t, "amd64"))
	config := object{"name": repository + ":v1", "images": object{"linux/amd64": repository + ":amd64"}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	_, next := server.Push(t, repository+":amd64", image(t, "amd64"))
	p.Restart(t)
	if change := r.Converge(t, config); change.Action != core.Update || entries(t, server, repository+":v1")["linux/amd64"] != next {
		t.Errorf("%s: %v", change.Action, entries(t, server, repository+":v1"))
	}
	r.Destroy(t)
}

// TestDrift puts an index back that somebody moved or removed.
func TestDrift(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	server.Push(t, repository+":amd64", image(t, "amd64"))
	config := object{"name": repository + ":v1", "images": object{"linux/amd64": repository + ":amd64"}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	ours := r.String(t, "digest")
	for name, drift := range map[string]func(){
		"moved":               func() { server.Retag(t, repository+":amd64", "v1") },
		"the tag is gone":     func() { server.Remove(t, repository+":v1") },
		"the digest has gone": func() { server.Remove(t, repository+"@"+ours) },
	} {
		drift()
		p.Restart(t)
		if r.Converge(t, config); server.Digest(t, repository+":v1") != ours {
			t.Errorf("%s: it is at %s", name, server.Digest(t, repository+":v1"))
		}
	}
	r.Destroy(t)
}

// TestCopies brings in images of other repositories and registries: mounted where one registry has both.
func TestCopies(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	other := registries.Program(t, registries.Password("robot", "secret"))
	near, far, target := server.Repository("near"), other.Repository("far"), server.Repository("target")
	_, amd := server.Push(t, near+":v1", image(t, "amd64"))
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: image(t, "arm64"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64"}}},
		mutate.IndexAddendum{Add: image(t, "s390x"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "s390x"}}},
	)
	other.PushIndex(t, far+":v1", index)
	config := object{"name": target + ":v1", "images": object{"linux/amd64": near + "@" + amd, "linux/arm64": far + ":v1"}}
	r := provider(t, server, other).Resource(t, resourceType)
	r.Apply(t, config)
	want := map[string]string{"linux/amd64": amd, "linux/arm64": entries(t, other, far+":v1")["linux/arm64"]}
	got := entries(t, server, target+":v1")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the index (-want +got):\n%s", diff)
	}
	for _, digest := range got {
		for _, layer := range must(server.Pull(t, target+"@"+digest).Layers()) {
			if _, err := layer.Compressed(); err != nil {
				t.Errorf("a layer of %s: %s", digest, err)
			}
		}
	}
	if n := server.Count(http.MethodGet, "near/blobs/"); n != 1 {
		t.Errorf("of what could be mounted, %d blobs were downloaded, want the configuration alone: %v", n, server.Requests())
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	if !server.Has(t, near+":v1") || !other.Has(t, far+":v1") {
		t.Error("the images are gone")
	}
}

func must[V any](value V, err error) V {
	if err != nil {
		panic(err)
	}
	return value
}

func TestImport(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	server.Push(t, repository+":amd64", image(t, "amd64"))
	images := object{"linux/amd64": repository + ":amd64"}
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add: image(t, "amd64"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}},
	})
	_, digest := server.PushIndex(t, repository+":v1", index)
	r := provider(t, server).Resource(t, resourceType)
	r.Import(t, repository+":v1")
	if r.String(t, "digest") != digest || r.String(t, "reference") != pinned(t, repository+":v1", digest) {
		t.Errorf("state %v", r.State().Map())
	}
	config := object{"name": repository + ":v1", "images": images}
	if r.Apply(t, config); server.Digest(t, repository+":v1") != digest {
		t.Error("configuring an imported index publishes it")
	}
	r.ExpectEmptyPlan(t, config)
	if change := r.Apply(t, with(config, object{"annotations": object{"a": "b"}})); change.Action != core.Update || r.String(t, "digest") == digest {
		t.Errorf("a change after an import: %s", change.Action)
	}
	r.Destroy(t)
}

// TestBadInput names the entry that is wrong.
func TestBadInput(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	server.Push(t, repository+":arm64", image(t, "arm64"))
	server.PushIndex(t, repository+":multi", mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add: image(t, "arm64"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64"}},
	}))
	const none = "sha256:0123456789012345678901234567890123456789012345678901234567890123"
	p := provider(t, server)
	for name, c := range map[string]struct {
		config   object
		at, text string
		inPlan   bool
	}{
		"no images": {object{"images": object{}}, "images", "at least 1", true},
		"a null": {
			object{"images": object{"linux/arm64": repository + ":arm64", "linux/amd64": nil}}, `images["linux/amd64"]`, "Leave the element out", true,
		},
		"a platform twice": {
			object{"images": object{"linux/arm64": repository + ":arm64", "linux/arm64/v8": repository + "@" + none}},
			`images["linux/arm64/v8"]`, `the same platform as "linux/arm64"`, true,
		},
		"annotations": {
			object{"images": object{"linux/amd64": repository + "@" + none}, "index_type": docker, "annotations": object{"a": "b"}},
			"annotations", "no annotations", true,
		},
		"a digest":     {object{"images": object{"linux/amd64": repository + ":arm64"}, "name": repository + "@" + none}, "name", "nobody can choose", true},
		"an index":     {object{"images": object{"linux/amd64": repository + ":multi"}}, `images["linux/amd64"]`, "linux/arm64", false},
		"another arch": {object{"images": object{"linux/amd64": repository + ":arm64"}}, `images["linux/amd64"]`, "linux/arm64", false},
		"no such tag":  {object{"images": object{"linux/amd64": repository + ":none"}}, `images["linux/amd64"]`, "no such tag or digest", false},
		"no digest":    {object{"images": object{"linux/amd64": repository + "@" + none}}, `images["linux/amd64"]`, "no such tag or digest", false},
	} {
		r := p.Resource(t, resourceType)
		config := with(object{"name": repository + ":v1"}, c.config)
		_, diags := r.TryPlan(t.Context(), config)
		if !c.inPlan && !diags.HasError() {
			_, diags = r.TryApply(t.Context(), config)
		}
		if found := diags.Errors().At(c.at); len(found) != 1 || len(found.Containing(c.text)) != 1 || !r.Gone() || server.Has(t, repository+":v1") {
			t.Errorf("%s: got %s", name, diags)
		}
	}
	for key, config := range map[string]object{
		"no platform": {"images": object{"x/y/z/w": repository + ":arm64"}}, "half a platform": {"images": object{"arm64": repository + ":arm64"}},
		"no reference": {"images": object{"linux/amd64": "Not A Name"}},
	} {
		if _, diags := p.Resource(t, resourceType).TryPlan(t.Context(), with(config, object{"name": repository + ":v1"})); !diags.HasError() {
			t.Errorf("%s is accepted", key)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	sweep.Run(t, func(t *testing.T) sweep.Subject {
		t.Helper()
		server := registries.Start(t)
		repository := server.Repository("app")
		_, amd := server.Push(t, repository+":amd64", image(t, "amd64"))
		_, arm := server.Push(t, repository+":arm64", image(t, "arm64"))
		images := object{"linux/amd64": repository + "@" + amd}
		both := maps.Clone(images)
		both["linux/arm64"] = repository + "@" + arm
		return sweep.Subject{
			Type:    resourceType,
			Config:  object{"name": repository + ":v1", "tags": []any{"one"}, "images": images},
			Changed: object{"name": repository + ":v1", "tags": []any{"two"}, "images": both},
			Open: func(t *testing.T) (*core.Server, sweep.Breaker) {
				t.Helper()
				t.Cleanup(func() {
					if left := server.Tags(t, repository); len(left) != 2 {
						t.Errorf("left: %v", left)
					}
				})
				return provider(t, server), server.Break()
			},
			Sound: func(t *testing.T, config map[string]any) {
				t.Helper()
				if got := entries(t, server, repository+":v1"); len(got) != len(config["images"].(map[string]any)) {
					t.Errorf("the index has %v", got)
				}
			},
		}
	})
}
