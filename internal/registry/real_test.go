package registry_test

import (
	"errors"
	"os/exec"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"go.uber.org/goleak"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, registries.Left()) }

const account, password = "robot", "pa:ss w/rd"

// nowhere is an environment that has nothing.
func nowhere() registry.Environment {
	return registry.Environment{
		Getenv: func(string) string { return "" }, LookPath: func(string) (string, error) { return "", exec.ErrNotFound },
	}
}

// enter returns registries that know the server, with its own settings or others.
func enter(t *testing.T, s *registries.Server, change ...func(*registry.Settings)) *registry.Registries {
	t.Helper()
	settings := s.Settings()
	for _, do := range change {
		do(&settings)
	}
	r := registry.NewIn(nowhere(), map[string]registry.Settings{s.Host: settings})
	t.Cleanup(r.Close)
	return r
}

func parse(t *testing.T, reference string) name.Reference {
	t.Helper()
	ref, err := registry.Parse(reference)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// push puts a small image into a registry, and returns its descriptor.
func push(t *testing.T, r *registry.Registries, reference string) *v1.Descriptor {
	t.Helper()
	img, err := random.Image(300, 2)
	if err != nil {
		t.Fatal(err)
	}
	ref := parse(t, reference)
	if err := remote.Write(ref, img, r.Options(registry.ForPush(t.Context()), ref.Context().RegistryStr())...); err != nil {
		t.Fatalf("push %s: %s", reference, err)
	}
	descriptor, err := partial.Descriptor(img)
	if err != nil {
		t.Fatal(err)
	}
	return descriptor
}

// exercise pushes, looks up, lists and deletes.
func exercise(t *testing.T, r *registry.Registries, s *registries.Server) {
	t.Helper()
	repository := s.Repository("app")
	ref := parse(t, repository+":v1")
	want := push(t, r, repository+":v1")
	got, err := r.Head(t.Context(), ref)
	if err != nil || got.Digest != want.Digest || got.Size != want.Size || got.MediaType != want.MediaType {
		t.Errorf("head: %v, %v, want %v", got, err, want)
	}
	byDigest := parse(t, repository+"@"+want.Digest.String())
	if whole, err := r.Get(t.Context(), byDigest); err != nil || int64(len(whole.Raw)) != want.Size {
		t.Errorf("get: %v", err)
	}
	options := r.Options(t.Context(), s.Host)
	if tags, err := remote.List(ref.Context(), options...); err != nil || len(tags) != 1 || tags[0] != "v1" {
		t.Errorf("list: %v, %v", tags, err)
	}
	img, err := remote.Image(ref, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(parse(t, s.Repository("copy")+":v1"), img, options...); err != nil {
		t.Errorf("copy with a mount: %v", err)
	}
	if _, err := r.Head(t.Context(), parse(t, repository+":v2")); !errors.Is(err, registry.ErrTagNotFound) {
		t.Errorf("no such tag: %v", err)
	}
	if _, err := r.Head(t.Context(), parse(t, s.Repository("none")+":v1")); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("no such repository: %v", err)
	}
	if err := remote.Delete(byDigest, options...); err != nil {
		t.Errorf("delete: %v", r.Explain(byDigest, err))
	}
	if _, err := r.Head(t.Context(), ref); !errors.Is(err, registry.ErrTagNotFound) {
		t.Errorf("after delete: %v", err)
	}
}

func TestDistribution(t *testing.T) {
	t.Parallel()
	passwords := []registries.Option{
		registries.Password(account, password), registries.Limited("guest", password), registries.Limited("reader", password, "pull"),
	}
	for kind, start := range map[string]func(testing.TB, ...registries.Option) *registries.Server{
		"library": registries.Start, "program": registries.Program,
	} {
		for what, opts := range map[string][]registries.Option{
			"plain": {}, "passwords": passwords, "passwords over TLS": append(passwords, registries.TLS()),
			"token server": append(passwords, registries.TokenServer()), "token server over TLS": append(passwords, registries.TokenServer(), registries.TLS()),
		} {
			t.Run(kind+" "+what, func(t *testing.T) {
				t.Parallel()
				s := start(t, opts...)
				exercise(t, enter(t, s), s)
				if len(opts) > 0 {
					keepOut(t, s)
				}
			})
		}
	}
}

// keepOut tells those apart that the registry does not let in.
func keepOut(t *testing.T, s *registries.Server) {
	t.Helper()
	repository := s.Repository("app")
	push(t, enter(t, s), repository+":v1")
	as := func(user, password string) func(*registry.Settings) {
		return func(all *registry.Settings) { all.Username, all.Password = user, password }
	}
	type outsider struct {
		change     func(*registry.Settings)
		look, push error
	}
	outsiders := map[string]outsider{
		"nobody":         {as("", ""), registry.ErrUnauthorized, registry.ErrUnauthorized},
		"wrong password": {as(account, "wrong"), registry.ErrUnauthorized, registry.ErrUnauthorized},
		"no rights":      {as("guest", password), registry.ErrForbidden, registry.ErrForbidden},
		"a reader":       {as("reader", password), nil, registry.ErrForbidden},
	}
	if s.CAPEM != "" {
		outsiders["unknown CA"] = outsider{func(all *registry.Settings) { all.CAPEM = "" }, registry.ErrTLS, registry.ErrTLS}
	}
	for what, c := range outsiders {
		r := enter(t, s, c.change)
		ref := parse(t, repository+":v1")
		if _, err := r.Head(t.Context(), ref); !errors.Is(err, c.look) {
			t.Errorf("%s looks: %v", what, err)
		}
		img, err := random.Image(100, 1)
		if err != nil {
			t.Fatal(err)
		}
		err = r.Explain(ref, remote.Write(ref, img, r.Options(registry.ForPush(t.Context()), s.Host)...))
		if !errors.Is(err, c.push) {
			t.Errorf("%s pushes: %v", what, err)
		}
	}
}
