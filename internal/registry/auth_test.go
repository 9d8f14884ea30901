package registry

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBasic(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, withBasic(plainRegistry()))
	good := open(t, ours(registry.host))
	want := push(t, good, registry.host+"/app:v1")
	if got, err := good.Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil || got.Digest != want.Digest {
		t.Error(got, err)
	}
	wrong := open(t, map[string]Settings{registry.host: {Username: account, Password: "wrong"}})
	_, err := wrong.Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), registry.host+` (asked for `, `it does not accept the password of "robot" from the provider's registries["`)
	wantText(t, Failed("read", "image", "x", err).Detail(), "Correct them where they come from")

	_, err = open(t, nil).Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "it wants credentials (401), and there are none: searched /nowhere/.docker/config.json (not there), ")
	wantText(t, Failed("read", "image", "x", err).Detail(), "docker login "+registry.host)
	if n := len(registry.authorizations()); n != 3 {
		t.Errorf("%d kinds of Authorization, want none, right and wrong", n)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := &tokens{life: 300}
	registry, server := tokenRegistry(t, s)
	r := open(t, ours(registry.host))
	push(t, r, registry.host+"/team/app:v1")
	// A push needs one token, and so does all that follows in the repository.
	if _, err := r.Head(t.Context(), parse(t, registry.host+"/team/app:v1")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"repository:team/app:pull,push"}, s.asked); diff != "" {
		t.Error(diff)
	}
	// Tokens that the registry does not accept any more are replaced.
	s.revoke()
	if _, err := r.Get(t.Context(), parse(t, registry.host+"/team/app:v1")); err != nil {
		t.Error(err)
	}
	for _, header := range registry.authorizations() {
		if strings.HasPrefix(header, "Basic") {
			t.Error("the registry got the password that the token server wants")
		}
	}
	if query := server.requests[0].URL.Query(); query.Get("service") != "test registry" {
		t.Error(query)
	}
}

// Tokens that end are not used to the end.
func TestTokensEnd(t *testing.T) {
	t.Parallel()
	for life, want := range map[int]int{300: 1, 0: 1} {
		s := &tokens{life: life}
		registry, _ := tokenRegistry(t, s)
		r := open(t, ours(registry.host))
		push(t, r, registry.host+"/app:v1")
		home, err := r.session(registry.host)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.asked); got != want {
			t.Errorf("%d tokens of %d s, want %d", got, life, want)
		}
		for _, one := range home.home.tokens {
			one.ends = one.ends.Add(-3e11)
		}
		if _, err := r.Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
			t.Fatal(err)
		}
		if got := len(s.asked); got != want+1 {
			t.Errorf("%d tokens after they ended, want %d", got, want+1)
		}
	}
}

// A registry may have a request wait for longer than its token lives: another token is made then.
func TestTokensEndWhileWaiting(t *testing.T) {
	t.Parallel()
	s := &tokens{}
	server := serve(t, nil, s)
	s.realm = server.url + "/token"
	var end atomic.Pointer[func()]
	locked := s.lock(plainRegistry())
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.Contains(req.URL.Path, "/manifests/") && req.Header.Get("Authorization") != "" {
			if late := end.Swap(nil); late != nil {
				(*late)()
				status(http.StatusTooManyRequests, "Retry-After", "0")(w, req)
				return
			}
		}
		locked.ServeHTTP(w, req)
	}))
	push(t, open(t, ours(registry.host)), registry.host+"/app:v1")
	r := open(t, ours(registry.host))
	home, err := r.session(registry.host)
	if err != nil {
		t.Fatal(err)
	}
	late := func() {
		s.revoke()
		home.home.mu.Lock()
		defer home.home.mu.Unlock()
		for _, one := range home.home.tokens {
			one.ends = one.ends.Add(-time.Hour)
		}
	}
	end.Store(&late)
	if _, err := r.Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
		t.Error(err)
	}
	if end.Load() != nil {
		t.Error("the registry had nobody wait")
	}
}

func TestGuests(t *testing.T) {
	t.Parallel()
	s := &tokens{guests: true}
	registry, _ := tokenRegistry(t, s)
	push(t, open(t, ours(registry.host)), registry.host+"/app:v1")
	if _, err := open(t, nil).Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
		t.Error(err)
	}
	s.guests = false
	_, err := open(t, nil).Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "it wants credentials (401 of the token server at http://127.0.0.1:", "there are none: searched")
}

