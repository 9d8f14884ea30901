package image

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ resource.ResourceWithMoveState = (*imageResource)(nil)

var errNoName = errors.New("the state that is moved has no name")

// MoveState takes over the published images of the provider kreuzwerker/docker.
func (r *imageResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(translate)
}

// translate keeps what the registry cannot show: how the image is removed, and what publishes it again.
func translate(_ context.Context, from object.Foreign, values tf.Values, _ object.Private) error {
	name := from.String("name")
	if name == "" {
		return errNoName
	}
	values["name"] = tf.Reference.Value(name)
	values["keep_on_destroy"] = types.BoolValue(from.Bool("keep_remotely", false))
	values["triggers"] = tf.StringMapValue(from.StringMap("triggers"))
	return nil
}
