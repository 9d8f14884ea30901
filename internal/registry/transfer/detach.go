package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// emptyConfig is the configuration of every marker.
var emptyConfig = []byte("{}")

// markerOf is an image without content for one tag alone. Deleting it deletes no other tag, and a tag that leads to it is
// known to be one that was to go.
func markerOf(tag name.Tag) (registry.Manifest, error) {
	config, err := described(types.OCIConfigJSON, emptyConfig)
	if err != nil {
		return registry.Manifest{}, err
	}
	raw, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2, MediaType: types.OCIManifestSchema1, Config: config, Layers: []v1.Descriptor{},
		Annotations: map[string]string{"io.github.containerhosts.removed-tag": tag.RepositoryStr() + ":" + tag.TagStr()},
	})
	if err != nil {
		return registry.Manifest{}, err
	}
	desc, err := described(types.OCIManifestSchema1, raw)
	return registry.Manifest{Descriptor: desc, Raw: raw}, err
}

func described(media types.MediaType, raw []byte) (v1.Descriptor, error) {
	digest, size, err := v1.SHA256(bytes.NewReader(raw))
	return v1.Descriptor{MediaType: media, Digest: digest, Size: size}, err
}

// isMarker tells whether the digest is what a tag leads to whose removal was cut off.
func isMarker(tag name.Tag, digest v1.Hash) bool {
	marker, err := markerOf(tag)
	return err == nil && marker.Digest == digest
}

// detach takes tags away without the manifest, where the registry only deletes manifests.
func (r *removal) detach(ctx context.Context, tags []string) error {
	for _, tag := range tags {
		if err := r.detachOne(ctx, r.repository.Tag(tag)); err != nil {
			return err
		}
		r.done.Untagged = append(r.done.Untagged, tag)
	}
	return nil
}

func (r *removal) detachOne(ctx context.Context, tag name.Tag) error {
	marker, err := markerOf(tag)
	if err != nil {
		return err
	}
	// The marker is deleted first: that shows whether the registry deletes at all before the tag is touched, and finishes
	// what was cut off.
	at := r.repository.Digest(marker.Digest.String())
	switch err := r.registries.Delete(ctx, at); {
	case err == nil:
		if gone, err := r.gone(ctx, tag); gone || err != nil {
			return err
		}
	case !errors.Is(err, registry.ErrNotFound):
		return r.registries.Explain(tag, err)
	}
	before, err := r.registries.Get(ctx, r.ref())
	if err != nil {
		// Without it, the tag could not be pointed back.
		return err
	}
	if err := r.point(ctx, tag, marker); err != nil {
		return r.shared(ctx, tag, err)
	}
	// From here on the tag must not stay as it is, even if the user asks to stop.
	ctx = context.WithoutCancel(ctx)
	if err := r.registries.Delete(ctx, at); err != nil && !errors.Is(err, registry.ErrNotFound) {
		back := r.registries.Put(ctx, tag, before)
		return r.shared(ctx, tag, errors.Join(err, back))
	}
	return nil
}

func (r *removal) gone(ctx context.Context, tag name.Tag) (bool, error) {
	_, there, err := r.registries.Find(ctx, tag)
	return !there, err
}

// point points the tag to the marker.
func (r *removal) point(ctx context.Context, tag name.Tag, marker registry.Manifest) error {
	config, err := described(types.OCIConfigJSON, emptyConfig)
	if err != nil {
		return err
	}
	_, err = r.registries.Upload(ctx, r.repository, registry.Source{
		Descriptor: config, Open: func(_ context.Context, offset int64) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(emptyConfig[offset:])), nil
		},
	})
	if err != nil {
		return err
	}
	return r.registries.Put(ctx, tag, marker)
}

// shared explains what the registry refuses by the other tags of the manifest. Other errors stay what they are.
func (r *removal) shared(ctx context.Context, tag name.Tag, cause error) error {
	if !errors.Is(cause, registry.ErrRefused) {
		return cause
	}
	used, err := r.others(ctx, []string{tag.TagStr()})
	if err != nil {
		return errors.Join(cause, err)
	}
	return failed(ErrShared, cause, "the registry deletes a tag only together with its manifest %s, and not by way of another one", r.digest).
		with("other tags", used)
}
