package docker

import (
	"net/http"
	"strings"
	"testing"
)

func TestAPIVersion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		api, minimum, attribute, variable string
		want                              string
	}{
		"negotiated down":         {api: "1.41", want: "1.41"},
		"negotiated to ours":      {api: "1.99", want: "1.51"},
		"two digits are numbers":  {api: "1.100", want: "1.51"},
		"fixed by the attribute":  {api: "1.51", attribute: "1.44", variable: "1.43", want: "1.44"},
		"fixed by the variable":   {api: "1.51", variable: "v1.43", want: "1.43"},
		"fixed beyond our client": {api: "1.54", attribute: "1.54", want: "1.54"},
		"fixed at the minimum":    {api: "1.52", minimum: "1.44", attribute: "1.44", want: "1.44"},
	} {
		fake := newFakeEngine()
		fake.api, fake.minimum = c.api, c.minimum
		made := engine(t, EngineSettings{Host: "unix://" + unix(t, fake), APIVersion: c.attribute},
			map[string]string{"DOCKER_API_VERSION": c.variable})
		got, err := made.APIVersion(t.Context())
		if got != c.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
			continue
		}
		client, err := made.Client(t.Context())
		if err != nil || client.ClientVersion() != c.want {
			t.Errorf("%s: the client speaks %s, %v", name, client.ClientVersion(), err)
		}
		if asked := fake.greetings(); asked != 1 {
			t.Errorf("%s: asked %d times", name, asked)
		}
	}
}

func TestAPIVersionRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		api, minimum, attribute, variable string
		want                              string
	}{
		"engine too old": {api: "1.38", want: "this provider needs API >= 1.41, this engine speaks 1.38|Docker 20.10"},
		"pinned too low": {
			api: "1.52", minimum: "1.44", attribute: "1.41",
			want: "docker.api_version asks for API 1.41, this engine speaks at least 1.44|Change docker.api_version",
		},
		"pinned too high": {
			api: "1.41", variable: "1.50",
			want: "DOCKER_API_VERSION asks for API 1.50, this engine speaks at most 1.41|Change DOCKER_API_VERSION",
		},
		"pinned below ours": {
			api: "1.41", minimum: "1.12", attribute: "1.30",
			want: "asks for API 1.30, this provider needs API >= 1.41",
		},
		"pinned to a word": {
			api: "1.41", attribute: "latest",
			want: `API version "latest" from docker.api_version|a number like 1.43`,
		},
		"variable has a word": {api: "1.41", variable: "1.x", want: `API version "1.x" from DOCKER_API_VERSION`},
	} {
		fake := newFakeEngine()
		fake.api, fake.minimum = c.api, c.minimum
		_, err := engine(t, EngineSettings{Host: "unix://" + unix(t, fake), APIVersion: c.attribute},
			map[string]string{"DOCKER_API_VERSION": c.variable}).Client(t.Context())
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wantAll(t, err.Error(), strings.Split(c.want, "|")...)
	}
}

func TestKind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server, pin string
		want        Kind
		asked       int64
	}{
		"docker":                 {server: "Docker/29.0.0 (linux)", want: Docker, asked: 1},
		"podman":                 {server: "Libpod/4.3.1 (linux)", want: Podman, asked: 1},
		"podman, fixed version":  {server: "Libpod/4.3.1 (linux)", pin: "1.41", want: Podman, asked: 1},
		"docker, fixed version":  {server: "Docker/29.0.0 (linux)", pin: "1.41", want: Docker, asked: 1},
		"a proxy hides podman":   {want: Podman, asked: 2},
		"a proxy hides docker":   {server: "nginx", want: Docker, asked: 2},
		"docker, by its version": {server: "nginx", pin: "1.41", want: Docker, asked: 1},
	} {
		fake := newFakeEngine()
		fake.server = c.server
		made := engine(t, EngineSettings{Host: "unix://" + unix(t, fake), APIVersion: c.pin}, nil)
		if got, err := made.Kind(t.Context()); got != c.want || err != nil {
			t.Errorf("%s: %s, %v, want %s", name, got, err, c.want)
		}
		if asked := fake.greetings(); asked != c.asked {
			t.Errorf("%s: asked %d times, want %d", name, asked, c.asked)
		}
	}
}

// TestGreetingWithoutHEAD talks through a proxy that lets only GET pass.
func TestGreetingWithoutHEAD(t *testing.T) {
	t.Parallel()
	fake := newFakeEngine()
	made := engine(t, EngineSettings{Host: "tcp://" + tcp(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fake.ServeHTTP(w, r)
	}), nil)}, nil)
	if _, err := made.Client(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestUnwellEngine greets an engine that answers its ping with 500: the client
// of Docker goes on with those.
func TestUnwellEngine(t *testing.T) {
	t.Parallel()
	made := engine(t, EngineSettings{Host: "tcp://" + tcp(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.44")
		w.Header().Set("Server", "Docker/25.0.0 (linux)")
		w.WriteHeader(http.StatusInternalServerError)
	}), nil)}, nil)
	if version, err := made.APIVersion(t.Context()); version != "1.44" || err != nil {
		t.Errorf("%s, %v", version, err)
	}
}
