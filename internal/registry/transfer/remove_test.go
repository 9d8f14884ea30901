package transfer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// kinds are registries that delete tags, and those that delete nothing but digests.
func kinds() map[string]func(testing.TB, ...registries.Option) *registries.Server {
	return map[string]func(testing.TB, ...registries.Option) *registries.Server{"tags": registries.Start, "digests": registries.Program}
}

// TestRemoveLeavesOthers takes away what it is told to, and leaves what others have.
func TestRemoveLeavesOthers(t *testing.T) {
	t.Parallel()
	for kind, start := range kinds() {
		for what, c := range map[string]struct {
			tags     []string
			manifest bool
			left     []string
			there    bool
		}{
			"a tag":                               {[]string{"a"}, false, []string{"b", "other"}, true},
			"all tags":                            {[]string{"a", "b"}, false, []string{"other"}, true},
			"all tags and the digest":             {[]string{"a", "b"}, true, []string{"other"}, false},
			"a digest that another tag leads to":  {[]string{"a"}, true, []string{"b", "other"}, true},
			"a tag that leads elsewhere":          {[]string{"other"}, false, []string{"a", "b", "other"}, true},
			"what is not there":                   {[]string{"none"}, false, []string{"a", "b", "other"}, true},
			"a digest whose tags all stay behind": {nil, true, []string{"a", "b", "other"}, true},
		} {
			t.Run(kind+" "+what, func(t *testing.T) {
				t.Parallel()
				server := start(t)
				r, app := open(t, server), server.Repository("app")
				_, digest := server.Push(t, app+":a", makeImage(t, "linux/amd64", 1))
				server.Retag(t, app+":a", "b")
				server.Push(t, app+":other", makeImage(t, "linux/amd64", 1))
				for range 2 {
					if err := removed(t.Context(), r, repository(t, app), digest, c.tags, c.manifest); err != nil {
						t.Fatal(err)
					}
				}
				got := server.Tags(t, app)
				slices.Sort(got)
				if !slices.Equal(got, c.left) || server.Has(t, app+"@"+digest) != c.there {
					t.Errorf("left: %v, the digest is there: %t", got, server.Has(t, app+"@"+digest))
				}
			})
		}
	}
}

// TestRemoveFromManyPages finds the one tag that leads to a digest on the last of many pages.
func TestRemoveFromManyPages(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.With(registries.Pages(3, false)))
	r, app := open(t, server), server.Repository("app")
	server.Push(t, app+":base", makeImage(t, "linux/amd64", 1))
	for i := range 10 {
		server.Retag(t, app+":base", fmt.Sprintf("t%d", i))
	}
	_, digest := server.Push(t, app+":v1", makeImage(t, "linux/amd64", 1))
	server.Retag(t, app+":v1", "zz")
	if err := removed(t.Context(), r, repository(t, app), digest, []string{"v1"}, true); err != nil || !server.Has(t, app+":zz") {
		t.Errorf("got %v", err)
	}
	if err := removed(t.Context(), r, repository(t, app), digest, []string{"zz"}, true); err != nil || server.Has(t, app+"@"+digest) {
		t.Errorf("got %v", err)
	}
}

// TestRemoveFails says why, and leaves the tags where they are.
func TestRemoveFails(t *testing.T) {
	t.Parallel()
	for kind, start := range kinds() {
		for what, c := range map[string]struct {
			options []registries.Option
			faults  []registries.Fault
			want    error
		}{
			"deletion is switched off": {[]registries.Option{registries.NoDelete()}, nil, registry.ErrUnsupported},
			"no right to look":         {nil, []registries.Fault{registries.Refuse(http.StatusForbidden, http.MethodGet, "", "DENIED")}, nil},
			"no right to delete":       {nil, []registries.Fault{registries.Refuse(http.StatusForbidden, http.MethodDelete, "", "DENIED")}, registry.ErrForbidden},
			"nothing can be asked":     {nil, []registries.Fault{registries.Refuse(http.StatusForbidden, "", "", "DENIED")}, registry.ErrForbidden},
		} {
			for _, manifest := range []bool{false, true} {
				if c.want == nil && (kind == "tags" || manifest) {
					continue
				}
				t.Run(fmt.Sprint(kind, what, manifest), func(t *testing.T) {
					t.Parallel()
					err := refused(t, start(t, c.options...), c.faults, manifest)
					if c.want == nil && err == nil || c.want != nil && !errors.Is(err, c.want) {
						t.Errorf("got %v", err)
					}
				})
			}
		}
	}
}

