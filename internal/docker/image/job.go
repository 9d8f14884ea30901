package image

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/image"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// job is a create or update in progress.
type job struct {
	*managed.Operation
	config tf.Values
	memory memory
	// had is the id that the reference pointed to before, if any.
	had string
	// asked says that the engine was asked to point the reference to the image.
	asked bool
	// hash is the content hash of what the image was made of.
	hash string
	// before is the digest in the registry that the image had.
	before string
}

// inspect asks for an image by its reference or id. The question is repeated where the answer got lost.
func (j *job) inspect(ctx context.Context, reference string) (*image.InspectResponse, error) {
	return inspect(ctx, j.Operation, reference)
}

func inspect(ctx context.Context, op *managed.Operation, reference string) (*image.InspectResponse, error) {
	found, err := docker.InspectImage(ctx, op.Client, askFor(reference))
	if err != nil {
		return nil, err
	}
	found.RepoTags = managed.TagsOf(found.RepoTags)
	return &found, nil
}

// askFor is how an engine is asked for an image. With its tag, a name cannot be taken for the beginning of an id; without
// the default registry, Podman finds what it keeps as localhost/name too.
func askFor(reference string) string {
	if tf.IsImageID(reference) {
		return reference
	}
	return tf.FamiliarReference(reference)
}

// find is inspect that returns nil for an image that is not there.
func (j *job) find(ctx context.Context, reference string) (*image.InspectResponse, error) {
	found, err := j.inspect(ctx, reference)
	if docker.NotFound(err) {
		return nil, nil
	}
	return found, err
}

// mustBeFree returns a takenError for a reference that is not ours to move.
func (j *job) mustBeFree(ctx context.Context, reference string) error {
	found, err := j.find(ctx, reference)
	if err != nil {
		return err
	}
	if found != nil && !j.memory.ours(found.ID) {
		return &takenError{reference: reference}
	}
	return nil
}

// mustBeFreeAll is mustBeFree of all references that are not in the list of those that are ours.
func (j *job) mustBeFreeAll(ctx context.Context, references, ours []string) error {
	for _, reference := range without(references, ours) {
		if err := j.mustBeFree(ctx, reference); err != nil {
			return err
		}
	}
	return nil
}

// bring gets the image of the source and points the reference to it. pinned is the digest to pull, if it is fixed.
func (j *job) bring(ctx context.Context, pinned string) (err error) {
	switch sourceOf(j.Values) {
	case sourceBuild:
		var id string
		if id, j.hash, err = j.runBuild(ctx); err != nil {
			return err
		}
		j.asked = true
		if err = j.tag(ctx, id, j.Values.String("name")); err != nil {
			return errors.Join(err, j.undo(ctx, id))
		}
		return nil
	case sourceLoad:
		j.asked = true
		j.hash, err = j.bringLoad(ctx)
		return err
	default:
		j.asked = true
		return j.bringPull(ctx, pinned)
	}
}

// arrived tells whether the reference points to another image than before, although the request was interrupted.
func (j *job) arrived(ctx context.Context) bool {
	found, err := j.look(ctx)
	return err == nil && found.ID != j.had
}

// lost tells whether it is unknown to which image the reference points after a failure.
func (j *job) lost(err error) bool { return j.asked && docker.ConnectionLost(err) }

// undo removes an image that was built and that the reference could not be pointed to.
func (j *job) undo(ctx context.Context, id string) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	if id == j.memory.Made {
		return nil
	}
	made := func(found string) bool { return found == id }
	if err := untag(ctx, j.Operation, j.Values.String("name"), made, false); err != nil {
		return err
	}
	_, err := discard(ctx, j.Operation, id)
	return err
}

// tag points a reference to an image. Where the answer gets lost it asks again: twice is as good as once.
func (j *job) tag(ctx context.Context, id, reference string) error {
	return tag(ctx, j.Operation, id, reference)
}

func tag(ctx context.Context, op *managed.Operation, id, reference string) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	ask := func() error { return op.Client.ImageTag(ctx, id, reference) }
	if err := docker.AskTwice(ask); err != nil {
		return fmt.Errorf("tag %s: %w", reference, err)
	}
	return nil
}

// without are the references of a list that another one does not have, whatever their spelling.
func without(list, other []string) []string {
	has := map[string]bool{}
	for _, r := range other {
		has[canonical(r)] = true
	}
	var out []string
	for _, r := range list {
		if !has[canonical(r)] {
			out = append(out, r)
		}
	}
	return out
}
