package image_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

func buildSubject(builder string) func(t *testing.T) sweep.Subject {
	return func(t *testing.T) sweep.Subject {
		t.Helper()
		name := fixture.Name(t)
		// Looking for cached steps, the classic builder of Docker 20.10 stumbles over images that others remove meanwhile.
		config := func(value string, tags ...any) object {
			return object{"name": name, "build": object{
				"dockerfile_inline": labelled(t, value), "builder": builder, "tags": tags, "no_cache": builder == "classic",
			}}
		}
		return sweep.Subject{
			Type: resourceType, Name: name,
			Config: config("a", name+":one"), Changed: config("b", name+":two"),
		}
	}
}

func TestFaultsOfBuild(t *testing.T) {
	t.Parallel()
	sweep.Run(t, buildSubject("classic"))
}

func TestFaultsOfBuildKit(t *testing.T) {
	t.Parallel()
	if fixture.Podman(t) {
		t.Skip("Podman has no BuildKit")
	}
	sweep.Run(t, buildSubject("buildkit"), "create")
}

func TestFaultsOfLostEngine(t *testing.T) {
	t.Parallel()
	sweep.RunGone(t, buildSubject("classic"))
}

func TestFaultsOfPull(t *testing.T) {
	t.Parallel()
	sweep.Run(t, func(t *testing.T) sweep.Subject {
		t.Helper()
		registry := fixture.Registry(t)
		name := fixture.Name(t)
		registry.Push(t, name, bare(t, name))
		reference := registry.Host + "/" + name
		config := object{"name": reference, "pull": object{"policy": "always"}}
		return sweep.Subject{Type: resourceType, Name: name, Config: config, Changed: with(config, "triggers", object{"a": "1"})}
	})
}

func TestFaultsOfLoad(t *testing.T) {
	t.Parallel()
	sweep.Run(t, func(t *testing.T) sweep.Subject {
		t.Helper()
		name := fixture.Name(t)
		config := func(content string) object {
			return object{"name": name, "load": object{"archive": fixture.Archive(t, "unused:latest", bare(t, name+content))}}
		}
		return sweep.Subject{Type: resourceType, Name: name, Config: config("a"), Changed: config("b")}
	})
}
