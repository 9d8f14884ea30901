package image_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

const resourceType = "containers_docker_image"

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

type object = map[string]any

// folder writes a build context.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	return dir
}

func write(t testing.TB, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// labelled is the text of a Dockerfile for an image that no other test makes.
func labelled(t testing.TB, value string) string {
	t.Helper()
	return "FROM scratch\nLABEL test=\"" + t.Name() + "\" value=\"" + value + "\"\n"
}

// inline is the configuration of an image without a context.
func inline(name, dockerfile string) object {
	return object{"name": name, "build": object{"dockerfile_inline": dockerfile}}
}

// with is a configuration with further attributes.
func with(config object, more ...any) object {
	out := object{}
	for k, v := range config {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		key, _ := more[i].(string)
		out[key] = more[i+1]
	}
	return out
}

// of is an image on the engine, looked at behind the provider's back.
func of(t testing.TB, reference string) image.InspectResponse {
	t.Helper()
	found, err := docker.InspectImage(t.Context(), fixture.Client(t), reference)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// present tells whether the engine has an image.
func present(t testing.TB, reference string) bool {
	t.Helper()
	return fixture.Exists(t, fixture.ImageRef, reference)
}

// move points a reference to an image, behind the provider's back.
func move(t testing.TB, source, target string) {
	t.Helper()
	if err := fixture.Client(t).ImageTag(t.Context(), source, target); err != nil {
		t.Fatal(err)
	}
}

// foreign puts an image on the engine that is not the provider's.
func foreign(t testing.TB, reference string) string {
	t.Helper()
	fixture.Load(t, reference, bare(t, reference))
	id := of(t, reference).ID
	cleanID(t, id)
	return id
}

// bare is an image without content that nothing else has.
func bare(t testing.TB, author string) v1.Image {
	t.Helper()
	return fixture.Build(t, fixture.ImageOptions{Bare: true, Author: author + t.Name()})
}

// cleanID removes an image by its id when the test ends.
func cleanID(t testing.TB, id string) {
	t.Helper()
	cli := fixture.Client(t)
	t.Cleanup(func() {
		_, err := cli.ImageRemove(context.WithoutCancel(t.Context()), id, image.RemoveOptions{Force: true})
		if err != nil && !errdefs.IsNotFound(err) {
			t.Errorf("cleaning up: %s", err)
		}
	})
}
