package container

import (
	"context"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/network"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// rejoin joins networks again that were removed and made anew while the container did not run, which engines allow: it keeps the id
// of the one before, with which it cannot start. It tells whether there were any.
func (j *job) rejoin(ctx context.Context) (bool, error) {
	found, err := j.Client.ContainerInspect(ctx, j.want.ID)
	if err != nil || found.NetworkSettings == nil {
		return false, err
	}
	var gone []string
	for _, name := range slices.Sorted(maps.Keys(found.NetworkSettings.Networks)) {
		id := found.NetworkSettings.Networks[name].NetworkID
		if _, err := j.Client.NetworkInspect(ctx, id, network.InspectOptions{}); id != "" && docker.NotFound(err) {
			gone = append(gone, name)
		}
	}
	for _, name := range gone {
		if err := j.disconnect(ctx, name); err != nil {
			return false, err
		}
		if err := j.connect(ctx, name); err != nil {
			return false, err
		}
	}
	return len(gone) > 0, nil
}
