package docker

import (
	"context"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
)

// inspections is how often an image is asked for while the engine fails over it.
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