// A wrong password and a lack of rights are told apart, and the server's echo of a password is not shown.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	s := &tokens{}
	registry, _ := tokenRegistry(t, s)
	push(t, open(t, ours(registry.host)), registry.host+"/app:v1")
	ref := parse(t, registry.host+"/app:v1")
	const secret = "wrong+p&ss"
	wrong := open(t, map[string]Settings{registry.host: {Username: account, Password: secret}})
	_, err := wrong.Head(t.Context(), ref)
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), `it does not accept the password of "robot" from`, "(401 of the token server", "wrong password, not ***")
	if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
		t.Error("the error shows the password")
	}
	s.granted = "nothing"
	_, err = open(t, ours(registry.host)).Head(t.Context(), ref)
	if !errors.Is(err, ErrForbidden) || errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), `it does not allow this with the password of "robot" from the provider's registries[`, "insufficient_scope")
}

func TestIdentityToken(t *testing.T) {
	t.Parallel()
	s := &tokens{identity: "identity-secret"}
	registry, server := tokenRegistry(t, s)
	with := func(token string) *Registries {
		return open(t, map[string]Settings{registry.host: {IdentityToken: token}})
	}
	r := with(s.identity)
	push(t, r, registry.host+"/app:v1")
	if diff := cmp.Diff(map[string]int{"POST /token": 1}, server.seen()); diff != "" {
		t.Error(diff)
	}
	ref := parse(t, registry.host+"/app:v1")
	_, err := with("wrong").Head(t.Context(), ref)
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "it does not accept the identity token from the provider's registries[")
	s.identity = ""
	_, err = with("identity-secret").Head(t.Context(), ref)
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "takes no identity tokens")
}

func TestRegistryToken(t *testing.T) {
	t.Parallel()
	s := &tokens{issued: map[string][]string{"given-secret": {"repository:app:pull,push"}}}
	registry, server := tokenRegistry(t, s)
	r := open(t, map[string]Settings{registry.host: {RegistryToken: "given-secret"}})
	push(t, r, registry.host+"/app:v1")
	if len(server.seen()) != 0 {
		t.Error("asked for a token")
	}
	s.revoke()
	_, err := r.Get(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), "it does not accept the registry token from")
}

// The credentials of one resource are for its registry alone, and for nobody else.
func TestWithCredentials(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, withBasic(plainRegistry()))
	other := serve(t, nil, withBasic(plainRegistry()))
	r := open(t, nil)
	view := r.WithCredentials(registry.host, Credentials{Username: account, Password: password})
	push(t, view, registry.host+"/app:v1")
	if _, err := r.Head(t.Context(), parse(t, registry.host+"/app:v1")); !errors.Is(err, ErrUnauthorized) {
		t.Error(err)
	}
	same := r.WithCredentials(registry.host, Credentials{Username: account, Password: password})
	for range 2 {
		if _, err := same.Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
			t.Error(err)
		}
		same = r.WithCredentials(registry.host, Credentials{Username: account, Password: password})
	}
	wrong := r.WithCredentials(registry.host, Credentials{Username: account, Password: "wrong"})
	if _, err := wrong.Head(t.Context(), parse(t, registry.host+"/app:v1")); !errors.Is(err, ErrUnauthorized) {
		t.Error(err)
	}
	if _, err := view.Head(t.Context(), parse(t, other.host+"/app:v1")); !errors.Is(err, ErrUnauthorized) {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{""}, other.authorizations()); diff != "" {
		t.Error(diff)
	}
	one, err := view.session(other.host)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := r.session(other.host); err != nil || same != one {
		t.Error("the view does not share the other registries")
	}
	if r.WithCredentials(registry.host, Credentials{Username: account, Password: password}) != view {
		t.Error("two resources with the same credentials do not share what they look up")
	}
	waiting := open(t, map[string]Settings{registry.host: {Unknown: []string{"password"}}})
	if _, err := waiting.Get(t.Context(), parse(t, registry.host+"/app:v1")); !errors.Is(err, ErrNotReady) {
		t.Error(err)
	}
	ready := waiting.WithCredentials(registry.host, Credentials{Username: account, Password: password})
	if _, err := ready.Get(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
		t.Error(err)
	}
	got, err := view.Credentials(t.Context(), registry.host)
	if err != nil || got.Source != "the resource's own settings" || got.Password != password {
		t.Error(got, err)
	}
}

