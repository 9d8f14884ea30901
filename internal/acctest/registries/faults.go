package registries

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
)

// Fault has a registry misbehave, by standing in front of it. See With and Server.Misbehave.
type Fault func(s *Server, next http.Handler) http.Handler

// answering makes a fault of a function that answers some requests, and returns false for the others.
func answering(answer func(w http.ResponseWriter, req *http.Request) bool) Fault {
	return func(_ *Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !answer(w, req) {
				next.ServeHTTP(w, req)
			}
		})
	}
}

// HeadFails answers every HEAD with a status, 405 for those registries that do not know it.
func HeadFails(status int) Fault {
	return answering(func(w http.ResponseWriter, req *http.Request) bool {
		if req.Method == http.MethodHead {
			w.WriteHeader(status)
		}
		return req.Method == http.MethodHead
	})
}

// Refuse answers requests with a method whose path contains a text; "" is every method, every path in a repository. The
// error has the code and a message of the registry.
func Refuse(status int, method, text, code string) Fault {
	return answering(func(w http.ResponseWriter, req *http.Request) bool {
		if method != "" && req.Method != method || !strings.Contains(req.URL.Path, text) || !inRepository.MatchString(req.URL.Path) {
			return false
		}
		refuse(w, status, code, "the registry of the test refuses this")
		return true
	})
}

// TooMany answers the first requests in a repository with 429, and says when to come back, in seconds, and what the
// limits are, as Docker Hub does.
func TooMany(times int, retryAfter int) Fault {
	var seen atomic.Int64
	return answering(func(w http.ResponseWriter, req *http.Request) bool {
		if !inRepository.MatchString(req.URL.Path) || seen.Add(1) > int64(times) {
			return false
		}
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		w.Header().Set("RateLimit-Limit", "100;w=21600")
		w.Header().Set("RateLimit-Remaining", "0;w=21600")
		refuse(w, http.StatusTooManyRequests, "TOOMANYREQUESTS", "you have reached your pull rate limit")
		return true
	})
}

// Schema1 answers for every manifest with one of schema 1.
func Schema1() Fault {
	const manifest = `{"schemaVersion":1,"name":"old","tag":"v1","architecture":"amd64","fsLayers":[],"history":[]}`
	return answering(func(w http.ResponseWriter, req *http.Request) bool {
		if !strings.Contains(req.URL.Path, "/manifests/") || actionOf(req) != "pull" {
			return false
		}
		w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws")
		w.Header().Set("Content-Length", strconv.Itoa(len(manifest)))
		fmt.Fprint(w, manifest)
		return true
	})
}

// WrongDigest sends other manifests and blobs than those that were asked for, of the same length, and still says that
// they have the digest.
func WrongDigest() Fault {
	return func(_ *Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method != http.MethodGet || !hasContent(req) {
				next.ServeHTTP(w, req)
				return
			}
			next.ServeHTTP(&changing{ResponseWriter: w}, req)
		})
	}
}

func hasContent(req *http.Request) bool {
	return strings.Contains(req.URL.Path, "/manifests/") || strings.Contains(req.URL.Path, "/blobs/sha256:")
}

// changing changes the first byte of a blob, and one of a manifest so that it is one still.
type changing struct {
	http.ResponseWriter

	changed, failed bool
}

// WriteHeader is part of http.ResponseWriter.
func (w *changing) WriteHeader(status int) {
	w.failed = status >= http.StatusMultipleChoices
	w.ResponseWriter.WriteHeader(status)
}

// Write is part of http.ResponseWriter.
func (w *changing) Write(data []byte) (int, error) {
	if w.changed || w.failed || len(data) == 0 {
		return w.ResponseWriter.Write(data)
	}
	w.changed = true
	other := append([]byte(nil), data...)
	if at := strings.Index(string(other), `"sha256:`); at >= 0 {
		// Another digit of the first digest in the manifest.
		at += len(`"sha256:`)
		other[at] = map[bool]byte{true: '1', false: '0'}[other[at] == '0']
	} else {
		other[0] ^= 1
	}
	return w.ResponseWriter.Write(other)
}

// DropDownload cuts the connection after so many bytes of a blob, the first times that one is sent. Ranges work.
func DropDownload(after int64, times int) Fault {
	var dropped atomic.Int64
	return func(_ *Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodGet && strings.Contains(req.URL.Path, "/blobs/sha256:") && dropped.Load() < int64(times) {
				w = &dropping{ResponseWriter: w, left: after, dropped: &dropped}
			}
			next.ServeHTTP(w, req)
		})
	}
}

// dropping cuts the connection when a number of bytes has been sent.
type dropping struct {
	http.ResponseWriter

	left    int64
	dropped *atomic.Int64
}

// Write is part of http.ResponseWriter.
func (w *dropping) Write(data []byte) (int, error) {
	if int64(len(data)) <= w.left {
		w.left -= int64(len(data))
		return w.ResponseWriter.Write(data)
	}
	if _, err := w.ResponseWriter.Write(data[:w.left]); err == nil {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
	w.dropped.Add(1)
	panic(http.ErrAbortHandler)
}

// RedirectBlobs leads all who ask for a blob to another host, which fails the test if it is sent an Authorization or a
// cookie.
func RedirectBlobs() Fault {
	return func(s *Server, next http.Handler) http.Handler {
		_, port, _ := strings.Cut(s.listen(&storage{server: s}), ":")
		scheme := "http"
		if s.options.tls {
			scheme = "https"
		}
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if actionOf(req) != "pull" || !strings.Contains(req.URL.Path, "/blobs/sha256:") {
				next.ServeHTTP(w, req)
				return
			}
			// Whether it may be had is the registry's to say.
			first := req.Clone(req.Context())
			first.Method = http.MethodHead
			asked := httptest.NewRecorder()
			if next.ServeHTTP(asked, first); asked.Code != http.StatusOK {
				next.ServeHTTP(w, req)
				return
			}
			// A name, where the registry has a number: for a client that is another host.
			http.Redirect(w, req, scheme+"://localhost:"+port+req.URL.Path+"?signature=of-the-test", http.StatusTemporaryRedirect)
		})
	}
}

// storage has the blobs that a registry leads to.
type storage struct{ server *Server }

// ServeHTTP lets everybody have a blob whose address is signed.
func (s *storage) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	for _, name := range []string{"Authorization", "Cookie"} {
		if req.Header.Get(name) != "" {
			s.server.t.Errorf("%s went to another host, with %s %s", name, req.Method, req.URL.Path)
		}
	}
	if req.URL.Query().Get("signature") != "of-the-test" {
		http.Error(w, "not signed", http.StatusForbidden)
		return
	}
	s.server.well.ServeHTTP(w, s.server.own(req))
}
