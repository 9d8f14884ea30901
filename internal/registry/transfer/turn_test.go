package transfer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestTaggedWhileRemoved points a tag to a digest while another removal, which did not see that tag, deletes the digest: the tag
// leads to it afterwards.
func TestTaggedWhileRemoved(t *testing.T) {
	t.Parallel()
	img := makeImage(t, "linux/amd64", 1)
	dir := writeLayout(t, map[string]mutate.Appendable{"app": img})
	for _, by := range []string{"push", "retag"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			server := registries.Start(t)
			r, app := open(t, server), repository(t, server.Repository("app"))
			_, digest := server.Push(t, app.Name()+":a", img)
			ended := make(chan error, 1)
			tag := func() {
				var err error
				if by == "push" {
					_, err = Push(t.Context(), r, app, openArchive(t, dir, ""), []string{"b"}, Options{})
				} else {
					_, err = Retag(t.Context(), r, app.Digest(digest), "b")
				}
				ended <- err
			}
			server.Misbehave(meanwhile(digest, tag))
			if err := removed(t.Context(), r, app, digest, []string{"a"}, true); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err != nil || !server.Has(t, app.Name()+":b") || server.Digest(t, app.Name()+":b") != digest {
				t.Errorf("the tag is lost: %v", err)
			}
			if !r.Notes().Brought(app.Digest(digest)) {
				t.Error("it is not known any more whose the digest is")
			}
		})
	}
}

// meanwhile does something when a digest is about to be deleted, after all tags have been looked at. The deletion goes on once
// that has put the tag b, or is kept from it.
func meanwhile(digest string, do func()) registries.Fault {
	put := make(chan struct{})
	return func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodDelete && strings.HasSuffix(req.URL.Path, digest) {
				go do()
				select {
				case <-put:
				case <-time.After(300 * time.Millisecond):
				}
			}
			next.ServeHTTP(w, req)
			if req.Method == http.MethodPut && strings.HasSuffix(req.URL.Path, "/manifests/b") {
				close(put)
			}
		})
	}
}
