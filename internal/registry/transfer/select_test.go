package transfer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// attested adds an attestation for each image of an index, as BuildKit does.
func attested(t testing.TB, index v1.ImageIndex) v1.ImageIndex {
	t.Helper()
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, desc := range manifest.Manifests {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: makeImage(t, "unknown/unknown", 1),
			Descriptor: v1.Descriptor{
				Platform:    &v1.Platform{OS: unknown, Architecture: unknown},
				Annotations: map[string]string{attestationOf: desc.Digest.String(), "vnd.docker.reference.type": "attestation-manifest"},
			},
		})
	}
	return index
}

func children(t testing.TB, content *Content) []v1.Descriptor {
	t.Helper()
	found, err := content.root.parts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []v1.Descriptor
	for _, one := range found.manifests {
		all = append(all, one.desc)
	}
	return all
}

func TestSelect(t *testing.T) {
	t.Parallel()
	index := attested(t, makeIndex(t, "linux/amd64", "linux/arm64/v8", "linux/arm/v7"))
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	has := manifest.Manifests
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": index}), "")
	for wanted, want := range map[string][]v1.Descriptor{
		"":                                  has,
		"linux/amd64":                       nil,
		"linux/arm64 linux/arm":             {has[1], has[2], has[4], has[5]},
		"linux/arm/v7 linux/arm64":          {has[1], has[2], has[4], has[5]},
		"linux/arm linux/arm64 linux/amd64": has,
	} {
		selected, err := content.Select(t.Context(), strings.Fields(wanted))
		if err != nil {
			t.Fatal(err)
		}
		if len(want) == 0 {
			if got := selected.Descriptor(); got.Digest != has[0].Digest || got.MediaType != has[0].MediaType {
				t.Errorf("%s: %v, want the image itself", wanted, got)
			}
			continue
		}
		same := slices.EqualFunc(children(t, selected), want, func(a, b v1.Descriptor) bool {
			return a.Digest == b.Digest && a.Platform.Equals(*b.Platform) && a.Annotations[attestationOf] == b.Annotations[attestationOf]
		})
		if !same {
			t.Errorf("%s: %v", wanted, children(t, selected))
		}
		if whole := selected.Descriptor().Digest == digestOf(t, index); whole != (len(want) == len(has)) {
			t.Errorf("%s: the digest is %s", wanted, selected.Descriptor().Digest)
		}
	}
	for wanted, words := range map[string][]string{
		"linux/s390x":    {`no image for "linux/s390x"`, "linux/amd64, linux/arm64, linux/arm/v7"},
		"linux/arm64/v9": {"linux/arm64"},
		"Linux on ARM!":  {"is no platform", "linux/arm64"},
	} {
		_, err := content.Select(t.Context(), []string{"linux/amd64", wanted})
		if !errors.Is(err, ErrPlatform) {
			t.Errorf("%s: %v", wanted, err)
			continue
		}
		for _, word := range words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q lacks %q", err, word)
			}
		}
	}
}

// An image without a descriptor that says so has the platform of its configuration.
func TestSelectImage(t *testing.T) {
	t.Parallel()
	img := makeImage(t, "linux/arm/v7", 1)
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": img}), "")
	if platforms, err := content.Platforms(t.Context()); err != nil || !slices.Equal(platforms, []string{"linux/arm/v7"}) {
		t.Errorf("%v: %v", platforms, err)
	}
	selected, err := content.Select(t.Context(), []string{"linux/arm"})
	if err != nil || selected.Descriptor().Digest != digestOf(t, img) {
		t.Errorf("%v", err)
	}
	_, err = content.Select(t.Context(), []string{"linux/amd64"})
	var known *Error
	if !errors.As(err, &known) || !slices.Equal(known.Have, []string{"linux/arm/v7"}) {
		t.Errorf("%v", err)
	}
}

// What is selected of an index in an index can be pushed, and nothing else is.
func TestSelectOfNested(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	inner := makeIndex(t, "linux/amd64", "linux/arm64", "linux/s390x")
	outer := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: inner})
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": outer}), "")
	selected, err := content.Select(t.Context(), []string{"linux/amd64", "linux/s390x"})
	if err != nil {
		t.Fatal(err)
	}
	repo := repository(t, server.Repository("app"))
	mustPush(t, open(t, server), repo, selected, "v1")
	if n := server.Count("PUT", "/manifests/"); n != 3 {
		t.Errorf("%d manifests pushed", n)
	}
}

