package registries

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// Server is a registry that lives as long as its test.
type Server struct {
	// Host is the first part of references to it: 127.0.0.1:port.
	Host string
	// CAPath and CAPEM are the authority of its certificate, empty without TLS.
	CAPath, CAPEM string
	// IdentityToken is a refresh token of the first account, empty without a token server.
	IdentityToken string

	t        testing.TB
	dir      string
	options  options
	accounts []account
	ca       *certificates.Authority
	tokens   *tokenServer
	// pass marks the requests of the test itself.
	pass string
	// well is the registry as it would be without faults.
	well http.Handler

	mu        sync.Mutex
	requests  []*Request
	ill       http.Handler
	intercept func(http.ResponseWriter, *http.Request) bool
}

// Request is one request that a registry has seen.
type Request struct {
	Method, Path, Query string
	// Status is that of the answer; 0 while there is none, and for a connection that was cut before.
	Status int
	// Authorized says that the request had an Authorization, of whatever kind.
	Authorized bool
	// Range is the header of that name, or Content-Range in an upload.
	Range string
	// Agent is the User-Agent, which tells this provider from engines and others.
	Agent string
}

// Start starts an empty registry in this process: that of CNCF distribution, with its data in a folder of the test.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := prepare(t, opts)
	return s.open(distribution(s))
}

// Program starts the registry that Debian packages as docker-registry, in a process of its own. The test is skipped where
// that is not installed.
func Program(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := prepare(t, opts)
	return s.open(program(s))
}

// prepare has all ready that the registry needs to know before it starts.
func prepare(t testing.TB, opts []Option) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), pass: unique()}
	for _, set := range opts {
		set(&s.options)
	}
	s.accounts = s.options.accounts
	if s.options.tls || s.options.tokens {
		s.ca = certificates.New(t)
	}
	if s.options.tls {
		s.CAPEM, s.CAPath = s.ca.PEM, s.file("ca.pem", s.ca.PEM)
	}
	if s.options.tokens {
		s.tokens = newTokenServer(s)
		s.IdentityToken = s.tokens.refresh[s.first().user]
	}
	return s
}

// open puts the door in front of the registry.
func (s *Server) open(well http.Handler) *Server {
	s.well = s.limit(well)
	s.Misbehave(s.options.faults...)
	s.Host = s.listen(s)
	return s
}

// listen serves at a port of the loopback interface, over TLS if the registry has it, and returns the host.
func (s *Server) listen(handler http.Handler) string {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if s.options.tls {
		server.TLS = serverTLS(s.t, s.ca)
		server.StartTLS()
	} else {
		server.Start()
	}
	s.t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// ServeHTTP notes a request and has it answered.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Header.Get(passHeader) == s.pass {
		s.well.ServeHTTP(w, s.own(req))
		return
	}
	noted := &Request{
		Method: req.Method, Path: req.URL.Path, Query: req.URL.RawQuery, Authorized: req.Header.Get("Authorization") != "",
		Range: req.Header.Get("Range") + req.Header.Get("Content-Range"), Agent: req.UserAgent(),
	}
	s.mu.Lock()
	s.requests = append(s.requests, noted)
	ill, intercept := s.ill, s.intercept
	s.mu.Unlock()
	out := &noting{ResponseWriter: w, note: func(status int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		noted.Status = status
	}}
	if intercept == nil || !intercept(out, req) {
		ill.ServeHTTP(out, req)
	}
}

// noting tells the status of an answer.
type noting struct {
	http.ResponseWriter

	note func(status int)
	done bool
}

// WriteHeader is part of http.ResponseWriter.
func (w *noting) WriteHeader(status int) {
	if !w.done && status >= http.StatusOK {
		w.done = true
		w.note(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write is part of http.ResponseWriter.
func (w *noting) Write(data []byte) (int, error) {
	if !w.done {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(data)
}

// Unwrap is what http.ResponseController looks for.
func (w *noting) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Settings are those that reach the registry, with the first account.
func (s *Server) Settings() registry.Settings {
	return registry.Settings{Username: s.first().user, Password: s.first().password, CAPEM: s.CAPEM}
}

// Requests are those seen until now.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := make([]Request, len(s.requests))
	for i, one := range s.requests {
		seen[i] = *one
	}
	return seen
}

// Reset forgets the requests seen until now, of the registry and of its token server.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
	if s.tokens != nil {
		s.tokens.asked.Store(0)
	}
}

// Count is the number of requests with a method whose path contains a text; "" counts all methods.
func (s *Server) Count(method, text string) int {
	n := 0
	for _, one := range s.Requests() {
		if (method == "" || one.Method == method) && strings.Contains(one.Path, text) {
			n++
		}
	}
	return n
}

// TokenRequests is how often the token server was asked, whatever it answered.
func (s *Server) TokenRequests() int {
	if s.tokens == nil {
		return 0
	}
	return int(s.tokens.asked.Load())
}

// Intercept has a function see each request first; the registry answers if it returns false. nil takes it away.
func (s *Server) Intercept(intercept func(w http.ResponseWriter, req *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = intercept
}

// Misbehave gives the registry faults instead of those that it had; without any it is well again. Of several, the first
// sees a request first.
func (s *Server) Misbehave(faults ...Fault) {
	handler := s.well
	for _, fault := range slices.Backward(faults) {
		handler = fault(s, handler)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ill = handler
}

// serial numbers the repositories of this process.
var serial atomic.Int64

// Repository is the full name of a repository that no other test uses, with the given last part.
func (s *Server) Repository(name string) string {
	return fmt.Sprintf("%s/acc-%d/%s", s.Host, serial.Add(1), name)
}

// file writes a file into the registry's folder.
func (s *Server) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}