// refused removes two tags where that is not possible, and sees that they stay.
func refused(t *testing.T, server *registries.Server, faults []registries.Fault, manifest bool) error {
	t.Helper()
	r, app := open(t, server), server.Repository("app")
	_, digest := server.Push(t, app+":a", makeImage(t, "linux/amd64", 1))
	server.Retag(t, app+":a", "b")
	server.Misbehave(faults...)
	err := removed(t.Context(), r, repository(t, app), digest, []string{"a", "b"}, manifest)
	server.Misbehave()
	for _, tag := range []string{":a", ":b"} {
		if server.Digest(t, app+tag) != digest {
			t.Errorf("%s is at %s", tag, server.Digest(t, app+tag))
		}
	}
	return err
}

// TestRemoveBroken breaks each request, and interrupts at each: in the end a second try has removed the tag, and in between
// it leads to the digest or nowhere.
func TestRemoveBroken(t *testing.T) {
	t.Parallel()
	for kind, start := range kinds() {
		for what, arm := range map[string]func(*registries.Breaker, int, func()){
			"cut before": func(b *registries.Breaker, n int, _ func()) { b.CutBefore(n) },
			"cut after":  func(b *registries.Breaker, n int, _ func()) { b.CutAfter(n) },
			"interrupt": func(b *registries.Breaker, n int, interrupt func()) {
				b.OnRequest(func(k int, _ *http.Request) {
					if k == n {
						interrupt()
					}
				})
			},
		} {
			t.Run(kind+" "+what, func(t *testing.T) {
				t.Parallel()
				server := start(t)
				app := server.Repository("app")
				_, digest := server.Push(t, app+":keep", makeImage(t, "linux/amd64", 1))
				for n := 1; removeBroken(t, server, app, digest, func(b *registries.Breaker, interrupt func()) { arm(b, n, interrupt) }) >= n; n++ {
					t.Logf("request %d", n)
				}
			})
		}
	}
}

// removeBroken removes a tag with a fault, then without, and returns how many requests there were with it.
func removeBroken(t *testing.T, server *registries.Server, app, digest string, arm func(*registries.Breaker, func())) int {
	t.Helper()
	r, repo := open(t, server), repository(t, app)
	server.Misbehave()
	server.Retag(t, app+":keep", "v1")
	breaker := server.Break()
	ctx, interrupt := context.WithCancel(t.Context())
	arm(breaker, interrupt)
	err := removed(ctx, r, repo, digest, []string{"v1"}, true)
	interrupt()
	asked := breaker.Log()
	breaker.Reset()
	if server.Has(t, app+":v1") && (err == nil || server.Digest(t, app+":v1") != digest) {
		t.Errorf("after %v: %v, and the tag is at %s", asked, err, server.Digest(t, app+":v1"))
	}
	if err := removed(t.Context(), r, repo, digest, []string{"v1"}, true); err != nil {
		t.Errorf("after %v: the second time: %v", asked, err)
	}
	if server.Has(t, app+":v1") || !server.Has(t, app+"@"+digest) {
		t.Errorf("after %v: the tag is left, or the digest is gone", asked)
	}
	return len(asked)
}

// TestTagsAreRestored points tags to the digest again where what was to go in their stead cannot be deleted.
func TestTagsAreRestored(t *testing.T) {
	t.Parallel()
	server := registries.Program(t)
	r, app := open(t, server), server.Repository("app")
	_, digest := server.Push(t, app+":a", makeImage(t, "linux/amd64", 1))
	server.Retag(t, app+":a", "b")
	moved := false
	server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		switch {
		case req.Method == http.MethodPut && strings.HasSuffix(req.URL.Path, "/manifests/a"):
			moved = true
		case req.Method == http.MethodDelete && moved:
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	})
	err := removed(t.Context(), r, repository(t, app), digest, []string{"a"}, false)
	if !errors.Is(err, registry.ErrForbidden) || !moved {
		t.Errorf("got %v", err)
	}
	for _, tag := range []string{":a", ":b"} {
		if got := server.Digest(t, app+tag); got != digest {
			t.Errorf("%s is at %s", tag, got)
		}
	}
}

// removed is Remove by the text of a digest.
func removed(ctx context.Context, r *registry.Registries, repo name.Repository, digest string, tags []string, manifest bool) error {
	hash, err := v1.NewHash(digest)
	if err != nil {
		return err
	}
	_, err = Remove(ctx, r, repo, hash, tags, manifest)
	return err
}
