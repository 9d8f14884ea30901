package tag_test

import (
	"os"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

const resourceType = "containers_docker_tag"

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// source puts an image on the engine and returns its id. It is tagged as the engine does it, since Podman loads short
// names as its own host's.
func source(t testing.TB, reference string) string {
	t.Helper()
	loaded := reference + "-loaded"
	fixture.Load(t, loaded, fixture.Build(t, fixture.ImageOptions{Bare: true, Author: reference}))
	fixture.Remove(t, fixture.ImageRef, reference)
	move(t, loaded, reference)
	return idOf(t, reference)
}

// idOf is the image that a reference points to, looked at behind the provider's back.
func idOf(t testing.TB, reference string) string {
	t.Helper()
	found, err := docker.InspectImage(t.Context(), fixture.Client(t), reference)
	if err != nil {
		t.Fatal(err)
	}
	return found.ID
}

// move points a reference to an image, behind the provider's back.
func move(t testing.TB, source, target string) {
	t.Helper()
	if err := fixture.Client(t).ImageTag(t.Context(), source, target); err != nil {
		t.Fatal(err)
	}
}
