package image_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

func TestFromArchive(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	a, b := image(t), image(t)
	path := archive(t, "", a)
	config := object{"name": repository + ":v1", "source": object{"archive": object{"path": path}}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	first := server.Digest(t, repository+":v1")
	if r.String(t, "digest") != first || r.String(t, "reference") != repository+"@"+first || !r.Bool(t, "created") {
		t.Errorf("published %s, state %v", first, r.State().Map())
	}
	r.ExpectEmptyPlan(t, config)
	p.Restart(t)
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)

	// Another archive at the same path, and the one before again elsewhere.
	archive(t, path, b)
	change := r.Apply(t, config)
	second := server.Digest(t, repository+":v1")
	if change.Action != core.Update || second == first || r.String(t, "digest") != second {
		t.Errorf("another archive: %s, %s, state %s", change.Action, second, r.String(t, "digest"))
	}
	if change.Planned.Value(t, "digest") != core.Unknown {
		t.Error("the plan promises a digest")
	}
	moved := with(config, object{"source": object{"archive": object{"path": archive(t, "", b)}}})
	if change := r.Apply(t, moved); change.Planned.String(t, "digest") != second {
		t.Error("the same archive elsewhere is published again")
	}
	r.ExpectEmptyPlan(t, moved)

	r.Destroy(t)
	if tags := server.Tags(t, repository); len(tags) != 0 || server.Has(t, repository+"@"+second) || server.Has(t, repository+"@"+first) {
		t.Errorf("left: %v", tags)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	config := object{"name": repository + ":v1", "source": object{"archive": object{"path": archive(t, "", image(t))}}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	for _, tags := range [][]any{nil, {"a"}, {"a", "b"}, {"c"}, nil} {
		want, wish := []string{"v1"}, with(config, object{"tags": nil})
		if tags != nil {
			wish["tags"] = tags
			for _, tag := range tags {
				want = append(want, tag.(string))
			}
		}
		change := r.Apply(t, wish)
		if change.Action == core.Replace || change.Action == core.Update && change.Planned.Value(t, "digest") == core.Unknown {
			t.Errorf("%v: %s", tags, change.Action)
		}
		r.ExpectEmptyPlan(t, wish)
		p.Restart(t)
		r.Refresh(t)
		r.ExpectEmptyPlan(t, wish)
		have := server.Tags(t, repository)
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("the registry has %v, want %v", have, want)
		}
	}
	r.Destroy(t)
}

// TestTagStays fails to remove a tag, with and without another content: the next plan has to go on with it.
func TestTagStays(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bool{"the same content": false, "another content": true} {
		server := registries.Start(t)
		repository := server.Repository("app")
		config := object{
			"name": repository + ":v1", "tags": []any{"a", "b"}, "source": object{"archive": object{"path": archive(t, "", image(t))}},
		}
		p := provider(t, server)
		r := p.Resource(t, resourceType)
		r.Apply(t, config)
		config["tags"] = []any{"b"}
		if again {
			config["source"] = object{"archive": object{"path": archive(t, "", image(t))}}
		}
		server.Misbehave(registries.Refuse(http.StatusForbidden, http.MethodDelete, "/manifests/", "DENIED"))
		if _, diags := r.TryApply(t.Context(), config); len(diags.Errors().At("tags").Containing("does not allow this")) != 1 {
			t.Errorf("%s: got %s", name, diags)
		}
		server.Misbehave()
		for range 2 {
			if change := r.Plan(t, config); change.Action != core.Update {
				t.Errorf("%s: the plan forgets the tag: %s", name, change.Action)
			}
			p.Restart(t)
			r.Refresh(t)
		}
		r.Converge(t, config)
		if have := server.Tags(t, repository); !slices.Equal(have, []string{"b", "v1"}) {
			t.Errorf("%s: the registry has %v", name, have)
		}
		r.Destroy(t)
	}
}

// TestDrift moves and removes tags behind the provider's back.
func TestDrift(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	config := object{
		"name": repository + ":v1", "tags": []any{"latest"},
		"source": object{"archive": object{"path": archive(t, "", image(t))}},
	}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	ours := r.String(t, "digest")
	for name, drift := range map[string]func(){
		"the tag is moved":          func() { server.Push(t, repository+":v1", image(t)) },
		"a further tag is moved":    func() { server.Push(t, repository+":latest", image(t)) },
		"a further tag is removed":  func() { server.Remove(t, repository+":latest") },
		"the tag is removed":        func() { server.Remove(t, repository+":v1") },
		"the manifest has vanished": func() { server.Remove(t, repository+"@"+ours) },
	} {
		drift()
		p.Restart(t)
		r.Converge(t, config)
		for _, tag := range []string{":v1", ":latest"} {
			if got := server.Digest(t, repository+tag); got != ours {
				t.Errorf("%s: %s is at %s, want %s", name, tag, got, ours)
			}
		}
	}
	theirs := image(t)
	server.Push(t, repository+":latest", theirs)
	p.Restart(t)
	r.Destroy(t)
	if got := server.Tags(t, repository); !slices.Equal(got, []string{"latest"}) || server.Digest(t, repository+":latest") != digestOf(t, theirs) {
		t.Errorf("a tag that somebody else moved was removed: %v", got)
	}
}

// TestNeverStolen leaves alone what others published.
func TestNeverStolen(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	theirs := image(t)
	server.Push(t, repository+":taken", theirs)
	config := object{"name": repository + ":taken", "source": object{"archive": object{"path": archive(t, "", image(t))}}}
	r := provider(t, server).Resource(t, resourceType)
	_, diags := r.TryApply(t.Context(), config)
	if len(diags.Errors().At("name").Containing("already there")) != 1 || !r.Gone() {
		t.Errorf("got %s", diags)
	}
	further := with(config, object{"name": repository + ":free", "tags": []any{"taken"}})
	if _, diags := r.TryApply(t.Context(), further); len(diags.Errors().Containing("already there")) != 1 || !r.Gone() {
		t.Errorf("got %s", diags)
	}
	if got := server.Tags(t, repository); !slices.Equal(got, []string{"taken"}) || server.Digest(t, repository+":taken") != digestOf(t, theirs) {
		t.Errorf("the repository has %v", got)
	}
	config["overwrite"] = true
	r.Apply(t, config)
	if server.Digest(t, repository+":taken") != r.String(t, "digest") {
		t.Error("overwrite moved nothing")
	}
	r.Destroy(t)
	if !server.Has(t, repository+"@"+digestOf(t, theirs)) {
		t.Error("a manifest of others was removed")
	}
}

// TestNotCreated takes only the tags away where the digest was there before, and keeps all where it is told to.
func TestNotCreated(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	img := image(t)
	source := server.Repository("source")
	_, digest := server.Push(t, source+":v1", img)
	config := object{"name": source + ":copy", "source": object{"registry": object{"reference": source + "@" + digest}}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	if r.Bool(t, "created") || r.String(t, "digest") != digest {
		t.Errorf("state %v", r.State().Map())
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	if got := server.Tags(t, source); !slices.Equal(got, []string{"v1"}) || !server.Has(t, source+"@"+digest) {
		t.Errorf("left: %v", got)
	}

	target := server.Repository("target")
	kept := object{"name": target + ":v1", "keep_on_destroy": true, "source": object{"registry": object{"reference": source + ":v1"}}}
	r = p.Resource(t, resourceType)
	r.Apply(t, kept)
	if !r.Bool(t, "created") || server.Count("POST", "blobs") == 0 {
		t.Errorf("state %v", r.State().Map())
	}
	r.Destroy(t)
	if server.Digest(t, target+":v1") != digest {
		t.Error("what is to be kept is not there")
	}
}

// TestSourceTagMoves copies again when the tag of the source points elsewhere.
func TestSourceTagMoves(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	source, target := server.Repository("source"), server.Repository("target")
	server.Push(t, source+":v1", image(t))
	config := object{"name": target + ":v1", "source": object{"registry": object{"reference": source + ":v1"}}}
	p := provider(t, server)
	r := p.Resource(t, resourceType)
	r.Apply(t, config)
	_, second := server.Push(t, source+":v1", image(t))
	p.Restart(t)
	if change := r.Converge(t, config); change.Action != core.Update || server.Digest(t, target+":v1") != second {
		t.Errorf("%s: %s, want %s", change.Action, server.Digest(t, target+":v1"), second)
	}
	server.Remove(t, source+":v1")
	p.Restart(t)
	change := r.Plan(t, config)
	if change.Action != core.NoOp {
		t.Errorf("without a source to ask: %s", change.Action)
	}
	r.Destroy(t)
}

func TestPlatforms(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	index := multi(t)
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	config := object{"name": repository + ":v1", "source": object{"archive": object{"path": ociLayout(t, index)}}}
	r := provider(t, server).Resource(t, resourceType)
	r.Apply(t, config)
	if r.String(t, "digest") != digestOf(t, index) {
		t.Errorf("all platforms: %s, want %s", r.String(t, "digest"), digestOf(t, index))
	}
	one := with(config, object{"platforms": []any{"linux/arm64"}})
	if change := r.Apply(t, one); change.Action != core.Update || r.String(t, "digest") != manifest.Manifests[1].Digest.String() {
		t.Errorf("one platform: %s %s", change.Action, r.String(t, "digest"))
	}
	r.ExpectEmptyPlan(t, one)
	_, diags := r.TryApply(t.Context(), with(config, object{"platforms": []any{"linux/s390x"}}))
	if len(diags.Errors().At("platforms").Containing("linux/amd64")) != 1 {
		t.Errorf("a platform that is not there: %s", diags)
	}
	r.Converge(t, config)
	r.Destroy(t)
}

func TestImport(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	img := image(t)
	_, digest := server.Push(t, repository+":v1", img)
	r := provider(t, server).Resource(t, resourceType)
	r.Import(t, repository+":v1")
	manifest := server.Manifest(t, repository+":v1")
	want := object{
		"name": repository + ":v1", "digest": digest, "reference": repository + "@" + digest, "media_type": string(manifest.MediaType),
		"size": manifest.Size, "created": true, "source_digest": nil, "source": nil, "tags": nil, "platforms": nil, "triggers": nil,
		"overwrite": false, "keep_on_destroy": false, "credentials": nil, "timeouts": nil,
	}
	if diff := cmp.Diff(want, r.State().Map()); diff != "" {
		t.Errorf("the state (-want +got):\n%s", diff)
	}
	config := object{"name": repository + ":v1", "source": object{"archive": object{"path": archive(t, "", image(t))}}}
	if change := r.Apply(t, config); change.Planned.String(t, "digest") != digest || server.Digest(t, repository+":v1") != digest {
		t.Error("configuring an imported image publishes it")
	}
	r.ExpectEmptyPlan(t, config)
	if change := r.Apply(t, with(config, object{"triggers": object{"a": "b"}})); change.Action != core.Update || r.String(t, "digest") == digest {
		t.Errorf("a trigger after an import: %s", change.Action)
	}
	r.Destroy(t)
	if diags := r.TryImport(t.Context(), repository+":none"); !diags.HasError() {
		t.Error("importing nothing works")
	}
	if diags := r.TryImport(t.Context(), repository+"@"+digest); !diags.HasError() {
		t.Error("importing a digest works")
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	_, digest := server.Push(t, repository+":v1", image(t))
	r := provider(t, server).Resource(t, resourceType)
	state, err := json.Marshal(object{
		"id": digest, "sha256_digest": digest, "name": repository + ":v1", "keep_remotely": true, "insecure_skip_verify": false,
		"triggers": object{"a": "1"}, "build": []any{}, "auth_config": []any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Move(t, core.Foreign{Type: "docker_registry_image", Provider: "registry.terraform.io/kreuzwerker/docker", State: state})
	config := object{"name": repository + ":v1", "keep_on_destroy": true, "triggers": object{"a": "1"}}
	r.Apply(t, config)
	if server.Digest(t, repository+":v1") != digest {
		t.Error("a move publishes")
	}
	r.ExpectEmptyPlan(t, config)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	source := object{"archive": object{"path": archive(t, "", image(t))}}
	p := provider(t, server)
	for name, c := range map[string]struct {
		config   object
		at, text string
	}{
		"no reference":         {object{"name": "Not A Name", "source": source}, "name", "no image reference"},
		"a digest":             {object{"name": "a@sha256:" + digestHex, "source": source}, "name", "nobody can choose"},
		"two sources":          {object{"name": repository, "source": object{"archive": source["archive"], "engine": object{"image": "a"}}}, "source", "Only one of"},
		"no source":            {object{"name": repository, "source": object{}}, "source", "Set one of"},
		"no such archive":      {object{"name": repository, "source": object{"archive": object{"path": "/no/such/file"}}}, "source.archive.path", "no such file"},
		"a platform":           {object{"name": repository, "source": source, "platforms": []any{"x/y/z/w"}}, "platforms", "no platform"},
		"half a platform":      {object{"name": repository, "source": source, "platforms": []any{"linux"}}, "platforms", "write os/architecture"},
		"a tag":                {object{"name": repository, "source": source, "tags": []any{"a:b"}}, "tags", "is no tag"},
		"a tag that is digest": {object{"name": repository, "source": source, "tags": []any{"sha256:" + digestHex}}, "tags", "nobody can choose"},
		"no such engine": {
			object{"name": repository, "source": object{"engine": object{"image": "a", "engine": "none"}}},
			"source.engine.engine", "is not configured",
		},
	} {
		_, diags := p.Resource(t, resourceType).TryPlan(t.Context(), c.config)
		found := diags.Errors().Containing(c.text)
		if len(found) == 0 || len(diags.Errors().At(c.at)) == 0 && name != "a tag" && name != "a tag that is digest" && name != "a platform" &&
			name != "half a platform" {
			t.Errorf("%s: got %s", name, diags)
		}
	}
	missing := object{"name": repository, "source": object{"registry": object{"reference": server.Repository("none") + ":v1"}}}
	if _, diags := p.Resource(t, resourceType).TryApply(t.Context(), missing); len(diags.Errors().At("source.registry.reference")) != 1 {
		t.Errorf("no source: got %s", diags)
	}
}

const digestHex = "0123456789012345678901234567890123456789012345678901234567890123"
