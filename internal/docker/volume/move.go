package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var _ resource.ResourceWithMoveState = (*volumeResource)(nil)

// MoveState takes over the volumes of the provider kreuzwerker/docker.
func (r *volumeResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(r.MoveByID)
}
