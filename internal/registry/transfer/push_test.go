package transfer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"golang.org/x/sync/errgroup"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// asked are the requests of a method that a server has seen, of a part of its paths.
func asked(s *registries.Server, methods ...string) []string {
	var all []string
	for _, one := range s.Requests() {
		if slices.Contains(methods, one.Method) {
			all = append(all, one.Method+" "+one.Path)
		}
	}
	return all
}

func TestPushCosts(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.TokenServer(), registries.Password("robot", "secret"))
	repo := repository(t, server.Repository("app"))
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": makeIndex(t, "linux/amd64", "linux/arm64")}), "")
	result := mustPush(t, open(t, server), repo, content, "v1")
	if n, _ := result.Count(Uploaded); n != 6 || result.Existed {
		t.Errorf("%d blobs: %v", n, result.Steps)
	}
	puts := asked(server, http.MethodPut)
	if last := puts[len(puts)-1]; !strings.HasSuffix(last, "/manifests/v1") {
		t.Errorf("the last was %s", last)
	}

	server.Reset()
	if result := mustPush(t, open(t, server), repo, content, "v1"); !result.Existed || len(result.Tagged) != 0 {
		t.Errorf("unchanged: %+v", result)
	}
	if n := len(server.Requests()) + server.TokenRequests(); n > 3 {
		t.Errorf("unchanged: %d requests: %v", n, server.Requests())
	}

	server.Reset()
	result = mustPush(t, open(t, server), repo, content, "v1", "v2", "v3")
	if !result.Existed || !slices.Equal(result.Tagged, []string{"v2", "v3"}) {
		t.Errorf("more tags: %+v", result)
	}
	if puts := asked(server, http.MethodPut, http.MethodPost, http.MethodPatch); len(puts) != 2 {
		t.Errorf("more tags: %v", puts)
	}

	server.Reset()
	one, err := content.Select(t.Context(), []string{"linux/arm64"})
	if err != nil {
		t.Fatal(err)
	}
	if result := mustPush(t, open(t, server), repo, one); !result.Existed || len(asked(server, http.MethodPut, http.MethodPost)) != 0 {
		t.Errorf("without a tag: %+v", result)
	}
}

// However a push fails, no tag leads to anything new.
func TestPushFails(t *testing.T) {
	t.Parallel()
	index := makeIndex(t, "linux/amd64", "linux/arm64")
	dir := writeLayout(t, map[string]mutate.Appendable{"app": index})
	for what, c := range map[string]struct {
		fault registries.Fault
		kind  error
	}{
		"blob":         {registries.Refuse(http.StatusForbidden, http.MethodPut, "/blobs/uploads/", "DENIED"), registry.ErrForbidden},
		"manifest":     {registries.Refuse(http.StatusForbidden, http.MethodPut, "/manifests/sha256:", "DENIED"), registry.ErrForbidden},
		"tag":          {registries.Refuse(http.StatusBadRequest, http.MethodPut, "/manifests/v1", "MANIFEST_INVALID"), registry.ErrRefused},
		"look-up":      {registries.Refuse(http.StatusForbidden, http.MethodHead, "/blobs/", "DENIED"), registry.ErrForbidden},
		"other digest": {otherDigest, registry.ErrDigestMismatch},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server := registries.Start(t, registries.With(c.fault))
			repo := repository(t, server.Repository("app"))
			_, err := Push(t.Context(), open(t, server), repo, openArchive(t, dir, ""), []string{"v1"}, Options{})
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), repo.RepositoryStr()) {
				t.Errorf("%v", err)
			}
			if server.Has(t, repo.Name()+":v1") {
				t.Error("the tag is there")
			}
		})
	}
}

// otherDigest answers to manifests as if they were others, and keeps none.
func otherDigest(_ *registries.Server, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodPut || !strings.Contains(req.URL.Path, "/manifests/") {
			next.ServeHTTP(w, req)
			return
		}
		w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
		w.WriteHeader(http.StatusCreated)
	})
}

