package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sync/errgroup"
)

// 100 look-ups over 10 repositories and 20 references cost 1 greeting, 10 tokens and 20 HEADs.
func TestLookupsShareRequests(t *testing.T) {
	t.Parallel()
	tokens := &tokens{life: 300}
	registry, server := tokenRegistry(t, tokens)
	writer := open(t, ours(registry.host))
	want := make(map[string]v1.Descriptor)
	for i := range 10 {
		for _, tag := range []string{"v1", "v2"} {
			ref := fmt.Sprintf("%s/team/app%d:%s", registry.host, i, tag)
			want[ref] = push(t, writer, ref)
		}
	}
	reader := open(t, ours(registry.host))
	registry.requests, server.requests = nil, nil
	var group errgroup.Group
	for ref := range want {
		for range 5 {
			group.Go(func() error {
				got, err := reader.Head(t.Context(), parse(t, ref))
				if diff := cmp.Diff(want[ref], got); err == nil && diff != "" {
					return fmt.Errorf("%s: %s", ref, diff)
				}
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"GET /v2/": 1, "HEAD manifests": 20}, registry.seen()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"GET /token": 10}, server.seen()); diff != "" {
		t.Error(diff)
	}
}

func TestHeadAndGet(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	r := open(t, nil)
	want := push(t, r, registry.host+"/app:v1")
	byDigest := registry.host + "/app@" + want.Digest.String()
	for _, reference := range []string{registry.host + "/app:v1", byDigest} {
		got, err := r.Head(t.Context(), parse(t, reference))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("head %s: %v %s", reference, err, diff)
		}
		whole, err := r.Get(t.Context(), parse(t, reference))
		if diff := cmp.Diff(want, whole.Descriptor); err != nil || diff != "" || int64(len(whole.Raw)) != want.Size {
			t.Errorf("get %s: %v %s", reference, err, diff)
		}
	}
}

// What is pushed through this package, or said to have changed, is asked for anew.
func TestHeadSeesChanges(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	r := open(t, nil)
	ref := registry.host + "/app:v1"
	head := func() v1.Descriptor {
		t.Helper()
		got, err := r.Head(t.Context(), parse(t, ref))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := push(t, r, ref)
	if head().Digest != first.Digest {
		t.Error("not the first image")
	}
	other := open(t, nil)
	foreign := push(t, other, ref)
	if head().Digest != first.Digest {
		t.Error("asked twice in one process")
	}
	r.Forget(parse(t, ref).Context())
	if head().Digest != foreign.Digest {
		t.Error("not asked after Forget")
	}
	view := r.WithCredentials(registry.host, Credentials{Username: account, Password: password})
	if last := push(t, view, ref); head().Digest != last.Digest {
		t.Error("not asked after a push through a view")
	}
	if err := remote.Delete(parse(t, ref), r.Options(t.Context(), registry.host)...); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Head(t.Context(), parse(t, ref)); !errors.Is(err, ErrTagNotFound) {
		t.Errorf("after delete: %v, %v", got, err)
	}
}

// A HEAD that does not work, or does not say all, is followed by a GET.
func TestHeadFallsBack(t *testing.T) {
	t.Parallel()
	for what, head := range map[string]http.HandlerFunc{
		"405":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) },
		"501":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotImplemented) },
		"404":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"400":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) },
		"nothing said":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
		"digest unknown": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Docker-Content-Digest", "md5:12") },
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			inner := plainRegistry()
			var broken atomic.Bool
			registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if broken.Load() && req.Method == http.MethodHead && strings.Contains(req.URL.Path, "/manifests/") {
					head(w, req)
					return
				}
				inner.ServeHTTP(w, req)
			}))
			r := open(t, nil)
			want := push(t, r, registry.host+"/app:v1")
			broken.Store(true)
			got, err := r.Head(t.Context(), parse(t, registry.host+"/app:v1"))
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
			if what == "404" {
				return
			}
			// Package remote gets on with it as well.
			for _, reference := range []string{"/app:v1", "/app@" + want.Digest.String()} {
				seen, err := remote.Head(parse(t, registry.host+reference), r.Options(t.Context(), registry.host)...)
				if err != nil || seen.Digest != want.Digest || seen.Size != want.Size {
					t.Errorf("%s: %v, %v", reference, seen, err)
				}
			}
			push(t, r, registry.host+"/app:v1")
			push(t, r, registry.host+"/other:v1")
		})
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	r := open(t, nil)
	push(t, r, registry.host+"/app:v1")
	nobody := "sha256:" + strings.Repeat("0", 64)
	for reference, c := range map[string]struct {
		kind, not error
		text      string
	}{
		"/none:v1":       {ErrRepositoryNotFound, ErrTagNotFound, "/none:v1: the registry has no such repository (404): NAME_UNKNOWN"},
		"/app:v2":        {ErrTagNotFound, ErrRepositoryNotFound, "/app:v2: the repository has no such tag or digest (404): MANIFEST_UNKNOWN"},
		"/app@" + nobody: {ErrTagNotFound, ErrRepositoryNotFound, nobody + ": the repository has no such tag or digest (404)"},
	} {
		_, err := r.Head(t.Context(), parse(t, registry.host+reference))
		if !errors.Is(err, c.kind) || !errors.Is(err, ErrNotFound) || errors.Is(err, c.not) {
			t.Errorf("%s: %v", reference, err)
			continue
		}
		wantText(t, err.Error(), c.text)
		summary := Failed("read", "registry image", registry.host+reference, err)
		if summary.Summary() != "Unable to read registry image" {
			t.Error(summary.Summary())
		}
		wantText(t, summary.Detail(), `Registry image "`+registry.host, "orrect the reference")
	}
}

