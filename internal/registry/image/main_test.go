package image_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const resourceType = "containers_registry_image"

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// provider is the provider that knows the way into the registries. No engine is needed.
func provider(t testing.TB, servers ...*registries.Server) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, object{"registries": settings(servers...)})
}

func settings(servers ...*registries.Server) object {
	all := object{}
	for _, s := range servers {
		one, set := object{}, s.Settings()
		if set.Username != "" {
			one["username"], one["password"] = set.Username, set.Password
		}
		if set.CAPEM != "" {
			one["ca_pem"] = set.CAPEM
		}
		if len(one) > 0 {
			all[s.Host] = one
		}
	}
	return all
}

// image is an image that no other test has.
func image(t testing.TB) v1.Image {
	t.Helper()
	img, err := random.Image(2048, 2)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// small is an image of one layer, which takes few requests.
func small(t testing.TB) v1.Image {
	t.Helper()
	img, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func digestOf(t testing.TB, img interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	hash, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return hash.String()
}

// archive writes an image as "docker save" does, over what is there, and returns the path.
func archive(t testing.TB, path string, img v1.Image) string {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "image.tar")
	}
	tag, err := name.NewTag("app:v1")
	if err != nil {
		t.Fatal(err)
	}
	if err := tarball.WriteToFile(path, tag, img); err != nil {
		t.Fatal(err)
	}
	return path
}

// multi is an index of two platforms.
func multi(t testing.TB) v1.ImageIndex {
	t.Helper()
	index := v1.ImageIndex(empty.Index)
	for _, arch := range []string{"amd64", "arm64"} {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image(t), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}},
		})
	}
	return index
}

// ociLayout writes an index as a folder.
func ociLayout(t testing.TB, index v1.ImageIndex) string {
	t.Helper()
	dir := t.TempDir()
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := at.AppendIndex(index); err != nil {
		t.Fatal(err)
	}
	return dir
}

// with is a configuration with other values.
func with(config object, more object) object {
	out := maps.Clone(config)
	maps.Copy(out, more)
	return out
}
