package image_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

// classic is a build that can be counted on under load: looking for cached steps, the classic builder of Docker 20.10
// stumbles over images that others remove meanwhile.
func classic(dockerfile string, tags ...any) object {
	return object{"dockerfile_inline": dockerfile, "builder": "classic", "no_cache": true, "tags": tags}
}

func buildSubject(t *testing.T) sweep.Subject {
	t.Helper()
	name := fixture.Name(t)
	return sweep.Subject{
		Type: resourceType, Name: name,
		Config:  object{"name": name, "build": classic(labelled(t, "a"))},
		Changed: object{"name": name, "build": classic(labelled(t, "b"))},
	}
}

func tagsSubject(t *testing.T) sweep.Subject {
	t.Helper()
	name := fixture.Name(t)
	return sweep.Subject{
		Type: resourceType, Name: name,
		Config:  object{"name": name, "build": classic(labelled(t, "a"), name+":one")},
		Changed: object{"name": name, "build": classic(labelled(t, "a"), name+":two")},
	}
}

func pullSubject(t *testing.T) sweep.Subject {
	t.Helper()
	registry := fixture.Registry(t)
	name := fixture.Name(t)
	registry.Push(t, name, bare(t, name))
	config := object{"name": registry.Host + "/" + name}
	return sweep.Subject{Type: resourceType, Name: name, Config: config, Changed: with(config, "triggers", object{"a": "1"})}
}

func loadSubject(t *testing.T) sweep.Subject {
	t.Helper()
	name := fixture.Name(t)
	config := func(content string) object {
		return object{"name": name, "load": object{"archive": fixture.Archive(t, "unused:latest", bare(t, name+content))}}
	}
	return sweep.Subject{Type: resourceType, Name: name, Config: config("a"), Changed: config("b")}
}

func TestFaultsOfBuild(t *testing.T) {
	t.Parallel()
	sweep.Run(t, buildSubject, "create", "change")
}

func TestFaultsOfTags(t *testing.T) {
	t.Parallel()
	sweep.Run(t, tagsSubject, "change")
	sweep.RunGone(t, tagsSubject, "create", "change")
}

func TestFaultsOfPull(t *testing.T) {
	t.Parallel()
	sweep.Run(t, pullSubject, "create", "change")
}

func TestFaultsOfLoad(t *testing.T) {
	t.Parallel()
	sweep.Run(t, loadSubject)
	sweep.RunGone(t, loadSubject)
}