// answering is a registry that answers a look-up with one document.
func answering(t *testing.T, media string, body string) *web {
	t.Helper()
	return serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/v2/" {
			return
		}
		w.Header().Set("Content-Type", media)
		fmt.Fprint(w, body)
	}))
}

func TestStrangeAnswers(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		media, body string
		kind        error
		text        string
	}{
		"schema 1":        {string(types.DockerManifestSchema1Signed), `{"schemaVersion":1,"fsLayers":[]}`, ErrSchema1, "schema 1"},
		"hidden schema 1": {"application/json", `{"schemaVersion":1,"fsLayers":[]}`, ErrSchema1, "schema 1"},
		"a page":          {"text/html", `<html>log in</html>`, ErrProtocol, `what it sent ("text/html") is no manifest`},
		"other JSON":      {"application/json", `{"hello":1}`, ErrProtocol, "no manifest of a kind that is known"},
	} {
		registry := answering(t, c.media, c.body)
		_, err := open(t, nil).Head(t.Context(), parse(t, registry.host+"/app:v1"))
		if !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", what, err)
			continue
		}
		wantText(t, err.Error(), c.text, registry.host)
	}
	for what, media := range map[string]types.MediaType{
		`{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json"}`: types.DockerManifestList,
		`{"schemaVersion":2,"config":{},"layers":[]}`:                                                 types.OCIManifestSchema1,
		`{"schemaVersion":2,"manifests":[]}`:                                                          types.OCIImageIndex,
	} {
		registry := answering(t, "text/plain", what)
		got, err := open(t, nil).Head(t.Context(), parse(t, registry.host+"/app:v1"))
		if err != nil || got.MediaType != media {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
}

// A registry that answers HEAD well says by that already that it has schema 1.
func TestSchema1ByHead(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet && req.URL.Path != "/v2/" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", string(types.DockerManifestSchema1Signed))
		w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
		w.Header().Set("Content-Length", "7")
	}))
	_, err := open(t, nil).Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrSchema1) {
		t.Fatal(err)
	}
	wantText(t, Failed("read", "image", "x", err).Detail(), "build it anew")
}

func TestWrongContentIsRefused(t *testing.T) {
	t.Parallel()
	registry := answering(t, string(types.OCIManifestSchema1), `{"schemaVersion":2,"config":{},"layers":[]}`)
	r := open(t, nil)
	for _, reference := range []string{"/app@sha256:" + strings.Repeat("1", 64), "/app@sha512:" + strings.Repeat("1", 128)} {
		_, err := r.Head(t.Context(), parse(t, registry.host+reference))
		if !errors.Is(err, ErrDigestMismatch) {
			t.Errorf("%s: %v", reference, err)
		}
	}
	if _, err := r.Get(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
		t.Error(err)
	}
}

