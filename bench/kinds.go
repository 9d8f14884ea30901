package main

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"golang.org/x/sync/errgroup"
)

var imageRemoval = image.RemoveOptions{Force: true, PruneChildren: true}

// kind is a kind of object with the fewest calls of the API that make, find and remove one.
type kind struct {
	name                 string
	create, read, remove func(ctx context.Context, b *bench, name string) error
}

var containerKind = kind{
	name: "containers",
	create: func(ctx context.Context, b *bench, name string) error {
		id, err := b.createContainer(ctx, name, nil, "sleep")
		if err != nil {
			return err
		}
		return b.cli.ContainerStart(ctx, id, container.StartOptions{})
	},
	read: func(ctx context.Context, b *bench, name string) error {
		_, err := b.cli.ContainerInspect(ctx, name)
		return err
	},
	remove: func(ctx context.Context, b *bench, name string) error {
		return b.cli.ContainerRemove(ctx, name, container.RemoveOptions{Force: true, RemoveVolumes: true})
	},
}

var networkKind = kind{
	name: "networks",
	create: func(ctx context.Context, b *bench, name string) error {
		_, err := b.cli.NetworkCreate(ctx, name, network.CreateOptions{})
		return err
	},
	read: func(ctx context.Context, b *bench, name string) error {
		_, err := b.cli.NetworkInspect(ctx, name, network.InspectOptions{})
		return err
	},
	remove: func(ctx context.Context, b *bench, name string) error { return b.cli.NetworkRemove(ctx, name) },
}

var volumeKind = kind{
	name: "volumes",
	create: func(ctx context.Context, b *bench, name string) error {
		_, err := b.cli.VolumeCreate(ctx, volume.CreateOptions{Name: name})
		return err
	},
	read: func(ctx context.Context, b *bench, name string) error {
		_, err := b.cli.VolumeInspect(ctx, name)
		return err
	},
	remove: func(ctx context.Context, b *bench, name string) error { return b.cli.VolumeRemove(ctx, name, false) },
}

// createContainer makes a container that runs a command of the toolbox.
func (b *bench) createContainer(ctx context.Context, name string, labels map[string]string, args ...string) (string, error) {
	none := 0
	made, err := b.cli.ContainerCreate(ctx, &container.Config{
		Image: b.image, Cmd: append([]string{"/toolbox"}, args...), Labels: labels, StopTimeout: &none,
	}, &container.HostConfig{}, nil, nil, name)
	return made.ID, err
}

// atOnce calls a function for the numbers below n, as many at once as Terraform does.
func (b *bench) atOnce(ctx context.Context, n int, call func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(b.parallelism)
	for i := range n {
		group.Go(func() error { return call(ctx, i) })
	}
	return group.Wait()
}

// every does the same to each of n objects. An interrupt comes between the calls: the engine would go on with one that is
// cut off, and make an object after everything has been removed.
func (b *bench) every(
	ctx context.Context, what func(context.Context, *bench, string) error, prefix string, n int,
) error {
	return b.atOnce(ctx, n, func(ctx context.Context, i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return what(context.WithoutCancel(ctx), b, fmt.Sprintf("%s-%d", prefix, i))
	})
}

// sweep removes what a failed or interrupted measurement left.
func (b *bench) sweep(ctx context.Context, k kind, prefix string, n int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	gone := func(ctx context.Context, b *bench, name string) error {
		if err := k.remove(ctx, b, name); err != nil && !errdefs.IsNotFound(err) {
			return err
		}
		return nil
	}
	if err := b.every(ctx, gone, prefix, n); err != nil {
		b.progress("could not remove all %s %s-*: %s", k.name, prefix, err)
	}
}
