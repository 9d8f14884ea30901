package image_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestList lists the references of one image, as images and as tags.
func TestList(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	image := fixture.Build(t, fixture.ImageOptions{Author: name})
	want := []string{name + ":v1", name + ":v2"}
	for i, reference := range want {
		fixture.Load(t, reference, image)
		if fixture.Podman(t) {
			want[i] = "localhost/" + reference // Its name for what came from no registry.
		}
	}
	byName := map[string]any{"filters": map[string]any{"reference": []any{name}}}
	for resourceType, key := range map[string]string{"containers_docker_image": "name", "containers_docker_tag": "target_image"} {
		p.Reset()
		found := server.List(t, resourceType, byName, core.ListOptions{IncludeResource: true})
		if diff := cmp.Diff([]string{"GET /images/json"}, p.Log()); diff != "" {
			t.Errorf("calls of a list of %s:\n%s", resourceType, diff)
		}
		var names []string
		for _, one := range found {
			names = append(names, one.DisplayName)
			if diff := cmp.Diff(map[string]any{key: one.DisplayName, "engine": nil}, one.Identity.Map()); diff != "" {
				t.Error(diff)
			}
			imported := server.Resource(t, resourceType)
			imported.ImportIdentity(t, one.Identity.Map())
			if diff := cmp.Diff(imported.State().Map(), one.Resource.Map()); diff != "" {
				t.Errorf("the list and an import of %s (-import +list):\n%s", one.DisplayName, diff)
			}
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("a list of %s:\n%s", resourceType, diff)
		}
	}
}