// Layers are mounted across repositories with one token for both.
func TestMountScopes(t *testing.T) {
	t.Parallel()
	s := &tokens{}
	registry, _ := tokenRegistry(t, s)
	r := open(t, ours(registry.host))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		registry.url+"/v2/to/it/blobs/uploads/?mount=sha256:00&from=from/there", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: r.Transport(registry.host)}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if diff := cmp.Diff([]string{"repository:to/it:pull,push repository:from/there:pull"}, s.asked); diff != "" {
		t.Error(diff)
	}
}

// Where the registry's word on scopes differs from ours, it is followed.
func TestFollowsTheRegistrysScope(t *testing.T) {
	t.Parallel()
	s := &tokens{}
	server := serve(t, nil, s)
	s.realm = server.url
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if ok, _ := s.opens(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "), "repository:prefix/app:", "pull"); ok {
			fmt.Fprint(w, `{"schemaVersion":2,"manifests":[]}`)
			return
		}
		w.Header().Set("WWW-Authenticate", `Negotiate, Bearer realm="`+s.realm+`", scope="repository:prefix/app:pull"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	if _, err := open(t, ours(registry.host)).Get(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
		t.Error(err)
	}
}

// A registry may let everybody greet it and still want a login for more.
func TestChallengeAfterGreeting(t *testing.T) {
	t.Parallel()
	inner := plainRegistry()
	locked := withBasic(inner)
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/v2/" {
			inner.ServeHTTP(w, req)
			return
		}
		locked.ServeHTTP(w, req)
	}))
	r := open(t, ours(registry.host))
	push(t, r, registry.host+"/app:v1")
	if _, err := r.Head(t.Context(), parse(t, registry.host+"/app:v1")); err != nil {
		t.Error(err)
	}
}

// A body that can be read once is not sent again, but the next request is let in.
func TestChallengeToAStream(t *testing.T) {
	t.Parallel()
	locked := withBasic(plainRegistry())
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/v2/" {
			locked.ServeHTTP(w, req)
		}
	}))
	through := open(t, ours(registry.host)).Transport(registry.host)
	for _, want := range []int{http.StatusUnauthorized, http.StatusAccepted} {
		body := io.MultiReader(strings.NewReader(""))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, registry.url+"/v2/app/blobs/uploads/", body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Basic of-the-caller")
		resp, err := through.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%d, want %d", resp.StatusCode, want)
		}
	}
	for _, header := range registry.authorizations() {
		if header == "Basic of-the-caller" {
			t.Error("a foreign Authorization was passed on")
		}
	}
}

func TestUnknownLogin(t *testing.T) {
	t.Parallel()
	registry := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", "Negotiate")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	_, err := open(t, ours(registry.host)).Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrUnauthorized) {
		t.Fatal(err)
	}
	wantText(t, err.Error(), `a login of the kind "negotiate"`)
}

// Bad answers of a token server are explained without what they hold.
func TestStrangeTokenServers(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`<html>`:                    "answered with no JSON object",
		`{"token":""}`:              "answered with no token",
		`{"token":"token-\r\nx"}`:   "something that cannot be a token",
		`{"access_token":"token "}`: "something that cannot be a token",
	} {
		server := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
		s := &tokens{realm: server.url}
		registry := serve(t, nil, s.lock(plainRegistry()))
		_, err := open(t, ours(registry.host)).Head(t.Context(), parse(t, registry.host+"/app:v1"))
		if !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %v", answer, err)
			continue
		}
		wantText(t, err.Error(), want)
	}
	var asked atomic.Int32
	server := serve(t, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	registry := serve(t, nil, (&tokens{realm: server.url}).lock(plainRegistry()))
	_, err := open(t, ours(registry.host)).Head(t.Context(), parse(t, registry.host+"/app:v1"))
	if !errors.Is(err, ErrUnavailable) || asked.Load() != 3 {
		t.Errorf("%v, %d attempts", err, asked.Load())
	}
}
