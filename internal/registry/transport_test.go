package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
)

// failFirst answers the first requests for manifests and blobs itself.
func failFirst(first int32, fail http.HandlerFunc, next http.Handler) (http.Handler, *atomic.Int32) {
	var asked atomic.Int32
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/v2/" && asked.Add(1) <= first {
			fail(w, req)
			return
		}
		next.ServeHTTP(w, req)
	}), &asked
}

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
	}
}

// drop cuts the connection instead of answering.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func TestTriesAgain(t *testing.T) {
	t.Parallel()
	for what, fail := range map[string]http.HandlerFunc{
		"429": status(429, "Retry-After", "0"), "503": status(503, "Retry-After", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)),
		"429 of its own time": status(429), "500": status(500), "502": status(502), "504": status(504), "dropped": drop,
	} {
		inner := plainRegistry()
		for again, want := range map[int32]bool{2: true, 9: false} {
			handler, asked := failFirst(again, fail, inner)
			registry := serve(t, nil, handler)
			_, err := open(t, nil).Get(t.Context(), parse(t, registry.host+"/app:v1"))
			if errors.Is(err, ErrNotFound) != want {
				t.Errorf("%s %d times: %v", what, again, err)
			}
			// net/http tries a dropped connection that was used before once more by itself.
			if n := asked.Load(); n != 3 && (what != "dropped" || n > 6) {
				t.Errorf("%s: %d attempts", what, n)
			}
		}
	}
	// What may have happened is not done twice, and what cannot be read twice is not sent twice.
	for what, c := range map[string]struct {
		fail http.HandlerFunc
		body io.Reader
		want int32
	}{
		"dropped":        {drop, nil, 1},
		"502":            {status(502), nil, 1},
		"503":            {status(503), nil, 3},
		"503, text":      {status(503), strings.NewReader("x"), 3},
		"503, no replay": {status(503), io.MultiReader(strings.NewReader("x")), 1},
	} {
		handler, asked := failFirst(9, c.fail, plainRegistry())
		registry := serve(t, nil, handler)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, registry.url+"/v2/app/manifests/v1", c.body)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := open(t, nil).Transport(registry.host).RoundTrip(req); err == nil {
			resp.Body.Close()
		}
		if asked.Load() != c.want {
			t.Errorf("%s: %d attempts, want %d", what, asked.Load(), c.want)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	limited := func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range map[string]string{
			"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "0;w=21600", "Docker-RateLimit-Source": "192.0.2.7", "Retry-After": "7200",
		} {
			w.Header().Set(name, value)
		}
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}`)
	}
	handler, asked := failFirst(9, limited, plainRegistry())
	registry := serve(t, nil, handler)
	ref := parse(t, registry.host+"/app:v1")
	r := open(t, nil)
	for what, ask := range map[string]func() error{
		"get": func() error { _, err := r.Get(t.Context(), ref); return err },
		"remote": func() error {
			_, err := remote.Get(ref, r.Options(t.Context(), registry.host)...)
			return r.Explain(ref, err)
		},
	} {
		err := ask()
		var known *Error
		if !errors.Is(err, ErrRateLimited) || !errors.As(err, &known) {
			t.Fatal(err)
		}
		wantText(t, known.Limits, "ratelimit-limit: 100;w=21600", "ratelimit-remaining: 0;w=21600",
			"docker-ratelimit-source: 192.0.2.7", "retry-after: 7200")
		wantText(t, err.Error(), "too many requests (429 of "+registry.host,
			"TOOMANYREQUESTS: You have reached your pull rate limit.", known.Limits)
		wantText(t, Failed("read", "image", "x", err).Detail(), "log in")
		if asked.Swap(0) != 1 {
			t.Errorf("%s: waits for more than is bearable", what)
		}
	}
}

// A pause that the context would not survive is not begun, and one that it does not survive ends with it.
func TestPausesHonourTheContext(t *testing.T) {
	t.Parallel()
	handler, asked := failFirst(9, status(503, "Retry-After", "1"), plainRegistry())
	registry := serve(t, nil, handler)
	r := open(t, nil)
	if _, err := r.Get(t.Context(), parse(t, registry.host+"/app:v1")); !errors.Is(err, ErrUnavailable) || asked.Load() != 3 {
		t.Error(err, asked.Load())
	}
	r.shared.pace.patience = time.Hour
	asked.Store(0)
	short, cancel := context.WithTimeout(t.Context(), time.Second/2)
	defer cancel()
	if _, err := r.Get(short, parse(t, registry.host+"/app:v1")); !errors.Is(err, ErrUnavailable) || asked.Load() != 1 {
		t.Error(err, asked.Load())
	}
	ended, stop := context.WithCancel(t.Context())
	arrived := make(chan struct{}, 1)
	busy := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		select {
		case arrived <- struct{}{}:
		default:
		}
		status(503, "Retry-After", "1800")(w, req)
	}))
	result := make(chan error)
	go func() {
		_, err := r.Get(ended, parse(t, busy.host+"/app:v1"))
		result <- err
	}()
	<-arrived
	stop()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Blobs that are elsewhere are fetched from there, without credentials.
func TestRedirectsDropCredentials(t *testing.T) {
	t.Parallel()
	inner := plainRegistry()
	storage := serve(t, nil, inner)
	for what, lock := range map[string]func(http.Handler) http.Handler{
		"basic": withBasic,
		"token": func(next http.Handler) http.Handler {
			s := &tokens{}
			s.realm = serve(t, nil, s).url
			return s.lock(next)
		},
	} {
		registry := serve(t, nil, lock(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodGet && strings.Contains(req.URL.Path, "/blobs/") {
				http.Redirect(w, req, storage.url+req.URL.Path+"?signature=secret-signature", http.StatusTemporaryRedirect)
				return
			}
			inner.ServeHTTP(w, req)
		})))
		r := open(t, ours(registry.host))
		reference := registry.host + "/" + what + ":v1"
		push(t, r, reference)
		img, err := remote.Image(parse(t, reference), r.Options(t.Context(), registry.host)...)
		if err != nil {
			t.Fatal(err)
		}
		layers, err := img.Layers()
		if err != nil {
			t.Fatal(err)
		}
		for _, layer := range layers {
			blob, err := layer.Compressed()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, blob); err != nil {
				t.Error(err)
			}
			blob.Close()
		}
	}
	if diff := cmp.Diff(map[string]int{"GET blobs": 4}, storage.seen()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{""}, storage.authorizations()); diff != "" {
		t.Error(diff)
	}
}

// Where another host wants a token as well, it is an anonymous one.
func TestRedirectToAnotherRegistry(t *testing.T) {
	t.Parallel()
	s := &tokens{guests: true}
	registry, server := tokenRegistry(t, s)
	push(t, open(t, ours(registry.host)), registry.host+"/app:v1")
	server.requests = nil
	front := serve(t, nil, withBasic(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/v2/" {
			http.Redirect(w, req, registry.url+req.URL.Path, http.StatusTemporaryRedirect)
		}
	})))
	_, err := open(t, ours(front.host)).Get(t.Context(), parse(t, front.host+"/app:v1"))
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{""}, server.authorizations()); diff != "" {
		t.Error(diff)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	ca := certificates.New(t)
	issued := ca.Issue(t)
	certificate, certPEM, keyPEM := issued.TLS, issued.PEM, issued.KeyPEM
	expired := ca.Issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }).TLS
	misnamed := ca.Issue(t, func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{"other.test"}, nil }).TLS
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(ca.PEM), 0o600); err != nil {
		t.Fatal(err)
	}
	registry := serve(t, certificate, withBasic(plainRegistry()))
	plain := serve(t, nil, plainRegistry())
	for what, c := range map[string]struct {
		host     string
		settings Settings
		kind     error
		text     string
	}{
		"CA":              {host: registry.host, settings: Settings{CAPEM: ca.PEM}},
		"CA as a file":    {host: registry.host, settings: Settings{CAPath: file}},
		"insecure":        {host: registry.host, settings: Settings{SkipVerify: true}},
		"unknown CA":      {registry.host, Settings{}, ErrTLS, "authority that is not known here"},
		"expired":         {serve(t, expired, plainRegistry()).host, Settings{CAPEM: ca.PEM}, ErrTLS, "not valid: "},
		"other name":      {serve(t, misnamed, plainRegistry()).host, Settings{CAPEM: ca.PEM}, ErrTLS, "not for this name"},
		"no TLS":          {plain.host, Settings{CAPEM: ca.PEM}, ErrTLS, "does not speak TLS"},
		"TLS but plain":   {registry.host, Settings{PlainHTTP: true}, nil, ""},
		"no PEM":          {registry.host, Settings{CAPEM: "x"}, ErrSettings, "holds no certificate"},
		"no file":         {registry.host, Settings{CAPath: file + "x"}, ErrSettings, ".ca_path cannot be read"},
		"PEM as a path":   {registry.host, Settings{CAPath: ca.PEM}, ErrSettings, "takes a path, but holds PEM text"},
		"both":            {registry.host, Settings{CAPath: file, CAPEM: ca.PEM}, ErrSettings, "are both set"},
		"half a pair":     {registry.host, Settings{CertPEM: certPEM}, ErrSettings, "has no other half"},
		"no pair":         {registry.host, Settings{CertPEM: certPEM, KeyPEM: ca.PEM}, ErrSettings, "are no key pair"},
		"with a pair":     {host: registry.host, settings: Settings{CAPEM: ca.PEM, CertPEM: certPEM, KeyPEM: keyPEM}},
		"loopback, plain": {host: plain.host},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c.settings.Username, c.settings.Password = account, password
			r := open(t, map[string]Settings{c.host: c.settings})
			if what == "TLS but plain" {
				if _, err := r.Head(t.Context(), parse(t, c.host+"/app:v1")); err == nil || errors.Is(err, ErrTLS) {
					t.Error(err)
				}
				return
			}
			if c.kind == nil {
				push(t, r, c.host+"/"+strings.ToLower(strings.NewReplacer(" ", "", ",", "").Replace(what))+":v1")
				return
			}
			_, err := r.Head(t.Context(), parse(t, c.host+"/app:v1"))
			if !errors.Is(err, c.kind) {
				t.Fatal(err)
			}
			wantText(t, err.Error(), c.text)
			if strings.Contains(err.Error(), "BEGIN") || Failed("x", "y", "z", err).Detail() == "" {
				t.Error(err)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	ca := certificates.New(t)
	issued := ca.Issue(t)
	certificate, certPEM, keyPEM := issued.TLS, issued.PEM, issued.KeyPEM
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pool := ca.Pool()
	inner := plainRegistry()
	server := &http.Server{Handler: inner, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan error)
	go func() {
		done <- server.Serve(tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{*certificate}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		}))
	}()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	host := listener.Addr().String()
	push(t, open(t, map[string]Settings{host: {CAPEM: ca.PEM, CertPEM: certPEM, KeyPEM: keyPEM}}), host+"/app:v1")
	_, err = open(t, map[string]Settings{host: {CAPEM: ca.PEM}}).Head(t.Context(), parse(t, host+"/app:v1"))
	if !errors.Is(err, ErrTLS) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "the other side ended it")
	wantText(t, Failed("read", "image", "x", err).Detail(), `.cert_path`)
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := gone.Addr().String()
	_ = gone.Close()
	_, err = open(t, nil).Head(t.Context(), parse(t, host+"/app:v1"))
	if !errors.Is(err, ErrUnreachable) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "nothing listens there")
	_, err = open(t, nil).Head(t.Context(), parse(t, "registry.invalid/app:v1"))
	if !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
}

// A registry that is not on the loopback interface is asked over TLS, through the proxy of the environment, and over
// plain http if its settings say so.
func TestProxyAndPlainHTTP(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, plainRegistry())
	target, err := url.Parse(registry.url)
	if err != nil {
		t.Fatal(err)
	}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	proxy := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodConnect {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		through.ServeHTTP(w, req)
	}))
	env := empty()
	env.Getenv = func(name string) string {
		return map[string]string{"HTTP_PROXY": proxy.url, "https_proxy": proxy.url}[name]
	}
	push(t, openIn(t, env, map[string]Settings{"registry.test": {PlainHTTP: true}}), "registry.test/app:v1")
	if proxy.seen()["GET /v2/"] != 1 {
		t.Error(proxy.seen())
	}
	_, err = openIn(t, env, nil).Head(t.Context(), parse(t, "registry.test/app:v1"))
	if !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
	for _, host := range []string{"registry.test", "10.1.2.3"} {
		if _, err := openIn(t, env, nil).Head(t.Context(), parse(t, host+"/app:v1")); err == nil {
			t.Errorf("%s was asked over plain http", host)
		}
	}
}

// One connection carries what is asked one after the other.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	ca := certificates.New(t)
	certificate := ca.Issue(t).TLS
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{*certificate}})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: plainRegistry(), ReadHeaderTimeout: time.Minute, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}}
	done := make(chan error)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	host := listener.Addr().String()
	r := open(t, map[string]Settings{host: {CAPEM: ca.PEM}})
	for i := range 10 {
		if _, err := r.Head(t.Context(), parse(t, fmt.Sprintf("%s/app:v%d", host, i))); !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
	}
	if opened.Load() != 1 {
		t.Errorf("%d connections", opened.Load())
	}
}
