package transfer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"go.uber.org/goleak"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, registries.Left()) }

// open returns registries that know the servers.
func open(t testing.TB, servers ...*registries.Server) *registry.Registries {
	t.Helper()
	settings := make(map[string]registry.Settings)
	for _, s := range servers {
		settings[s.Host] = s.Settings()
	}
	env := registry.Environment{
		Getenv:   func(string) string { return "" },
		Home:     t.TempDir(),
		LookPath: func(string) (string, error) { return "", os.ErrNotExist },
	}
	r := registry.NewIn(env, settings)
	t.Cleanup(r.Close)
	return r
}

func repository(t testing.TB, full string) name.Repository {
	t.Helper()
	repo, err := name.NewRepository(full)
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

// makeImage makes an image of layers with random content, for a platform.
func makeImage(t testing.TB, platform string, layers int) v1.Image {
	t.Helper()
	img, err := random.Image(3000, int64(layers))
	if err != nil {
		t.Fatal(err)
	}
	p, err := v1.ParsePlatform(platform)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config.OS, config.Architecture, config.Variant = p.OS, p.Architecture, p.Variant
	if img, err = mutate.ConfigFile(img, config); err != nil {
		t.Fatal(err)
	}
	return img
}

// makeIndex makes an index of one image for each platform.
func makeIndex(t testing.TB, platforms ...string) v1.ImageIndex {
	t.Helper()
	index := v1.ImageIndex(empty.Index)
	for _, platform := range platforms {
		p, err := v1.ParsePlatform(platform)
		if err != nil {
			t.Fatal(err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: makeImage(t, platform, 2), Descriptor: v1.Descriptor{Platform: p},
		})
	}
	return index
}

// digestOf is the digest of an image or an index.
func digestOf(t testing.TB, of interface{ Digest() (v1.Hash, error) }) v1.Hash {
	t.Helper()
	digest, err := of.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// writeLayout writes an OCI layout with images or indexes by name.
func writeLayout(t testing.TB, all map[string]mutate.Appendable) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "layout")
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for name, one := range all {
		named := layout.WithAnnotations(map[string]string{refName: name})
		switch one := one.(type) {
		case v1.ImageIndex:
			err = path.AppendIndex(one, named)
		case v1.Image:
			err = path.AppendImage(one, named)
		default:
			err = fmt.Errorf("neither an image nor an index: %T", one)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// openArchive opens an archive until the test ends.
func openArchive(t testing.TB, path, reference string) *Content {
	t.Helper()
	content, err := OpenArchive(t.Context(), path, reference)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := content.Close(); err != nil {
			t.Error(err)
		}
	})
	return content
}

// mustPush pushes, which has to succeed.
func mustPush(t testing.TB, r *registry.Registries, repo name.Repository, content *Content, tags ...string) Result {
	t.Helper()
	result, err := Push(t.Context(), r, repo, content, tags, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestPublishAndRemove(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	r, repo := open(t, server), repository(t, server.Repository("app"))
	index := makeIndex(t, "linux/amd64", "linux/arm64")
	want := digestOf(t, index)
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": index}), "")

	result := mustPush(t, r, repo, content, "v1", "latest")
	if result.Digest != want || result.Existed || !slices.Equal(result.Tagged, []string{"v1", "latest"}) {
		t.Errorf("pushed %+v, want %s", result, want)
	}
	if has := server.Digest(t, repo.Name()+":latest"); has != want.String() {
		t.Errorf("latest leads to %s", has)
	}
	desc, err := Retag(t.Context(), r, repo.Digest(want.String()), "stable")
	if err != nil || desc.Digest != want {
		t.Errorf("retagged %v: %v", desc, err)
	}
	removal, err := Remove(t.Context(), r, repo, want, []string{"v1", "latest"}, true)
	if err != nil || removal.Deleted || !slices.Equal(removal.Used, []string{"stable"}) {
		t.Errorf("removed %+v: %v", removal, err)
	}
	if tags := server.Tags(t, repo.Name()); !slices.Equal(tags, []string{"stable"}) {
		t.Errorf("left %v", tags)
	}
	removal, err = Remove(t.Context(), r, repo, want, []string{"stable"}, true)
	if err != nil || !removal.Deleted {
		t.Errorf("removed %+v: %v", removal, err)
	}
	if server.Has(t, repo.Digest(want.String()).Name()) {
		t.Error("the manifest is left")
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	there, here := registries.Start(t), registries.Start(t)
	r, repo := open(t, there, here), repository(t, here.Repository("copy"))
	reference, digest := there.PushIndex(t, "team/app:v1", makeIndex(t, "linux/amd64", "linux/arm64", "linux/arm/v7"))
	ref, err := registry.Parse(reference)
	if err != nil {
		t.Fatal(err)
	}
	content, err := FromRegistry(t.Context(), r, ref)
	if err != nil {
		t.Fatal(err)
	}
	if result := mustPush(t, r, repo, content, "v1"); result.Digest.String() != digest {
		t.Errorf("pushed %s, want %s", result.Digest, digest)
	}
	mounted := mustPush(t, r, repository(t, there.Repository("mounted")), content, "v1")
	if n, _ := mounted.Count(Mounted); n != 9 {
		t.Errorf("%d blobs mounted: %v", n, mounted.Steps)
	}
}
