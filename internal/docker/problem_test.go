package docker

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// connectError is the error of connecting with the settings.
func connectError(t *testing.T, settings EngineSettings, env map[string]string) string {
	t.Helper()
	_, err := engine(t, settings, env).Client(t.Context())
	if err == nil {
		t.Fatalf("connected with %+v", settings)
	}
	if strings.Contains(err.Error(), "BEGIN") {
		t.Errorf("the error shows a key or certificate: %v", err)
	}
	var known *problem
	if !errors.As(err, &known) || known.next == "" {
		t.Errorf("the error does not say what to do next: %v", err)
	}
	return err.Error()
}

func TestSocketProblems(t *testing.T) {
	t.Parallel()
	missing := socketPath(t)
	wantAll(t, connectError(t, EngineSettings{}, map[string]string{"DOCKER_HOST": "unix://" + missing}),
		"cannot connect to the engine at unix://"+missing+" (from DOCKER_HOST)", "there is no socket "+missing, "Start the engine")

	stale := socketPath(t)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	wantAll(t, connectError(t, EngineSettings{Host: "unix://" + stale}, nil),
		stale+" (from docker.host)", "nobody listens", "connection refused", "Start the engine")

	long := "/" + strings.Repeat("x", 200)
	wantAll(t, connectError(t, EngineSettings{Host: "unix://" + long}, nil), "unix socket path", "too long")
}

func TestSocketPermission(t *testing.T) {
	t.Parallel()
	path := unix(t, newFakeEngine())
	want := []string{path, "permission denied", "may not use the socket", "group that owns the socket"}
	if os.Getuid() != 0 {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		wantAll(t, connectError(t, EngineSettings{Host: "unix://" + path}, nil), want...)
		return
	}
	// Nothing is forbidden to root, so the system's answer is made up.
	end := &endpoint{address: socketAddress("unix", path), from: "docker.host", attribute: func(n string) string { return n }}
	denied := &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", syscall.EACCES)}
	wantAll(t, connectProblem(end, &dialError{err: denied}).Error(), want...)
}

func TestDialProblems(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	wantAll(t, connectError(t, EngineSettings{Host: "tcp://" + addr}, nil),
		"tcp://"+addr+" (from docker.host)", "nobody listens at "+addr, "connection refused")

	end := &endpoint{address: tcpAddress("h:1", ""), from: "DOCKER_HOST"}
	for want, err := range map[string]error{
		"the name h cannot be resolved":          &net.DNSError{Err: "no such host", Name: "h", IsNotFound: true},
		"h:1 did not accept the connection":      &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded},
		"the connection could not be made: boom": errors.New("boom"),
	} {
		wantAll(t, connectProblem(end, &dialError{err: err}).Error(), want, "tcp://h:1 (from DOCKER_HOST)")
	}
}

func TestTLSProblems(t *testing.T) {
	t.Parallel()
	ca, other := newAuthority(t), newAuthority(t)
	strange, strangeKey := other.issue(t, time.Now().Add(time.Hour))
	fake := newFakeEngine()
	engineFor := func(config *tls.Config) string { return "tcp://" + tcp(t, fake, config) }
	open := engineFor(ca.server(t, nil, "127.0.0.1"))
	strict := engineFor(ca.server(t, ca, "127.0.0.1"))
	older := ca.server(t, ca, "127.0.0.1")
	older.MaxVersion = tls.VersionTLS12
	strict12 := engineFor(older)
	ancient := ca.server(t, nil, "127.0.0.1")
	ancient.MinVersion, ancient.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	trusting := TLSSettings{CAPEM: ca.pem}
	with := func(cert, key string) TLSSettings { return TLSSettings{CAPEM: ca.pem, CertPEM: cert, KeyPEM: key} }
	elsewhere := engineFor(ca.server(t, nil, "engine.test"))
	expired := engineFor(ca.serverUntil(t, time.Now().Add(-time.Minute), nil, "127.0.0.1"))
	const ask, turned = "client certificate and key that belong to this engine", "client certificate that is set may not be one"
	for name, c := range map[string]struct {
		host string
		tls  TLSSettings
		want string
	}{
		"unknown authority":              {open, TLSSettings{CAPEM: other.pem}, "not signed by a trusted authority|TLS comes from docker.tls"},
		"authority of the system":        {open, TLSSettings{}, "not signed by a trusted authority"},
		"wrong name":                     {elsewhere, trusting, "certificate is for another name|docker.tls.server_name"},
		"expired":                        {expired, trusting, "certificate is not valid|Renew"},
		"no client certificate":          {strict, trusting, ask},
		"no client certificate, TLS 1.2": {strict12, trusting, ask},
		"client of another authority":    {strict, with(strange, strangeKey), turned},
		"plain engine":                   {engineFor(nil), trusting, "speaks plain HTTP, not TLS|Turn TLS off"},
		"TLS 1.1":                        {engineFor(ancient), trusting, "turned the TLS connection down (tls: |protocol version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := connectError(t, EngineSettings{Host: c.host, TLS: &c.tls}, nil)
			wantAll(t, text, append(strings.Split(c.want, "|"), c.host+" (from docker.host)")...)
		})
	}
}

