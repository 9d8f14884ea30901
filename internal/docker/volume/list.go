package volume

import (
	"context"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of volumes. It costs one call.
func NewListResource() list.ListResource {
	return &managed.List{Base: base(), Command: "docker volume ls", Find: find}
}

func find(ctx context.Context, op *managed.Operation, by filters.Args) ([]object.Found, error) {
	answer, err := op.Client.VolumeList(ctx, volume.ListOptions{Filters: by})
	if err != nil {
		return nil, err
	}
	var out []object.Found
	for _, v := range answer.Volumes {
		out = append(out, object.Found{
			Key: v.Name, Name: v.Name,
			Spec: func(context.Context, tf.Values) (any, error) { return specOf(*v), nil },
		})
	}
	return out, nil
}
