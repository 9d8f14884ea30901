package builder_test

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// withRegistries is the provider with an engine and settings of registries.
func withRegistries(t *testing.T, settings object) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, object{"docker": object{"host": fixture.Host(t)}, "registries": settings})
}

// TestRegistries builds on a base of a registry whose certificate is of an authority that only the provider is told of, in a
// builder that learns of it when the provider does.
func TestRegistries(t *testing.T) {
	t.Parallel()
	secured := registries.Start(t, registries.TLS())
	base := secured.Repository("base") + ":1"
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64"})
	if err != nil {
		t.Fatal(err)
	}
	secured.Push(t, base, img)
	name, config := contained(t, "network_mode", "host")
	built := object{"name": name, "build": object{
		"context": t.TempDir(), "dockerfile_inline": "FROM " + base + "\nCOPY . /\nLABEL of=" + name + "\n", "builder": "docker-container://" + name,
	}}
	knowing := withRegistries(t, object{secured.Host: object{"ca_pem": secured.Settings().CAPEM}})

	r := withRegistries(t, object{}).Resource(t, resourceType)
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	if r.Value(t, "registries_hash") != nil {
		t.Errorf("nothing has the hash %v", r.Value(t, "registries_hash"))
	}
	if _, diags := knowing.Resource(t, "containers_docker_image").TryApply(t.Context(), built); diags.Errors().Containing(secured.Host) == nil {
		t.Errorf("a build where the builder does not trust the registry: %s", diags)
	}

	r.Forget()
	r = knowing.Resource(t, resourceType)
	r.Import(t, "docker-container://"+name)
	first := inspect(t, name).ID
	change := r.Converge(t, config)
	if change.Action != core.Update || inspect(t, name).ID == first || !strings.HasPrefix(r.String(t, "registries_hash"), "sha256:") {
		t.Errorf("the settings of registries change: %s, state %v", change.Action, r.State().Map())
	}
	image := knowing.Resource(t, "containers_docker_image")
	image.Apply(t, built)
	image.Destroy(t)
	knowing.Restart(t)
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
}
