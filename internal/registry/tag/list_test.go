package tag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestList finds tags, published images and indexes, each as an import has it.
func TestList(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	repository := server.Repository("app")
	server.Push(t, repository+":v2", image(t))
	server.Push(t, repository+":v1", image(t))
	server.PushIndex(t, repository+":multi", mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: image(t)}))
	p := provider(t)
	for typeName, want := range map[string][]string{
		"containers_registry_tag":   {":multi", ":v1", ":v2"},
		"containers_registry_image": {":multi", ":v1", ":v2"},
		"containers_registry_index": {":multi"},
	} {
		var names []string
		for _, one := range p.List(t, typeName, object{"repository": repository}, core.ListOptions{IncludeResource: true}) {
			names = append(names, one.DisplayName[len(repository):])
			imported := p.Resource(t, typeName)
			imported.ImportIdentity(t, one.Identity.Map())
			if diff := cmp.Diff(imported.State().Map(), one.Resource.Map()); diff != "" {
				t.Errorf("the list and an import of %s (-import +list):\n%s", one.DisplayName, diff)
			}
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("%s (-want +got):\n%s", typeName, diff)
		}
	}
	if found := p.List(t, resourceType, object{"repository": repository, "pattern": "^v2$"}, core.ListOptions{}); len(found) != 1 {
		t.Errorf("a pattern lets through %d", len(found))
	}
	_, diags := p.TryList(t.Context(), resourceType, object{"repository": server.Repository("none")}, core.ListOptions{})
	if len(diags.Errors().At("repository")) != 1 {
		t.Errorf("a repository that is not there: %s", diags)
	}
}
