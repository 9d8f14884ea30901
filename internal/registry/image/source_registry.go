package image

import (
	"context"
	"errors"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// lookTime is how long the registry of a source may take to answer a plan.
const lookTime = 30 * time.Second

// remoteDigest is the digest that the source has now.
func remoteDigest(ctx context.Context, registries *registry.Registries, source tf.Values) (string, error) {
	ref, err := registry.Parse(source.String("reference"))
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(registry.ForPull(ctx), lookTime)
	defer cancel()
	found, err := registries.Head(ctx, ref)
	switch {
	case errors.Is(err, registry.ErrSchema1):
		return "", unusable(err)
	case err != nil:
		return "", &publish.AskError{At: at(fromRegistry, "reference"), Err: err}
	}
	return found.Digest.String(), nil
}

// unusable blames the reference for what it leads to, or does not.
func unusable(err error) error {
	return &tf.InputError{At: at(fromRegistry, "reference"), Summary: "No such image", Err: err}
}

func openRemote(ctx context.Context, op *managed.Operation, source tf.Values) (*transfer.Content, string, error) {
	ref, err := registry.Parse(source.String("reference"))
	if err != nil {
		return nil, "", err
	}
	content, err := transfer.FromRegistry(registry.ForPull(ctx), op.Registries, ref)
	switch {
	case errors.Is(err, registry.ErrNotFound), errors.Is(err, registry.ErrSchema1):
		return nil, "", unusable(err)
	case errors.As(err, new(*registry.Error)):
		return nil, "", &tf.InputError{At: at(fromRegistry, "reference"), Summary: "Unable to read the source", Err: err}
	case err != nil:
		return nil, "", err
	}
	return content, content.Descriptor().Digest.String(), nil
}
