package image

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	dockermanaged "github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	dockerpush "github.com/containerhosts/terraform-provider-containers/internal/docker/push"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// engineID is the id of the image that the source means. Only a reference has to be asked for.
func (r *imageResource) engineID(ctx context.Context, source tf.Values) (string, error) {
	wanted := source.String("image")
	if tf.IsImageID(wanted) {
		return tf.ImageName.Canonical(wanted)
	}
	e, err := r.engine(ctx, source)
	if err != nil {
		return "", err
	}
	found, err := e.inspect(ctx, wanted)
	return found.ID, err
}

// enginePart is an engine that has the image.
type enginePart struct {
	*docker.Engine
	client *client.Client
}

// engine reaches the engine of the source.
func (r *imageResource) engine(ctx context.Context, source tf.Values) (*enginePart, error) {
	engine, err := r.Clients().Engines.Engine(source.String("engine"))
	if err != nil {
		return nil, &publish.InputError{At: at(fromEngine, "engine"), Summary: "No such engine", Err: err}
	}
	c, err := engine.Client(ctx)
	if err != nil {
		return nil, err
	}
	return &enginePart{Engine: engine, client: c}, nil
}

func (e *enginePart) inspect(ctx context.Context, reference string) (image.InspectResponse, error) {
	if !tf.IsImageID(reference) {
		reference = tf.FamiliarReference(reference)
	}
	return docker.InspectImage(ctx, e.client, reference)
}

// publishFromEngine publishes an image of an engine.
func (r *imageResource) publishFromEngine(
	ctx context.Context, op *managed.Operation, source tf.Values, tags []string,
) (publish.Published, error) {
	e, err := r.engine(ctx, source)
	if err != nil {
		return publish.Published{}, err
	}
	found, err := e.inspect(ctx, source.String("image"))
	if docker.NotFound(err) {
		return publish.Published{}, &publish.InputError{At: at(fromEngine, "image"), Summary: "No such image", Err: fmt.Errorf(
			"the engine has no image %q: pull or build it first, for example with containers_docker_image", source.String("image"))}
	}
	if err != nil {
		return publish.Published{}, err
	}
	upload, err := e.upload(ctx, op, source, found)
	if err != nil {
		return publish.Published{}, err
	}
	made, err := upload(ctx, op, found, tags)
	made.Revision = found.ID
	return made, err
}

type upload func(ctx context.Context, op *managed.Operation, found image.InspectResponse, tags []string) (publish.Published, error)

// upload decides who uploads.
func (e *enginePart) upload(ctx context.Context, op *managed.Operation, source tf.Values, found image.InspectResponse) (upload, error) {
	if source.String("upload") == byProvider || !op.Values.Null("platforms") {
		return e.byProvider, nil
	}
	kind, err := e.Kind(ctx)
	if err != nil {
		return nil, err
	}
	if kind == docker.Podman && source.String("upload") == "" {
		return e.byProvider, nil
	}
	taken, err := e.inspect(ctx, registry.Show(op.Target))
	switch {
	case docker.NotFound(err) && len(dockermanaged.TagsOf(found.RepoTags)) > 0:
		return e.underNewName, nil
	case docker.NotFound(err):
		// Taking its only name away again would remove the image.
		return e.byProvider, nil
	case err != nil:
		return nil, err
	case taken.ID == found.ID:
		return e.byEngine, nil
	}
	return e.byProvider, nil
}

// byProvider takes the image from the engine and uploads it.
func (e *enginePart) byProvider(
	ctx context.Context, op *managed.Operation, found image.InspectResponse, tags []string,
) (publish.Published, error) {
	content, err := transfer.FromEngine(ctx, func(ctx context.Context) (io.ReadCloser, error) {
		return e.client.ImageSave(ctx, []string{found.ID})
	})
	if err != nil {
		return publish.Published{}, err
	}
	made, err := push(ctx, op, content, tags)
	return made, errors.Join(err, content.Close())
}

