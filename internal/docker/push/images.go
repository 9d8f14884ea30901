package push

import (
	"context"
	"io"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Images are those of one engine, for who publishes them.
type Images struct {
	*docker.Engine

	client *client.Client
}

// Of connects to an engine. It returns the errors of docker.Engine.Client.
func Of(ctx context.Context, engine *docker.Engine) (*Images, error) {
	c, err := engine.Client(ctx)
	if err != nil {
		return nil, err
	}
	return &Images{Engine: engine, client: c}, nil
}

// Inspect finds an image by its id or a reference. It returns the errors of docker.InspectImage.
func (i *Images) Inspect(ctx context.Context, reference string) (image.InspectResponse, error) {
	return docker.InspectImage(ctx, i.client, askFor(reference))
}

// askFor is how an engine is asked for an image: with its tag, a name cannot be taken for the beginning of an id.
func askFor(reference string) string {
	if tf.IsImageID(reference) {
		return reference
	}
	return tf.FamiliarReference(reference)
}

// Tag gives an image another name. No interrupt cuts it off.
func (i *Images) Tag(ctx context.Context, id, reference string) error {
	return short(ctx, func(ctx context.Context) error { return i.client.ImageTag(ctx, id, reference) })
}

// Untag takes a name away again; one that is gone is as good. It must not be the image's only one, which would remove the
// image. No interrupt cuts it off.
func (i *Images) Untag(ctx context.Context, reference string) error {
	err := short(ctx, func(ctx context.Context) error {
		_, err := i.client.ImageRemove(ctx, askFor(reference), image.RemoveOptions{})
		return err
	})
	if docker.NotFound(err) {
		return nil
	}
	return err
}

// short makes a short call. It is as good twice as once.
func short(ctx context.Context, call func(ctx context.Context) error) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	return docker.AskTwice(func() error { return call(ctx) })
}

// Save is an image as "docker save" writes it.
func (i *Images) Save(ctx context.Context, id string) (io.ReadCloser, error) {
	return i.client.ImageSave(ctx, []string{id})
}

// Push is Image for these images.
func (i *Images) Push(ctx context.Context, registries *registry.Registries, reference string) (string, error) {
	return Image(ctx, i.client, registries, reference)
}
