package registry

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
)

// The rule of the package's documentation, place by place.
func TestRealmRule(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		host, scheme string
		settings     Settings
		realm        string
		good, guest  bool // with credentials and without
	}{
		"Docker Hub":                 {"index.docker.io", "https", Settings{}, "https://auth.docker.io/token", true, true},
		"the same host":              {"ghcr.io", "https", Settings{}, "https://ghcr.io/token", true, true},
		"plain, from TLS":            {"r.test", "https", Settings{}, "http://r.test/token", false, false},
		"plain elsewhere, from TLS":  {"r.test", "https", Settings{}, "http://auth.test/token", false, false},
		"plain by name, from TLS":    {"r.test", "https", Settings{}, "http://named.test/token", true, true},
		"this machine":               {"r.test", "https", Settings{}, "https://127.0.0.1/token", false, false},
		"this machine, long":         {"r.test", "https", Settings{}, "https://[::ffff:127.0.0.1]/token", false, false},
		"metadata":                   {"r.test", "https", Settings{}, "https://169.254.169.254/token", false, false},
		"unverified, elsewhere":      {"r.test", "https", Settings{SkipVerify: true}, "https://auth.test/token", false, true},
		"unverified, same":           {"r.test:5000", "https", Settings{SkipVerify: true}, "https://r.test/token", true, true},
		"plain registry, same":       {"r.test:5000", "http", Settings{PlainHTTP: true}, "http://r.test:5001/token", true, true},
		"plain registry, elsewhere":  {"r.test:5000", "http", Settings{PlainHTTP: true}, "http://auth.test/token", false, true},
		"plain registry, TLS there":  {"r.test:5000", "http", Settings{PlainHTTP: true}, "https://auth.test/token", false, true},
		"loopback":                   {"localhost:5000", "http", Settings{}, "http://127.0.0.1:5001/token", true, true},
		"from loopback to the world": {"localhost:5000", "http", Settings{}, "http://auth.test/token", false, true},
		"no URL":                     {"r.test", "https", Settings{}, "://", false, false},
		"another scheme":             {"r.test", "https", Settings{}, "file:///etc/passwd", false, false},
		"a user in it":               {"r.test", "https", Settings{}, "https://a:b@r.test/token", false, false},
	} {
		r := open(t, map[string]Settings{c.host: c.settings, "named.test": {PlainHTTP: true}})
		conn, err := r.shared.connection(c.host)
		if err != nil {
			t.Fatal(err)
		}
		conn.greeted = &greeting{scheme: c.scheme}
		for secret, want := range map[bool]bool{true: c.good, false: c.guest} {
			_, err := newSession(conn, nil).home.realm(c.realm, secret)
			if (err == nil) != want {
				t.Errorf("%s, with credentials %t: %v", what, secret, err)
			}
			if err != nil && !errors.Is(err, ErrRedirect) && !errors.Is(err, ErrProtocol) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}

// A token server cannot send credentials on to another place.
func TestTokenServerRedirects(t *testing.T) {
	t.Parallel()
	s := &tokens{}
	elsewhere := serve(t, nil, s)
	var target string
	server := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/here" {
			s.ServeHTTP(w, req)
			return
		}
		where, err := url.Parse(target)
		if err != nil {
			t.Error(err)
			return
		}
		where.RawQuery = req.URL.RawQuery
		http.Redirect(w, req, where.String(), http.StatusTemporaryRedirect)
	}))
	s.realm = server.url + "/token"
	registry := serve(t, nil, s.lock(plainRegistry()))
	ref := parse(t, registry.host+"/app:v1")
	target = elsewhere.url + "/token"
	if _, err := open(t, ours(registry.host)).Head(t.Context(), ref); !errors.Is(err, ErrRedirect) {
		t.Error(err)
	}
	if diff := cmp.Diff(map[string]int{}, elsewhere.seen()); diff != "" {
		t.Error(diff)
	}
	target = "/here"
	if _, err := open(t, ours(registry.host)).Head(t.Context(), ref); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	target = "/again"
	if _, err := open(t, ours(registry.host)).Head(t.Context(), ref); !errors.Is(err, ErrProtocol) {
		t.Error(err)
	}
}

// A registry over TLS does not lead to plain http, and a client certificate is for the registry alone.
func TestNoDowngrade(t *testing.T) {
	t.Parallel()
	ca := certificates.New(t)
	issued := ca.Issue(t)
	certificate, certPEM, keyPEM := issued.TLS, issued.PEM, issued.KeyPEM
	plain := serve(t, nil, plainRegistry())
	registry := serve(t, certificate, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/v2/" {
			http.Redirect(w, req, plain.url+req.URL.Path, http.StatusTemporaryRedirect)
		}
	}))
	settings := Settings{CAPEM: ca.PEM, CertPEM: certPEM, KeyPEM: keyPEM}
	_, err := open(t, map[string]Settings{registry.host: settings}).Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrRedirect) {
		t.Error(err)
	}
	if len(plain.seen()) != 0 {
		t.Error(plain.seen())
	}
	r := open(t, map[string]Settings{registry.host: settings, "named.test": {SkipVerify: true}})
	conn, err := r.shared.connection(registry.host)
	if err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]struct{ certificates, skip bool }{
		"https://127.0.0.1:1/": {true, false}, "https://other.test/": {false, false}, "https://named.test/": {false, true},
	} {
		u, err := url.Parse(where)
		if err != nil {
			t.Fatal(err)
		}
		to, err := conn.transportTo(u)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(to.TLSClientConfig.Certificates) > 0; got != want.certificates || to.TLSClientConfig.InsecureSkipVerify != want.skip {
			t.Errorf("%s: certificate %t, skip %t", where, got, to.TLSClientConfig.InsecureSkipVerify)
		}
	}
}

// Relative redirects are relative to what was really asked.
func TestRelativeRedirect(t *testing.T) {
	t.Parallel()
	ca := certificates.New(t)
	withTLS := ca.Issue(t).TLS
	for _, certificate := range []*tls.Certificate{withTLS, nil} {
		inner := plainRegistry()
		registry := serve(t, certificate, withBasic(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodHead && req.URL.Query().Get("moved") == "" {
				http.Redirect(w, req, req.URL.Path+"?moved=1", http.StatusFound)
				return
			}
			inner.ServeHTTP(w, req)
		})))
		settings := ours(registry.host)[registry.host]
		if certificate != nil {
			settings.CAPEM = ca.PEM
		}
		r := open(t, map[string]Settings{registry.host: settings})
		want := push(t, r, registry.host+"/app:v1")
		if got, err := r.Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil || got.Digest != want.Digest {
			t.Error(got, err)
		}
	}
}