func TestPushInterrupted(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repo := repository(t, server.Repository("app"))
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": makeImage(t, "linux/amd64", 3)}), "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Push(ctx, open(t, server), repo, content, []string{"v1"}, Options{Jobs: 1, Progress: func(Step) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if server.Has(t, repo.Name()+":v1") {
		t.Error("the tag is there")
	}
	if result := mustPush(t, open(t, server), repo, content, "v1"); result.Existed {
		t.Errorf("%+v", result)
	}
}

func TestPushBounds(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	var now, most atomic.Int32
	server.Misbehave(func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			n := now.Add(1)
			defer now.Add(-1)
			for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
			}
			next.ServeHTTP(w, req)
		})
	})
	content := openArchive(t, writeLayout(t, map[string]mutate.Appendable{"app": makeIndex(t, "linux/amd64", "linux/arm64", "linux/386")}), "")
	_, err := Push(t.Context(), open(t, server), repository(t, server.Repository("app")), content, []string{"a", "b", "c"}, Options{Jobs: 2})
	if err != nil || most.Load() > 2 {
		t.Errorf("%d requests at once: %v", most.Load(), err)
	}
}

// Registries that misbehave, but not fatally.
func TestPushToOddRegistries(t *testing.T) {
	t.Parallel()
	dir := writeLayout(t, map[string]mutate.Appendable{"app": makeIndex(t, "linux/amd64", "linux/arm64")})
	for what, fault := range map[string]registries.Fault{
		"no HEAD": registries.HeadFails(http.StatusMethodNotAllowed), "busy": registries.TooMany(3, 0),
		"drops": registries.DropUpload(1000, 2), "redirects": registries.RedirectBlobs(),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server := registries.Start(t, registries.With(fault), registries.Password("robot", "secret"))
			r, repo, content := open(t, server), repository(t, server.Repository("app")), openArchive(t, dir, "")
			mustPush(t, r, repo, content, "v1")
			if result := mustPush(t, r, repo, content, "v1", "v2"); !result.Existed {
				t.Errorf("again: %+v", result)
			}
		})
	}
}

func TestCopyFromOddRegistries(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		fault registries.Fault
		kind  error
	}{
		"drops":     {registries.DropDownload(1000, 3), nil},
		"redirects": {registries.RedirectBlobs(), nil},
		"lies":      {registries.WrongDigest(), registry.ErrDigestMismatch},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			there, here := registries.Start(t, registries.Password("robot", "secret")), registries.Start(t)
			r, repo := open(t, there, here), repository(t, here.Repository("app"))
			reference, digest := there.Push(t, "team/app:v1", makeImage(t, "linux/amd64", 2))
			ref, err := registry.Parse(reference[:strings.LastIndex(reference, ":")] + "@" + digest)
			if err != nil {
				t.Fatal(err)
			}
			content, err := FromRegistry(t.Context(), r, ref)
			if err != nil {
				t.Fatal(err)
			}
			there.Misbehave(c.fault)
			_, err = Push(t.Context(), r, repo, content, []string{"v1"}, Options{})
			if !errors.Is(err, c.kind) || (err == nil) != here.Has(t, repo.Name()+":v1") {
				t.Errorf("%v", err)
			}
		})
	}
}

