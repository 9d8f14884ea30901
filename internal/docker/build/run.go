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
// step gives a StepError, an option that the builder does not have an
// UnsupportedError, a builder outside of the engine that cannot be used a
// RemoteError. When ctx ends, the build ends on the builder and the error
// wraps ctx's. Progress may be nil; it is called from one goroutine at a time
// and holds the build up while it runs.
func Run(ctx context.Context, cli *client.Client, req Request, progress func(Event)) (string, error) {
	if err := req.checkValues(); err != nil {
		return "", err
	}
	if req.Remote != nil {
		return runRemote(ctx, cli, &req, progress)
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

// tryBuildKit returns what the engine's BuildKit says of the image, or
// errNoBuildKit.
func tryBuildKit(ctx context.Context, cli *client.Client, req *Request, progress func(Event)) (map[string]string, error) {
	l, err := engineLink(ctx, cli)
	if err != nil {
		return nil, err
	}
	if err := req.checkBuildKit(cli.ClientVersion(), ownFrontend(req.Context.DockerfileBytes())); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return runBuildKit(ctx, l, req, engineExport(req), progress)
}

// runRemote builds on another BuildKit and has the engine load the result while
// it is sent.
func runRemote(ctx context.Context, cli *client.Client, req *Request, progress func(Event)) (string, error) {
	into := newLoad(ctx, cli)
	answer, err := req.onRemote(ctx, into.export(req), progress)
	if err := into.finish(err); err != nil {
		return "", err
	}
	return imageID(ctx, cli, answer[imageDigest], answer[configDigest])
}

// onRemote builds on another BuildKit and returns what that says of the result.
func (r *Request) onRemote(ctx context.Context, to *export, progress func(Event)) (map[string]string, error) {
	if err := r.checkNetwork(); err != nil {
		return nil, err
	}
	l, info, err := r.Remote.open(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := runBuildKit(ctx, l, r, to, progress)
	if err != nil {
		return nil, info.blamePlatform(r.Platforms, err)
	}
	return answer, nil
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
