package container

import (
	"context"
	"strings"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// planNamespaces keeps container:<name or id> where the configuration turns to the other way to say the same, as it may
// after an import: engines show the id. Only then does it ask the engine.
func (r *containerResource) planNamespaces(ctx context.Context, change *object.Change) {
	if !change.Updates() {
		return
	}
	prior, planned := change.Prior, change.Planned
	for _, name := range []string{"network_mode", "pid_mode", "ipc_mode"} {
		was, ofOne := strings.CutPrefix(prior.String(name), "container:")
		will, ofOther := strings.CutPrefix(planned.String(name), "container:")
		if !ofOne || !ofOther || was == will {
			continue
		}
		if _, cli := r.Reach(ctx, planned); cli != nil && sameContainer(ctx, cli, was, will) {
			planned[name] = prior[name]
		}
	}
}

// sameContainer tells whether two names or ids are of one container. What the engine does not tell is not the same.
func sameContainer(ctx context.Context, cli *client.Client, a, b string) bool {
	one, err := cli.ContainerInspect(ctx, a)
	if err != nil {
		return false
	}
	other, err := cli.ContainerInspect(ctx, b)
	return err == nil && one.ID == other.ID
}
