// Package proxy puts itself between a client and a container engine, to count what is asked and to break it.
//
//	p := proxy.Start(t, fixture.Host(t)) // give p.Host to the provider as docker.host
//	r.Apply(t, config)
//	p.Requests()                         // for call budgets: POST /volumes/create, GET /volumes/x, ...
//
//	p.Reset()
//	p.CutBefore(2)                       // the engine never sees the second request, the client loses its connection
//	p.CutAfter(2)                        // the engine answers the second request, the client loses its connection
//	p.OnRequest(func(n int, r *http.Request) { if n == 2 { cancel() } })
//	p.Reply("POST", "/containers/*/start", 500, "no space left on device")
//	p.Down()                             // as if the engine were killed: every connection breaks, none can be made, until
//	p.Up()
//
// Requests are numbered from 1; pings are counted by themselves and never broken. Every request has a connection of its own, so that a
// client cannot repeat a broken request behind the test's back, as Go's does on connections that it has used before.
// Streams are passed on at once, and so are connections that the engine hijacks (attach, exec, /grpc, /session).
package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Request is one request that went through, or was to go through.
type Request struct {
	N      int // From 1.
	Method string
	Path   string // Without the version: /containers/create.
	Query  url.Values
}

// String is the method and the path.
func (r Request) String() string { return r.Method + " " + r.Path }

// Proxy is a running proxy. It is safe for use by several goroutines.
type Proxy struct {
	// Host is where clients connect, as DOCKER_HOST has it.
	Host string

	network, address string
	transport        *http.Transport
	handlers         sync.WaitGroup

	server *http.Server
	served chan struct{}
	dir    string // Of the socket.

	mu        sync.Mutex
	down      bool
	clients   map[net.Conn]struct{}
	requests  []Request
	pings     int
	cuts      map[int]moment
	replies   []reply
	onRequest func(int, *http.Request)
	onReply   func(int, *http.Request, int)
	hijacked  map[net.Conn]struct{}
}

// moment says when a connection is cut.
type moment int

const (
	before moment = iota + 1
	after
)

type reply struct {
	method, pattern string
	status          int
	body            string
}

const headerTimeout = 30 * time.Second

// Start starts a proxy in front of the engine at a unix:// or tcp:// address. It ends with the test.
func Start(t testing.TB, engine string) *Proxy {
	t.Helper()
	p, err := Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// Open is Start outside of tests: the caller closes the proxy. It returns an error for other addresses, and where no socket
// can be made.
func Open(ctx context.Context, engine string) (*Proxy, error) {
	network, address, ok := strings.Cut(engine, "://")
	if !ok || (network != "unix" && network != "tcp") {
		return nil, fmt.Errorf("a proxy cannot stand in front of %q", engine)
	}
	// Not in the folder of a test: the path of a socket is limited to about 100 bytes, and test names are long.
	dir, err := os.MkdirTemp("", "px")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the socket: %w", err)
	}
	socket := filepath.Join(dir, "s")
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "unix", socket)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening: %w", err), os.RemoveAll(dir))
	}
	p := &Proxy{
		Host: "unix://" + socket, network: network, address: address, served: make(chan struct{}), dir: dir,
		clients: map[net.Conn]struct{}{}, hijacked: map[net.Conn]struct{}{}, cuts: map[int]moment{},
	}
	p.transport = &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return p.dial(ctx) },
		DisableCompression: true,
	}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: headerTimeout, ConnState: p.track}
	p.server.SetKeepAlivesEnabled(false)
	go func() {
		_ = p.server.Serve(listener) // It ends because it is closed.
		close(p.served)
	}()
	return p, nil
}

// Close ends the proxy and everything that goes through it.
func (p *Proxy) Close() {
	_ = p.server.Close()
	<-p.served
	p.closeHijacked()
	p.handlers.Wait()
	p.transport.CloseIdleConnections()
	_ = os.RemoveAll(p.dir)
}

