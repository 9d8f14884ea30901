package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Find returns what a reference leads to at this moment, and whether it leads anywhere. Unlike Head it asks each time, and a
// reference that is not there is no error and costs a single HEAD. Its errors are those of Head, but for ErrNotFound.
func (r *Registries) Find(ctx context.Context, ref name.Reference) (v1.Descriptor, bool, error) {
	s, err := r.session(ref.Context().RegistryStr())
	if err != nil {
		return v1.Descriptor{}, false, r.Explain(ref, err)
	}
	found, there, err := s.find(ctx, ref)
	return found, there, r.Explain(ref, err)
}

func (s *session) find(ctx context.Context, ref name.Reference) (v1.Descriptor, bool, error) {
	resp, err := s.ask(ctx, http.MethodHead, ref)
	if err != nil {
		return v1.Descriptor{}, false, err
	}
	drain(resp)
	switch status := resp.StatusCode; {
	case status == http.StatusNotFound:
		return v1.Descriptor{}, false, nil
	case status == http.StatusOK:
		if found, ok := headed(resp, ref); ok {
			return found, true, refuse(found.MediaType)
		}
	case status >= http.StatusInternalServerError && status != http.StatusNotImplemented:
		return v1.Descriptor{}, false, s.answered(resp)
	}
	// The registry does not answer HEAD, or not all of it.
	full, err := s.ask(ctx, http.MethodGet, ref)
	if err != nil {
		return v1.Descriptor{}, false, err
	}
	if full.StatusCode == http.StatusNotFound {
		drain(full)
		return v1.Descriptor{}, false, nil
	}
	found, err := s.read(full, ref)
	return found.Descriptor, err == nil, err
}

// Put puts a manifest or an index under a tag, or under its digest. No interrupt cuts it off once it is sent, and it is sent
// again where the answer got lost: twice is as good as once. It returns an ErrDigestMismatch if the registry took it for
// something else, one of the other kinds of Error, and the errors of the context.
func (r *Registries) Put(ctx context.Context, ref name.Reference, m Manifest) error {
	s, err := r.session(ref.Context().RegistryStr())
	if err != nil {
		return r.Explain(ref, err)
	}
	return r.Explain(ref, s.wholly(ctx, func(ctx context.Context) error { return s.put(ctx, ref, m) }))
}

func (s *session) put(ctx context.Context, ref name.Reference, m Manifest) error {
	req, err := s.request(ctx, http.MethodPut, ref.Context(), "/manifests/"+ref.Identifier(), m.Raw)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", string(m.MediaType))
	resp, err := s.follow(req)
	if err != nil {
		return err
	}
	defer drain(resp)
	if resp.StatusCode/100 != 2 {
		return s.answered(resp)
	}
	if said := resp.Header.Get("Docker-Content-Digest"); said != "" && said != m.Digest.String() {
		return &Error{
			Kind: ErrDigestMismatch, Registry: s.conn.name,
			text: fmt.Sprintf("the registry took %s for %s", m.Digest, clean(said, maxValue)),
		}
	}
	return nil
}

// Delete deletes a tag, or a manifest with all tags that lead to it if the reference is a digest. As with Put, no interrupt
// cuts it off, and it is asked for again where the answer got lost. It returns an ErrNotFound
// for what is not there, an ErrUnsupported if the registry does not delete this, one of the other kinds of Error, and the
// errors of the context.
func (r *Registries) Delete(ctx context.Context, ref name.Reference) error {
	s, err := r.session(ref.Context().RegistryStr())
	if err != nil {
		return r.Explain(ref, err)
	}
	return r.Explain(ref, s.wholly(ctx, func(ctx context.Context) error { return s.remove(ctx, ref) }))
}

func (s *session) remove(ctx context.Context, ref name.Reference) error {
	req, err := s.request(ctx, http.MethodDelete, ref.Context(), "/manifests/"+ref.Identifier(), nil)
	if err != nil {
		return err
	}
	resp, err := s.follow(req)
	if err != nil {
		return err
	}
	defer drain(resp)
	if resp.StatusCode/100 != 2 {
		return s.answered(resp)
	}
	return nil
}

// request is one to the registry, for a part of a repository, with a body if there is one.
func (s *session) request(
	ctx context.Context, method string, repository name.Repository, part string, body []byte,
) (*http.Request, error) {
	u := &url.URL{Scheme: "https", Host: s.conn.host, Path: "/v2/" + repository.RepositoryStr() + part}
	return http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
}

const (
	// wholeTime bounds a change that no interrupt cuts off, and wholeTimes how often it is asked for.
	wholeTime  = time.Minute
	wholeTimes = 3
)

// wholly makes a short change that is as good twice as once, unless the context has ended before: one that is cut off
// half-way would leave it unknown what is there. It asks again where the connection broke before the answer, and where the
// registry failed: those with files do when the tags of a repository change at the same time.
func (s *session) wholly(ctx context.Context, change func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wholeTime)
	defer cancel()
	for attempt := 1; ; attempt++ {
		err := change(ctx)
		if attempt == wholeTimes || !passing(err) {
			return err
		}
		if errors.Is(err, ErrUnavailable) && wait(ctx, s.conn.all.pace.pause(attempt)) != nil {
			return err
		}
	}
}
