package transfer

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// siblings are two images that differ by their configurations alone. Their layers are of all sizes.
func siblings(t testing.TB) (first, second v1.Image) {
	t.Helper()
	first = makeImage(t, "linux/amd64", 0)
	for _, size := range []int64{1, 64, 5_000, 500_000} {
		layer, err := random.Layer(size, types.DockerLayer)
		if err != nil {
			t.Fatal(err)
		}
		if first, err = mutate.AppendLayers(first, layer); err != nil {
			t.Fatal(err)
		}
	}
	second, err := mutate.Config(first, v1.Config{Env: []string{"A=1"}})
	if err != nil {
		t.Fatal(err)
	}
	return first, second
}

// TestLayersAreThere pushes an image whose layers came by another image before: nothing is uploaded but its configuration, and
// no layer is read.
func TestLayersAreThere(t *testing.T) {
	t.Parallel()
	first, second := siblings(t)
	for _, from := range []string{"layout", "registry"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			server, other := registries.Start(t), registries.Start(t)
			app, far := repository(t, server.Repository("app")), repository(t, other.Repository("far"))
			server.Push(t, app.Name()+":first", first)
			other.Push(t, far.Name()+":v1", second)
			r := open(t, server, other)
			content, err := FromRegistry(t.Context(), r, far.Tag("v1"))
			if from == "layout" {
				content, err = OpenArchive(t.Context(), writeLayout(t, map[string]mutate.Appendable{"app": second}), "")
			}
			if err != nil {
				t.Fatal(err)
			}
			server.Reset()
			other.Reset()
			mustPush(t, r, app, content, "second")
			uploads := slices.DeleteFunc(asked(server, http.MethodPut, http.MethodPatch), func(one string) bool {
				return !strings.Contains(one, "/blobs/")
			})
			if len(uploads) != 1 || other.Count(http.MethodGet, "/blobs/") > 1 {
				t.Errorf("uploaded by %v, read by %v", uploads, asked(other, http.MethodGet))
			}
			if err := content.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
