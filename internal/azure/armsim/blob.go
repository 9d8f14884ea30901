package armsim

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"time"
)

// blobHost is where container registries keep the contexts and the logs of runs.
const blobHost = "armsimregistries.blob.core.windows.net"

// blob is behind a URL that says by its signature who may do what with it.
type blob struct {
	sub *Subscription
	// method is what may be done, signature proves that.
	method, signature string
	content           []byte
	// made tells that there is something.
	made bool
	// read gives what there is now, for what is still growing.
	read func() []byte
}

// sign makes a blob known, and gives its URL.
func (s *Server) sign(path string, b *blob) string {
	b.signature = rand.Text()
	s.blobs[path] = b
	permissions := map[string]string{http.MethodPut: "cw", http.MethodGet: "r"}[b.method]
	query := url.Values{
		"sv": {"2024-11-04"}, "sr": {"b"}, "sp": {permissions}, "sig": {b.signature},
		"se": {time.Now().Add(time.Hour).UTC().Format(time.RFC3339)},
	}
	return (&url.URL{Scheme: "https", Host: blobHost, Path: path, RawQuery: query.Encode()}).String()
}

// serveBlob is Blob Storage, as far as signed URLs lead there.
func (s *Server) serveBlob(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	b := s.blobs[r.URL.Path]
	s.mu.Unlock()
	if b == nil {
		blobProblem(w, http.StatusNotFound, "BlobNotFound")
		return
	}
	entry := b.sub.log.begin(r)
	out := &noting{ResponseWriter: w, note: func(status int) { b.sub.log.end(entry, status) }}
	misbehave(out, r, b.sub, func(w http.ResponseWriter, _ Fault) { s.useBlob(w, r, b) })
}

func (s *Server) useBlob(w http.ResponseWriter, r *http.Request, b *blob) {
	switch {
	case r.Header.Get("Authorization") != "":
		// Storage would take the token for the one that counts.
		blobProblem(w, http.StatusForbidden, "AuthenticationFailed")
	case r.URL.Query().Get("sig") != b.signature:
		blobProblem(w, http.StatusForbidden, "AuthenticationFailed")
	case r.Method != b.method:
		blobProblem(w, http.StatusForbidden, "AuthorizationPermissionMismatch")
	case r.Method == http.MethodPut:
		s.putBlob(w, r, b)
	default:
		s.mu.Lock()
		content := b.read()
		s.mu.Unlock()
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(content)
	}
}

// putBlob is Put Blob, which needs to know the kind and the length.
func (s *Server) putBlob(w http.ResponseWriter, r *http.Request, b *blob) {
	switch {
	case r.Header.Get("X-Ms-Blob-Type") == "":
		blobProblem(w, http.StatusBadRequest, "MissingRequiredHeader")
		return
	case r.Header.Get("X-Ms-Blob-Type") != "BlockBlob":
		blobProblem(w, http.StatusBadRequest, "InvalidHeaderValue")
		return
	case r.ContentLength < 0:
		blobProblem(w, http.StatusLengthRequired, "MissingContentLengthHeader")
		return
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	b.content, b.made = content, true
	s.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
}

// blobProblem is an error in the form of Blob Storage.
func blobProblem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Ms-Error-Code", code)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="utf-8"?><Error><Code>`+code+`</Code><Message>armsim</Message></Error>`)
}
