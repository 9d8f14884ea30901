package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/docker/docker/api/types/image"
	"github.com/google/go-containerregistry/pkg/crane"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/push"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
)

// loadArchive puts the image of an archive on the engine, under a name that it returns.
func (b *bench) loadArchive(ctx context.Context, path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // It was only read, and the client closes it as well.
	answer, err := b.cli.ImageLoad(ctx, file)
	if err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		err = errors.Join(err, answer.Body.Close())
	}
	if err != nil {
		return "", fmt.Errorf("loading the archive: %w", err)
	}
	name := b.prefix + "-image:v1"
	if err := b.cli.ImageTag(ctx, archived, name); err != nil {
		return "", err
	}
	_, err = b.cli.ImageRemove(ctx, archived, image.RemoveOptions{})
	return name, err
}

func (b *bench) removeImage(ctx context.Context, name string) {
	if _, err := b.cli.ImageRemove(context.WithoutCancel(ctx), name, image.RemoveOptions{}); err != nil {
		b.progress("registry: %s is left on the engine: %s", name, err)
	}
}

// pushingFromEngine is a push of an image that the engine has.
func (b *bench) pushingFromEngine(image, what string, ours func(ctx context.Context, image, host string) error) contest {
	return contest{
		what: "push " + what,
		ours: func(ctx context.Context, host string) error { return ours(ctx, image, host) },
		crane: func(ctx context.Context, host string) error {
			path := filepath.Join(b.dir, "saved.tar")
			if err := b.save(ctx, image, path); err != nil {
				return err
			}
			img, err := crane.Load(path, crane.WithContext(ctx))
			if err != nil {
				return err
			}
			return errors.Join(crane.Push(img, host+"/copy/app:v1", crane.WithContext(ctx)), os.Remove(path))
		},
		skopeo: func(ctx context.Context, host string) error {
			return skopeo(ctx, "docker-daemon:"+image, host, "--src-daemon-host", b.host)
		},
	}
}

// save writes an image of the engine to a file.
func (b *bench) save(ctx context.Context, image, path string) error {
	from, err := b.cli.ImageSave(ctx, []string{image})
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return errors.Join(err, from.Close())
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close(), from.Close())
}

// uploadByEngine is what the provider does where the engine uploads.
func (b *bench) uploadByEngine(ctx context.Context, name, host string) error {
	target := host + "/copy/app:v1"
	if err := b.cli.ImageTag(ctx, name, target); err != nil {
		return err
	}
	r := registry.New(nil)
	defer r.Close()
	_, err := push.Image(ctx, b.cli, r, target)
	_, untagged := b.cli.ImageRemove(ctx, target, image.RemoveOptions{})
	return errors.Join(err, untagged)
}

// uploadByProvider is what the provider does where it uploads by itself.
func (b *bench) uploadByProvider(ctx context.Context, name, host string) error {
	r := registry.New(nil)
	defer r.Close()
	content, err := transfer.FromEngine(ctx, func(ctx context.Context) (io.ReadCloser, error) {
		return b.cli.ImageSave(ctx, []string{name})
	})
	if err != nil {
		return err
	}
	return errors.Join(pushTo(ctx, r, content, host), content.Close())
}
