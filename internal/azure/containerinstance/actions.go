package containerinstance

import (
	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// NewRestart is the action that starts all containers of a group again.
func NewRestart() action.Action {
	return managed.NewAction(Group, "restart",
		"Starts all containers of a container group again, with the images that their tags name then.")()
}

// NewStart is the action that starts a group that was stopped, or has ended.
func NewStart() action.Action {
	return managed.NewAction(Group, "start", "Starts a container group that was stopped or whose containers have ended.")()
}

// NewStop is the action that stops a group.
func NewStop() action.Action {
	return managed.NewAction(Group, "stop", "Stops all containers of a container group, which then costs nothing and has no address. A group "+
		"with `state = \"running\"` is started again by the next apply.")()
}
