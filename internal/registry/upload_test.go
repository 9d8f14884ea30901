package registry_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// hurried returns registries that know the server, and that do not wait long.
func hurried(t *testing.T, s *registries.Server) *registry.Registries {
	t.Helper()
	r := enter(t, s)
	r.Hurry()
	return r
}

func repositoryOf(t *testing.T, s *registries.Server) name.Repository {
	t.Helper()
	repo, err := name.NewRepository(s.Repository("app"))
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

// blob is a source that notes where it was read from.
type blob struct {
	registry.Source

	data    []byte
	mu      sync.Mutex
	offsets []int64
}

// newBlob makes one of random bytes.
func newBlob(size int64) *blob {
	b := &blob{data: make([]byte, size)}
	_, _ = rand.Read(b.data) // It never fails.
	sum := sha256.Sum256(b.data)
	b.MediaType, b.Size = "application/vnd.oci.image.layer.v1.tar+gzip", size
	b.Digest = v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
	b.Open = func(_ context.Context, offset int64) (io.ReadCloser, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.offsets = append(b.offsets, offset)
		return io.NopCloser(bytes.NewReader(b.data[offset:])), nil
	}
	return b
}

func (b *blob) reads() []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.offsets)
}

// wantThere fails unless the repository has the blob, byte for byte.
func wantThere(t *testing.T, r *registry.Registries, repo name.Repository, b *blob) {
	t.Helper()
	body, err := r.Blob(t.Context(), repo, b.Descriptor, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if has, err := io.ReadAll(body); err != nil || !bytes.Equal(has, b.data) {
		t.Errorf("the repository has %d bytes of %d: %v", len(has), len(b.data), err)
	}
}

// steps are the methods of the requests about uploads.
func steps(s *registries.Server) string {
	var seen []string
	for _, one := range s.Requests() {
		if strings.Contains(one.Path, "/blobs/") {
			seen = append(seen, one.Method)
		}
	}
	return strings.Join(seen, " ")
}

func TestUpload(t *testing.T) {
	t.Parallel()
	s := registries.Start(t)
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(100_000)
	for _, want := range []struct {
		outcome registry.Outcome
		steps   string
	}{{registry.Uploaded, "HEAD POST PUT"}, {registry.Existing, "HEAD"}} {
		s.Reset()
		outcome, err := r.Upload(t.Context(), repo, b.Source)
		if err != nil || outcome != want.outcome || steps(s) != want.steps {
			t.Errorf("%s by %s: %v, want %s by %s", outcome, steps(s), err, want.outcome, want.steps)
		}
	}
	wantThere(t, r, repo, b)
	// From now on it is known to be there.
	s.Reset()
	if outcome, err := r.Upload(t.Context(), repositoryOf(t, s), b.Source); err != nil || outcome != registry.Mounted || steps(s) != "HEAD POST" {
		t.Errorf("%s by %s: %v", outcome, steps(s), err)
	}
	if empty := newBlob(0); true {
		if _, err := r.Upload(t.Context(), repo, empty.Source); err != nil {
			t.Errorf("nothing at all: %v", err)
		}
		wantThere(t, r, repo, empty)
	}
}

func TestUploadOnceAtATime(t *testing.T) {
	t.Parallel()
	s := registries.Start(t)
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(1_000_000)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := r.Upload(t.Context(), repo, b.Source); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := s.Count(http.MethodPost, "/blobs/"); n != 1 {
		t.Errorf("%d uploads", n)
	}
}

func TestUploadResumes(t *testing.T) {
	t.Parallel()
	s := registries.Start(t, registries.With(registries.DropUpload(2<<20, 2)))
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(5<<20)
	if outcome, err := r.Upload(t.Context(), repo, b.Source); err != nil || outcome != registry.Uploaded {
		t.Fatalf("%s: %v", outcome, err)
	}
	if reads := b.reads(); !slices.Equal(reads, []int64{0, 2 << 20, 4 << 20}) {
		t.Errorf("read from %v", reads)
	}
	if want := "HEAD POST PUT GET PATCH GET PATCH PUT"; steps(s) != want {
		t.Errorf("asked %s, want %s", steps(s), want)
	}
	wantThere(t, r, repo, b)
}

func TestUploadGivesUp(t *testing.T) {
	t.Parallel()
	s := registries.Start(t, registries.With(registries.DropUpload(100, 1000)))
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(5<<20)
	_, err := r.Upload(t.Context(), repo, b.Source)
	if !errors.Is(err, registry.ErrUnreachable) {
		t.Errorf("%v", err)
	}
	if n := len(b.reads()); n != 3 {
		t.Errorf("%d tries", n)
	}
	if n := s.Count(http.MethodDelete, "/uploads/"); n == 0 {
		t.Error("the upload was not cancelled")
	}
}

// cutting cuts the first connections that send a blob after some bytes, under the nose of the registry.
func cutting(after int64, times int32) func(http.ResponseWriter, *http.Request) bool {
	var seen atomic.Int32
	return func(w http.ResponseWriter, req *http.Request) bool {
		if strings.Contains(req.URL.Path, "/uploads/") && req.ContentLength > after && seen.Add(1) <= times {
			req.Body = &cut{ReadCloser: req.Body, out: w, left: after}
		}
		return false
	}
}

type cut struct {
	io.ReadCloser

	out  http.ResponseWriter
	left int64
}

// Read is part of io.Reader.
func (c *cut) Read(p []byte) (int, error) {
	if c.left > 0 {
		n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
		c.left -= int64(n)
		return n, err
	}
	if conn, _, err := http.NewResponseController(c.out).Hijack(); err == nil {
		_ = conn.Close()
	}
	return 0, io.ErrUnexpectedEOF
}

// A registry that cannot go on with an upload has it begin again.
func TestUploadToDistribution(t *testing.T) {
	t.Parallel()
	for what, start := range map[string]func(testing.TB, ...registries.Option) *registries.Server{
		"in process": registries.Start, "as Debian has it": registries.Program,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.Intercept(cutting(2<<20, 1))
			r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(5<<20)
			if outcome, err := r.Upload(t.Context(), repo, b.Source); err != nil || outcome != registry.Uploaded {
				t.Errorf("%s by %s: %v", outcome, steps(s), err)
			}
			t.Logf("asked %s, read from %v", steps(s), b.reads())
			wantThere(t, r, repo, b)
		})
	}
}

