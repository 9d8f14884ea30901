package registry

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	fake "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const (
	account  = "robot"
	password = "pa:ss w/rd" // It has what encodings trip over.
)

// web is a server that keeps what it was asked.
type web struct {
	host string
	url  string

	mu       sync.Mutex
	requests []*http.Request
}

// serve starts a server on the loopback interface. certificate is nil for plain http.
func serve(t *testing.T, certificate *tls.Certificate, handler http.Handler) *web {
	t.Helper()
	w := &web{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
		w.mu.Lock()
		w.requests = append(w.requests, req.Clone(req.Context()))
		w.mu.Unlock()
		handler.ServeHTTP(out, req)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if certificate == nil {
		server.Start()
	} else {
		server.TLS = &tls.Config{Certificates: []tls.Certificate{*certificate}}
		server.StartTLS()
	}
	t.Cleanup(server.Close)
	w.url = server.URL
	w.host = server.Listener.Addr().String()
	return w
}

// seen counts the requests by "METHOD path", where the path is shortened to its kind.
func (w *web) seen() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := make(map[string]int)
	for _, req := range w.requests {
		path := req.URL.Path
		for _, kind := range []string{"manifests", "blobs"} {
			if strings.Contains(path, "/"+kind+"/") {
				path = kind
			}
		}
		counts[req.Method+" "+path]++
	}
	return counts
}

// authorizations are the distinct Authorization headers seen.
func (w *web) authorizations() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make(map[string]bool)
	for _, req := range w.requests {
		all[req.Header.Get("Authorization")] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// plainRegistry is go-containerregistry's own registry.
func plainRegistry() http.Handler {
	return fake.New(fake.Logger(log.New(io.Discard, "", 0)))
}

// withBasic wants a user and a password.
func withBasic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if u, p, ok := req.BasicAuth(); !ok || u != account || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="ours"`)
			refuse401(w, "wrong password")
			return
		}
		next.ServeHTTP(w, req)
	})
}

func refuse401(w http.ResponseWriter, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprintf(w, `{"errors":[{"code":"UNAUTHORIZED","message":%q}]}`, message)
}

// tokens is a token server, and the lock that its tokens open.
type tokens struct {
	realm    string // set when the server is up
	identity string // the identity token that it takes
	granted  string // actions that it grants at most; empty is all
	life     int    // of tokens, in seconds
	guests   bool   // those without credentials get pull

	mu     sync.Mutex
	issued map[string][]string
	asked  []string
}

// ServeHTTP issues tokens.
func (s *tokens) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var scopes []string
	u, p, basic := req.BasicAuth()
	switch {
	case req.Method == http.MethodPost:
		if s.identity == "" {
			http.NotFound(w, req)
			return
		}
		if req.PostFormValue("grant_type") != "refresh_token" || req.PostFormValue("refresh_token") != s.identity {
			refuse401(w, "bad identity token")
			return
		}
		scopes = strings.Fields(req.PostFormValue("scope"))
	case basic && (u != account || p != password):
		refuse401(w, "wrong password, not "+p)
		return
	case !basic && !s.guests:
		refuse401(w, "who are you")
		return
	default:
		scopes = req.URL.Query()["scope"]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.issued == nil {
		s.issued = make(map[string][]string)
	}
	value := fmt.Sprintf("token-%d-of-%s", len(s.asked), u)
	s.issued[value] = s.reduce(scopes, basic || req.Method == http.MethodPost)
	s.asked = append(s.asked, strings.Join(scopes, " "))
	if err := json.NewEncoder(w).Encode(map[string]any{"token": value, "expires_in": s.life}); err != nil {
		return
	}
}

func (s *tokens) reduce(scopes []string, known bool) []string {
	limit := s.granted
	if !known {
		limit = "pull"
	}
	if limit == "" {
		return scopes
	}
	var kept []string
	for _, one := range scopes {
		colon := strings.LastIndex(one, ":")
		kept = append(kept, one[:colon+1]+limit)
	}
	return kept
}

var apiPath = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs|tags|referrers)/`)

// lock wants a token that the server has issued for what is asked.
func (s *tokens) lock(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		needed := ""
		action := "pull"
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			action = "push"
		}
		if parts := apiPath.FindStringSubmatch(req.URL.Path); parts != nil {
			needed = "repository:" + parts[1] + ":"
		}
		has, why := s.opens(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "), needed, action)
		if has {
			next.ServeHTTP(w, req)
			return
		}
		header := fmt.Sprintf(`Bearer realm="%s",service="test registry"`, s.realm)
		if needed != "" {
			header += fmt.Sprintf(`,scope="%s%s"`, needed, map[string]string{"pull": "pull", "push": "pull,push"}[action])
		}
		if why != "" {
			header += `,error="` + why + `"`
		}
		w.Header().Set("WWW-Authenticate", header)
		refuse401(w, "authentication required")
	})
}

func (s *tokens) opens(token, needed, action string) (bool, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scopes, ok := s.issued[token]
	if !ok {
		return false, ""
	}
	for _, one := range scopes {
		if actions, found := strings.CutPrefix(one, needed); found && slices.Contains(strings.Split(actions, ","), action) {
			return true, ""
		}
	}
	return needed == "", "insufficient_scope"
}

// revoke has no token open anything any more.
func (s *tokens) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = make(map[string][]string)
}

// tokenRegistry is a registry with a token server on another port.
func tokenRegistry(t *testing.T, s *tokens) (registry, server *web) {
	t.Helper()
	server = serve(t, nil, s)
	s.realm = server.url + "/token"
	return serve(t, nil, s.lock(plainRegistry())), server
}

// empty is an environment without anything.
func empty() Environment {
	return Environment{
		Getenv:   func(string) string { return "" },
		Home:     "/nowhere",
		LookPath: func(string) (string, error) { return "", exec.ErrNotFound },
	}
}

// open returns registries that do not wait long, in an empty environment.
func open(t *testing.T, settings map[string]Settings, natives ...Native) *Registries {
	t.Helper()
	return openIn(t, empty(), settings, natives...)
}

func openIn(t *testing.T, env Environment, settings map[string]Settings, natives ...Native) *Registries {
	t.Helper()
	r := NewIn(env, settings, natives...)
	r.shared.pace = pace{attempts: 3, first: time.Millisecond, most: 2 * time.Millisecond, patience: 2 * time.Second}
	t.Cleanup(r.Close)
	return r
}

// ours are settings with the right password.
func ours(host string) map[string]Settings {
	return map[string]Settings{host: {Username: account, Password: password}}
}

func parse(t *testing.T, s string) name.Reference {
	t.Helper()
	ref, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// push puts a small image into a registry, and returns its descriptor.
func push(t *testing.T, r *Registries, reference string) v1.Descriptor {
	t.Helper()
	img, err := random.Image(300, 2)
	if err != nil {
		t.Fatal(err)
	}
	ref := parse(t, reference)
	if err := remote.Write(ref, img, r.Options(ForPush(t.Context()), ref.Context().RegistryStr())...); err != nil {
		t.Fatalf("push %s: %s", reference, err)
	}
	raw, err := img.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	media, err := img.MediaType()
	if err != nil {
		t.Fatal(err)
	}
	return v1.Descriptor{MediaType: media, Digest: digest, Size: int64(len(raw))}
}

// wantText fails unless the text has all words, and no secret.
func wantText(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q\nlacks %q", text, word)
		}
	}
	for _, secret := range []string{password, "cGE6c3Mgdy9yZA", "cm9ib3Q6cGE6c3Mgdy9yZA", "token-"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q\nshows %q", text, secret)
		}
	}
}
