package registries

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Push puts an image under repository:tag, with or without the host. It returns the full reference and the digest.
func (s *Server) Push(t testing.TB, repositoryTag string, img v1.Image) (reference, digest string) {
	t.Helper()
	ref := s.parse(t, repositoryTag)
	if err := remote.Write(ref, img, s.remote(t)...); err != nil {
		t.Fatalf("pushing %s: %s", ref, err)
	}
	return ref.Name(), s.Digest(t, repositoryTag)
}

// PushIndex is Push for an index and all that is in it.
func (s *Server) PushIndex(t testing.TB, repositoryTag string, index v1.ImageIndex) (reference, digest string) {
	t.Helper()
	ref := s.parse(t, repositoryTag)
	if err := remote.WriteIndex(ref, index, s.remote(t)...); err != nil {
		t.Fatalf("pushing %s: %s", ref, err)
	}
	return ref.Name(), s.Digest(t, repositoryTag)
}

// Manifest is what a reference leads to now, as the registry has it.
func (s *Server) Manifest(t testing.TB, reference string) *remote.Descriptor {
	t.Helper()
	found, err := remote.Get(s.parse(t, reference), s.remote(t)...)
	if err != nil {
		t.Fatalf("reading %s: %s", reference, err)
	}
	return found
}

// Digest is that of what a reference leads to now.
func (s *Server) Digest(t testing.TB, reference string) string {
	t.Helper()
	return s.Manifest(t, reference).Digest.String()
}

// Has tells whether a reference leads to anything.
func (s *Server) Has(t testing.TB, reference string) bool {
	t.Helper()
	_, err := remote.Head(s.parse(t, reference), s.remote(t)...)
	var failed *transport.Error
	if errors.As(err, &failed) && failed.StatusCode == http.StatusNotFound {
		return false
	}
	if err != nil {
		t.Fatalf("looking for %s: %s", reference, err)
	}
	return true
}

// Tags are those of a repository, in the registry's order; none for a repository that is not there.
func (s *Server) Tags(t testing.TB, repository string) []string {
	t.Helper()
	tags, err := remote.List(s.parse(t, repository).Context(), s.remote(t)...)
	var failed *transport.Error
	if errors.As(err, &failed) && failed.StatusCode == http.StatusNotFound {
		return nil
	}
	if err != nil {
		t.Fatalf("listing %s: %s", repository, err)
	}
	return tags
}

// Pull is the image that a reference leads to, with its layers to be read.
func (s *Server) Pull(t testing.TB, reference string) v1.Image {
	t.Helper()
	img, err := remote.Image(s.parse(t, reference), s.remote(t)...)
	if err != nil {
		t.Fatalf("pulling %s: %s", reference, err)
	}
	return img
}

// Retag points a tag of the same repository to what a reference leads to.
func (s *Server) Retag(t testing.TB, reference, tag string) {
	t.Helper()
	target := s.parse(t, reference).Context().Tag(tag)
	if err := remote.Tag(target, s.Manifest(t, reference), s.remote(t)...); err != nil {
		t.Fatalf("tagging %s: %s", target, err)
	}
}

// Remove deletes a tag or a digest, whoever put it there.
func (s *Server) Remove(t testing.TB, reference string) {
	t.Helper()
	if err := remote.Delete(s.parse(t, reference), s.remote(t)...); err != nil {
		t.Fatalf("deleting %s: %s", reference, err)
	}
}

// parse takes references with the host and without.
func (s *Server) parse(t testing.TB, reference string) name.Reference {
	t.Helper()
	ref, err := name.ParseReference(s.Host+"/"+strings.TrimPrefix(reference, s.Host+"/"), name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// remote is the way of the test itself into the registry.
func (s *Server) remote(t testing.TB) []remote.Option {
	t.Helper()
	web := &http.Transport{}
	if s.ca != nil {
		web.TLSClientConfig = &tls.Config{RootCAs: s.ca.Pool()}
	}
	t.Cleanup(web.CloseIdleConnections)
	return []remote.Option{
		remote.WithContext(context.WithoutCancel(t.Context())), remote.WithTransport(&marked{next: web, pass: s.pass}),
	}
}

// marked marks requests as those of the test itself.
type marked struct {
	next http.RoundTripper
	pass string
}

// RoundTrip is part of http.RoundTripper.
func (m *marked) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	out.Header.Set(passHeader, m.pass)
	return m.next.RoundTrip(out)
}
