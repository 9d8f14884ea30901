package proxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// ServeHTTP handles one request of a client.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.handlers.Add(1)
	defer p.handlers.Done()
	x := p.note(r)
	switch {
	case x.cut == before:
		drop(w)
	case x.reply != nil:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(x.reply.status)
		_, _ = io.WriteString(w, x.reply.body)
	case r.Header.Get("Upgrade") != "":
		p.upgrade(w, r, x)
	default:
		p.forward(w, r, x)
	}
}

// drop closes the client's connection without another byte.
func drop(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// forward passes on an ordinary request; the answer may be a stream.
func (p *Proxy) forward(w http.ResponseWriter, r *http.Request, x exchange) {
	// An engine may answer while it still reads, for instance when it builds or loads an image.
	_ = http.NewResponseController(w).EnableFullDuplex()
	resp, err := p.transport.RoundTrip(toEngine(r.Context(), r))
	if err != nil {
		drop(w)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if x.cut == after && !endless(r) {
		_, _ = io.Copy(io.Discard, resp.Body)
	}
	x.answered(r, resp.StatusCode)
	if x.cut == after {
		drop(w)
		return
	}
	copyAnswer(w, resp)
}

// answered calls the hook.
func (x exchange) answered(r *http.Request, status int) {
	if x.replied != nil {
		x.replied(x.n, r, status)
	}
}

// endless says that an answer may take as long as a container or the engine runs.
func endless(r *http.Request) bool {
	name, query := unversioned(r), r.URL.Query()
	switch {
	case name == "/events", strings.HasSuffix(name, "/wait"), strings.HasSuffix(name, "/attach"):
		return true
	case strings.HasSuffix(name, "/stats"):
		return query.Get("stream") != "0" && query.Get("stream") != "false"
	case strings.HasSuffix(name, "/logs"):
		return query.Get("follow") == "1" || query.Get("follow") == "true"
	default:
		return false
	}
}

// toEngine is the request as a client sends it.
func toEngine(ctx context.Context, r *http.Request) *http.Request {
	out := r.Clone(ctx)
	out.RequestURI = ""
	out.URL.Scheme, out.URL.Host = "http", "engine"
	out.Close = false
	if r.Header.Get("Upgrade") == "" {
		out.Header.Del("Connection")
	}
	return out
}

// copyAnswer sends on every piece of an answer as it comes.
func copyAnswer(w http.ResponseWriter, resp *http.Response) {
	for name, values := range resp.Header {
		if name != "Connection" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(resp.StatusCode)
	control := http.NewResponseController(w)
	_ = control.Flush()
	buf := make([]byte, 32<<10)
	for {
		n, err := resp.Body.Read(buf)
		if n > 0 {
			if _, writeErr := w.Write(buf[:n]); writeErr != nil {
				return
			}
			_ = control.Flush()
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			drop(w) // The engine broke off in the middle: so do we.
			return
		}
	}
}

// upgrade passes on a request that asks for the connection itself.
func (p *Proxy) upgrade(w http.ResponseWriter, r *http.Request, x exchange) {
	engine, err := p.dial(r.Context())
	if err != nil {
		drop(w)
		return
	}
	defer p.keep(engine)()
	request := toEngine(r.Context(), r)
	if err := request.Write(engine); err != nil {
		drop(w)
		return
	}
	reader := bufio.NewReader(engine)
	resp, err := http.ReadResponse(reader, request)
	if err != nil {
		drop(w)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusSwitchingProtocols && x.cut == after {
		_, _ = io.Copy(io.Discard, resp.Body)
	}
	x.answered(r, resp.StatusCode)
	switch {
	case x.cut == after:
		drop(w)
	case resp.StatusCode != http.StatusSwitchingProtocols:
		copyAnswer(w, resp)
	default:
		p.connect(w, resp, engine, reader)
	}
}

// connect copies both ways until both sides have ended or one is closed.
func (p *Proxy) connect(w http.ResponseWriter, resp *http.Response, engine net.Conn, fromEngine io.Reader) {
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer p.keep(client)()
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %s\r\n", resp.Status)
	_ = resp.Header.Write(&head) // To memory: cannot fail.
	head.WriteString("\r\n")
	if _, err := io.WriteString(client, head.String()); err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { pipe(engine, buffered.Reader, client) })
	both.Go(func() { pipe(client, fromEngine, engine) })
	both.Wait()
}

// pipe copies one direction. An end of file is passed on; an error ends both directions.
func pipe(dst net.Conn, src io.Reader, srcConn net.Conn) {
	if _, err := io.Copy(dst, src); err != nil {
		_ = srcConn.Close()
		_ = dst.Close()
		return
	}
	half, ok := dst.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		_ = dst.Close()
	}
}

// keep remembers a connection that the server no longer knows, until the function it returns closes it.
func (p *Proxy) keep(conn net.Conn) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hijacked[conn] = struct{}{}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.hijacked, conn)
		_ = conn.Close()
	}
}

func (p *Proxy) closeHijacked() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.hijacked {
		_ = conn.Close()
	}
}
