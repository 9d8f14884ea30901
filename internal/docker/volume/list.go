package volume

import (
	"context"
	"slices"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of volumes. It costs one call, with Podman one for each filter.
func NewListResource() list.ListResource {
	return &managed.List{Base: base(), Command: "docker volume ls", Find: find}
}

func find(ctx context.Context, op *managed.Operation, by filters.Args) ([]object.Found, error) {
	found, err := volumes(ctx, op, by)
	if err != nil {
		return nil, err
	}
	var out []object.Found
	for _, v := range found {
		out = append(out, object.Found{
			Key: v.Name, Name: v.Name,
			Spec: func(ctx context.Context, begun tf.Values) (any, error) { return shown(ctx, op, begun, *v), nil },
		})
	}
	return out, nil
}

// volumes are those that pass all filters.
func volumes(ctx context.Context, op *managed.Operation, by filters.Args) ([]*volume.Volume, error) {
	questions := []filters.Args{by}
	if onPodman(ctx, op) {
		questions = separately(by)
	}
	var found []*volume.Volume
	for i, question := range questions {
		answer, err := op.Client.VolumeList(ctx, volume.ListOptions{Filters: question})
		if err != nil {
			return nil, err
		}
		if i == 0 {
			found = answer.Volumes
			continue
		}
		found = slices.DeleteFunc(found, func(v *volume.Volume) bool {
			return !slices.ContainsFunc(answer.Volumes, func(other *volume.Volume) bool { return other.Name == v.Name })
		})
	}
	return found, nil
}
