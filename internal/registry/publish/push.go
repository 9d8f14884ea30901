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
	made := Published{Digest: result.Digest.String(), Tags: tags, There: result.Existed}
	if err == nil {
		return made, nil
	}
	if made.Tags = result.Tagged; len(made.Tags) == 0 {
		return Published{}, err
	}
	return made, err
}

// Retag points further tags to what was published. It returns the errors of transfer.Retag.
func Retag(ctx context.Context, op *managed.Operation, made Published, tags []string) (Published, error) {
	for _, tag := range tags {
		if _, err := transfer.Retag(ctx, op.Registries, op.Target.Digest(made.Digest), tag); err != nil {
			return made, err
		}
		made.Tags = append(made.Tags, tag)
	}
	return made, nil
}