// Down breaks all connections, and lets none be made any more, as if the engine were killed. It may be called by a hook.
func (p *Proxy) Down() error {
	if err := os.Rename(p.socket(), p.socket()+hidden); err != nil {
		return fmt.Errorf("hiding the socket: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
	for conn := range p.clients {
		_ = conn.Close()
	}
	for conn := range p.hijacked {
		_ = conn.Close()
	}
	return nil
}

// Up ends what Down began.
func (p *Proxy) Up() error {
	p.mu.Lock()
	p.down = false
	p.mu.Unlock()
	if err := os.Rename(p.socket()+hidden, p.socket()); err != nil {
		return fmt.Errorf("showing the socket again: %w", err)
	}
	return nil
}

// hidden is added to the name of the socket while nobody can connect.
const hidden = ".down"

func (p *Proxy) socket() string { return filepath.Join(p.dir, "s") }

// track knows the connections of clients that the server serves.
func (p *Proxy) track(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch state {
	case http.StateNew:
		if p.down { // It was on its way when the socket was hidden.
			_ = conn.Close()
		}
		p.clients[conn] = struct{}{}
	case http.StateClosed, http.StateHijacked:
		delete(p.clients, conn)
	}
}

// Requests are those seen since the start or the last Reset, without pings.
func (p *Proxy) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Log is Requests as text, for comparisons.
func (p *Proxy) Log() []string {
	out := []string{}
	for _, r := range p.Requests() {
		out = append(out, r.String())
	}
	return out
}

// Count is the number of requests seen since the start or the last Reset, without pings.
func (p *Proxy) Count() int { return len(p.Requests()) }

// Pings is the number of pings seen since the start or the last Reset.
func (p *Proxy) Pings() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pings
}

// Reset forgets the requests, starts counting from 1 again and takes all cuts, replies and hooks away.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests, p.replies, p.onRequest, p.onReply, p.pings = nil, nil, nil, nil, 0
	clear(p.cuts)
}

// CutBefore drops the connection of request k before the engine sees the request.
func (p *Proxy) CutBefore(k int) { p.cut(k, before) }

// CutAfter drops the connection of request k when the engine has answered, before the client sees a byte of the answer.
// The whole answer is awaited, except for streams that may never end: there the head is enough.
func (p *Proxy) CutAfter(k int) { p.cut(k, after) }

func (p *Proxy) cut(k int, when moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts[k] = when
}

// Reply answers requests in the engine's place. The pattern is one of path.Match, without the version; "" means any method.
// An error status turns the body into the engine's form of an error. The last matching reply wins.
func (p *Proxy) Reply(method, pattern string, status int, body string) {
	if status >= http.StatusBadRequest && !strings.HasPrefix(body, "{") {
		body = fmt.Sprintf(`{"message":%q}`, body)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replies = append(p.replies, reply{method, pattern, status, body})
}

// OnRequest has a function called with each request before the engine sees it, or would have seen it. The function may
// block. Only the last one set is called.
func (p *Proxy) OnRequest(call func(n int, r *http.Request)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onRequest = call
}

// OnReply has a function called with each request and its status when the engine has answered, before the client sees a
// byte of the answer. The function may block. Only the last one set is called.
func (p *Proxy) OnReply(call func(n int, r *http.Request, status int)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onReply = call
}

var versioned = regexp.MustCompile(`^/v\d+\.\d+/`)

func unversioned(r *http.Request) string { return versioned.ReplaceAllString(r.URL.Path, "/") }

// exchange is one request with what is to be done to it.
type exchange struct {
	n       int // 0 for pings.
	cut     moment
	reply   *reply
	replied func(int, *http.Request, int)
}

// note counts a request and decides what becomes of it.
func (p *Proxy) note(r *http.Request) exchange {
	name := unversioned(r)
	p.mu.Lock()
	if name == "/_ping" {
		p.pings++
		p.mu.Unlock()
		return exchange{}
	}
	n := len(p.requests) + 1
	p.requests = append(p.requests, Request{N: n, Method: r.Method, Path: name, Query: r.URL.Query()})
	out := exchange{n: n, cut: p.cuts[n], replied: p.onReply}
	for _, candidate := range p.replies {
		matched, err := path.Match(candidate.pattern, name)
		if err == nil && matched && (candidate.method == "" || candidate.method == r.Method) {
			out.reply = &candidate
		}
	}
	hook := p.onRequest
	p.mu.Unlock()
	if hook != nil {
		hook(n, r)
	}
	return out
}

func (p *Proxy) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, p.network, p.address)
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine: %w", err)
	}
	return conn, nil
}
