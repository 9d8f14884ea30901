package image

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ resource.ResourceWithMoveState = (*imageResource)(nil)

var errNoName = errors.New("the state that is moved has no name")

// MoveState takes over the images of the provider kreuzwerker/docker.
func (r *imageResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(r.translate)
}

// translate keeps what the engine cannot show: how the image is removed, and what makes it be made again.
func (r *imageResource) translate(ctx context.Context, from object.Foreign, values tf.Values, _ object.Private) error {
	name := from.String("name")
	if name == "" {
		return errNoName
	}
	values["name"] = tf.Reference.Value(name)
	values["keep_on_destroy"] = types.BoolValue(from.Bool("keep_locally", false))
	values["force_remove"] = types.BoolValue(from.Bool("force_remove", false))
	values["triggers"] = tf.StringMapValue(from.StringMap("triggers"))
	if platform := from.String("platform"); platform != "" {
		values["pull"] = r.Nested(ctx, "pull", map[string]attr.Value{"platform": types.StringValue(platform)})
	}
	return nil
}
