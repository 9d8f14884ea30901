package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

// subject is an image of an archive in a registry of its own.
func subject(t *testing.T) sweep.Subject {
	t.Helper()
	server := registries.Start(t)
	repository := server.Repository("app")
	a, b := archive(t, "", small(t)), archive(t, "", small(t))
	config := func(path string, tags ...any) object {
		return object{"name": repository + ":v1", "tags": tags, "source": object{"archive": object{"path": path}}}
	}
	return sweep.Subject{
		Type: resourceType, Config: config(a, "one"), Changed: config(b, "two"),
		Open: func(t *testing.T) (*core.Server, sweep.Breaker) {
			t.Helper()
			t.Cleanup(func() {
				if left := server.Tags(t, repository); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
			})
			return provider(t, server), server.Break()
		},
		Sound: func(t *testing.T, config map[string]any) {
			t.Helper()
			want := server.Digest(t, repository+":v1")
			for _, tag := range config["tags"].([]any) {
				if got := server.Digest(t, repository+":"+tag.(string)); got != want {
					t.Errorf("%s is %s, want %s", tag, got, want)
				}
			}
		},
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	sweep.Run(t, subject)
}

// TestEngineFaults breaks what the provider asks of the engine while that uploads under a name that it gets only for this.
func TestEngineFaults(t *testing.T) {
	t.Parallel()
	for upload, operations := range map[string][]string{"engine": {"create", "change"}, "provider": {"create"}} {
		t.Run(upload, func(t *testing.T) {
			t.Parallel()
			sweep.Run(t, func(t *testing.T) sweep.Subject { t.Helper(); return engineSubject(t, upload) }, operations...)
		})
	}
}

// engineSubject is an image of the engine in a registry of its own, with a proxy in front of the engine.
func engineSubject(t *testing.T, upload string) sweep.Subject {
	t.Helper()
	server := registries.Start(t)
	repository := server.Repository("app")
	name := fixture.Name(t)
	config := func(id string) object {
		return object{"name": repository + ":v1", "source": object{"engine": object{"image": id, "upload": upload}}}
	}
	return sweep.Subject{
		Type: resourceType, Config: config(load(t, name+":a")), Changed: config(load(t, name+":b")),
		Open: func(t *testing.T) (*core.Server, sweep.Breaker) {
			t.Helper()
			fixture.NothingLeft(t, repository)
			t.Cleanup(func() {
				if left := server.Tags(t, repository); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
			})
			p := proxy.Start(t, fixture.Host(t))
			return acctest.DockerAt(t, p.Host), p
		},
		Sound: func(t *testing.T, config map[string]any) {
			t.Helper()
			// The id of an image is that of its configuration, or, in containerd's image store, that of what is published.
			got, err := server.Pull(t, repository+":v1").ConfigName()
			source, digest := fmt.Sprint(config["source"]), server.Digest(t, repository+":v1")
			if err != nil || !strings.Contains(source, got.String()) && !strings.Contains(source, digest) {
				t.Errorf("published %s with the configuration %s, want %s: %v", digest, got, source, err)
			}
		},
	}
}
