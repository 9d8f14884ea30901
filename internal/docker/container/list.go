package container

import (
	"context"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of containers, running or not. It costs one call, and two for each container of which the
// whole resource is asked for: as an import.
func NewListResource() list.ListResource {
	return &managed.List{Base: base(), Command: "docker ps", Find: find}
}

func find(ctx context.Context, op *managed.Operation, by filters.Args) ([]object.Found, error) {
	answer, err := op.Client.ContainerList(ctx, container.ListOptions{All: true, Filters: by})
	if err != nil {
		return nil, err
	}
	var out []object.Found
	for _, c := range answer {
		out = append(out, object.Found{
			Key: c.ID, Name: nameOf(c),
			Spec: func(ctx context.Context, begun tf.Values) (any, error) {
				found, err := op.Client.ContainerInspect(ctx, c.ID)
				if err != nil {
					return nil, err
				}
				_, shown, err := importedSpecs(ctx, op, found, begun)
				return shown, err
			},
		})
	}
	return out, nil
}

// nameOf is the container's own name: others are those by which containers link to it, "/other/alias".
func nameOf(c container.Summary) string {
	for _, name := range c.Names {
		if own := strings.TrimPrefix(name, "/"); !strings.Contains(own, "/") {
			return own
		}
	}
	return c.ID
}