func TestNewIndex(t *testing.T) {
	t.Parallel()
	server, other := registries.Start(t), registries.Start(t)
	r := open(t, server, other)
	repo := repository(t, server.Repository("app"))
	pushed := func(s *registries.Server, text string, img v1.Image) IndexEntry {
		reference, _ := s.Push(t, text, img)
		ref, err := registry.Parse(reference)
		if err != nil {
			t.Fatal(err)
		}
		return IndexEntry{Reference: ref}
	}
	here := pushed(server, repo.RepositoryStr()+":amd64", makeImage(t, "linux/amd64", 1))
	beside := pushed(server, "team/arm:v1", makeImage(t, "linux/arm64", 1))
	abroad := pushed(other, "team/z:v1", makeImage(t, "linux/s390x", 1))
	silent := pushed(other, "team/silent:v1", mutate.MediaType(makeImage(t, "", 1), types.OCIManifestSchema1))
	reference, _ := server.PushIndex(t, "team/several:v1", attested(t, makeIndex(t, "linux/386", "linux/riscv64")))
	ref, err := registry.Parse(reference)
	if err != nil {
		t.Fatal(err)
	}
	several := IndexEntry{Reference: ref}
	named := here
	named.Annotations = map[string]string{"org.example": "yes"}
	silent.Platform = "linux/ppc64le"

	entries := []IndexEntry{named, beside, abroad, silent, several}
	annotations := map[string]string{"org.opencontainers.image.title": "app"}
	content, err := NewIndex(t.Context(), r, entries, annotations, "")
	if err != nil {
		t.Fatal(err)
	}
	again, err := NewIndex(t.Context(), r, entries, annotations, types.OCIImageIndex)
	if err != nil || again.Descriptor().Digest != content.Descriptor().Digest {
		t.Errorf("made again it is another: %v", err)
	}
	platforms, err := content.Platforms(t.Context())
	want := []string{"linux/amd64", "linux/arm64", "linux/s390x", "linux/ppc64le", "linux/386", "linux/riscv64"}
	if err != nil || !slices.Equal(platforms, want) {
		t.Errorf("%v: %v", platforms, err)
	}
	result := mustPush(t, r, repo, content, "v1")
	if n, _ := result.Count(Mounted); n == 0 {
		t.Errorf("nothing was mounted: %v", result.Steps)
	}
	for _, desc := range children(t, content) {
		if !server.Has(t, repo.Digest(desc.Digest.String()).Name()) {
			t.Errorf("%v is not there", desc)
		}
	}
	if has := children(t, content)[0].Annotations["org.example"]; has != "yes" {
		t.Error("the annotation is missing")
	}
	chosen := several
	chosen.Platform = "linux/riscv64"
	content, err = NewIndex(t.Context(), r, []IndexEntry{chosen, here}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if platforms, err = content.Platforms(t.Context()); err != nil || !slices.Equal(platforms, []string{"linux/riscv64", "linux/amd64"}) {
		t.Errorf("one image of an index: %v, %v", platforms, err)
	}
	silent.Platform = ""
	wrong := abroad
	wrong.Platform = "s390x on linux?"
	mixed, other64 := several, abroad
	mixed.Platform, other64.Platform = "linux/amd64", "linux/amd64"
	for what, c := range map[string]struct {
		entries []IndexEntry
		media   types.MediaType
		kind    error
		words   string
	}{
		"none":          {nil, "", ErrEntries, "at least one image"},
		"twice":         {[]IndexEntry{here, here}, "", ErrEntries, "are both for linux/amd64"},
		"no platform":   {[]IndexEntry{silent}, "", ErrEntries, "set the platform"},
		"bad platform":  {[]IndexEntry{wrong}, "", ErrPlatform, "is no platform"},
		"not in it":     {[]IndexEntry{mixed}, "", ErrPlatform, "linux/386, linux/riscv64"},
		"another one":   {[]IndexEntry{other64}, "", ErrPlatform, "is an image for linux/s390x"},
		"annotations":   {[]IndexEntry{here}, types.DockerManifestList, ErrEntries, "no annotations"},
		"no such thing": {[]IndexEntry{{Reference: repo.Tag("none")}}, "", registry.ErrNotFound, "none"},
	} {
		_, err := NewIndex(t.Context(), r, c.entries, annotations, c.media)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSourcesStop(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	reference, _ := server.Push(t, "team/app:v1", makeImage(t, "linux/amd64", 1))
	ref, err := registry.Parse(reference)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FromRegistry(ctx, open(t, server), ref); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
