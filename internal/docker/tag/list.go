package tag

import (
	"context"

	"github.com/docker/docker/api/types/filters"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of references with a tag. It costs one call.
func NewListResource() list.ListResource {
	return &managed.List{Base: base(), Command: "docker image ls", Find: find}
}

func find(ctx context.Context, op *managed.Operation, by filters.Args) ([]object.Found, error) {
	answer, err := docker.ListImages(ctx, op.Client, by)
	if err != nil {
		return nil, err
	}
	var out []object.Found
	for _, summary := range answer {
		for _, reference := range managed.TagsOf(summary.RepoTags) {
			out = append(out, object.Found{
				Key: reference, Name: reference,
				Spec: func(_ context.Context, begun tf.Values) (any, error) {
					// As an import: what the reference was made of is not kept anywhere.
					begun["source_image"] = tf.ImageName.Value(summary.ID)
					return &spec{Target: reference, ID: summary.ID}, nil
				},
			})
		}
	}
	return out, nil
}