// 100 look-ups of 20 references in 10 repositories.
func TestLookUpsCost(t *testing.T) {
	t.Parallel()
	s := registries.Start(t, registries.TokenServer(), registries.Password("robot", "secret"))
	r := open(t, s)
	var all []string
	for i := range 10 {
		for j := range 2 {
			reference, _ := s.Push(t, fmt.Sprintf("team/app%d:v%d", i, j), makeImage(t, "linux/amd64", 1))
			all = append(all, reference)
		}
	}
	s.Reset()
	for i := range 100 {
		ref, err := registry.Parse(all[i%len(all)])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Head(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Count(http.MethodHead, ""); n > 20 || s.TokenRequests() > 10 {
		t.Errorf("%d HEADs, %d tokens", n, s.TokenRequests())
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	for kind, start := range map[string]func(testing.TB, ...registries.Option) *registries.Server{
		"tags by name": registries.Start, "tags with manifests": registries.Program,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			r, repo := open(t, s), repository(t, s.Repository("app"))
			img := makeImage(t, "linux/amd64", 1)
			for _, tag := range []string{"v1", "v2"} {
				s.Push(t, repo.RepositoryStr()+":"+tag, img)
			}
			s.Push(t, repo.RepositoryStr()+":moved", makeImage(t, "linux/amd64", 1))
			digest := digestOf(t, img)
			removal, err := Remove(t.Context(), r, repo, digest, []string{"v1", "moved", "gone"}, true)
			if !slices.Equal(removal.Moved, []string{"moved"}) || !slices.Equal(removal.Used, []string{"v2"}) || removal.Deleted {
				t.Errorf("%+v: %v", removal, err)
			}
			if tags := s.Tags(t, repo.Name()); err != nil || !slices.Equal(tags, []string{"moved", "v2"}) {
				t.Errorf("left %v: %v", tags, err)
			}
			removal, err = Remove(t.Context(), r, repo, digest, []string{"v1", "v2"}, true)
			if err != nil || !removal.Deleted || len(removal.Untagged) != 2 || s.Has(t, repo.Digest(digest.String()).Name()) {
				t.Errorf("all: %+v: %v", removal, err)
			}
			if removal, err = Remove(t.Context(), r, repo, digest, []string{"v1", "v2"}, true); err != nil || !removal.Deleted {
				t.Errorf("again: %+v: %v", removal, err)
			}
			if !s.Has(t, repo.Name()+":moved") {
				t.Error("another tag is gone")
			}
		})
	}
}

// A registry that only deletes manifests has to lose the tag all the same, and nothing else.
func TestRemoveOnlyTag(t *testing.T) {
	t.Parallel()
	s := registries.Program(t)
	r, repo := open(t, s), repository(t, s.Repository("app"))
	img := makeImage(t, "linux/amd64", 1)
	s.Push(t, repo.RepositoryStr()+":v1", img)
	pinned := repo.Digest(digestOf(t, img).String()).Name()
	for range 2 {
		removal, err := Remove(t.Context(), r, repo, digestOf(t, img), []string{"v1"}, false)
		if err != nil || removal.Deleted || !slices.Equal(removal.Untagged, []string{"v1"}) {
			t.Errorf("%+v: %v", removal, err)
		}
		if s.Has(t, repo.Name()+":v1") || !s.Has(t, pinned) {
			t.Error("not the tag alone is gone")
		}
		// Once more, to see that what was made for it is in nobody's way.
		s.Retag(t, pinned, "v1")
	}
}

// What cannot be finished must leave the tag as it was; what was left half-way is finished later.
func TestRemoveOnlyTagHalfway(t *testing.T) {
	t.Parallel()
	s := registries.Program(t)
	r, repo := open(t, s), repository(t, s.Repository("app"))
	img := makeImage(t, "linux/amd64", 1)
	digest := digestOf(t, img)
	for _, tag := range []string{"v1", "v2"} {
		s.Push(t, repo.RepositoryStr()+":"+tag, img)
	}
	marker, err := markerOf(repo.Tag("v1"))
	if err != nil {
		t.Fatal(err)
	}
	deletes := 0
	s.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if req.Method != http.MethodDelete || !strings.HasSuffix(req.URL.Path, marker.Digest.String()) {
			return false
		}
		if deletes++; deletes == 1 {
			return false
		}
		w.WriteHeader(http.StatusBadRequest)
		return true
	})
	var known *Error
	_, err = Remove(t.Context(), r, repo, digest, []string{"v1"}, false)
	if !errors.Is(err, ErrShared) || !errors.As(err, &known) || !slices.Equal(known.Have, []string{"v2"}) || deletes != 2 {
		t.Errorf("%d deletions: %v", deletes, err)
	}
	if has := s.Digest(t, repo.Name()+":v1"); has != digest.String() {
		t.Errorf("v1 leads to %s", has)
	}
	s.Intercept(nil)

	for _, manifest := range []bool{false, true} {
		if err := r.Put(t.Context(), repo.Tag("v1"), marker); err != nil {
			t.Fatal(err)
		}
		removal, err := Remove(t.Context(), r, repo, digest, []string{"v1"}, manifest)
		if err != nil || !slices.Equal(removal.Untagged, []string{"v1"}) || s.Has(t, repo.Name()+":v1") {
			t.Errorf("half-way: %+v: %v", removal, err)
		}
	}
}

