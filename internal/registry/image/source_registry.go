package image

import (
	"context"
	"errors"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// remoteDigest is the digest that the source has now.
func remoteDigest(ctx context.Context, registries *registry.Registries, source tf.Values) (string, error) {
	ref, err := registry.Parse(source.String("reference"))
	if err != nil {
		return "", err
	}
	found, err := registries.Head(registry.ForPull(ctx), ref)
	if err != nil {
		return "", err
	}
	return found.Digest.String(), nil
}

func openRemote(ctx context.Context, op *managed.Operation, source tf.Values) (*transfer.Content, string, error) {
	ref, err := registry.Parse(source.String("reference"))
	if err != nil {
		return nil, "", err
	}
	content, err := transfer.FromRegistry(registry.ForPull(ctx), op.Registries, ref)
	switch {
	case errors.Is(err, registry.ErrNotFound), errors.Is(err, registry.ErrSchema1):
		return nil, "", &publish.InputError{At: at(fromRegistry, "reference"), Summary: "No such image", Err: err}
	case errors.As(err, new(*registry.Error)):
		return nil, "", &publish.InputError{At: at(fromRegistry, "reference"), Summary: "Unable to read the source", Err: err}
	case err != nil:
		return nil, "", err
	}
	return content, content.Descriptor().Digest.String(), nil
}
