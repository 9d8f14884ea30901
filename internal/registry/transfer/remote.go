package transfer

import (
	"context"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// FromRegistry returns what a reference leads to in a registry. It is asked for once; everything else is read by digest, and
// what Push can have mounted is never read. It returns the errors of registry.Registries.Get.
func FromRegistry(ctx context.Context, registries *registry.Registries, ref name.Reference) (*Content, error) {
	found, err := registries.Get(ctx, ref)
	if err != nil {
		return nil, err
	}
	from := &remote{registries: registries, repo: ref.Context()}
	return &Content{root: &node{desc: found.Descriptor, from: from, raw: found.Raw}}, nil
}

// remote is a repository as a source.
type remote struct {
	registries *registry.Registries
	repo       name.Repository
}

func (r *remote) manifest(ctx context.Context, desc v1.Descriptor) ([]byte, error) {
	found, err := r.registries.Get(ctx, r.repo.Digest(desc.Digest.String()))
	return found.Raw, err
}

func (r *remote) blob(ctx context.Context, desc v1.Descriptor, offset int64) (io.ReadCloser, error) {
	return r.registries.Blob(ctx, r.repo, desc, offset)
}

func (r *remote) repository() name.Repository { return r.repo }
