package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/google/go-containerregistry/pkg/name"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
)

// What BuildKit writes into an index about manifests that are about others.
const (
	referenceType   = "vnd.docker.reference.type"
	referenceDigest = "vnd.docker.reference.digest"
	// unknownOS is the operating system of what is for no platform.
	unknownOS = "unknown"
)

// errStrange is wrapped by the errors of documents that cannot be read.
var errStrange = errors.New("the registry has something that is no image")

// manifest is a manifest or an index that was read.
type manifest struct {
	registry.Manifest

	image ocispec.Manifest
	index ocispec.Index
}

// found is what a reference leads to.
type found struct {
	repository name.Repository
	// manifest is the one that is described: of the index, or of the platform in it.
	manifest     manifest
	platforms    map[string]descriptor
	attestations []attestation
	config       *config
}

// descriptor is how manifests name a part of an image.
type descriptor struct {
	Digest    string `tfsdk:"digest"`
	Size      int64  `tfsdk:"size"`
	MediaType string `tfsdk:"media_type"`
}

// attestation is a manifest in an index that is about another one of it.
type attestation struct {
	descriptor

	About *string `tfsdk:"about"`
}

func read(ctx context.Context, all *registry.Registries, ref name.Reference) (manifest, error) {
	got, err := all.Manifest(ctx, ref)
	if err != nil {
		return manifest{}, err
	}
	m := manifest{Manifest: got}
	if m.isIndex() {
		err = json.Unmarshal(got.Raw, &m.index)
	} else {
		err = json.Unmarshal(got.Raw, &m.image)
	}
	if err != nil {
		return manifest{}, fmt.Errorf("%w: its manifest %s cannot be read: %w", errStrange, got.Digest, err)
	}
	return m, nil
}

func (m manifest) isIndex() bool { return m.MediaType.IsIndex() }

// contents are the images of an index by platform, and what is about them. Of two for the same platform, the first counts,
// as it does for engines.
func (m manifest) contents() (map[string]descriptor, []attestation) {
	images, about := map[string]descriptor{}, []attestation{}
	for _, one := range m.index.Manifests {
		switch {
		case one.Annotations[referenceType] != "" || one.Platform != nil && one.Platform.OS == unknownOS:
			about = append(about, attestation{of(one), lookup.Optional(one.Annotations[referenceDigest])})
		case one.Platform != nil && one.Platform.OS != "":
			key := keyOf(*one.Platform)
			if _, known := images[key]; !known {
				images[key] = of(one)
			}
		}
	}
	return images, about
}

func (m manifest) subject() *descriptor {
	of := func(subject *ocispec.Descriptor) *descriptor {
		if subject == nil {
			return nil
		}
		d := of(*subject)
		return &d
	}
	if m.isIndex() {
		return of(m.index.Subject)
	}
	return of(m.image.Subject)
}

// layers are those of an image, and the size of all of it but the manifest.
func (m manifest) layers() ([]descriptor, int64) {
	layers, total := make([]descriptor, len(m.image.Layers)), m.image.Config.Size
	for i, layer := range m.image.Layers {
		layers[i] = of(layer)
		total += layer.Size
	}
	return layers, total
}

// configure reads the configuration if what was found is an image, which is also what says its platform.
func (f *found) configure(ctx context.Context, all *registry.Registries) error {
	about := f.manifest.image.Config
	if f.manifest.isIndex() || !isConfig(about.MediaType) {
		return nil
	}
	raw, err := all.SmallBlob(ctx, f.repository.Digest(about.Digest.String()))
	if err != nil {
		return err
	}
	var document dockerspec.DockerOCIImage
	if err := json.Unmarshal(raw, &document); err != nil {
		return fmt.Errorf("%w: its configuration %s cannot be read: %w", errStrange, about.Digest, err)
	}
	f.config = configOf(document)
	if len(f.platforms) == 0 && document.OS != "" {
		f.platforms[keyOf(document.Platform)] = descriptor{
			Digest: f.manifest.Digest.String(), Size: f.manifest.Size, MediaType: string(f.manifest.MediaType),
		}
	}
	return nil
}

func isConfig(mediaType string) bool {
	return mediaType == ocispec.MediaTypeImageConfig || mediaType == "application/vnd.docker.container.image.v1+json"
}

// choose returns the image for a platform, or says what there is instead.
func choose(from map[string]descriptor, wanted string) (descriptor, string) {
	platform, err := platforms.Parse(wanted)
	if err != nil {
		return descriptor{}, fmt.Sprintf("%q is no platform: %s.", wanted, err)
	}
	matcher := platforms.NewMatcher(platform)
	keys := slices.Sorted(maps.Keys(from))
	for _, key := range keys {
		has, err := platforms.Parse(key)
		if err == nil && matcher.Match(has) {
			return from[key], ""
		}
	}
	if len(keys) == 0 {
		return descriptor{}, fmt.Sprintf("There is no image for %q, nor for any other platform: leave platform out to see what it is.", wanted)
	}
	return descriptor{}, fmt.Sprintf("There is no image for %q, only for %s: write one of these.", wanted, strings.Join(keys, ", "))
}

func keyOf(p ocispec.Platform) string { return platforms.FormatAll(platforms.Normalize(p)) }

func of(d ocispec.Descriptor) descriptor {
	return descriptor{Digest: d.Digest.String(), Size: d.Size, MediaType: d.MediaType}
}
