package docker

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/docker/docker/api/types/network"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
)

// inspectNothing asks for no more than an inspection gives.
var inspectNothing = network.InspectOptions{}

// fakeEngine answers what an engine answers to its first questions.
type fakeEngine struct {
	api, minimum, server string
	// handle, when set, answers everything else.
	handle http.HandlerFunc

	pings, versions, dials atomic.Int64
	mu                     sync.Mutex
	seen                   http.Header
}

func newFakeEngine() *fakeEngine {
	return &fakeEngine{api: "1.41", minimum: "1.24", server: "Docker/20.10.24 (linux)"}
}

func (f *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.seen = r.Header.Clone()
	f.mu.Unlock()
	if f.server != "" {
		w.Header().Set("Server", f.server)
	}
	w.Header().Set("Api-Version", f.api)
	switch {
	case strings.HasSuffix(r.URL.Path, "/_ping"):
		f.pings.Add(1)
	case r.URL.Path == "/version":
		f.versions.Add(1)
		part := "Engine"
		if strings.HasPrefix(f.server, "Libpod") || f.server == "" {
			part = "Podman Engine"
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"ApiVersion": f.api, "MinAPIVersion": f.minimum, "Components": []map[string]string{{"Name": part, "Version": "4.3.1"}},
		})
	case f.handle != nil:
		f.handle(w, r)
	default:
		http.NotFound(w, r)
	}
}

// header returns a header of the last request.
func (f *fakeEngine) header(name string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen.Get(name)
}

// greetings is how often somebody asked who this is.
func (f *fakeEngine) greetings() int64 { return f.pings.Load() + f.versions.Load() }

// unix serves the handler at a new socket and returns its path.
func unix(t *testing.T, handler http.Handler) string {
	t.Helper()
	path := socketPath(t)
	listenAt(t, path, handler)
	return path
}

// listenAt serves the handler at the socket.
func listenAt(t *testing.T, path string, handler http.Handler) {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, listener, handler, nil)
}

// socketPath is a path short enough for a socket.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "eng") //nolint:usetesting // the path of t.TempDir can be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "s")
}

// tcp serves the handler at a free port, with TLS if there is a configuration.
func tcp(t *testing.T, handler http.Handler, config *tls.Config) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, listener, handler, config)
	return listener.Addr().String()
}

func serve(t *testing.T, listener net.Listener, handler http.Handler, config *tls.Config) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	if err := server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if fake, ok := handler.(*fakeEngine); ok {
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				fake.dials.Add(1)
			}
		}
	}
	if config == nil {
		server.Start()
	} else {
		server.TLS = config
		server.StartTLS()
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

// engine makes an engine in a made-up environment.
func engine(t *testing.T, settings EngineSettings, env map[string]string) *Engine {
	t.Helper()
	return engineIn(t, t.TempDir(), settings, env)
}

// engineIn is engine with a given folder of the Docker CLI.
func engineIn(t *testing.T, dir string, settings EngineSettings, env map[string]string) *Engine {
	t.Helper()
	all := NewEnginesIn(Environment{
		Getenv:    func(name string) string { return env[name] },
		ConfigDir: dir,
	}, Settings{EngineSettings: settings})
	t.Cleanup(func() {
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	})
	made, err := all.Engine("")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// authority is a CA that signs for tests.
type authority struct {
	*certificates.Authority

	pem string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	made := certificates.New(t)
	return &authority{Authority: made, pem: made.PEM}
}

// issue signs a certificate for the names and returns it with its key.
func (a *authority) issue(t *testing.T, until time.Time, names ...string) (cert, key string) {
	t.Helper()
	made := a.Issue(t, func(template *x509.Certificate) {
		template.NotAfter, template.IPAddresses, template.DNSNames = until, nil, nil
		for _, name := range names {
			if ip := net.ParseIP(name); ip != nil {
				template.IPAddresses = append(template.IPAddresses, ip)
			} else {
				template.DNSNames = append(template.DNSNames, name)
			}
		}
	})
	return made.PEM, made.KeyPEM
}

// server is the configuration of an engine for the names; clients, if set,
// signs the client certificates that it demands.
func (a *authority) server(t *testing.T, clients *authority, names ...string) *tls.Config {
	t.Helper()
	return a.serverUntil(t, time.Now().Add(time.Hour), clients, names...)
}

func (a *authority) serverUntil(t *testing.T, until time.Time, clients *authority, names ...string) *tls.Config {
	t.Helper()
	cert, key := a.issue(t, until, names...)
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	if clients != nil {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		config.ClientCAs = clients.Pool()
	}
	return config
}

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wantAll fails the test for each part that the text does not have.
func wantAll(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}
