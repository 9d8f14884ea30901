package image_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func configDigest(t *testing.T, img v1.Image) string {
	t.Helper()
	digest, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	return digest.String()
}

func TestLoad(t *testing.T) {
	t.Parallel()
	ref := fixture.Name(t)
	fixture.NothingLeft(t, ref)
	// The archive calls its image by a name that is somebody else's.
	stranger := foreign(t, ref+"-stranger:latest")
	first, second := bare(t, "first"), bare(t, "second")
	archive := fixture.Archive(t, ref+"-stranger:latest", first)
	config := object{"name": ref, "load": object{"archive": archive}}
	r := acctest.Docker(t).Resource(t, resourceType)
	r.Apply(t, config)
	if r.String(t, "context_hash") != configDigest(t, first) || of(t, ref).ID != r.String(t, "image_id") {
		t.Errorf("the state is %v", r.State().Map())
	}
	if of(t, ref+"-stranger").ID != stranger {
		t.Error("the reference in the archive was moved, and it was somebody else's")
	}
	r.ExpectEmptyPlan(t, config)
	old := r.String(t, "image_id")

	compress(t, fixture.Archive(t, ref, second), archive)
	if change := r.Apply(t, config); change.Action != core.Update {
		t.Errorf("another archive: %s", change.Action)
	}
	if r.String(t, "context_hash") != configDigest(t, second) || present(t, old) {
		t.Errorf("the state is %v", r.State().Map())
	}
	r.ExpectEmptyPlan(t, config)

	fixture.RemoveNow(t, fixture.ImageRef, ref)
	r.Converge(t, config)
	r.Destroy(t)
	if present(t, ref) {
		t.Error("the image is still there")
	}
	fixture.RemoveNow(t, fixture.ImageRef, ref+"-stranger")
}

func compress(t *testing.T, from, to string) {
	t.Helper()
	plain, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(out)
	if _, err := packed.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLoadOneOfSeveral(t *testing.T) {
	t.Parallel()
	ref := fixture.Name(t)
	fixture.NothingLeft(t, ref)
	images := map[name.Tag]v1.Image{}
	for _, tag := range []string{"a", "b"} {
		parsed, err := name.NewTag(ref + ":" + tag)
		if err != nil {
			t.Fatal(err)
		}
		images[parsed] = bare(t, tag)
	}
	archive := filepath.Join(t.TempDir(), "both.tar")
	if err := tarball.MultiWriteToFile(archive, images); err != nil {
		t.Fatal(err)
	}
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	r.Apply(t, object{"name": ref + ":b", "load": object{"archive": archive}})
	if r.String(t, "context_hash") != configDigest(t, bare(t, "b")) || present(t, ref+":a") {
		t.Error("not just the image of that name was loaded")
	}
	r.Destroy(t)

	_, diags := server.Resource(t, resourceType).TryPlan(t.Context(), object{"name": ref + ":c", "load": object{"archive": archive}})
	if len(diags.Errors().At("load.archive").Containing("none is called")) != 1 {
		t.Errorf("got %s", diags)
	}
}
