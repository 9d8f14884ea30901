package registries

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

const user, password = "robot", "pa:ss w/rd"

// kinds are both kinds of registry.
var kinds = map[string]func(testing.TB, ...Option) *Server{"Start": Start, "Program": Program}

func image(t *testing.T, size int64) v1.Image {
	t.Helper()
	img, err := random.Image(size, 1)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// visitor are registries for somebody who is not the test itself.
func visitor(t *testing.T, s *Server, who registry.Credentials) *registry.Registries {
	t.Helper()
	nowhere := registry.Environment{
		Getenv: func(string) string { return "" }, LookPath: func(string) (string, error) { return "", exec.ErrNotFound },
	}
	settings := s.Settings()
	settings.Username, settings.Password, settings.IdentityToken = who.Username, who.Password, who.IdentityToken
	r := registry.NewIn(nowhere, map[string]registry.Settings{s.Host: settings})
	t.Cleanup(r.Close)
	return r
}

// outcome is the kind of a failure, nil for success.
func outcome(r *registry.Registries, ref name.Reference, err error) error {
	err = r.Explain(ref, err)
	for _, kind := range []error{registry.ErrUnauthorized, registry.ErrForbidden} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return err
}

func write(t *testing.T, s *Server, r *registry.Registries, reference string) error {
	t.Helper()
	return outcome(r, s.parse(t, reference), remote.Write(s.parse(t, reference), image(t, 50), r.Options(registry.ForPush(t.Context()), s.Host)...))
}

func read(t *testing.T, s *Server, r *registry.Registries, reference string) error {
	t.Helper()
	_, err := remote.Get(s.parse(t, reference), r.Options(t.Context(), s.Host)...)
	return outcome(r, s.parse(t, reference), err)
}

func TestContent(t *testing.T) {
	t.Parallel()
	for kind, start := range kinds {
		for what, opts := range map[string][]Option{
			"plain": nil, "password": {Password(user, password)}, "tls": {TLS(), Password(user, password)},
			"tokens": {TokenServer(), Password(user, password)}, "tokens over tls": {TLS(), TokenServer()},
		} {
			t.Run(kind+" "+what, func(t *testing.T) {
				t.Parallel()
				s := start(t, opts...)
				repository := s.Repository("app")
				img := image(t, 500)
				want, err := img.Digest()
				if err != nil {
					t.Fatal(err)
				}
				reference, digest := s.Push(t, repository+":v1", img)
				if reference != repository+":v1" || digest != want.String() || !s.Has(t, reference) || s.Has(t, repository+":v2") {
					t.Errorf("%s is %s, want %s", reference, digest, want)
				}
				if tags := s.Tags(t, repository); !slices.Equal(tags, []string{"v1"}) {
					t.Errorf("tags %v", tags)
				}
				s.Remove(t, repository+"@"+digest)
				if s.Has(t, reference) || len(s.Requests()) > 0 || s.TokenRequests() > 0 {
					t.Errorf("still there, or seen: %v", s.Requests())
				}
			})
		}
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	const guest, reader = "guest", "reader"
	for kind, start := range kinds {
		for what, more := range map[string][]Option{"passwords": nil, "tokens": {TokenServer()}, "tokens over TLS": {TLS(), TokenServer()}} {
			t.Run(kind+" "+what, func(t *testing.T) {
				t.Parallel()
				s := start(t, append(more, Password(user, password), Limited(reader, password, "pull"), Limited(guest, password))...)
				reference, _ := s.Push(t, s.Repository("app")+":v1", image(t, 100))
				for _, c := range []struct {
					what       string
					who        registry.Credentials
					read, push error
				}{
					{"nobody", registry.Credentials{}, registry.ErrUnauthorized, registry.ErrUnauthorized},
					{"wrong password", registry.Credentials{Username: user, Password: "wrong"}, registry.ErrUnauthorized, registry.ErrUnauthorized},
					{"guest", registry.Credentials{Username: guest, Password: password}, registry.ErrForbidden, registry.ErrForbidden},
					{"reader", registry.Credentials{Username: reader, Password: password}, nil, registry.ErrForbidden},
					{"all", registry.Credentials{Username: user, Password: password}, nil, nil},
				} {
					r := visitor(t, s, c.who)
					if got := read(t, s, r, reference); !errors.Is(got, c.read) {
						t.Errorf("%s reads: %v", c.what, got)
					}
					if got := write(t, s, r, reference); !errors.Is(got, c.push) {
						t.Errorf("%s pushes: %v", c.what, got)
					}
				}
				if tokens := s.TokenRequests(); (tokens > 0) != (s.tokens != nil) {
					t.Errorf("%d requests for tokens", tokens)
				}
			})
		}
	}
}

func TestIdentityToken(t *testing.T) {
	t.Parallel()
	s := Start(t, TokenServer(), Password(user, password))
	reference, _ := s.Push(t, s.Repository("app")+":v1", image(t, 100))
	for token, want := range map[string]error{s.IdentityToken: nil, "another": registry.ErrUnauthorized} {
		if err := read(t, s, visitor(t, s, registry.Credentials{IdentityToken: token}), reference); !errors.Is(err, want) {
			t.Error(err)
		}
	}
	resp, err := http.PostForm(s.tokens.url, url.Values{
		"grant_type": {"password"}, "username": {user}, "password": {password}, "access_type": {"offline"}, "service": {realm},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if said, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(said), s.IdentityToken) {
		t.Errorf("%v, %s", err, said)
	}
}

func TestNoDelete(t *testing.T) {
	t.Parallel()
	for kind, start := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t, NoDelete())
			repository := s.Repository("app")
			_, digest := s.Push(t, repository+":v1", image(t, 100))
			err := remote.Delete(s.parse(t, repository+"@"+digest), visitor(t, s, registry.Credentials{}).Options(t.Context(), s.Host)...)
			if err == nil || !s.Has(t, repository+":v1") || s.Requests()[len(s.Requests())-1].Status != http.StatusMethodNotAllowed {
				t.Errorf("%v, %v", err, s.Requests())
			}
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	s := Start(t, Password(user, password))
	repository := s.Repository("app")
	r := visitor(t, s, registry.Credentials{Username: user, Password: password})
	if err := write(t, s, r, repository+":v1"); err != nil {
		t.Fatal(err)
	}
	if err := read(t, s, r, repository+":v2"); !errors.Is(err, registry.ErrTagNotFound) {
		t.Error(err)
	}
	last := s.Requests()[len(s.Requests())-1]
	if last.Method != http.MethodGet || last.Status != http.StatusNotFound || !last.Authorized || !strings.HasSuffix(last.Path, "/manifests/v2") {
		t.Errorf("last: %v", last)
	}
	if first := s.Requests()[0]; first.Status != http.StatusUnauthorized || first.Authorized || first.Path != "/v2/" {
		t.Errorf("first: %v", first)
	}
	if s.Count(http.MethodPut, "/manifests/") != 1 || s.Count("", "/manifests/") < 2 {
		t.Errorf("%v", s.Requests())
	}
	s.Reset()
	s.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusTeapot)
		return true
	})
	if err := read(t, s, r, repository+":v1"); err == nil || len(s.Requests()) != 1 {
		t.Errorf("%v, %v", err, s.Requests())
	}
	s.Intercept(nil)
	if !s.Has(t, repository+":v1") {
		t.Error("it is gone")
	}
	if s.parse(t, s.Repository("x")) == s.parse(t, s.Repository("x")) {
		t.Error("a repository twice")
	}
}