// A registry that walks all tags to delete a manifest stumbles over those that change meanwhile.
func TestRemoveAtOnce(t *testing.T) {
	t.Parallel()
	s := registries.Program(t)
	r, repo := open(t, s), repository(t, s.Repository("app"))
	img := makeImage(t, "linux/amd64", 1)
	pinned, _ := s.Push(t, repo.RepositoryStr()+":v0", img)
	tags := []string{"v0"}
	for i := range 20 {
		tag := fmt.Sprintf("t%d", i)
		s.Retag(t, pinned, tag)
		tags = append(tags, tag)
	}
	var group errgroup.Group
	group.SetLimit(10)
	for i, tag := range tags {
		group.Go(func() error {
			_, err := Remove(t.Context(), r, repo, digestOf(t, img), []string{tag}, i%2 == 0)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if left := s.Tags(t, repo.Name()); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestRemoveSwitchedOff(t *testing.T) {
	t.Parallel()
	s := registries.Program(t, registries.NoDelete())
	r, repo := open(t, s), repository(t, s.Repository("app"))
	img := makeImage(t, "linux/amd64", 1)
	s.Push(t, repo.RepositoryStr()+":v1", img)
	s.Reset()
	for _, manifest := range []bool{false, true} {
		if _, err := Remove(t.Context(), r, repo, digestOf(t, img), []string{"v1"}, manifest); !errors.Is(err, registry.ErrUnsupported) {
			t.Errorf("%v", err)
		}
	}
	if sent := asked(s, http.MethodPut, http.MethodPost); len(sent) > 0 {
		t.Errorf("it was sent something for nothing: %v", sent)
	}
	if has := s.Digest(t, repo.Name()+":v1"); has != digestOf(t, img).String() {
		t.Errorf("v1 leads to %s", has)
	}
}

func TestRemoveRefused(t *testing.T) {
	t.Parallel()
	s := registries.Start(t, registries.NoDelete())
	r, repo := open(t, s), repository(t, s.Repository("app"))
	img := makeImage(t, "linux/amd64", 1)
	s.Push(t, repo.RepositoryStr()+":v1", img)
	_, err := Remove(t.Context(), r, repo, digestOf(t, img), []string{"v1"}, true)
	if !errors.Is(err, registry.ErrUnsupported) {
		t.Errorf("%v", err)
	}
	s.Misbehave(registries.Refuse(http.StatusForbidden, http.MethodDelete, "/manifests/", "DENIED"))
	if _, err := Remove(t.Context(), r, repo, digestOf(t, img), []string{"v1"}, true); !errors.Is(err, registry.ErrForbidden) {
		t.Errorf("%v", err)
	}
	none := repository(t, s.Repository("none"))
	if removal, err := Remove(t.Context(), r, none, v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("0", 64)}, []string{"v1"}, true); len(removal.Untagged) != 1 {
		t.Errorf("no such repository: %+v: %v", removal, err)
	}
}

func TestRetag(t *testing.T) {
	t.Parallel()
	s := registries.Start(t)
	r, repo := open(t, s), repository(t, s.Repository("app"))
	_, digest := s.Push(t, repo.RepositoryStr()+":v1", makeImage(t, "linux/amd64", 1))
	s.Push(t, repo.RepositoryStr()+":latest", makeImage(t, "linux/amd64", 1))
	if _, err := Retag(t.Context(), r, repo.Digest(digest), "latest"); err != nil || s.Digest(t, repo.Name()+":latest") != digest {
		t.Errorf("%v", err)
	}
	before, after := s.Manifest(t, repo.Name()+":v1"), s.Manifest(t, repo.Name()+":latest")
	if before.MediaType != after.MediaType || string(before.Manifest) != string(after.Manifest) {
		t.Errorf("%s became %s", before.MediaType, after.MediaType)
	}
	if _, err := Retag(t.Context(), r, repo.Digest("sha256:"+strings.Repeat("0", 64)), "latest"); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
