package armsim

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// quiet has the servers keep to themselves what clients break off.
var quiet = log.New(io.Discard, "", 0)

// tunnels is a listener for the connections that the proxy took over.
type tunnels struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newTunnels() *tunnels {
	return &tunnels{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *tunnels) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// context ends with the listener too: what was hijacked from its servers does not end with these.
func (l *tunnels) context(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-l.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (l *tunnels) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (l *tunnels) take(conn net.Conn) {
	select {
	case l.conns <- conn:
	case <-l.done:
		_ = conn.Close()
	}
}

// metadataService is where machines of Azure find the tokens of their identity.
const metadataService = "169.254.169.254"

// proxy leads clients to the simulated hosts.
func (s *Server) proxy(w http.ResponseWriter, r *http.Request) {
	host := strings.ToLower(r.URL.Hostname())
	switch {
	case r.Method == http.MethodConnect && s.answersFor(host):
		s.tunnel(w, s.tunnels.take)
	case r.Method == http.MethodConnect && slices.Contains(s.options.Through, host):
		s.passThrough(w, r)
	case r.Method != http.MethodConnect && (host == "" || host == metadataService):
		s.serveIdentity(w, r)
	default:
		s.mu.Lock()
		s.refused = append(s.refused, host)
		s.mu.Unlock()
		text := fmt.Sprintf("armsim: %s is no host that is simulated, and nothing else is reached through here", host)
		http.Error(w, text, http.StatusBadGateway)
	}
}

// answersFor says whether a host is simulated. Container registries have a host as long as they exist.
func (s *Server) answersFor(host string) bool {
	if registryName(host) == "" {
		return serviceOf(host) != nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return s.registryOf(host) != nil
}

// tunnel agrees to a CONNECT and gives its connection away.
func (s *Server) tunnel(w http.ResponseWriter, take func(net.Conn)) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, "armsim: tunnels need HTTP/1.1", http.StatusInternalServerError)
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = conn.Close()
		return
	}
	take(conn)
}

func (s *Server) passThrough(w http.ResponseWriter, r *http.Request) {
	var dialer net.Dialer
	far, err := dialer.DialContext(r.Context(), "tcp", r.URL.Host)
	if err != nil {
		http.Error(w, "armsim: "+err.Error(), http.StatusBadGateway)
		return
	}
	s.tunnel(w, func(near net.Conn) {
		go relay(far, near)
		go relay(near, far)
	})
}

func relay(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
}
