package registries

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// DropUpload cuts the connection after so many bytes of a blob's body, the first times that one is sent. The bytes are
// kept: GET on the upload tells how many they are, and an upload may go on from there, as the protocol of uploads has it.
//
// It takes the bodies of uploads itself, since the registry of CNCF distribution cannot go on with an upload that broke:
// it hands the whole over to that registry at the end.
func DropUpload(after int64, times int) Fault {
	return func(s *Server, next http.Handler) http.Handler {
		return &uploads{server: s, next: next, after: after, times: times, open: make(map[string]*upload)}
	}
}

type uploads struct {
	server *Server
	next   http.Handler
	after  int64

	mu    sync.Mutex
	times int
	open  map[string]*upload
}

// upload is a blob of which a part may be there.
type upload struct {
	mu       sync.Mutex
	location string
	path     string
	has      int64
}

// ServeHTTP knows the uploads that it has begun; everything else is the registry's.
func (u *uploads) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	u.mu.Lock()
	known := u.open[req.URL.Path]
	u.mu.Unlock()
	query := req.URL.Query()
	switch {
	case known == nil && req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/blobs/uploads/") && !query.Has("digest"):
		u.begin(w, req)
	case known == nil:
		u.next.ServeHTTP(w, req)
	default:
		known.mu.Lock()
		defer known.mu.Unlock()
		u.goOn(w, req, known)
	}
}

// begin lets the registry begin an upload, or say why not.
func (u *uploads) begin(w http.ResponseWriter, req *http.Request) {
	answer := httptest.NewRecorder()
	u.next.ServeHTTP(answer, req)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	if answer.Code == http.StatusAccepted {
		location := answer.Header().Get("Location")
		where, err := url.Parse(location)
		if err != nil {
			u.server.t.Error(err)
			return
		}
		u.mu.Lock()
		u.open[where.Path] = &upload{location: location, path: filepath.Join(u.server.dir, unique())}
		u.mu.Unlock()
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// goOn answers a request for an upload that has begun.
func (u *uploads) goOn(w http.ResponseWriter, req *http.Request, known *upload) {
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		known.report(w, http.StatusNoContent)
	case http.MethodPatch:
		if u.take(w, req, known) {
			known.report(w, http.StatusAccepted)
		}
	case http.MethodPut:
		if u.take(w, req, known) {
			u.finish(w, req, known)
		}
	default:
		u.forget(req)
		u.next.ServeHTTP(w, req)
	}
}

// report tells how far an upload is.
func (k *upload) report(w http.ResponseWriter, status int) {
	w.Header().Set("Location", k.location)
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(k.has-1, 0)))
	w.WriteHeader(status)
}

// take keeps what a request has of the blob. It refuses a part that does not follow what is there, and cuts the
// connection where that is due.
func (u *uploads) take(w http.ResponseWriter, req *http.Request, known *upload) bool {
	if from, _, ranged := strings.Cut(req.Header.Get("Content-Range"), "-"); ranged {
		if at, err := strconv.ParseInt(from, 10, 64); err != nil || at != known.has {
			known.report(w, http.StatusRequestedRangeNotSatisfiable)
			return false
		}
	}
	file, err := os.OpenFile(known.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		u.server.t.Error(err)
		return false
	}
	defer func() { _ = file.Close() }()
	n, err := io.CopyN(file, req.Body, u.after+1)
	if err == nil && u.drop() {
		// One byte more than allowed came: it is as good as lost on the way.
		n--
		err = errors.Join(file.Truncate(known.has+n), errCut)
	} else if err == nil {
		var rest int64
		rest, err = io.Copy(file, req.Body)
		n += rest
	}
	known.has += n
	if err != nil && !errors.Is(err, io.EOF) {
		panic(http.ErrAbortHandler)
	}
	return true
}

var errCut = errors.New("the connection is cut")

// drop says that it is time to cut a connection, and counts it.
func (u *uploads) drop() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.times == 0 {
		return false
	}
	u.times--
	return true
}

// finish hands the whole blob over to the registry.
func (u *uploads) finish(w http.ResponseWriter, req *http.Request, known *upload) {
	file, err := os.Open(known.path)
	if err != nil {
		u.server.t.Error(err)
		return
	}
	defer func() { _ = file.Close() }()
	whole := req.Clone(req.Context())
	whole.Body, whole.ContentLength, whole.TransferEncoding = io.NopCloser(file), known.has, nil
	whole.Header.Del("Content-Range")
	whole.Header.Del("Transfer-Encoding")
	whole.Header.Set("Content-Length", strconv.FormatInt(known.has, 10))
	u.forget(req)
	u.next.ServeHTTP(w, whole)
}

// forget leaves an upload to the registry.
func (u *uploads) forget(req *http.Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.open, req.URL.Path)
}
