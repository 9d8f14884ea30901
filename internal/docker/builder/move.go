package builder

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ resource.ResourceWithMoveState = (*builderResource)(nil)

// errOtherDriver says that a builder is of a kind that is not known here.
var errOtherDriver = errors.New("only builders of the drivers docker-container and remote can be moved here")

// MoveState takes over the builders (docker_buildx_builder) of the provider kreuzwerker/docker.
func (r *builderResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(translate)
}

// translate finds the builder as buildx keeps it: one node, in a container that is called after it.
func translate(_ context.Context, from object.Foreign, values tf.Values, _ object.Private) error {
	name := from.String("name")
	if name == "" {
		name = from.String("id")
	}
	address := ""
	switch from.String("driver") {
	case "", "docker-container":
		address = build.ContainerAddress("buildx_buildkit_" + name + "0")
	case "remote":
		address = from.String("endpoint")
	default:
		return errOtherDriver
	}
	if name == "" || build.CheckAddress(address) != nil {
		return errors.New("the state that is moved does not say where the builder is")
	}
	values["address"] = types.StringValue(address)
	return nil
}
