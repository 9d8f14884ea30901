package image_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
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
