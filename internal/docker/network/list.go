package network

import (
	"context"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// NewListResource is the list of networks. It costs one call.
func NewListResource() list.ListResource {
	return &managed.List{Base: base(), Command: "docker network ls", Find: find}
}

// find leaves out the networks that every engine has and nobody can manage.
func find(ctx context.Context, op *managed.Operation, by filters.Args) ([]object.Found, error) {
	answer, err := op.Client.NetworkList(ctx, network.ListOptions{Filters: by})
	if err != nil {
		return nil, err
	}
	var out []object.Found
	for _, n := range answer {
		if predefined(n.Name) {
			continue
		}
		out = append(out, object.Found{
			Key: n.ID, Name: n.Name,
			Spec: func(ctx context.Context, begun tf.Values) (any, error) {
				return shown(ctx, op, begun, n).ownChoice(), nil
			},
		})
	}
	return out, nil
}

// predefined tells whether engines make a network of that name for themselves.
func predefined(name string) bool {
	switch name {
	case "bridge", "host", "none", "nat", "default", "podman":
		return true
	default:
		return false
	}
}