// underNewName has the engine upload the image, which is called as the target meanwhile.
func (e *enginePart) underNewName(
	ctx context.Context, op *managed.Operation, found image.InspectResponse, tags []string,
) (publish.Published, error) {
	target := registry.Show(op.Target)
	err := e.short(ctx, func(ctx context.Context) error { return e.client.ImageTag(ctx, found.ID, target) })
	if err != nil {
		return publish.Published{}, fmt.Errorf("tag %s: %w", target, err)
	}
	made, err := e.byEngine(ctx, op, found, tags)
	untagged := e.short(ctx, func(ctx context.Context) error {
		_, err := e.client.ImageRemove(ctx, tf.FamiliarReference(target), image.RemoveOptions{})
		return err
	})
	if untagged != nil && !docker.NotFound(untagged) {
		err = errors.Join(err, fmt.Errorf("take the name %s away from the engine again: %w", target, untagged))
	}
	return made, err
}

// short makes a short call that no interrupt cuts off. It is as good twice as once.
func (e *enginePart) short(ctx context.Context, call func(ctx context.Context) error) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	return docker.AskTwice(func() error { return call(ctx) })
}

// byEngine has the engine upload the image, which it has under the name of the target.
func (e *enginePart) byEngine(
	ctx context.Context, op *managed.Operation, found image.InspectResponse, tags []string,
) (made publish.Published, err error) {
	if made.There, err = isThere(ctx, op, found.RepoDigests); err != nil {
		return made, err
	}
	before, err := headOrNone(ctx, op, op.Target)
	if err != nil {
		return made, err
	}
	digest, err := dockerpush.Image(ctx, e.client, op.Registries, registry.Show(op.Target))
	// The repository was changed behind the back of what this process remembers of it.
	op.Registries.Forget(op.Target.Repository)
	if err != nil {
		return e.afterFailure(ctx, op, made, before, err)
	}
	made.Digest, made.Tags = digest, tags[:1]
	if err := verify(ctx, op, digest); err != nil {
		return publish.Published{}, err
	}
	return publish.Retag(ctx, op, made, tags[1:])
}

// afterFailure finds out whether a push that failed has moved the tag all the same.
func (e *enginePart) afterFailure(
	ctx context.Context, op *managed.Operation, made publish.Published, before string, failed error,
) (publish.Published, error) {
	failed = e.explain(failed)
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	now, err := headOrNone(ctx, op, op.Target)
	if err == nil && now != "" && now != before {
		made.Digest, made.Tags = now, []string{op.Target.TagStr()}
	}
	return made, failed
}

// explain adds what to do where the engine itself could not talk to the registry.
func (e *enginePart) explain(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w\nThe engine uploads by itself: it has to reach the registry and to trust it. If only this machine does, "+
		"set source.engine.upload to %q", err, byProvider)
}

// verify proves that this provider and the engine talk of the same registry.
func verify(ctx context.Context, op *managed.Operation, digest string) error {
	found, err := headOrNone(ctx, op, op.Target)
	if err != nil {
		return err
	}
	if found != digest {
		return fmt.Errorf("the engine pushed %s, but here %s is %q: the name of the registry seems to mean another one to the engine than to "+
			"this machine, or somebody moved the tag meanwhile", digest, registry.Show(op.Target), found)
	}
	return nil
}

// headOrNone is the digest that a reference has now, empty if it is not there.
func headOrNone(ctx context.Context, op *managed.Operation, ref name.Reference) (string, error) {
	found, there, err := op.Registries.Find(ctx, ref)
	if !there {
		return "", err
	}
	return found.Digest.String(), nil
}

// isThere tells whether the repository has the image already, under a digest that the engine knows from any repository.
func isThere(ctx context.Context, op *managed.Operation, repoDigests []string) (bool, error) {
	for _, known := range repoDigests {
		ref, err := registry.Parse(known)
		if err != nil {
			continue
		}
		digest, err := headOrNone(ctx, op, op.Target.Digest(ref.Identifier()))
		if err != nil || digest != "" {
			return digest != "", err
		}
	}
	return false, nil
}