// The registry has the blob, but its answer got lost.
func TestUploadAnswerLost(t *testing.T) {
	t.Parallel()
	s := registries.Start(t)
	var lost atomic.Bool
	s.Misbehave(func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPut && !lost.Swap(true) {
				next.ServeHTTP(discard{http.Header{}}, req)
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, req)
		})
	})
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(50_000)
	if outcome, err := r.Upload(t.Context(), repo, b.Source); err != nil || outcome != registry.Uploaded {
		t.Errorf("%s by %s: %v", outcome, steps(s), err)
	}
	if n := len(b.reads()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// discard is an answer that nobody hears.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

var errSource = errors.New("the disk is on fire")

// Whether the context ends or the source fails, nothing is left of the upload.
func TestUploadCancelled(t *testing.T) {
	t.Parallel()
	for what, want := range map[string]error{"context": context.Canceled, "source": errSource} {
		for kind, start := range map[string]func(testing.TB, ...registries.Option) *registries.Server{
			"in process": registries.Start, "as Debian has it": registries.Program,
		} {
			t.Run(what+" "+kind, func(t *testing.T) {
				t.Parallel()
				s := start(t)
				r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(5<<20)
				ctx, cancel := context.WithCancel(t.Context())
				b.Open = func(context.Context, int64) (io.ReadCloser, error) {
					return io.NopCloser(io.MultiReader(bytes.NewReader(b.data[:3<<20]), readFunc(func([]byte) (int, error) {
						if errors.Is(want, errSource) {
							return 0, errSource
						}
						cancel()
						<-ctx.Done()
						return 0, ctx.Err()
					}))), nil
				}
				defer cancel()
				if _, err := r.Upload(ctx, repo, b.Source); !errors.Is(err, want) {
					t.Errorf("%v", err)
				}
				// Debian's registry throws broken uploads away by itself.
				gone := slices.ContainsFunc(s.Requests(), func(one registries.Request) bool {
					return one.Method == http.MethodDelete && (one.Status == http.StatusNoContent || one.Status == http.StatusNotFound)
				})
				if !gone {
					t.Errorf("the upload was not cancelled: %s", steps(s))
				}
			})
		}
	}
}

type readFunc func([]byte) (int, error)

// Read is part of io.Reader.
func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestUploadOfSomethingElse(t *testing.T) {
	t.Parallel()
	s := registries.Start(t)
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(50_000)
	b.data[7] ^= 1
	if _, err := r.Upload(t.Context(), repo, b.Source); !errors.Is(err, registry.ErrDigestMismatch) {
		t.Errorf("%v", err)
	}
	if n := len(b.reads()); n != 1 {
		t.Errorf("sent %d times", n)
	}
	b.data = b.data[:40_000]
	if _, err := r.Upload(t.Context(), repo, b.Source); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("too short: %v", err)
	}
}

