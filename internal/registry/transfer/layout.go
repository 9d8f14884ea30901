package transfer

import (
	"context"
	"slices"
	"strings"

	"github.com/distribution/reference"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// refName is what an image of a layout is called, and imageName what containerd and Docker add to it.
	refName   = "org.opencontainers.image.ref.name"
	imageName = "io.containerd.image.name"
)

// layout opens an OCI layout, which may be one of "docker save".
func (a *archive) layout(ctx context.Context, wanted string, docker bool) (*Content, error) {
	var index v1.IndexManifest
	if err := a.document("index.json", &index); err != nil {
		return nil, err
	}
	images := slices.DeleteFunc(index.Manifests, func(desc v1.Descriptor) bool { return !isManifest(desc.MediaType) })
	named := make([]candidate, len(images))
	for i, desc := range images {
		named[i] = candidate{desc.Digest.String(), []string{desc.Annotations[imageName], desc.Annotations[refName]}}
	}
	at, err := a.choose(named, wanted)
	if err != nil {
		return nil, err
	}
	root := v1.Descriptor{MediaType: images[at].MediaType, Digest: images[at].Digest, Size: images[at].Size, Platform: images[at].Platform}
	content := &Content{root: &node{desc: root, from: a}, closer: a}
	if content.root.raw, err = a.manifest(ctx, root); err != nil {
		return nil, err
	}
	if docker {
		return content, a.complete(ctx, content.root)
	}
	return content, nil
}

// candidate is an image of an archive, with its names; empty ones do not count.
type candidate struct {
	digest string
	names  []string
}

func (c candidate) is(wanted string) bool {
	return c.digest == wanted || slices.ContainsFunc(c.names, func(name string) bool {
		return name != "" && (name == wanted || familiar(name) == familiar(wanted))
	})
}

// familiar is a reference in the one spelling that Docker has for it.
func familiar(text string) string {
	named, err := reference.ParseDockerRef(text)
	if err != nil {
		return text
	}
	return named.String()
}

// choose returns which image is meant.
func (a *archive) choose(all []candidate, wanted string) (int, error) {
	if len(all) == 0 {
		return 0, failed(ErrArchive, nil, "%s has no image", a.path)
	}
	meant := all
	if wanted != "" {
		meant = slices.DeleteFunc(slices.Clone(all), func(one candidate) bool { return !one.is(wanted) })
	}
	distinct := slices.CompactFunc(slices.Clone(meant), func(x, y candidate) bool { return x.digest == y.digest })
	switch {
	case len(distinct) == 1:
		return slices.IndexFunc(all, func(one candidate) bool { return one.digest == distinct[0].digest }), nil
	case wanted == "":
		return 0, failed(ErrReference, nil, "%s has %d images: say which one is meant", a.path, len(all)).with("references", references(all))
	case len(distinct) == 0:
		return 0, failed(ErrReference, nil, "%s has no image %q", a.path, wanted).with("references", references(all))
	}
	return 0, failed(ErrReference, nil, "%s has several images %q: use a digest", a.path, wanted).with("references", references(meant))
}

// references are how images can be meant: their first names, or their digests if they have none or not alone.
func references(all []candidate) []string {
	var found []string
	for _, one := range all {
		names := slices.DeleteFunc(slices.Clone(one.names), func(name string) bool { return name == "" || !strings.ContainsAny(name, ":/@") })
		text := one.digest
		if len(names) > 0 {
			text = names[0]
		} else if at := slices.IndexFunc(one.names, func(name string) bool { return name != "" }); at >= 0 {
			text = one.names[at]
		}
		if slices.Contains(found, text) {
			text = one.digest
		}
		if !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	return found
}

// complete makes of what "docker save" wrote something that registries take: it compresses layers, and leaves out what is
// not there of an index, since engines only save the platforms that they have. The images of an index stay as they are: an
// engine that has an index has what was pulled or built, whose attestations name them by their digests.
func (a *archive) complete(ctx context.Context, n *node) error {
	found, err := n.parts(ctx)
	if err != nil {
		return err
	}
	if !n.desc.MediaType.IsIndex() {
		return a.recompress(ctx, n)
	}
	return a.prune(n, found)
}

// prune leaves out what is not there of an index.
func (a *archive) prune(n *node, found parts) error {
	var kept []v1.Descriptor
	changed := false
	for _, child := range found.manifests {
		if _, there := a.files.size(place(child.desc.Digest)); !there {
			changed = true
			continue
		}
		kept = append(kept, child.desc)
	}
	if !changed {
		return nil
	}
	if len(kept) == 0 {
		return failed(ErrArchive, nil, "%s is incomplete: it has none of the images of the index %s", a.path, n.desc.Digest)
	}
	var index v1.IndexManifest
	if err := a.parse(n, &index); err != nil {
		return err
	}
	index.Manifests = kept
	return a.rewrite(n, index)
}

// uncompressed are the media types of layers that are not, and what they are when they are compressed.
func uncompressed(media types.MediaType) (types.MediaType, bool) {
	switch media {
	case types.OCIUncompressedLayer:
		return types.OCILayer, true
	case types.DockerUncompressedLayer:
		return types.DockerLayer, true
	}
	return media, false
}

// recompress compresses the layers of an image that are not.
func (a *archive) recompress(ctx context.Context, n *node) error {
	var manifest v1.Manifest
	if err := a.parse(n, &manifest); err != nil {
		return err
	}
	changed := false
	for i, layer := range manifest.Layers {
		media, plain := uncompressed(layer.MediaType)
		if !plain {
			continue
		}
		made, err := a.compressed(ctx, layer)
		if err != nil {
			return err
		}
		manifest.Layers[i] = v1.Descriptor{MediaType: media, Digest: made.Digest, Size: made.Size, Annotations: layer.Annotations}
		changed = true
	}
	if !changed {
		return nil
	}
	return a.rewrite(n, manifest)
}
