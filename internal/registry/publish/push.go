package publish

import (
	"context"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
)

// Push brings content into the repository of the operation's target and points the tags to it. It returns the errors of
// transfer.Push.
func Push(ctx context.Context, op *managed.Operation, content *transfer.Content, tags []string) (Published, error) {
	result, err := transfer.Push(ctx, op.Registries, op.Target.Repository, content, tags, transfer.Options{})
	if len(result.Tags) == 0 {
		return Published{}, err
	}
	return Published{Digest: result.Digest.String(), Tags: result.Tags, There: result.There}, err
}

// Retag points further tags to what was published. It returns the errors of transfer.Retag.
func Retag(ctx context.Context, op *managed.Operation, made Published, tags []string) (Published, error) {
	for _, tag := range tags {
		if err := transfer.Retag(ctx, op.Registries, op.Target.Digest(made.Digest), op.Target.Tag(tag)); err != nil {
			return made, err
		}
		made.Tags = append(made.Tags, tag)
	}
	return made, nil
}
