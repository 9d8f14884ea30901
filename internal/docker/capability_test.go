package docker

import (
	"errors"
	"testing"
)

func TestCapabilities(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, api, server, pin string) *Engine {
		t.Helper()
		fake := newFakeEngine()
		fake.api, fake.server = api, server
		return engine(t, EngineSettings{Host: "unix://" + unix(t, fake), APIVersion: pin}, nil)
	}
	const docker, podman = "Docker/20.10.24 (linux)", "Libpod/4.3.1 (linux)"
	for name, c := range map[string]struct {
		api, server, pin string
		capability       Capability
		want             string
	}{
		"has it": {api: "1.45", server: docker, capability: VolumeSubpath},
		"above":  {api: "1.100", server: docker, capability: VolumeSubpath},
		"below": {
			api: "1.41", server: docker, capability: NetworksAtCreate,
			want: "several networks when a container is created needs API >= 1.44, this engine speaks 1.41 (unix://",
		},
		"two digits are below three": {
			api: "1.100", server: docker, pin: "1.50", capability: Capability{Name: "x", API: "1.100"},
			want: "x needs API >= 1.100, this engine speaks 1.50 as docker.api_version asks",
		},
		"podman lacks it": {api: "1.41", server: podman, capability: Swarm, want: "swarm mode needs Docker, this engine is Podman"},
		"podman is too old": {
			api: "1.41", server: podman, capability: Capability{Name: "x", Podman: "4.10", Instead: "write y"},
			want: "x needs Docker or Podman >= 4.10, this engine is Podman 4.3.1: write y",
		},
		"podman is new enough":         {api: "1.41", server: "Libpod/4.10.0 (linux)", capability: Capability{Name: "x", Podman: "4.10"}},
		"podman is newer":              {api: "1.41", server: "Libpod/5.0.0-dev (linux)", capability: Capability{Name: "x", Podman: "4.10"}},
		"docker is of no such version": {api: "1.41", server: docker, capability: Capability{Name: "x", Podman: "4.10"}},
		"podman says it elsewhere":     {api: "1.41", capability: Capability{Name: "x", Podman: "4.3.1"}},
		"podman says it elsewhere, and is too old": {
			api: "1.41", capability: Capability{Name: "x", Podman: "4.3.2"},
			want: "x needs Docker or Podman >= 4.3.2, this engine is Podman 4.3.1",
		},
		"docker has it": {api: "1.41", server: docker, capability: Swarm},
		"all have it":   {api: "1.41", server: podman, capability: Capability{Name: "x"}},
	} {
		made := open(t, c.api, c.server, c.pin)
		has, err := made.Has(t.Context(), c.capability)
		if err != nil || has != (c.want == "") {
			t.Errorf("%s: has %t, %v", name, has, err)
		}
		err = made.Require(t.Context(), c.capability)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v, want ErrUnsupported", name, err)
			continue
		}
		wantAll(t, err.Error(), c.want)
	}
	lost := engine(t, EngineSettings{Host: "unix:///nowhere.sock"}, nil)
	if err := lost.Require(t.Context(), Swarm); err == nil || errors.Is(err, ErrUnsupported) {
		t.Errorf("no engine: %v", err)
	}
	if _, err := lost.Has(t.Context(), Swarm); err == nil {
		t.Error("no engine has it")
	}
}
