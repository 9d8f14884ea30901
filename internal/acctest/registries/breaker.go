package registries

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

// Breaker breaks requests to a registry by their number, as package sweep does it. The requests of the test itself, and
// the greeting of /v2/, are not counted.
type Breaker struct {
	mu                  sync.Mutex
	seen                []string
	cutBefore, cutAfter int
	onRequest           func(int, *http.Request)
	onReply             func(int, *http.Request, int)
}

// Break puts a breaker in front of the registry.
func (s *Server) Break() *Breaker {
	b := &Breaker{}
	s.Misbehave(func(_ *Server, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { b.serve(w, req, next) })
	})
	return b
}

func (b *Breaker) serve(w http.ResponseWriter, req *http.Request, next http.Handler) {
	if !inRepository.MatchString(req.URL.Path) {
		next.ServeHTTP(w, req)
		return
	}
	b.mu.Lock()
	b.seen = append(b.seen, req.Method+" "+req.URL.Path)
	n, before, after, onRequest, onReply := len(b.seen), b.cutBefore, b.cutAfter, b.onRequest, b.onReply
	b.mu.Unlock()
	if onRequest != nil {
		onRequest(n, req)
	}
	if n == before {
		panic(http.ErrAbortHandler)
	}
	if n == after {
		next.ServeHTTP(httptest.NewRecorder(), req)
		panic(http.ErrAbortHandler)
	}
	noted := &noting{ResponseWriter: w, note: func(status int) {
		if onReply != nil {
			onReply(n, req, status)
		}
	}}
	next.ServeHTTP(noted, req)
}

// Reset ends all faults, and forgets the requests.
func (b *Breaker) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen, b.cutBefore, b.cutAfter, b.onRequest, b.onReply = nil, 0, 0, nil, nil
}

// Log are the requests, as "METHOD path".
func (b *Breaker) Log() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.seen...)
}

// CutBefore cuts the connection before the registry sees request n.
func (b *Breaker) CutBefore(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cutBefore = n
}

// CutAfter cuts the connection when the registry has answered request n.
func (b *Breaker) CutAfter(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cutAfter = n
}

// OnRequest calls a function before each request, which must be safe for concurrent use.
func (b *Breaker) OnRequest(call func(n int, req *http.Request)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onRequest = call
}

// OnReply calls a function before each answer is sent, which must be safe for concurrent use.
func (b *Breaker) OnReply(call func(n int, req *http.Request, status int)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onReply = call
}
