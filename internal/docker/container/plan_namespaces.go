package container

import (
	"context"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// ofContainer is how a namespace of another container is referred to, before the name or id of that.
const ofContainer = "container:"

// sharedNamespaces are the attributes that can refer to another container.
var sharedNamespaces = []string{"network_mode", "pid_mode", "ipc_mode"}

// planNamespaces keeps container:<name or id> where the configuration turns to the other way to say the same, as it may
// after an import: engines show the id. Only then does it ask the engine.
func (r *containerResource) planNamespaces(ctx context.Context, change *object.Change) {
	if !change.Updates() {
		return
	}
	prior, planned := change.Prior, change.Planned
	for _, name := range sharedNamespaces {
		was, ofOne := strings.CutPrefix(prior.String(name), ofContainer)
		will, ofOther := strings.CutPrefix(planned.String(name), ofContainer)
		if !ofOne || !ofOther || was == will {
			continue
		}
		if _, cli := r.Reach(ctx, planned); cli != nil && sameContainer(ctx, cli, was, will) {
			planned[name] = prior[name]
		}
	}
}

// orphaned shows the engine's own words, container:<id>, where prior refers by name to a container that has been made anew since:
// the engine keeps the id of the one before, whose namespaces are gone for good. It costs a call for each such reference.
func orphaned(ctx context.Context, op *managed.Operation, prior tf.Values, h *container.HostConfig) tf.Values {
	shown := map[string]string{"network_mode": string(h.NetworkMode), "pid_mode": string(h.PidMode), "ipc_mode": string(h.IpcMode)}
	for _, name := range sharedNamespaces {
		said, asked := strings.CutPrefix(prior.String(name), ofContainer)
		id, has := strings.CutPrefix(shown[name], ofContainer)
		if !asked || !has || said == id {
			continue
		}
		named, err := op.Client.ContainerInspect(ctx, said)
		if docker.NotFound(err) || err == nil && named.ID != id {
			prior[name] = types.StringValue(shown[name])
		}
	}
	return prior
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
