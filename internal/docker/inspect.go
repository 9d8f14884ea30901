package docker

import (
	"context"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/system"
	"github.com/docker/docker/client"
)

// arrivals is how often an image is brought while the engine fails over a layer.
const arrivals = 5

// WhileLayersGo brings an image, and again where Podman fails because a layer that it found is removed with another image
// at that moment. It returns the last error.
func WhileLayersGo(bring func() error) (err error) {
	for range arrivals {
		if err = bring(); err == nil || !strings.Contains(err.Error(), "layer not known") {
			break
		}
	}
	return err
}

// inspections is how often images are asked for while the engine fails over them.
const inspections = 10

// InspectImage asks for an image by its reference or id. The question is repeated where the answer got lost, and where the
// engine fails: Podman does so for a moment when another image is removed, as it walks through all that it has. Its errors
// are those of the client.
func InspectImage(ctx context.Context, cli *client.Client, reference string) (found image.InspectResponse, err error) {
	for range inspections {
		err = AskTwice(func() (err error) {
			found, err = cli.ImageInspect(ctx, reference)
			return err
		})
		if !errdefs.IsInternal(err) {
			break
		}
	}
	return found, err
}

// ListImages asks for the images that filters let through. The question is repeated as that of InspectImage is. Nothing that is
// asked for can be missing: where an engine with containerd's image store says so, an image was removed while it listed them.
// Its errors are those of the client.
func ListImages(ctx context.Context, cli *client.Client, by filters.Args) (found []image.Summary, err error) {
	for range inspections {
		err = AskTwice(func() (err error) {
			found, err = cli.ImageList(ctx, image.ListOptions{Filters: by})
			return err
		})
		if !errdefs.IsInternal(err) && !errdefs.IsNotFound(err) {
			break
		}
	}
	return found, err
}

// containerdStore is what an engine calls the driver of its images when containerd keeps them.
const containerdStore = "io.containerd.snapshotter.v1"

// HasContainerdStore says whether an engine keeps its images in containerd, and with that indexes and attestations too.
func HasContainerdStore(info system.Info) bool {
	return slices.ContainsFunc(info.DriverStatus, func(pair [2]string) bool { return pair[1] == containerdStore })
}
