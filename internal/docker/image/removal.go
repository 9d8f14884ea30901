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

// fate is what became of an image that was to be removed.
type fate int

const (
	// settled is an image that is gone, or that somebody has pulled under another name: there is nothing left to do.
	settled fate = iota
	// referred is an image that something else refers to by now: it is theirs as long as that is so. A tag that follows the
	// image which replaces it leaves it a moment later.
	referred
	// used is an image that stays since a container uses it, or since its removal failed.
	used
)

// discard removes an image to which no reference points any more.
func discard(ctx context.Context, op *managed.Operation, id string) (fate, error) {
	found, err := inspect(ctx, op, id)
	switch {
	case docker.NotFound(err):
		return settled, nil
	case err != nil:
		return used, err
	case pulledElsewhere(op, found):
		return settled, nil
	case len(found.RepoTags) > 0:
		return referred, nil
	}
	err = remove(ctx, op, id, false)
	switch {
	case err == nil:
		return settled, nil
	case docker.Conflict(err):
		return used, nil
	default:
		return used, err
	}
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

// tidy removes what was superseded and is neither in use nor referred to, and remembers the rest for the next time. It returns
// what is in use.
func (m *memory) tidy(ctx context.Context, op *managed.Operation) (inUse []string, failures error) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	var left []string
	for _, id := range m.Superseded {
		became, err := discard(ctx, op, id)
		if became != settled {
			left = append(left, id)
		}
		if became == used {
			inUse = append(inUse, id)
		}
		failures = errors.Join(failures, err)
	}
	m.Superseded = left
	return inUse, failures
}

// destroy takes all references away that are ours, and the images that we brought. It returns those of them that are in use.
func destroy(ctx context.Context, op *managed.Operation, m *memory) (inUse []string, err error) {
	if op.Values.Bool("keep_on_destroy") {
		return nil, nil
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
			return nil, fmt.Errorf("%w\nRemove the containers that use it, or set force_remove or keep_on_destroy and apply first", err)
		}
		if err != nil {
			return nil, err
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
