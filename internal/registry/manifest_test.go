package registry

import (
	"errors"
	"net/http"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// What sets a manifest is as good twice as once, so it is asked for again where the registry failed, and not where it refused.
func TestSetsAgain(t *testing.T) {
	t.Parallel()
	manifest := Manifest{Descriptor: v1.Descriptor{MediaType: types.OCIManifestSchema1}, Raw: []byte("{}")}
	for what, c := range map[string]struct {
		first int32
		fail  http.HandlerFunc
		want  int32
		kind  error
	}{
		"failed once":  {1, status(500), 2, nil},
		"failed":       {9, status(500), 3, ErrUnavailable},
		"dropped once": {1, drop, 2, nil},
		"refused":      {9, status(400), 1, ErrRefused},
	} {
		fine := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }
		handler, asked := failFirst(c.first, c.fail, http.HandlerFunc(fine))
		registry := serve(t, nil, handler)
		ref := parse(t, registry.host+"/app:v1")
		for _, set := range []func() error{
			func() error { return open(t, nil).Put(t.Context(), ref, manifest) },
			func() error { return open(t, nil).Delete(t.Context(), ref) },
		} {
			asked.Store(0)
			if err := set(); !errors.Is(err, c.kind) || asked.Load() != c.want {
				t.Errorf("%s: asked %d times: %v", what, asked.Load(), err)
			}
		}
	}
}
