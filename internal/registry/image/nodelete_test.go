package image_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestNoDelete says what to do where a registry deletes nothing, and forgets nothing.
func TestNoDelete(t *testing.T) {
	t.Parallel()
	server := registries.Program(t, registries.NoDelete())
	repository := server.Repository("app")
	config := object{
		"name": repository + ":v1", "tags": []any{"a"}, "source": object{"archive": object{"path": archive(t, "", image(t))}},
	}
	r := provider(t, server).Resource(t, resourceType)
	r.Apply(t, config)
	_, diags := r.TryApply(t.Context(), with(config, object{"tags": nil}))
	if len(diags.Errors().At("tags").Containing("Leave it in tags")) != 1 || strings.Contains(diags.String(), "@sha256") {
		t.Errorf("a tag: got %s", diags)
	}
	r.Converge(t, config)
	if diags := r.TryDestroy(t.Context()); len(diags.Errors().Containing("keep_on_destroy")) != 1 || r.Gone() {
		t.Errorf("destroy: got %s", diags)
	}
	r.Apply(t, with(config, object{"keep_on_destroy": true}))
	r.Destroy(t)
	if !server.Has(t, repository+":v1") || !server.Has(t, repository+":a") {
		t.Error("what is kept is gone")
	}
}
