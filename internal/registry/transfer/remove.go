package transfer

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	ggcr "github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// Removal is what Remove did.
type Removal struct {
	// Untagged are the tags that are gone, by this or before.
	Untagged []string
	// Moved are the tags that lead to something else by now, and were left alone.
	Moved []string
	// Deleted says that the manifest is gone, by this or before.
	Deleted bool
	// Used are the other tags that lead to the manifest, for which it was kept.
	Used []string
}

// Remove takes tags away, each only while it still leads to the digest, and with manifest the manifest itself too, unless
// another tag leads to it: then the last removal in this process that leads to it takes the manifest along, whether it was
// told to or not. What is gone already is success. Blobs, and the manifests of an index, are the registry's to
// collect.
//
// A tag is deleted by its name where the registry can do that. Others only delete a manifest with all its tags: there a tag
// that is to go alone is pointed to a manifest made for it, which is deleted. Where that fails, it is pointed back, and the
// error is an ErrShared, whose Have are the other tags that the manifest has. A registry that does not delete gives a
// registry.ErrUnsupported, and nothing is changed. The other errors are those of registry.Registries.
func Remove(
	ctx context.Context, registries *registry.Registries, repository name.Repository, digest v1.Hash, tags []string, manifest bool,
) (Removal, error) {
	r := &removal{registries: registries, repository: repository, digest: digest}
	err := r.run(ctx, tags, manifest)
	return r.done, err
}

type removal struct {
	registries *registry.Registries
	repository name.Repository
	digest     v1.Hash
	done       Removal
}

func (r *removal) ref() name.Digest { return r.repository.Digest(r.digest.String()) }

func (r *removal) run(ctx context.Context, tags []string, manifest bool) error {
	var stuck []string
	for _, tag := range tags {
		untagged, err := r.untag(ctx, tag)
		if err != nil {
			return err
		}
		if !untagged {
			stuck = append(stuck, tag)
		}
	}
	return r.registries.InTurn(ctx, r.repository, func() error {
		// Whoever left it did so in turn, with this tag in sight or without.
		if !manifest && !r.registries.Notes().Left(r.ref()) {
			return r.detach(ctx, stuck)
		}
		return r.withManifest(ctx, stuck)
	})
}

// withManifest deletes the manifest with the tags that are stuck to it, unless other tags lead to it: then those tags alone.
func (r *removal) withManifest(ctx context.Context, stuck []string) error {
	used, err := r.others(ctx, stuck)
	if err != nil {
		return err
	}
	if r.done.Used = used; len(used) > 0 {
		r.registries.Notes().Leave(r.ref())
		return r.detach(ctx, stuck)
	}
	if err := r.registries.Delete(ctx, r.ref()); err != nil && !errors.Is(err, registry.ErrNotFound) {
		return err
	}
	r.registries.Notes().Delete(r.ref())
	r.done.Untagged = append(r.done.Untagged, stuck...)
	r.done.Deleted = true
	return nil
}

// untag deletes a tag by its name, and returns false if the registry does not do that.
func (r *removal) untag(ctx context.Context, tag string) (bool, error) {
	ref := r.repository.Tag(tag)
	has, there, err := r.registries.Find(ctx, ref)
	switch {
	case err != nil:
		return false, err
	case !there:
		r.done.Untagged = append(r.done.Untagged, tag)
		return true, nil
	case isMarker(ref, has.Digest):
		return true, r.registries.InTurn(ctx, r.repository, func() error { return r.detach(ctx, []string{tag}) })
	case has.Digest != r.digest:
		r.done.Moved = append(r.done.Moved, tag)
		return true, nil
	}
	err = r.registries.Delete(ctx, ref)
	switch {
	case errors.Is(err, registry.ErrNotFound):
		// It is gone meanwhile, or the registry only knows digests here.
		has, there, err = r.registries.Find(ctx, ref)
		if err != nil || there && has.Digest == r.digest {
			return false, err
		}
	case errors.Is(err, registry.ErrRefused):
		return false, nil
	case err != nil:
		return false, err
	}
	r.done.Untagged = append(r.done.Untagged, tag)
	return true, nil
}

// others are the tags of the repository that lead to the digest, besides those that are to go.
func (r *removal) others(ctx context.Context, going []string) ([]string, error) {
	listed, err := ggcr.List(r.repository, r.registries.Options(ctx, r.repository.RegistryStr())...)
	if err != nil {
		if err = r.registries.Explain(r.ref(), err); errors.Is(err, registry.ErrNotFound) {
			return nil, nil
		}
		return nil, err
	}
	var mu sync.Mutex
	var found []string
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(defaultJobs)
	for _, tag := range listed {
		if slices.Contains(going, tag) {
			continue
		}
		group.Go(func() error {
			has, there, err := r.registries.Find(ctx, r.repository.Tag(tag))
			if err == nil && there && has.Digest == r.digest {
				mu.Lock()
				defer mu.Unlock()
				found = append(found, tag)
			}
			return err
		})
	}
	err = group.Wait()
	slices.Sort(found)
	return found, err
}
