package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/opencontainers/go-digest"
)

const (
	// maxManifest is the size of the largest manifest that is read; registries take 4 MiB.
	maxManifest = 16 << 20
	// maxRedirects is how often a look-up is led on.
	maxRedirects = 10
)

// manifestTypes are the media types that a look-up accepts. Schema 1 is among them to be told from what is not there.
func manifestTypes() []types.MediaType {
	return []types.MediaType{
		types.OCIImageIndex, types.OCIManifestSchema1, types.DockerManifestList, types.DockerManifestSchema2,
		types.DockerManifestSchema1Signed, types.DockerManifestSchema1,
	}
}

// Manifest is a manifest or an index, as the registry has it.
type Manifest struct {
	v1.Descriptor
	// Raw is its text, whose digest is that of the descriptor.
	Raw []byte
}

// Head returns what a reference leads to now. It asks with HEAD, and with GET if the registry does not answer that well.
// Each reference is asked for once in the life of the process, until something is pushed to its repository through this
// package or Forget is called. It returns one of the kinds of Error, and the errors of the context.
func (r *Registries) Head(ctx context.Context, ref name.Reference) (v1.Descriptor, error) {
	if s, err := r.session(ref.Context().RegistryStr()); err == nil {
		if known, ok := s.heads.find(s.key(ref)); ok {
			return known, nil
		}
	}
	return mirrored(ctx, r, ref, r.head)
}

// head asks one registry.
func (r *Registries) head(ctx context.Context, ref name.Reference) (v1.Descriptor, error) {
	s, err := r.session(ref.Context().RegistryStr())
	if err != nil {
		return v1.Descriptor{}, r.Explain(ref, err)
	}
	return s.heads.once(ctx, s.key(ref), func(ctx context.Context) (v1.Descriptor, error) {
		found, err := s.look(ctx, ref)
		return found, r.Explain(ref, err)
	})
}

// key is what a reference is remembered under: who asks after a push must not be told what was before it.
func (s *session) key(ref name.Reference) string {
	return fmt.Sprintf("%s %d", ref.Name(), s.conn.changesOf(ref.Context().RepositoryStr()))
}

// Get returns the manifest or index that a reference leads to now, verified if the reference is a digest. It returns the
// errors of Head.
func (r *Registries) Get(ctx context.Context, ref name.Reference) (Manifest, error) {
	return mirrored(ctx, r, ref, r.get)
}

// get asks one registry.
func (r *Registries) get(ctx context.Context, ref name.Reference) (Manifest, error) {
	s, err := r.session(ref.Context().RegistryStr())
	if err != nil {
		return Manifest{}, r.Explain(ref, err)
	}
	found, err := s.get(ctx, ref)
	if err != nil {
		return Manifest{}, r.Explain(ref, err)
	}
	return found, nil
}

// Manifest is Get with the memory of Head: each reference is asked for once in the life of the process, and a Head that
// follows asks nothing. It returns the errors of Head.
func (r *Registries) Manifest(ctx context.Context, ref name.Reference) (Manifest, error) {
	return mirrored(ctx, r, ref, r.manifest)
}

// manifest asks one registry.
func (r *Registries) manifest(ctx context.Context, ref name.Reference) (Manifest, error) {
	s, err := r.session(ref.Context().RegistryStr())
	if err != nil {
		return Manifest{}, r.Explain(ref, err)
	}
	key := s.key(ref)
	return s.manifests.once(ctx, key, func(ctx context.Context) (Manifest, error) {
		found, err := s.get(ctx, ref)
		if err != nil {
			return Manifest{}, r.Explain(ref, err)
		}
		s.heads.keep(key, found.Descriptor)
		return found, nil
	})
}

// SmallBlob returns a small blob such as the configuration of an image, verified. Each is asked for once in the life of the
// process. It returns the errors of Head.
func (r *Registries) SmallBlob(ctx context.Context, ref name.Digest) ([]byte, error) {
	return mirrored(ctx, r, ref, func(ctx context.Context, at name.Reference) ([]byte, error) {
		return r.smallBlob(ctx, at.Context().Digest(at.Identifier()))
	})
}

