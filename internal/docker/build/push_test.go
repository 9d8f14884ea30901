package build_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// indexOf is what a reference leads to.
func indexOf(t *testing.T, ref string) v1.ImageIndex {
	t.Helper()
	parsed, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	index, err := remote.Index(parsed, remote.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// letIn are registries with settings, and nothing of this machine.
func letIn(settings map[string]registry.Settings) *registry.Registries {
	return registry.NewIn(registry.Environment{Getenv: func(string) string { return "" }}, settings)
}

func nobody() *registry.Registries { return letIn(nil) }

// TestPushByDigest builds for two platforms, neither of which runs anything, and attests how.
func TestPushByDigest(t *testing.T) {
	t.Parallel()
	reg := newRegistry(t, "")
	req := copies(t, "LABEL of=test")
	req.Remote, req.Platforms, req.Provenance = elsewhere(t), []string{"linux/amd64", "linux/s390x"}, "max"
	push := build.Push{Request: req, Registries: nobody(), Names: []string{reg.host + "/app"}, ByDigest: true}
	digest, err := build.PushBuild(t.Context(), push, nil)
	if err != nil {
		t.Fatal(err)
	}
	index := indexOf(t, reg.host+"/app@"+digest)
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, m := range manifest.Manifests {
		if m.Annotations["vnd.docker.reference.type"] == "attestation-manifest" {
			found["attestation"]++
			wantProvenance(t, index, m.Digest)
			continue
		}
		found[m.Platform.String()]++
	}
	if want := map[string]int{"linux/amd64": 1, "linux/s390x": 1, "attestation": 2}; !maps.Equal(found, want) || manifest.MediaType != types.OCIImageIndex {
		t.Errorf("the index of type %s has %v, want %v", manifest.MediaType, found, want)
	}
	if reg.asked("/manifests/latest") {
		t.Error("a tag was looked for or written")
	}
	again, err := build.PushBuild(t.Context(), push, nil)
	if err != nil || again == "" {
		t.Errorf("again: %q, %v", again, err)
	}
}

// wantProvenance wants a statement in the words of SLSA.
func wantProvenance(t *testing.T, index v1.ImageIndex, digest v1.Hash) {
	t.Helper()
	img, err := index.Image(digest)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := img.Layers()
	if err != nil || len(layers) == 0 {
		t.Fatalf("%d statements, %v", len(layers), err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = content.Close() }()
	text, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	var statement struct {
		PredicateType string `json:"predicateType"`
	}
	if err := json.Unmarshal(text, &statement); err != nil || !strings.HasPrefix(statement.PredicateType, "https://slsa.dev/provenance/") {
		t.Errorf("the statement is of type %q (%v)", statement.PredicateType, err)
	}
}

// TestPushTags pushes one platform under two names, to a registry that wants a password.
func TestPushTags(t *testing.T) {
	t.Parallel()
	reg := newRegistry(t, "secret")
	req := copies(t)
	req.Remote = elsewhere(t)
	registries := func(password string) *registry.Registries {
		return letIn(map[string]registry.Settings{reg.host: {Username: "user", Password: password}})
	}
	push := build.Push{Request: req, Names: []string{reg.host + "/app:1", reg.host + "/app:2"}}
	push.Registries = registries("secret")
	digest, err := build.PushBuild(t.Context(), push, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range push.Names {
		parsed, err := name.ParseReference(ref)
		if err != nil {
			t.Fatal(err)
		}
		got, err := remote.Head(parsed, remote.WithAuth(&authn.Basic{Username: "user", Password: "secret"}))
		if err != nil || got.Digest.String() != digest {
			t.Errorf("%s is %v (%v), want %s", ref, got, err, digest)
		}
	}
	for reason, lookup := range map[string]*registry.Registries{"wrong password": registries("opensesame"), "no password": nobody()} {
		push.Registries = lookup
		push.Names = []string{reg.host + "/refused:1"}
		_, err := build.PushBuild(t.Context(), push, nil)
		if err == nil || !strings.Contains(err.Error(), reg.host) || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "opensesame") {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// TestPushRefused has the registry refuse a manifest.
func TestPushRefused(t *testing.T) {
	t.Parallel()
	reg := newRegistry(t, "")
	reg.refuse = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/manifests/") {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"errors":[{"code":"DENIED","message":"immutable tag"}]}`)
		return true
	}
	req := copies(t)
	req.Remote = elsewhere(t)
	_, err := build.PushBuild(t.Context(), build.Push{Request: req, Registries: nobody(), Names: []string{reg.host + "/app:1"}}, nil)
	if err == nil || !strings.Contains(err.Error(), reg.host) || !strings.Contains(err.Error(), "immutable tag") {
		t.Errorf("got %v, want BuildKit's words with the host", err)
	}
}

func TestPushNeeds(t *testing.T) {
	t.Parallel()
	req := copies(t)
	if _, err := build.PushBuild(t.Context(), build.Push{Request: req, Names: []string{"a"}}, nil); err == nil {
		t.Error("a push without a builder is no error")
	}
	req.Remote = &build.Remote{Address: "unix:///nonexistent"}
	if _, err := build.PushBuild(t.Context(), build.Push{Request: req}, nil); err == nil || !strings.Contains(err.Error(), "name") {
		t.Error("a push without a name is no error")
	}
}
