package tag

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ resource.ResourceWithMoveState = (*tagResource)(nil)

var errIncomplete = errors.New("the state that is moved has no source_image and target_image")

// MoveState takes over the tags of the provider kreuzwerker/docker.
func (r *tagResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(translate)
}

// translate keeps what the reference was made of: the engine does not. Its id is both references joined, so it is of no use.
func translate(_ context.Context, from object.Foreign, values tf.Values, _ object.Private) error {
	source, target := from.String("source_image"), from.String("target_image")
	if source == "" || target == "" {
		return errIncomplete
	}
	values["source_image"], values["target_image"] = tf.ImageName.Value(source), tf.Reference.Value(target)
	return nil
}