// What may not be read elsewhere is sent.
func TestUploadWithoutMount(t *testing.T) {
	t.Parallel()
	s := registries.Start(t)
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(50_000)
	b.From = repositoryOf(t, s)
	if outcome, err := r.Upload(t.Context(), repo, b.Source); err != nil || outcome != registry.Uploaded || steps(s) != "HEAD POST PUT" {
		t.Errorf("not there: %s by %s: %v", outcome, steps(s), err)
	}
	s.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		refused := req.URL.Query().Has("mount")
		if refused {
			w.WriteHeader(http.StatusForbidden)
		}
		return refused
	})
	if outcome, err := r.Upload(t.Context(), repositoryOf(t, s), b.Source); err != nil || outcome != registry.Uploaded {
		t.Errorf("not allowed: %s: %v", outcome, err)
	}
}

func TestUploadToBusyRegistry(t *testing.T) {
	t.Parallel()
	s := registries.Start(t, registries.With(registries.TooMany(2, 0)))
	r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(50_000)
	if _, err := r.Upload(t.Context(), repo, b.Source); err != nil {
		t.Error(err)
	}
	s.Misbehave(registries.Refuse(http.StatusTooManyRequests, http.MethodPut, "/uploads/", "TOOMANYREQUESTS"))
	if _, err := r.Upload(t.Context(), repo, newBlob(50_000).Source); !errors.Is(err, registry.ErrRateLimited) {
		t.Errorf("%v", err)
	}
	s.Misbehave(registries.Refuse(http.StatusForbidden, http.MethodPost, "/uploads/", "DENIED"))
	if _, err := r.Upload(t.Context(), repo, newBlob(50_000).Source); !errors.Is(err, registry.ErrForbidden) {
		t.Errorf("%v", err)
	}
	s.Misbehave(registries.HeadFails(http.StatusMethodNotAllowed))
	if outcome, err := r.Upload(t.Context(), repo, b.Source); err != nil || outcome != registry.Existing {
		t.Errorf("%s: %v", outcome, err)
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	withoutRanges := func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			req.Header.Del("Range")
			next.ServeHTTP(w, req)
		})
	}
	for what, c := range map[string]struct {
		faults []registries.Fault
		ranges string
		kind   error
	}{
		"well":                       {nil, "[]", nil},
		"broken":                     {[]registries.Fault{registries.DropDownload(2<<20, 2)}, "[ bytes=2097152- bytes=4194304-]", nil},
		"broken, without ranges":     {[]registries.Fault{withoutRanges, registries.DropDownload(2<<20, 1)}, "[ bytes=2097152-]", nil},
		"always broken":              {[]registries.Fault{registries.DropDownload(100, 1000)}, "[ bytes=100- bytes=200-]", registry.ErrUnreachable},
		"something else":             {[]registries.Fault{registries.WrongDigest()}, "[]", registry.ErrDigestMismatch},
		"elsewhere":                  {[]registries.Fault{registries.RedirectBlobs()}, "[]", nil},
		"refused":                    {[]registries.Fault{registries.Refuse(403, "GET", "/blobs/", "DENIED")}, "[]", registry.ErrForbidden},
		"busy, then broken":          {[]registries.Fault{registries.TooMany(1, 0), registries.DropDownload(1<<20, 1)}, "[  bytes=1048576-]", nil},
		"another length":             {[]registries.Fault{shorter}, "[]", registry.ErrDigestMismatch},
		"broken, then failed a time": {[]registries.Fault{registries.DropDownload(1<<20, 1), failOn("bytes=1048576-")}, "[ bytes=1048576- bytes=1048576-]", nil},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := registries.Start(t, registries.Password(account, password))
			r, repo, b := hurried(t, s), repositoryOf(t, s), newBlob(5<<20)
			if _, err := r.Upload(t.Context(), repo, b.Source); err != nil {
				t.Fatal(err)
			}
			s.Reset()
			s.Misbehave(c.faults...)
			body, err := r.Blob(t.Context(), repo, b.Descriptor, 0)
			var has []byte
			if err == nil {
				defer body.Close()
				has, err = io.ReadAll(body)
			}
			if !errors.Is(err, c.kind) || c.kind == nil && !bytes.Equal(has, b.data) || c.kind != nil && len(has) == len(b.data) {
				t.Errorf("%d bytes of %d: %v", len(has), len(b.data), err)
			}
			var ranges []string
			for _, one := range s.Requests() {
				if one.Method == http.MethodGet && strings.Contains(one.Path, "/blobs/") {
					ranges = append(ranges, one.Range)
				}
			}
			if got := fmt.Sprint(ranges); got != c.ranges && (c.ranges != "[]" || len(ranges) > 1) {
				t.Errorf("asked for %s, want %s", got, c.ranges)
			}
		})
	}
}

// shorter sends a blob that is shorter than the one asked for.
func shorter(_ *registries.Server, _ http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "short") })
}

// failOn fails the first request for a range.
func failOn(wanted string) registries.Fault {
	var failed atomic.Bool
	return func(_ *registries.Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Header.Get("Range") == wanted && !failed.Swap(true) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, req)
		})
	}
}