// A HEAD that names another digest than the one asked for is not believed: what GET sends is.
func TestHeadNamesAnotherDigest(t *testing.T) {
	t.Parallel()
	inner := plainRegistry()
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodHead && strings.Contains(req.URL.Path, "/manifests/sha256:") {
			w.Header().Set("Content-Type", string(types.OCIManifestSchema1))
			w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
			w.Header().Set("Content-Length", "7")
			return
		}
		inner.ServeHTTP(w, req)
	}))
	r := open(t, nil)
	want := push(t, r, registry.host+"/app:v1")
	got, err := r.Head(t.Context(), parse(t, registry.host+"/app@"+want.Digest.String()))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestNoRegistry(t *testing.T) {
	t.Parallel()
	site := serve(t, nil, http.NotFoundHandler())
	_, err := open(t, nil).Head(t.Context(), parse(t, site.host+"/app:v1"))
	if !errors.Is(err, ErrProtocol) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "is no registry")
}

// One that gives up waiting does not take the others with it.
func TestSharedLookupSurvivesALeader(t *testing.T) {
	t.Parallel()
	inner := plainRegistry()
	arrived, release := make(chan struct{}), make(chan struct{})
	var gate atomic.Bool
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if gate.CompareAndSwap(true, false) {
			close(arrived)
			<-release
		}
		inner.ServeHTTP(w, req)
	}))
	r := open(t, nil)
	want := push(t, open(t, nil), registry.host+"/app:v1")
	ref := parse(t, registry.host+"/app:v1")
	gate.Store(true)
	impatient, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error {
		if _, err := r.Head(impatient, ref); !errors.Is(err, context.Canceled) {
			return fmt.Errorf("leader: %w", err)
		}
		return nil
	})
	<-arrived
	group.Go(func() error {
		got, err := r.Head(t.Context(), ref)
		if err == nil && got.Digest != want.Digest {
			return fmt.Errorf("follower got %s", got.Digest)
		}
		return err
	})
	cancel()
	close(release)
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// What package remote reports is explained as well.
func TestExplainsPackageRemote(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	r := open(t, nil)
	push(t, r, registry.host+"/app:v1")
	ref := parse(t, registry.host+"/app:v2")
	_, err := remote.Get(ref, r.Options(t.Context(), registry.host)...)
	if err = r.Explain(ref, err); !errors.Is(err, ErrTagNotFound) {
		t.Error(err)
	}
	tags, err := remote.List(parse(t, registry.host+"/app:v1").Context(), r.Options(t.Context(), registry.host)...)
	if err != nil || !slices.Equal(tags, []string{"v1"}) {
		t.Error(tags, err)
	}
	if r.Explain(ref, nil) != nil {
		t.Error("nil is a failure")
	}
	if err := r.Explain(ref, fmt.Errorf("x: %w", context.Canceled)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for status, kind := range map[int]error{
		http.StatusForbidden: ErrForbidden, http.StatusMethodNotAllowed: ErrRefused, http.StatusBadGateway: ErrUnavailable,
		http.StatusConflict: ErrRefused,
	} {
		failing := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.URL.Path != "/v2/" {
				w.WriteHeader(status)
				fmt.Fprint(w, `{"errors":[{"code":"DENIED","message":"because"}]}`)
			}
		}))
		ref := parse(t, failing.host+"/app:v2")
		err := r.Explain(ref, remote.Delete(ref, r.Options(t.Context(), failing.host)...))
		if !errors.Is(err, kind) {
			t.Errorf("%d: %v", status, err)
		}
		wantText(t, err.Error(), fmt.Sprint(status), "DENIED: because", failing.host)
		if _, err := r.Head(t.Context(), ref); !errors.Is(err, kind) {
			t.Errorf("head, %d: %v", status, err)
		}
	}
}
