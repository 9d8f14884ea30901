package container

import (
	"context"

	"github.com/docker/docker/api/types/container"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

// stopForGood stops a container that is to be removed; one that is gone is fine. Podman does not stop what is paused.
func stopForGood(ctx context.Context, op *managed.Operation, id string) error {
	err := op.Client.ContainerStop(ctx, id, container.StopOptions{})
	if err == nil || docker.NotFound(err) {
		return nil
	}
	if !onPodman(ctx, op) || op.Client.ContainerUnpause(ctx, id) != nil {
		return err
	}
	return op.Client.ContainerStop(ctx, id, container.StopOptions{})
}

// removeStopped removes a container that Podman could not kill, since it was just being restarted.
func removeStopped(ctx context.Context, op *managed.Operation, id string, options container.RemoveOptions) error {
	short, cancel := docker.Short(ctx)
	defer cancel()
	if err := stopForGood(short, op, id); err != nil {
		return err
	}
	if err := op.Client.ContainerRemove(short, id, options); !docker.NotFound(err) {
		return err
	}
	return nil
}
