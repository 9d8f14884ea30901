package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Content is something to push: an image or an index, with all that it refers to. It is read from its source when that is
// needed. It is safe for concurrent use.
type Content struct {
	root   *node
	closer io.Closer
}

// Descriptor is the media type, the digest and the size of the root manifest.
func (c *Content) Descriptor() v1.Descriptor {
	return v1.Descriptor{MediaType: c.root.desc.MediaType, Digest: c.root.desc.Digest, Size: c.root.desc.Size}
}

// Close lets go of files. What Select returned shares them: close only what was opened.
func (c *Content) Close() error {
	if c.closer == nil {
		return nil
	}
	return c.closer.Close()
}

// source is where manifests and blobs come from.
type source interface {
	// manifest reads a manifest and verifies it.
	manifest(ctx context.Context, desc v1.Descriptor) ([]byte, error)
	// blob reads a blob from an offset on, and verifies what it reads from the beginning.
	blob(ctx context.Context, desc v1.Descriptor, offset int64) (io.ReadCloser, error)
	// repository is where a registry has the blobs, so that they can be mounted from there; empty if none has.
	repository() name.Repository
}

// node is a manifest or an index, of which only the descriptor is known at first.
type node struct {
	desc v1.Descriptor
	from source
	// raw is the text, nil until it was read.
	raw []byte
	// origins are the sources of the manifests of an index that was made of several.
	origins map[v1.Hash]source
}

// read returns the text of the manifest.
func (n *node) read(ctx context.Context) ([]byte, error) {
	if n.raw != nil {
		return n.raw, nil
	}
	return n.from.manifest(ctx, n.desc)
}

// parts are what a manifest refers to.
type parts struct {
	raw       []byte
	manifests []*node
	blobs     []v1.Descriptor
}

// parts reads the manifest, and what it refers to.
func (n *node) parts(ctx context.Context) (parts, error) {
	raw, err := n.read(ctx)
	if err != nil {
		return parts{}, err
	}
	found := parts{raw: raw}
	if n.desc.MediaType.IsIndex() {
		index, err := v1.ParseIndexManifest(bytes.NewReader(raw))
		if err != nil {
			return parts{}, failed(ErrArchive, err, "the index %s cannot be read", n.desc.Digest)
		}
		for _, desc := range index.Manifests {
			found.add(n, desc)
		}
		return found, nil
	}
	manifest, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return parts{}, failed(ErrArchive, err, "the manifest %s cannot be read", n.desc.Digest)
	}
	found.blobs = append(found.blobs, manifest.Config)
	for _, layer := range manifest.Layers {
		// Layers that may not be distributed stay where their URLs say.
		if layer.MediaType.IsDistributable() || len(layer.URLs) == 0 {
			found.blobs = append(found.blobs, layer)
		}
	}
	return found, nil
}

func (p *parts) add(n *node, desc v1.Descriptor) {
	if !desc.MediaType.IsIndex() && !desc.MediaType.IsImage() {
		p.blobs = append(p.blobs, desc)
		return
	}
	from, known := n.origins[desc.Digest]
	if !known {
		from = n.from
	}
	p.manifests = append(p.manifests, &node{desc: desc, from: from})
}

// platform is what an image runs on: as its descriptor says, else as its configuration does.
func (n *node) platform(ctx context.Context) (*v1.Platform, error) {
	if n.desc.Platform != nil {
		return n.desc.Platform, nil
	}
	found, err := n.parts(ctx)
	if err != nil {
		return nil, err
	}
	config := found.blobs[0]
	if !config.MediaType.IsConfig() {
		return nil, nil
	}
	body, err := n.from.blob(ctx, config, 0)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	raw, err := io.ReadAll(io.LimitReader(body, maxConfig))
	if err != nil {
		return nil, fmt.Errorf("reading the configuration of the image %s: %w", n.desc.Digest, err)
	}
	var said v1.Platform
	if err := json.Unmarshal(raw, &said); err != nil {
		return nil, failed(ErrArchive, err, "the configuration of the image %s cannot be read", n.desc.Digest)
	}
	return &said, nil
}

// maxConfig is the size of the largest configuration of an image, and maxManifest that of the largest manifest.
const (
	maxConfig   = 16 << 20
	maxManifest = 16 << 20
)

// Platforms are the platforms of the image or of the images in the index, like "linux/arm64/v8", in their order. Manifests
// without one (attestations) are left out. It may have to read configurations, and returns the errors of the source.
func (c *Content) Platforms(ctx context.Context) ([]string, error) {
	images, err := c.images(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, one := range images {
		if text := one.spelled; text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all, nil
}

// closers closes several things.
type closers []io.Closer

// Close is part of io.Closer.
func (c closers) Close() error {
	var all []error
	for _, one := range c {
		all = append(all, one.Close())
	}
	return errors.Join(all...)
}

// isManifest says that a descriptor is of a manifest or an index.
func isManifest(media types.MediaType) bool { return media.IsImage() || media.IsIndex() }
