package transfer

import (
	"context"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// Retag has a tag lead to what is in its repository under a digest. The manifest stays as it is, byte for byte, with its
// media type. It returns the descriptor, or the errors of registry.Registries (Get, Put): a registry.ErrNotFound if there is
// no such digest.
func Retag(ctx context.Context, registries *registry.Registries, from name.Digest, tag string) (v1.Descriptor, error) {
	ctx = registry.ForPush(ctx)
	found, err := registries.Get(ctx, from)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return found.Descriptor, point(ctx, registries, from.Tag(tag), found)
}

// point has a tag lead to a manifest, which it puts there again if it was deleted meanwhile: in turn, so that nobody deletes
// the manifest who has looked for tags before and did not see this one.
func point(ctx context.Context, registries *registry.Registries, tag name.Tag, to registry.Manifest) error {
	return registries.InTurn(ctx, tag.Context(), func() error { return registries.Put(ctx, tag, to) })
}
