package transfer

import (
	"context"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// IndexEntry is an image of an index to make.
type IndexEntry struct {
	// Reference is where the image is. If it is an index, its image of the platform is meant, or all without one.
	Reference name.Reference
	// Platform is written into the index instead of what the image says of itself; empty leaves that. An image of another
	// operating system or architecture is refused.
	Platform string
	// Annotations are those of the image's descriptor in the index, besides the ones that it has.
	Annotations map[string]string
}

// NewIndex makes an index of images that are in registries. Pushed into another repository than theirs, the images come
// along. media is types.OCIImageIndex (which "" is as well) or types.DockerManifestList. The same entries and annotations
// give the same digest.
//
// It returns an ErrEntries for no images, for two of the same platform, for one without a platform and for annotations where
// the media type has none; an ErrPlatform for an entry whose platform is not written as one, or that it does not have; and
// the errors of registry.Registries.Get. Those that are about one entry are an EntryError.
func NewIndex(
	ctx context.Context, registries *registry.Registries, entries []IndexEntry, annotations map[string]string, media types.MediaType,
) (*Content, error) {
	if media == "" {
		media = types.OCIImageIndex
	}
	if media == types.DockerManifestList && len(annotations) > 0 {
		return nil, failed(ErrEntries, nil, "an index of the type %s has no annotations: leave them out or make it %s",
			media, types.OCIImageIndex)
	}
	index := &v1.IndexManifest{SchemaVersion: 2, MediaType: media, Annotations: annotations}
	origins := make(map[v1.Hash]source)
	taken := make(map[string]string)
	for _, entry := range entries {
		images, err := entry.images(ctx, registries)
		if err != nil {
			return nil, &EntryError{Entry: entry, Err: err}
		}
		for _, one := range images {
			if err := claim(taken, one, entry); err != nil {
				return nil, &EntryError{Entry: entry, Err: err}
			}
			index.Manifests = append(index.Manifests, entry.describe(one))
			origins[one.desc.Digest] = one.from
		}
	}
	if len(index.Manifests) == 0 {
		return nil, failed(ErrEntries, nil, "an index needs at least one image")
	}
	return made(index, origins)
}

// images are those that an entry stands for.
func (e IndexEntry) images(ctx context.Context, registries *registry.Registries) ([]image, error) {
	content, err := FromRegistry(ctx, registries, e.Reference)
	if err != nil {
		return nil, err
	}
	images, err := content.images(ctx)
	if err != nil || e.Platform == "" {
		return images, err
	}
	wanted, err := parsePlatform(e.Platform)
	if err != nil {
		return nil, err
	}
	if len(images) > 1 {
		selected, err := content.Select(ctx, []string{e.Platform})
		if err != nil {
			return nil, err
		}
		if images, err = selected.images(ctx); err != nil {
			return nil, err
		}
	}
	one := images[0]
	if one.spelled != "" && (one.platform.OS != wanted.OS || one.platform.Architecture != wanted.Architecture) {
		return nil, failed(ErrPlatform, nil, "%s is an image for %s, not for %q", registry.Show(e.Reference), one.spelled, e.Platform)
	}
	return []image{newImage(one.node, &v1.Platform{
		OS: wanted.OS, Architecture: wanted.Architecture, Variant: wanted.Variant, OSVersion: wanted.OSVersion,
	})}, nil
}

// claim has an image take its platform.
func claim(taken map[string]string, one image, entry IndexEntry) error {
	if one.desc.Annotations[attestationOf] != "" {
		return nil
	}
	here := registry.Show(entry.Reference)
	if one.spelled == "" {
		return failed(ErrEntries, nil, "%s does not say which platform it is for: set the platform of the entry", here)
	}
	if other, is := taken[one.spelled]; is {
		return failed(ErrEntries, nil, "%s and %s are both for %s: an index has one image for each platform", other, here, one.spelled)
	}
	taken[one.spelled] = here
	return nil
}

// describe is the descriptor of an image in the index.
func (e IndexEntry) describe(one image) v1.Descriptor {
	desc := v1.Descriptor{
		MediaType: one.desc.MediaType, Digest: one.desc.Digest, Size: one.desc.Size, Platform: one.desc.Platform,
		ArtifactType: one.desc.ArtifactType, Annotations: merge(one.desc.Annotations, e.Annotations),
	}
	if one.spelled != "" {
		platform := one.platform
		desc.Platform = &platform
	}
	return desc
}

// merge lets the second have the last word.
func merge(first, second map[string]string) map[string]string {
	if len(first)+len(second) == 0 {
		return nil
	}
	all := make(map[string]string, len(first)+len(second))
	for _, some := range []map[string]string{first, second} {
		for key, value := range some {
			all[key] = value
		}
	}
	return all
}
