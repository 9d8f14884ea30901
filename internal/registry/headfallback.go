package registry

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"
)

// headFallback has package remote find manifests by HEAD in registries that do not answer HEAD, or not all of it: it asks with
// GET, and answers with the headers that are missing. Without it, package remote cannot push to those.
type headFallback struct{ next http.RoundTripper }

// RoundTrip is part of http.RoundTripper.
func (h *headFallback) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := h.next.RoundTrip(req)
	if err != nil || req.Method != http.MethodHead || !strings.Contains(req.URL.Path, "/manifests/") || wellHeaded(resp) {
		return resp, err
	}
	drain(resp)
	full := req.Clone(req.Context())
	full.Method = http.MethodGet
	resp, err = h.next.RoundTrip(full)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	defer drain(resp)
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxManifest))
	if err != nil {
		return nil, err
	}
	media, err := sniff(mediaType(resp.Header), raw)
	if err == nil {
		resp.Header.Set("Content-Type", string(media))
	}
	algorithm := digest.SHA256
	if asked, err := digest.Parse(req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]); err == nil {
		algorithm = asked.Algorithm()
	}
	resp.Header.Set("Docker-Content-Digest", algorithm.FromBytes(raw).String())
	resp.Header.Set("Content-Length", strconv.Itoa(len(raw)))
	answer := *resp
	answer.ContentLength, answer.Body, answer.Request = int64(len(raw)), io.NopCloser(bytes.NewReader(nil)), req
	return &answer, nil
}

// wellHeaded says that package remote can use an answer to HEAD.
func wellHeaded(resp *http.Response) bool {
	if resp.StatusCode == http.StatusOK {
		_, err := digest.Parse(resp.Header.Get("Docker-Content-Digest"))
		return err == nil && resp.ContentLength >= 0 && resp.Header.Get("Content-Type") != ""
	}
	return !slices.Contains([]int{http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotImplemented}, resp.StatusCode)
}
