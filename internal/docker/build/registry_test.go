package build_test

import (
	"context"
	"crypto/rand"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// localRegistry is a registry on the loopback interface, which engines talk to
// without TLS.
type localRegistry struct {
	host string
	// refuse, if set, sees each request first and answers it if it returns true.
	refuse func(http.ResponseWriter, *http.Request) bool

	mu   sync.Mutex
	seen []string
}

// newRegistry starts a registry; with a password it wants user "user".
func newRegistry(t *testing.T, password string) *localRegistry {
	t.Helper()
	r := &localRegistry{}
	store := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, got, _ := req.BasicAuth()
		if got != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.mu.Lock()
		r.seen = append(r.seen, req.Method+" "+req.URL.Path)
		r.mu.Unlock()
		if r.refuse != nil && r.refuse(w, req) {
			return
		}
		store.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	r.host = strings.TrimPrefix(server.URL, "http://")
	return r
}

// asked tells whether a request with that path was answered.
func (r *localRegistry) asked(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.seen, func(s string) bool { return strings.HasSuffix(s, path) })
}

// push puts an image with a label into the registry.
func (r *localRegistry) push(t *testing.T, repository, label string, auth authn.Authenticator) string {
	t.Helper()
	ref, err := name.ParseReference(r.host + "/" + repository)
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: "amd64", Config: v1.Config{Labels: map[string]string{"base": label}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, img, remote.WithAuth(auth), remote.WithContext(t.Context())); err != nil {
		t.Fatal(err)
	}
	return ref.String()
}

func from(t *testing.T, base string) build.Request {
	t.Helper()
	dir := files{}.write(t)
	return build.Request{Context: openContext(t, dir, inline("FROM "+base, "COPY nonce /")), Podman: fixture.Podman(t)}
}

func TestPull(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	reg := newRegistry(t, "")
	base := reg.push(t, "base:1", "old", authn.Anonymous)
	pulled, err := cli.ImagePull(t.Context(), base, image.PullOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, pulled); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cli.ImageRemove(context.WithoutCancel(t.Context()), base, image.RemoveOptions{}) })
	reg.push(t, "base:1", "new", authn.Anonymous)
	req := from(t, base)
	img, _ := run(t, cli, req)
	if got := img.Config.Labels["base"]; got != "old" {
		t.Errorf("without pull the base is the %s one, want the old", got)
	}
	req.Pull = true
	img, _ = run(t, cli, req)
	if got := img.Config.Labels["base"]; got != "new" {
		t.Errorf("with pull the base is the %s one, want the new", got)
	}
}

func TestAuth(t *testing.T) {
	t.Parallel()
	cli := engine(t)
	reg := newRegistry(t, "secret")
	base := reg.push(t, "base:"+strings.ToLower(rand.Text()), "private", &authn.Basic{Username: "user", Password: "secret"})
	req := from(t, base)
	if _, err := build.Run(t.Context(), cli, req, nil); err == nil {
		t.Error("a private base was built on without credentials")
	}
	for _, builder := range builders(t) {
		var asked string
		req.Auth = func(_ context.Context, host string) (build.Login, error) {
			asked = host
			return build.Login{User: "user", Secret: "secret"}, nil
		}
		req.Builder = builder
		run(t, cli, req)
		if asked != reg.host {
			t.Errorf("%s: credentials of %q were asked for, want %q", builder, asked, reg.host)
		}
		if _, err := cli.ImageRemove(t.Context(), base, image.RemoveOptions{}); err != nil && !docker.NotFound(err) {
			t.Error(err) // The next builder has to pull it again.
		}
	}
}

// TestCache shows what an engine's BuildKit does with caches in a registry:
// reading always, writing only inside the image in 20.10.
func TestCache(t *testing.T) {
	t.Parallel()
	needsBuildKit(t)
	cli := engine(t)
	reg := newRegistry(t, "")
	tag := reg.host + "/cached:1"
	req := request(t, nil, `RUN ["/tool","env","PATH"]`)
	req.Tags = []string{tag}
	req.CacheTo = []build.Cache{{Type: "inline"}}
	run(t, cli, req)
	push(t, cli, tag)
	ref, err := name.ParseReference(tag)
	if err != nil {
		t.Fatal(err)
	}
	img, err := remote.Image(ref)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(config), "moby.buildkit.cache.v0") {
		t.Error("the image does not carry its cache")
	}

	// An engine that has the image looks no further.
	if _, err := cli.ImageRemove(t.Context(), tag, image.RemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	reg.mu.Lock()
	reg.seen = nil
	reg.mu.Unlock()
	req = request(t, nil)
	req.CacheFrom = []build.Cache{{Type: "registry", Attrs: map[string]string{"ref": tag}}}
	run(t, cli, req)
	if !reg.asked("/v2/cached/manifests/1") {
		t.Errorf("the cache was not read; the registry saw %q", reg.seen)
	}
	req.CacheFrom[0].Attrs["ref"] = reg.host + "/absent:1"
	run(t, cli, req)
	if !reg.asked("/v2/absent/manifests/1") {
		t.Errorf("the missing cache was not looked for; the registry saw %q", reg.seen)
	}

	req = request(t, nil)
	req.CacheTo = []build.Cache{{Type: "registry", Attrs: map[string]string{"ref": reg.host + "/exported:1"}}}
	_, err = build.Run(t.Context(), cli, req, nil)
	if cli.ClientVersion() == "1.41" && (err == nil || !strings.Contains(err.Error(), `unknown cache exporter: "registry"`)) {
		t.Errorf("got %v, want the engine's refusal", err)
	}
}

func push(t *testing.T, cli *client.Client, tag string) {
	t.Helper()
	stream, err := cli.ImagePush(t.Context(), tag, image.PushOptions{RegistryAuth: "e30="})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	out, err := io.ReadAll(stream)
	if err != nil || strings.Contains(string(out), `"error"`) {
		t.Fatalf("pushing: %v\n%s", err, out)
	}
}
