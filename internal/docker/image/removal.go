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

// untag takes a reference away if it still points to an image that is ours, and with it the image if nothing else
// refers to that.
func untag(ctx context.Context, op *managed.Operation, reference string, ours func(id string) bool, force bool) error {
	found, err := inspect(ctx, op, reference)
	if docker.NotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if !ours(found.ID) {
		return nil
	}
	return remove(ctx, op, askFor(reference), force)
}

// remove is the removal of a reference or an id. One whose answer gets lost is asked for again.
func remove(ctx context.Context, op *managed.Operation, reference string, force bool) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	options := image.RemoveOptions{Force: force, PruneChildren: true}
	ask := func() error {
		_, err := op.Client.ImageRemove(ctx, reference, options)
		return err
	}
	return docker.RemoveImage(ask)
}

// discard removes an image to which no reference points any more. It tells whether there is nothing left to do:
// an image that is in use stays, one that somebody gave a reference is theirs.
func discard(ctx context.Context, op *managed.Operation, id string) (done bool, err error) {
	found, err := inspect(ctx, op, id)
	if docker.NotFound(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if len(found.RepoTags) > 0 || pulledElsewhere(op, found) {
		return true, nil
	}
	err = remove(ctx, op, id, false)
	if docker.Conflict(err) {
		return false, nil
	}
	return err == nil, err
}

// pulledElsewhere tells whether somebody refers to the image by a digest in a repository that is not ours.
func pulledElsewhere(op *managed.Operation, found *image.InspectResponse) bool {
	ours := map[string]bool{repositoryOf(op.Values.String("name")): true}
	for _, reference := range tagsOf(op.Values) {
		ours[repositoryOf(reference)] = true
	}
	for _, digest := range found.RepoDigests {
		if !ours[repositoryOf(digest)] {
			return true
		}
	}
	return false
}

// tidy removes what was superseded and is not in use, and remembers the rest for the next time.
func (m *memory) tidy(ctx context.Context, op *managed.Operation) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	var left []string
	var failures error
	for _, id := range m.Superseded {
		done, err := discard(ctx, op, id)
		if !done {
			left = append(left, id)
		}
		failures = errors.Join(failures, err)
	}
	m.Superseded = left
	return failures
}

// destroy takes all references away that are ours, and the images that we brought.
func destroy(ctx context.Context, op *managed.Operation, m *memory) error {
	if op.Values.Bool("keep_on_destroy") {
		return nil
	}
	name := op.Values.String("name")
	references := without(append(tagsOf(op.Values), without(m.Loose, tagsOf(op.Values))...), []string{name})
	if m.Owned {
		references = append(references, name)
	}
	for _, reference := range references {
		ours := func(id string) bool { return m.ours(id) || m.Pending && reference == name }
		err := untag(ctx, op, reference, ours, op.Values.Bool("force_remove"))
		if docker.Conflict(err) {
			return fmt.Errorf("%w\nRemove the containers that use it, or set force_remove or keep_on_destroy and apply first", err)
		}
		if err != nil {
			return err
		}
	}
	if m.Owned && m.Brought && m.Made != "" {
		m.Superseded = append(m.Superseded, m.Made)
	}
	return m.tidy(ctx, op)
}

// missingTags are the further references that do not point to the image any more. Those that were to be taken away
// stay, so that the next plan takes them away.
func missingTags(values tf.Values, found *image.InspectResponse, m *memory) []string {
	return without(without(tagsOf(values), found.RepoTags), m.Loose)
}
