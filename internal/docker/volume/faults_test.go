package volume_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

const resourceType = "containers_docker_volume"

func TestFaults(t *testing.T) {
	t.Parallel()
	subject := func(t *testing.T) sweep.Subject {
		t.Helper()
		name := fixture.Name(t)
		return sweep.Subject{
			Type: resourceType, Name: name,
			Config:  map[string]any{"name": name},
			Changed: map[string]any{"name": name, "labels": map[string]any{"a": "1"}},
		}
	}
	sweep.Run(t, subject)
	sweep.RunGone(t, subject)
}

func TestFaultsOfGeneratedName(t *testing.T) {
	t.Parallel()
	sweep.Run(t, func(t *testing.T) sweep.Subject {
		t.Helper()
		name := fixture.Name(t)
		return sweep.Subject{Type: resourceType, Name: name, Config: map[string]any{"name_prefix": name}}
	})
}