// smallBlob asks one registry.
func (r *Registries) smallBlob(ctx context.Context, ref name.Digest) ([]byte, error) {
	s, err := r.session(ref.RegistryStr())
	if err != nil {
		return nil, r.Explain(ref, err)
	}
	return s.blobs.once(ctx, ref.Name(), func(ctx context.Context) ([]byte, error) {
		found, err := s.blob(ctx, ref)
		return found, r.Explain(ref, err)
	})
}

// Forget has the next Head of anything in the repository ask the registry: something changed there that did not go
// through this package.
func (r *Registries) Forget(repository name.Repository) {
	if s, err := r.session(repository.RegistryStr()); err == nil {
		s.conn.changed(repository.RepositoryStr())
	}
}

// look asks with HEAD, then with GET.
func (s *session) look(ctx context.Context, ref name.Reference) (v1.Descriptor, error) {
	resp, err := s.ask(ctx, http.MethodHead, ref)
	if err != nil {
		return v1.Descriptor{}, err
	}
	drain(resp)
	if resp.StatusCode == http.StatusOK {
		if found, ok := headed(resp, ref); ok {
			return found, refuse(found.MediaType)
		}
	}
	if resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusNotImplemented {
		return v1.Descriptor{}, s.answered(resp)
	}
	// An answer to HEAD has no body: what is wrong is only said in one to GET.
	found, err := s.get(ctx, ref)
	return found.Descriptor, err
}

// headed reads the headers of an answer, if they say all and nothing unusual.
func headed(resp *http.Response, ref name.Reference) (v1.Descriptor, bool) {
	media := mediaType(resp.Header)
	hash, err := v1.NewHash(resp.Header.Get("Docker-Content-Digest"))
	if err != nil || resp.ContentLength < 0 || !slices.Contains(manifestTypes(), media) {
		return v1.Descriptor{}, false
	}
	if asked, ok := ref.(name.Digest); ok && asked.DigestStr() != hash.String() {
		return v1.Descriptor{}, false
	}
	return v1.Descriptor{MediaType: media, Digest: hash, Size: resp.ContentLength}, true
}

func mediaType(header http.Header) types.MediaType {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return types.MediaType(media)
}

// get asks with GET.
func (s *session) get(ctx context.Context, ref name.Reference) (Manifest, error) {
	resp, err := s.ask(ctx, http.MethodGet, ref) //nolint:bodyclose // Reading it closes it.
	if err != nil {
		return Manifest{}, err
	}
	return s.read(resp, ref)
}

// read reads an answer to GET, closes and verifies it.
func (s *session) read(resp *http.Response, ref name.Reference) (Manifest, error) {
	defer drain(resp)
	if resp.StatusCode != http.StatusOK {
		return Manifest{}, s.answered(resp)
	}
	raw, err := s.readBody(resp, "manifest")
	if err != nil {
		return Manifest{}, err
	}
	algorithm := digest.SHA256
	asked, byDigest := ref.(name.Digest)
	if byDigest {
		algorithm = digest.Digest(asked.DigestStr()).Algorithm()
	}
	has := algorithm.FromBytes(raw)
	media, err := sniff(mediaType(resp.Header), raw)
	if err != nil {
		return Manifest{}, s.strange(err.Error())
	}
	if err := refuse(media); err != nil {
		return Manifest{}, err
	}
	if byDigest {
		if err := s.same(digest.Digest(asked.DigestStr()), has); err != nil {
			return Manifest{}, err
		}
	}
	hash := v1.Hash{Algorithm: has.Algorithm().String(), Hex: has.Encoded()}
	return Manifest{Descriptor: v1.Descriptor{MediaType: media, Digest: hash, Size: int64(len(raw))}, Raw: raw}, nil
}

// blob asks for a blob, and verifies what comes.
func (s *session) blob(ctx context.Context, ref name.Digest) ([]byte, error) {
	resp, err := s.fetch(ctx, http.MethodGet, &url.URL{
		Path: fmt.Sprintf("/v2/%s/blobs/%s", ref.RepositoryStr(), ref.DigestStr()),
	})
	if err != nil {
		return nil, err
	}
	defer drain(resp)
	if resp.StatusCode != http.StatusOK {
		return nil, s.answered(resp)
	}
	raw, err := s.readBody(resp, "blob")
	if err != nil {
		return nil, err
	}
	wanted := digest.Digest(ref.DigestStr())
	return raw, s.same(wanted, wanted.Algorithm().FromBytes(raw))
}

