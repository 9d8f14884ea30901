package network

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var _ resource.ResourceWithMoveState = (*networkResource)(nil)

// MoveState takes over the networks of the provider kreuzwerker/docker.
func (r *networkResource) MoveState(context.Context) []resource.StateMover {
	return r.Mover(r.MoveByID)
}