func TestTLSConnects(t *testing.T) {
	t.Parallel()
	ca, other := newAuthority(t), newAuthority(t)
	cert, key := ca.issue(t, time.Now().Add(time.Hour))
	fake := newFakeEngine()
	engineFor := func(config *tls.Config) string { return "tcp://" + tcp(t, fake, config) }
	open, strict := engineFor(ca.server(t, nil, "127.0.0.1")), engineFor(ca.server(t, ca, "127.0.0.1"))
	elsewhere := engineFor(ca.server(t, nil, "engine.test"))
	pair := folder(t, map[string]string{"ca.pem": ca.pem, "cert.pem": cert, "key.pem": key})
	stranger := folder(t, map[string]string{"ca.pem": other.pem})
	for name, c := range map[string]struct {
		host string
		tls  TLSSettings
	}{
		"verified":       {open, TLSSettings{CAPEM: ca.pem}},
		"not verified":   {open, TLSSettings{SkipVerify: true}},
		"certificate":    {strict, TLSSettings{CAPEM: ca.pem, CertPEM: cert, KeyPEM: key}},
		"other name":     {elsewhere, TLSSettings{CAPEM: ca.pem, ServerName: "engine.test"}},
		"from a folder":  {strict, TLSSettings{CertDir: pair}},
		"folder and PEM": {open, TLSSettings{CAPEM: ca.pem, CertDir: stranger}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := engine(t, EngineSettings{Host: c.host, TLS: &c.tls}, nil).Client(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTLSFromEnvironmentAndContextConnects(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	cert, key := ca.issue(t, time.Now().Add(time.Hour))
	host := "tcp://" + tcp(t, newFakeEngine(), ca.server(t, ca, "127.0.0.1"))
	certs := map[string]string{"ca.pem": ca.pem, "cert.pem": cert, "key.pem": key}
	files := map[string]string{"config.json": `{"currentContext":"secure"}`}
	storedContext(files, "secure", `{"Host":"`+host+`"}`, certs)
	if _, err := engineIn(t, folder(t, files), EngineSettings{}, nil).Client(t.Context()); err != nil {
		t.Errorf("by the current context: %v", err)
	}
	env := map[string]string{"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1"}
	if _, err := engineIn(t, folder(t, certs), EngineSettings{}, env).Client(t.Context()); err != nil {
		t.Errorf("by the environment: %v", err)
	}
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	secure := tcp(t, newFakeEngine(), ca.server(t, nil, "127.0.0.1"))
	wantAll(t, connectError(t, EngineSettings{Host: "tcp://" + secure}, nil),
		"not a container engine: 400", "HTTP request to an HTTPS server", "docker.tls")

	web := tcp(t, http.NotFoundHandler(), nil)
	for _, pin := range []string{"", "1.41"} {
		wantAll(t, connectError(t, EngineSettings{Host: "tcp://" + web, APIVersion: pin}, nil),
			"tcp://"+web, "not a container engine: 404 Not Found", "404 page not found")
	}
	cut := tcp(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), nil)
	wantAll(t, connectError(t, EngineSettings{Host: "tcp://" + cut}, nil), "the connection failed", "EOF", "TLS")
}

// TestDefaultIsExplained reads the messages for an engine that nobody named.
func TestDefaultIsExplained(t *testing.T) {
	t.Parallel()
	end, err := engine(t, EngineSettings{}, nil).fromDefault()
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, connectProblem(end, &dialError{err: os.ErrNotExist}).Error(), end.url+" (the default, as none of docker.host")
	wantAll(t, strangerProblem(end, &reply{status: http.StatusTeapot}).Error(), "418", "Point docker.host at an engine")
}

func TestEngineThatHangs(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	path := unix(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(func() { close(release) })
	made := engine(t, EngineSettings{Host: "unix://" + path}, nil)
	made.greetTimeout = 10 * time.Millisecond
	_, err := made.Client(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	wantAll(t, err.Error(), path, "did not answer in time")
}
