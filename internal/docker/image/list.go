package image

import (
	"context"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of images, one for each reference with a tag. It costs one call.
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
		found := &image.InspectResponse{ID: summary.ID, RepoDigests: summary.RepoDigests}
		for _, reference := range managed.TagsOf(summary.RepoTags) {
			out = append(out, object.Found{
				Key: reference, Name: reference,
				Spec: func(_ context.Context, begun tf.Values) (any, error) {
					begun["owned"] = types.BoolValue(true) // As an import.
					return specOf(reference, found, ""), nil
				},
			})
		}
	}
	return out, nil
}
