package build

import (
	"context"
	"errors"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// Keys of BuildKit's answer.
const (
	configDigest = "containerimage.config.digest"
	imageDigest  = "containerimage.digest"
)

// Run builds and returns the id by which the engine knows the image. A failed
// step gives a StepError, an option that the engine's builder does not have an
// UnsupportedError. When ctx ends, the build ends on the engine and the error
// wraps ctx's. Progress may be nil; it is called from one goroutine at a time
// and holds the build up while it runs.
func Run(ctx context.Context, cli *client.Client, req Request, progress func(Event)) (string, error) {
	if err := req.checkValues(); err != nil {
		return "", err
	}
	if req.Builder == Classic {
		return runClassic(ctx, cli, &req, progress)
	}
	response, err := tryBuildKit(ctx, cli, &req, progress)
	if errors.Is(err, errNoBuildKit) && req.Builder == Auto {
		return runClassic(ctx, cli, &req, progress)
	}
	if errors.Is(err, errNoBuildKit) {
		return "", &UnsupportedError{"builder", "is BuildKit, which this engine does not have"}
	}
	if err != nil {
		return "", err
	}
	return imageID(ctx, cli, response[imageDigest], response[configDigest])
}

// imageID asks the engine by which of the digests it knows the image. The
// classic store's ids are digests of configurations, those of the containerd
// store digests of manifests or indexes; the image digest is the right one in
// both, and all that engine 20.10 names.
func imageID(ctx context.Context, cli *client.Client, digests ...string) (string, error) {
	// The image is there: an interrupt must not make it an orphan.
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	var missing error
	for _, digest := range digests {
		if digest == "" {
			continue
		}
		image, err := docker.InspectImage(ctx, cli, digest)
		if err == nil {
			return image.ID, nil
		}
		if !errdefs.IsNotFound(err) {
			return "", fmt.Errorf("looking the built image up: %w", err)
		}
		missing = err
	}
	if missing == nil {
		missing = errors.New("the engine did not name it")
	}
	return "", fmt.Errorf("looking the built image up: %w", missing)
}
