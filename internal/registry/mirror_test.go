package registry_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// nobody is a host of this machine where nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return host
}

// mirrored are registries in which the first has the others, or any other hosts, as mirrors.
func mirrored(t *testing.T, origin *registries.Server, hosts []string, mirrors ...*registries.Server) *registry.Registries {
	t.Helper()
	own := origin.Settings()
	own.Mirrors = hosts
	settings := map[string]registry.Settings{origin.Host: own}
	for _, one := range mirrors {
		settings[one.Host] = one.Settings()
	}
	r := registry.NewIn(nowhere(), settings)
	t.Cleanup(r.Close)
	return r
}

const same = "team/app:v1"

func TestMirrorAnswersFirst(t *testing.T) {
	t.Parallel()
	origin := registries.Start(t, registries.Password(account, password))
	mirror := registries.Start(t, registries.Password("other", "secret of the mirror"))
	img, err := random.Image(300, 1)
	if err != nil {
		t.Fatal(err)
	}
	origin.Push(t, same, img)
	_, digest := mirror.Push(t, same, img)
	r := mirrored(t, origin, []string{mirror.Host}, mirror)
	ref := parse(t, origin.Host+"/"+same)
	pull := registry.ForPull(t.Context())

	if found, err := r.Head(pull, ref); err != nil || found.Digest.String() != digest {
		t.Errorf("head: %v, %v", found, err)
	}
	if _, err := r.Get(pull, parse(t, origin.Host+"/team/app@"+digest)); err != nil {
		t.Errorf("get: %v", err)
	}
	config, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.SmallBlob(pull, ref.Context().Digest(config.String())); err != nil {
		t.Errorf("configuration: %v", err)
	}
	got, err := remote.Image(ref, r.Options(pull, origin.Host)...)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := got.Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Compressed()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, content); err != nil || content.Close() != nil {
		t.Errorf("layer: %v", err)
	}
	if n := len(origin.Requests()); n > 0 {
		t.Errorf("the registry itself saw %v", origin.Requests())
	}

	if _, err := r.Head(t.Context(), ref); err != nil || mirror.Count(http.MethodHead, "/manifests/") != 1 || origin.Count("", "/manifests/") != 1 {
		t.Errorf("not for its own sake: %v, %v", err, origin.Requests())
	}
}

func TestMirrorFallsBack(t *testing.T) {
	t.Parallel()
	img, err := random.Image(300, 1)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	origin := registries.Start(t, registries.Password(account, password))
	_, digest := origin.Push(t, same, img)
	lacking := registries.Start(t)
	private := registries.Start(t, registries.Password("other", "secret of the mirror"))
	lying := registries.Start(t, registries.With(registries.WrongDigest()))
	lying.Push(t, same, img)
	encrypted := registries.Start(t, registries.TLS())
	for what, host := range map[string]string{
		"lacks it": lacking.Host, "is not there": nobody(t), "wants other credentials": private.Host, "lies": lying.Host,
		"has a CA that is not known": encrypted.Host,
	} {
		r := mirrored(t, origin, []string{host})
		pull := registry.ForPull(t.Context())
		if found, err := r.Get(pull, parse(t, origin.Host+"/team/app@"+digest)); err != nil || found.Digest.String() != digest {
			t.Errorf("get, when the mirror %s: %v", what, err)
		}
		if _, err := r.SmallBlob(pull, parse(t, origin.Host+"/"+same).Context().Digest(config.String())); err != nil {
			t.Errorf("configuration, when the mirror %s: %v", what, err)
		}
		if found, err := r.Head(pull, parse(t, origin.Host+"/"+same)); err != nil || found.Digest.String() != digest {
			t.Errorf("head, when the mirror %s: %v", what, err)
		}
		if host == lying.Host {
			continue
		}
		if _, err := remote.Image(parse(t, origin.Host+"/"+same), r.Options(pull, origin.Host)...); err != nil {
			t.Errorf("pull, when the mirror %s: %v", what, r.Explain(parse(t, same), err))
		}
	}
	for _, one := range append(private.Requests(), lacking.Requests()...) {
		if one.Authorized {
			t.Errorf("a mirror was sent credentials: %v", one)
		}
	}
}

func TestMirrorIsNamedWhenAllFail(t *testing.T) {
	t.Parallel()
	origin, host := registries.Start(t), nobody(t)
	r := mirrored(t, origin, []string{host})
	_, err := r.Head(registry.ForPull(t.Context()), parse(t, origin.Host+"/"+same))
	if !errors.Is(err, registry.ErrNotFound) || !strings.Contains(err.Error(), host) {
		t.Errorf("%v", err)
	}
}

func TestMirrorIsNotPushedTo(t *testing.T) {
	t.Parallel()
	origin, mirror := registries.Start(t), registries.Start(t)
	img, err := random.Image(300, 1)
	if err != nil {
		t.Fatal(err)
	}
	mirror.Push(t, same, img)
	r := mirrored(t, origin, []string{mirror.Host})
	ref := parse(t, origin.Host+"/"+same)
	if err := remote.Write(ref, img, r.Options(registry.ForPush(registry.ForPull(t.Context())), origin.Host)...); err != nil {
		t.Fatal(err)
	}
	if !origin.Has(t, same) || len(mirror.Requests()) > 0 {
		t.Errorf("the mirror saw %v", mirror.Requests())
	}
}

func TestMirrorOutOfReachIsLeftAlone(t *testing.T) {
	t.Parallel()
	origin := registries.Start(t)
	mirror := registries.Start(t)
	mirror.Intercept(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	img, err := random.Image(300, 1)
	if err != nil {
		t.Fatal(err)
	}
	origin.Push(t, same, img)
	origin.Push(t, "team/app:v2", img)
	r := mirrored(t, origin, []string{mirror.Host})
	pull := registry.ForPull(t.Context())
	if _, err := r.Head(pull, parse(t, origin.Host+"/"+same)); err != nil {
		t.Fatal(err)
	}
	asked := len(mirror.Requests())
	if _, err := r.Head(pull, parse(t, origin.Host+"/team/app:v2")); err != nil || asked == 0 || len(mirror.Requests()) != asked {
		t.Errorf("%v, asked %d times, then %d", err, asked, len(mirror.Requests()))
	}
}
