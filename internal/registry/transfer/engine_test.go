package transfer

import (
	"context"
	"io"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// What a real engine saves is pushed, and found there when it is saved again.
func TestFromRealEngine(t *testing.T) {
	t.Parallel()
	cli := fixture.Client(t)
	name := fixture.Name(t) + ":v1"
	img := fixture.Build(t, fixture.ImageOptions{Files: map[string]string{"/etc/motd": "hello"}})
	fixture.Load(t, name, img)
	server := registries.Start(t)
	r, repo := open(t, server), repository(t, server.Repository("app"))
	for _, existed := range []bool{false, true} {
		content, err := FromEngine(t.Context(), func(ctx context.Context) (io.ReadCloser, error) {
			return cli.ImageSave(ctx, []string{name})
		})
		if err != nil {
			t.Fatal(err)
		}
		result := mustPush(t, r, repo, content, "v1")
		if result.Existed != existed {
			t.Errorf("existed: %t, want %t", result.Existed, existed)
		}
		if err := content.Close(); err != nil {
			t.Error(err)
		}
	}
	pulled := server.Pull(t, repo.Name()+":v1")
	if err := validate.Image(pulled); err != nil {
		t.Error(err)
	}
	if got, want := digestOf(t, nameOf(pulled)), digestOf(t, nameOf(img)); got != want {
		t.Errorf("another configuration: %s, want %s", got, want)
	}
}
