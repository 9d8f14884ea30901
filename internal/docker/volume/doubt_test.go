package volume_test

import (
	"net/http"
	"testing"

	"github.com/docker/docker/api/types/volume"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestDoubtAboutAnother leaves a volume alone that somebody else made of the name of one that never was.
func TestDoubtAboutAnother(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	config := map[string]any{"name": name, "labels": map[string]any{"a": "1"}}
	p.CutBefore(2)
	p.OnRequest(func(n int, _ *http.Request) {
		if n != 2 {
			return
		}
		if err := p.Down(); err != nil {
			t.Error(err)
		}
	})
	_, diags := r.TryApply(t.Context(), config)
	p.Reset()
	if err := p.Up(); err != nil {
		t.Fatal(err)
	}
	if len(diags.Errors().Containing("it is unknown whether it acted")) != 1 {
		t.Errorf("the apply said: %s", diags)
	}
	fixture.Remove(t, fixture.Volume, name)
	if _, err := fixture.Client(t).VolumeCreate(t.Context(), volume.CreateOptions{Name: name}); err != nil {
		t.Fatal(err)
	}
	r.Clone().Destroy(t)
	if !fixture.Exists(t, fixture.Volume, name) {
		t.Error("the volume of somebody else was destroyed")
	}
	r.Refresh(t)
	if !r.Gone() {
		t.Error("the volume of somebody else is in the state")
	}
	if _, diags := r.TryApply(t.Context(), config); len(diags.Errors().Containing("Import it")) != 1 {
		t.Errorf("the apply said: %s", diags)
	}
}
