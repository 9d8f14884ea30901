package transfer

import (
	"bytes"
	"context"
	"encoding/json"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// saved is an image in the manifest.json of "docker save".
type saved struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// classic opens an archive of "docker save" that is no layout.
func (a *archive) classic(ctx context.Context, wanted string) (*Content, error) {
	var images []saved
	if err := a.document("manifest.json", &images); err != nil {
		return nil, err
	}
	named := make([]candidate, len(images))
	for i, one := range images {
		config, err := a.small(one.Config)
		if err != nil {
			return nil, err
		}
		digest, _, err := v1.SHA256(bytes.NewReader(config))
		if err != nil {
			return nil, failed(ErrArchive, err, "%s cannot be read", a.path)
		}
		named[i] = candidate{digest.String(), one.RepoTags}
	}
	at, err := a.choose(named, wanted)
	if err != nil {
		return nil, err
	}
	return a.image(ctx, images[at])
}

// image makes the manifest that "docker push" would make of a saved image.
func (a *archive) image(ctx context.Context, one saved) (*Content, error) {
	config, err := a.small(one.Config)
	if err != nil {
		return nil, err
	}
	described := a.add(types.DockerConfigJSON, config)
	var said struct {
		RootFS v1.RootFS `json:"rootfs"`
	}
	if err := json.Unmarshal(config, &said); err != nil {
		return nil, failed(ErrArchive, err, "%s is damaged: its %s cannot be read", a.path, one.Config)
	}
	if len(said.RootFS.DiffIDs) != len(one.Layers) {
		return nil, failed(ErrArchive, nil, "%s is damaged: %s has %d layers, manifest.json %d",
			a.path, one.Config, len(said.RootFS.DiffIDs), len(one.Layers))
	}
	manifest := v1.Manifest{SchemaVersion: 2, MediaType: types.DockerManifestSchema2, Config: described, Layers: []v1.Descriptor{}}
	for i, name := range one.Layers {
		layer, err := a.layer(ctx, name, said.RootFS.DiffIDs[i])
		if err != nil {
			return nil, err
		}
		manifest.Layers = append(manifest.Layers, layer)
	}
	root := &node{desc: v1.Descriptor{MediaType: types.DockerManifestSchema2}, from: a}
	return &Content{root: root, closer: a}, a.rewrite(root, manifest)
}

// add takes in something small that the archive does not have under its digest.
func (a *archive) add(media types.MediaType, raw []byte) v1.Descriptor {
	// The digest of bytes in memory cannot fail.
	digest, size, _ := v1.SHA256(bytes.NewReader(raw))
	a.made[digest] = raw
	return v1.Descriptor{MediaType: media, Digest: digest, Size: size}
}

// rewrite gives a node another text.
func (a *archive) rewrite(n *node, document any) error {
	raw, err := json.Marshal(document)
	if err != nil {
		return failed(ErrArchive, err, "the manifest cannot be written")
	}
	desc := a.add(n.desc.MediaType, raw)
	n.desc.Digest, n.desc.Size, n.raw = desc.Digest, desc.Size, raw
	return nil
}

// parse reads the text of a node.
func (a *archive) parse(n *node, into any) error {
	raw := n.raw
	if raw == nil {
		var err error
		if raw, err = a.small(place(n.desc.Digest)); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return failed(ErrArchive, err, "%s is damaged: its manifest %s cannot be read", a.path, n.desc.Digest)
	}
	return nil
}
