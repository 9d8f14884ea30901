package container

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// planNetworks replaces a container whose networks are no longer configured: it then belongs where network_mode says, and
// the engine reads that only when it creates a container.
func planNetworks(change *object.Change) {
	if change.Prior.Null("networks") || !change.Planned["networks"].IsNull() {
		return
	}
	if !staysOn(change.Prior["networks"], change.Planned.String("network_mode")) {
		change.RequiresReplace = append(change.RequiresReplace, path.Root("networks"))
	}
}

// staysOn tells whether the networks are what a mode gives by itself.
func staysOn(networks attr.Value, mode string) bool {
	names := []string{mode}
	if mode == "" || mode == "default" {
		names = []string{"bridge", "podman"}
	}
	elements := elementsOf(networks)
	for name, endpoint := range elements {
		if !slices.Contains(names, name) || !tf.AllNull(endpoint) {
			return false
		}
	}
	return len(elements) == 1
}
