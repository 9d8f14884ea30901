package index_test

import (
	"maps"
	"os"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const resourceType = "containers_registry_index"

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// provider is the provider that knows the way into the registries. No engine is needed.
func provider(t testing.TB, servers ...*registries.Server) *core.Server {
	t.Helper()
	all := object{}
	for _, s := range servers {
		if set := s.Settings(); set.Username != "" {
			all[s.Host] = object{"username": set.Username, "password": set.Password}
		}
	}
	return core.NewServer(t, acctest.Server, object{"registries": all})
}

// image is an image for an architecture that no other test has.
func image(t testing.TB, arch string) v1.Image {
	t.Helper()
	img, err := random.Image(1024, 1)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", arch
	if img, err = mutate.ConfigFile(img, config); err != nil {
		t.Fatal(err)
	}
	return img
}

// entries are those of an index, as platform and digest.
func entries(t testing.TB, server *registries.Server, reference string) map[string]string {
	t.Helper()
	found, err := server.Manifest(t, reference).ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := found.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, one := range manifest.Manifests {
		all[one.Platform.String()] = one.Digest.String()
	}
	return all
}

// pinned is a reference by digest in the repository of a reference.
func pinned(t testing.TB, reference, digest string) string {
	t.Helper()
	ref, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	return ref.Context().Name() + "@" + digest
}

// with is a configuration with other values.
func with(config object, more object) object {
	out := maps.Clone(config)
	maps.Copy(out, more)
	return out
}