// same returns an ErrDigestMismatch for content that has another digest than it was asked for by.
func (s *session) same(wanted, has digest.Digest) error {
	if wanted == has {
		return nil
	}
	return &Error{
		Kind: ErrDigestMismatch, Registry: s.conn.name, text: "the registry sent something whose digest is " + has.String(),
	}
}

// ask sends a request for a manifest.
func (s *session) ask(ctx context.Context, method string, ref name.Reference) (*http.Response, error) {
	accept := make([]string, 0, len(manifestTypes()))
	for _, media := range manifestTypes() {
		accept = append(accept, string(media))
	}
	path := fmt.Sprintf("/v2/%s/manifests/%s", ref.Context().RepositoryStr(), ref.Identifier())
	return s.fetch(ctx, method, &url.URL{Path: path}, accept...)
}

// fetch sends a request without a body for a path and query of the registry, and follows where it leads.
func (s *session) fetch(ctx context.Context, method string, what *url.URL, accept ...string) (*http.Response, error) {
	u := &url.URL{Scheme: "https", Host: s.conn.host, Path: what.Path, RawQuery: what.RawQuery}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if len(accept) > 0 {
		req.Header.Set("Accept", strings.Join(accept, ", "))
	}
	return s.follow(req)
}

// follow sends a request, and follows where the registry leads.
func (s *session) follow(req *http.Request) (*http.Response, error) { return s.followVia(s, req) }

// followVia is follow through another transport.
func (s *session) followVia(through http.RoundTripper, req *http.Request) (*http.Response, error) {
	web := &http.Client{Transport: through, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) >= maxRedirects {
			return s.strange("it redirects without end")
		}
		return nil
	}}
	resp, err := web.Do(req)
	if err != nil {
		var named *url.Error
		if errors.As(err, &named) {
			// The URL says nothing that the reference does not, or is one that the registry signed.
			err = named.Err
		}
		return nil, err
	}
	return resp, nil
}

// readBody reads the body of an answer that is no larger than the largest manifest. The thing is what errors call it.
func (s *session) readBody(resp *http.Response, thing string) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxManifest+1))
	if err != nil {
		return nil, s.conn.networkError(resp.Request, err)
	}
	if len(raw) > maxManifest {
		return nil, s.strange(fmt.Sprintf("its %s is larger than %d MiB", thing, maxManifest>>20))
	}
	return raw, nil
}

// sniff is the media type of a manifest whose registry may not say it.
func sniff(said types.MediaType, raw []byte) (types.MediaType, error) {
	var document struct {
		SchemaVersion int               `json:"schemaVersion"`
		MediaType     types.MediaType   `json:"mediaType"`
		Config        json.RawMessage   `json:"config"`
		Manifests     []json.RawMessage `json:"manifests"`
		FSLayers      []json.RawMessage `json:"fsLayers"`
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&document); err != nil {
		return "", fmt.Errorf("what it sent (%q) is no manifest", clean(string(said), maxValue))
	}
	switch {
	case slices.Contains(manifestTypes(), said):
		return said, nil
	case slices.Contains(manifestTypes(), document.MediaType):
		return document.MediaType, nil
	case document.SchemaVersion == 1 && document.FSLayers != nil:
		return types.DockerManifestSchema1Signed, nil
	case document.Manifests != nil:
		return types.OCIImageIndex, nil
	case document.Config != nil:
		return types.OCIManifestSchema1, nil
	}
	return "", fmt.Errorf("what it sent (%q) is no manifest of a kind that is known", clean(string(said), maxValue))
}

// refuse returns an ErrSchema1 for manifests of schema 1.
func refuse(media types.MediaType) error {
	if media != types.DockerManifestSchema1 && media != types.DockerManifestSchema1Signed {
		return nil
	}
	return &Error{Kind: ErrSchema1, text: "its manifest is of schema 1, which is not supported"}
}

func (s *session) strange(text string) error {
	return &Error{Kind: ErrProtocol, Registry: s.conn.name, text: text}
}
