package registry

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// hasBlob says whether a repository has a blob, with HEAD. A registry that does not answer that is asked for the first byte.
func (s *session) hasBlob(ctx context.Context, repository name.Repository, digest v1.Hash) (bool, error) {
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		req, err := s.request(ctx, method, repository, "/blobs/"+digest.String(), nil)
		if err != nil {
			return false, err
		}
		if method == http.MethodGet {
			req.Header.Set("Range", "bytes=0-0")
		}
		resp, err := s.follow(req)
		if err != nil {
			return false, err
		}
		status := resp.StatusCode
		if status == http.StatusMethodNotAllowed && method == http.MethodHead {
			drain(resp)
			continue
		}
		// Not drained: a registry without ranges sends all of it.
		defer resp.Body.Close()
		switch {
		case status/100 == 2:
			return true, nil
		case status == http.StatusNotFound, status == http.StatusRequestedRangeNotSatisfiable:
			return status != http.StatusNotFound, nil
		}
		return false, s.answered(resp)
	}
	return false, nil
}

// Blob reads a blob from an offset on. Where the connection breaks, it goes on from there, and again as long as it gets
// further. What it reads from the beginning is verified: instead of the last bytes of something else there is an
// ErrDigestMismatch. The other errors, of the reader too, are the kinds of Error and those of the context.
func (r *Registries) Blob(ctx context.Context, repository name.Repository, blob v1.Descriptor, offset int64) (io.ReadCloser, error) {
	ref := repository.Digest(blob.Digest.String())
	s, err := r.session(repository.RegistryStr())
	if err != nil {
		return nil, r.Explain(ref, err)
	}
	d := &download{
		ctx: ctx, s: s, through: r.Transport(repository.RegistryStr()), repository: repository, blob: blob, at: offset,
		explain: func(err error) error { return r.Explain(ref, err) },
		tries:   tries{pace: s.conn.all.pace, at: offset},
	}
	if offset == 0 && blob.Digest.Algorithm == "sha256" {
		d.hash = sha256.New()
	}
	if err := d.open(); err != nil {
		return nil, d.explain(err)
	}
	return d, nil
}

// download is the reader of a blob.
type download struct {
	ctx        context.Context
	s          *session
	through    http.RoundTripper
	repository name.Repository
	blob       v1.Descriptor
	explain    func(error) error

	asked *http.Request
	body  io.ReadCloser
	at    int64
	hash  hash.Hash
	tries tries
}

// open asks for what is still missing.
func (d *download) open() error {
	req, err := d.s.request(d.ctx, http.MethodGet, d.repository, "/blobs/"+d.blob.Digest.String(), nil)
	if err != nil {
		return err
	}
	if d.at > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.at))
	}
	resp, err := d.s.followVia(d.through, req)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusPartialContent {
		defer drain(resp)
		return d.s.answered(resp)
	}
	begins, known := int64(0), true
	if resp.StatusCode == http.StatusPartialContent {
		begins, known = begin(resp.Header.Get("Content-Range"))
	}
	length := resp.ContentLength
	if !known || begins > d.at || length >= 0 && begins+length != d.blob.Size {
		drain(resp)
		return d.mismatch(fmt.Sprintf("the registry sent another length than the %d bytes that it should have", d.blob.Size))
	}
	d.asked, d.body = resp.Request, resp.Body
	// A registry that knows no ranges sends all of it.
	if _, err := io.CopyN(io.Discard, resp.Body, d.at-begins); err != nil {
		resp.Body.Close()
		return d.s.conn.networkError(resp.Request, err)
	}
	return nil
}

// begin is where a Content-Range begins.
func begin(header string) (int64, bool) {
	from, _, _ := strings.Cut(strings.TrimPrefix(header, "bytes "), "-")
	at, err := strconv.ParseInt(from, 10, 64)
	return at, err == nil
}

// Read is part of io.Reader.
func (d *download) Read(p []byte) (int, error) {
	if d.at == d.blob.Size {
		return 0, io.EOF
	}
	for {
		n, err := d.body.Read(p[:min(int64(len(p)), d.blob.Size-d.at)])
		if n > 0 || err == nil {
			return d.took(p[:n])
		}
		if err := d.resume(err); err != nil {
			return 0, d.explain(err)
		}
	}
}

// took counts and verifies what was read. An error of the body is seen again in the next Read.
func (d *download) took(p []byte) (int, error) {
	d.at += int64(len(p))
	if d.hash == nil {
		return len(p), nil
	}
	d.hash.Write(p)
	if d.at < d.blob.Size {
		return len(p), nil
	}
	if has := fmt.Sprintf("%x", d.hash.Sum(nil)); has != d.blob.Digest.Hex {
		return 0, d.explain(d.mismatch("the registry sent something whose digest is sha256:" + has))
	}
	return len(p), nil
}

func (d *download) mismatch(text string) error {
	return &Error{Kind: ErrDigestMismatch, Registry: d.s.conn.name, text: text}
}

// resume goes on after a broken connection, or returns why not.
func (d *download) resume(err error) error {
	d.body.Close()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	err = d.s.conn.networkError(d.asked, err)
	for {
		if !d.tries.again(d.ctx, d.at) {
			return err
		}
		if err = d.open(); err == nil || !passing(err) {
			return err
		}
	}
}

// Close is part of io.Closer.
func (d *download) Close() error { return d.body.Close() }
