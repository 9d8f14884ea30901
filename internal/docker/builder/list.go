package builder

import (
	"context"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of builders in containers that this provider made. It costs one call, and one more for each whose
// whole resource is asked for.
func NewListResource() list.ListResource {
	return &managed.List{Base: base(), Command: "docker ps", Find: find}
}

func find(ctx context.Context, op *managed.Operation, by filters.Args) ([]object.Found, error) {
	by.Add("label", labelSpec)
	answer, err := op.Client.ContainerList(ctx, container.ListOptions{All: true, Filters: by})
	if err != nil {
		return nil, err
	}
	var out []object.Found
	for _, c := range answer {
		out = append(out, object.Found{
			Key: build.ContainerAddress(c.Names[0][1:]), Name: c.Names[0][1:],
			Spec: func(ctx context.Context, _ tf.Values) (any, error) {
				found, err := inspect(ctx, op, c.ID)
				if err != nil {
					return nil, err
				}
				made, err := specOf(found)
				if err != nil {
					return nil, err
				}
				return &spec{Container: made, Address: build.ContainerAddress(nameOf(found)), Registries: made.Registries}, nil
			},
		})
	}
	return out, nil
}
