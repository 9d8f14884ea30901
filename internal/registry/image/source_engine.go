package image

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/docker/docker/api/types/image"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	dockermanaged "github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/push"
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
	found, err := e.Inspect(ctx, wanted)
	return found.ID, err
}

// engine reaches the engine of the source.
func (r *imageResource) engine(ctx context.Context, source tf.Values) (*push.Images, error) {
	engine, err := r.engineOf(fromEngine, source)
	if err != nil {
		return nil, err
	}
	return push.Of(ctx, engine)
}

// engineOf is the engine that the attribute engine of a source names. It returns a tf.InputError for one that is not there.
func (r *imageResource) engineOf(from string, source tf.Values) (*docker.Engine, error) {
	engine, err := r.Clients().Engines.Engine(source.String("engine"))
	if err != nil {
		return nil, &tf.InputError{At: at(from, "engine"), Summary: "No such engine", Err: err}
	}
	return engine, nil
}

// publishFromEngine publishes an image of an engine.
func (r *imageResource) publishFromEngine(
	ctx context.Context, op *managed.Operation, source tf.Values, tags []string,
) (publish.Published, error) {
	e, err := r.engine(ctx, source)
	if err != nil {
		return publish.Published{}, err
	}
	found, err := e.Inspect(ctx, source.String("image"))
	if docker.NotFound(err) {
		return publish.Published{}, &tf.InputError{At: at(fromEngine, "image"), Summary: "No such image", Err: fmt.Errorf(
			"the engine has no image %q: pull or build it first, for example with containers_docker_image", source.String("image"))}
	}
	if err != nil {
		return publish.Published{}, err
	}
	u := &uploading{Images: e, op: op, found: found, tags: tags}
	upload, err := u.choose(ctx, source)
	if err != nil {
		return publish.Published{}, err
	}
	made, err := upload(ctx)
	made.Revision = found.ID
	return made, err
}

// uploading is an image of an engine on its way.
type uploading struct {
	*push.Images

	op    *managed.Operation
	found image.InspectResponse
	tags  []string
}

type upload func(ctx context.Context) (publish.Published, error)

// target is the name to publish under, as engines know it.
func (u *uploading) target() string { return registry.Show(u.op.Target) }

// choose decides who uploads.
func (u *uploading) choose(ctx context.Context, source tf.Values) (upload, error) {
	if source.String("upload") == byProvider || !u.op.Values.Null("platforms") {
		return u.byProvider, nil
	}
	kind, err := u.Kind(ctx)
	if err != nil {
		return nil, err
	}
	if kind == docker.Podman && source.String("upload") == "" {
		return u.byProvider, nil
	}
	taken, err := u.Inspect(ctx, u.target())
	switch {
	case docker.NotFound(err) && len(dockermanaged.TagsOf(u.found.RepoTags)) > 0:
		return u.underNewName, nil
	case docker.NotFound(err):
		// Taking its only name away again would remove the image.
		return u.byProvider, nil
	case err != nil:
		return nil, err
	case taken.ID == u.found.ID:
		return u.byEngine, nil
	}
	return u.byProvider, nil
}

// byProvider takes the image from the engine and uploads it.
func (u *uploading) byProvider(ctx context.Context) (publish.Published, error) {
	save := func(ctx context.Context) (io.ReadCloser, error) { return u.Save(ctx, u.found.ID) }
	content, err := transfer.FromEngine(ctx, save)
	if err != nil {
		return publish.Published{}, err
	}
	made, err := pushContent(ctx, u.op, content, u.tags)
	return made, errors.Join(err, content.Close())
}

// underNewName has the engine upload the image, which is called as the target meanwhile.
func (u *uploading) underNewName(ctx context.Context) (publish.Published, error) {
	if err := u.Tag(ctx, u.found.ID, u.target()); err != nil {
		return publish.Published{}, fmt.Errorf("tag %s: %w", u.target(), err)
	}
	made, err := u.byEngine(ctx)
	if untagged := u.Untag(ctx, u.target()); untagged != nil {
		err = errors.Join(err, fmt.Errorf("take the name %s away from the engine again: %w", u.target(), untagged))
	}
	return made, err
}

// byEngine has the engine upload the image, which it has under the name of the target.
func (u *uploading) byEngine(ctx context.Context) (made publish.Published, err error) {
	if made.There, err = isThere(ctx, u.op, u.found.RepoDigests); err != nil {
		return made, err
	}
	before, err := headOrNone(ctx, u.op, u.op.Target)
	if err != nil {
		return made, err
	}
	digest, err := u.Push(ctx, u.op.Registries, u.target())
	// The repository was changed behind the back of what this process remembers of it.
	u.op.Registries.Forget(u.op.Target.Repository)
	if err != nil {
		return u.afterFailure(ctx, made, before, err)
	}
	made.Digest, made.Tags = digest, u.tags[:1]
	if err := verify(ctx, u.op, digest); err != nil {
		return publish.Published{}, err
	}
	return publish.Retag(ctx, u.op, made, u.tags[1:])
}

// afterFailure finds out whether a push that failed has moved the tag all the same.
func (u *uploading) afterFailure(ctx context.Context, made publish.Published, before string, failed error) (publish.Published, error) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	now, err := headOrNone(ctx, u.op, u.op.Target)
	if err == nil && now != "" && now != before {
		made.Digest, made.Tags = now, []string{u.op.Target.TagStr()}
	}
	return made, explain(failed)
}

// explain adds what to do where the engine itself could not talk to the registry.
func explain(err error) error {
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
