package transfer

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/containerd/platforms"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
)

const (
	// attestationOf names the image that an attestation manifest of BuildKit belongs to.
	attestationOf = "vnd.docker.reference.digest"
	// unknown is the operating system and the architecture of manifests that are no images.
	unknown = "unknown"
)

// image is an image and its platform.
type image struct {
	*node

	platform v1.Platform
	// spelled is the platform as it is written; empty if there is none.
	spelled string
}

// images are all images and attestations of the content, in their order. Indexes in the index are followed.
func (c *Content) images(ctx context.Context) ([]image, error) { return imagesOf(ctx, c.root) }

func imagesOf(ctx context.Context, n *node) ([]image, error) {
	if !n.desc.MediaType.IsIndex() {
		platform, err := n.platform(ctx)
		if err != nil {
			return nil, err
		}
		return []image{newImage(n, platform)}, nil
	}
	found, err := n.parts(ctx)
	if err != nil {
		return nil, err
	}
	var all []image
	for _, child := range found.manifests {
		below, err := imagesOf(ctx, child)
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

func newImage(n *node, platform *v1.Platform) image {
	if platform == nil || platform.OS == unknown || platform.OS == "" {
		return image{node: n}
	}
	return image{node: n, platform: *platform, spelled: spell(*platform)}
}

// spell writes a platform as users do: in its normal form, and with the version of the operating system if there is one.
func spell(p v1.Platform) string {
	return platforms.FormatAll(platforms.Normalize(oci.Platform{
		OS: p.OS, Architecture: p.Architecture, Variant: p.Variant, OSVersion: p.OSVersion,
	}))
}

// parsePlatform returns the normal form, and an ErrPlatform for what is no platform.
func parsePlatform(text string) (oci.Platform, error) {
	wanted, err := platforms.Parse(text)
	if err != nil {
		return oci.Platform{}, failed(ErrPlatform, err, "%q is no platform, write for example \"linux/arm64\"", text)
	}
	return platforms.Normalize(wanted), nil
}

// serves says that an image is for a platform. One without a version of the operating system takes any.
func (i image) serves(wanted oci.Platform) bool {
	if i.spelled == "" {
		return false
	}
	has := platforms.Normalize(oci.Platform{
		OS: i.platform.OS, Architecture: i.platform.Architecture, Variant: i.platform.Variant, OSVersion: i.platform.OSVersion,
	})
	return has.OS == wanted.OS && has.Architecture == wanted.Architecture && has.Variant == wanted.Variant &&
		(wanted.OSVersion == "" || wanted.OSVersion == has.OSVersion)
}

// Select returns the content for some platforms: for none, all of it; for one, its image itself; for several, an index of
// just these images, with the descriptors that they had and the attestations that belong to them. It shares the files of c,
// and must not be used after c is closed. It returns an ErrPlatform, whose Have names the platforms that there are, and the
// errors of the source.
func (c *Content) Select(ctx context.Context, wanted []string) (*Content, error) {
	if len(wanted) == 0 {
		return c, nil
	}
	images, err := c.images(ctx)
	if err != nil {
		return nil, err
	}
	var kept []image
	for _, text := range wanted {
		platform, err := parsePlatform(text)
		if err != nil {
			return nil, err
		}
		before := len(kept)
		for _, one := range images {
			if one.serves(platform) {
				kept = append(kept, one)
			}
		}
		if len(kept) == before {
			have, err := c.Platforms(ctx)
			if err != nil {
				return nil, err
			}
			return nil, failed(ErrPlatform, nil, "there is no image for %q", text).with("platforms", have)
		}
	}
	return c.only(ctx, kept, images)
}

// only returns the content with the images that are kept, of all that it has.
func (c *Content) only(ctx context.Context, kept, all []image) (*Content, error) {
	keep := make(map[v1.Hash]bool)
	for _, one := range kept {
		keep[one.desc.Digest] = true
	}
	if len(keep) == 1 {
		return &Content{root: kept[0].node}, nil
	}
	raw, err := c.root.read(ctx)
	if err != nil {
		return nil, err
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(raw))
	if err != nil {
		return nil, failed(ErrArchive, err, "the index %s cannot be read", c.root.desc.Digest)
	}
	before := len(index.Manifests)
	index.MediaType, index.Manifests = c.root.desc.MediaType, nil
	origins := make(map[v1.Hash]source)
	for _, one := range all {
		if of, err := v1.NewHash(one.desc.Annotations[attestationOf]); keep[one.desc.Digest] || err == nil && keep[of] {
			index.Manifests = append(index.Manifests, one.desc)
			origins[one.desc.Digest] = one.from
		}
	}
	if len(index.Manifests) == before && len(all) == before {
		return &Content{root: c.root}, nil
	}
	return made(index, origins)
}

// made returns an index as content.
func made(index *v1.IndexManifest, origins map[v1.Hash]source) (*Content, error) {
	raw, err := json.Marshal(index)
	if err != nil {
		return nil, failed(ErrEntries, err, "the index cannot be written")
	}
	hash, size, err := v1.SHA256(bytes.NewReader(raw))
	if err != nil {
		return nil, failed(ErrEntries, err, "the index cannot be written")
	}
	desc := v1.Descriptor{MediaType: index.MediaType, Digest: hash, Size: size}
	return &Content{root: &node{desc: desc, raw: raw, origins: origins}}, nil
}
