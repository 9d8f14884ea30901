// Package transfer brings images into registries: from archives, from other registries and from engines. This is its thinnest
// form, on go-containerregistry alone.
package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

type Content struct {
	put remote.Taggable
	img v1.Image
	idx v1.ImageIndex
	tmp string
}

func (c *Content) Digest() v1.Hash {
	var d v1.Hash
	if c.img != nil {
		d, _ = c.img.Digest()
	} else {
		d, _ = c.idx.Digest()
	}
	return d
}

func (c *Content) Close() error {
	if c.tmp != "" {
		return os.Remove(c.tmp)
	}
	return nil
}

type Options struct{}
type Result struct {
	Digest v1.Hash
	Tags   []string
	There  bool
}

type IndexEntry struct{ Reference, Platform string }
type IndexOptions struct {
	Annotations map[string]string
	MediaType   types.MediaType
}
type EntryError struct {
	Platform string
	Err      error
}

func (e *EntryError) Error() string { return e.Err.Error() }

func NewIndex(context.Context, *registry.Registries, []IndexEntry, IndexOptions) (*Content, error) {
	return nil, errors.New("shim")
}

func Fingerprint(_ context.Context, path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		path += "/index.json"
	}
	data, err := os.ReadFile(path)
	return fmt.Sprintf("sha256:%x", sha256.Sum256(data)), err
}

func OpenArchive(_ context.Context, path, _ string) (*Content, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		l, err := layout.FromPath(path)
		if err != nil {
			return nil, err
		}
		top, err := l.ImageIndex()
		if err != nil {
			return nil, err
		}
		m, _ := top.IndexManifest()
		idx, err := top.ImageIndex(m.Manifests[0].Digest)
		return &Content{idx: idx, put: idx}, err
	}
	img, err := tarball.ImageFromPath(path, nil)
	return &Content{img: img, put: img}, err
}

func FromRegistry(ctx context.Context, r *registry.Registries, ref name.Reference) (*Content, error) {
	d, err := remote.Get(ref, r.Options(ctx, ref.Context().RegistryStr())...)
	if err != nil {
		return nil, r.Explain(ref, err)
	}
	if d.MediaType.IsIndex() {
		idx, err := d.ImageIndex()
		return &Content{idx: idx, put: idx}, err
	}
	img, err := d.Image()
	return &Content{img: img, put: img}, err
}

func FromEngine(ctx context.Context, save func(context.Context) (io.ReadCloser, error)) (*Content, error) {
	r, err := save(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := os.CreateTemp("", "x")
	if err != nil {
		return nil, err
	}
	io.Copy(f, r)
	f.Close()
	c, err := OpenArchive(ctx, f.Name(), "")
	if c != nil {
		c.tmp = f.Name()
	}
	return c, err
}

func (c *Content) Select(platforms []string) (*Content, error) {
	if len(platforms) == 0 || c.idx == nil {
		return c, nil
	}
	m, _ := c.idx.IndexManifest()
	var have []string
	for _, d := range m.Manifests {
		have = append(have, d.Platform.String())
		if d.Platform.String() == platforms[0] {
			img, err := c.idx.Image(d.Digest)
			return &Content{img: img, put: img}, err
		}
	}
	return nil, fmt.Errorf("no platform %s, it has %s", platforms[0], strings.Join(have, ", "))
}

func Push(ctx context.Context, r *registry.Registries, repo name.Repository, c *Content, tags []string, _ Options) (Result, error) {
	ctx = registry.ForPush(ctx)
	opts := r.Options(ctx, repo.RegistryStr())
	var d v1.Hash
	if c.img != nil {
		d, _ = c.img.Digest()
	} else {
		d, _ = c.idx.Digest()
	}
	res := Result{Digest: d}
	_, err := remote.Head(repo.Digest(d.String()), opts...)
	res.There = err == nil
	for _, t := range tags {
		var err error
		if c.img != nil {
			err = remote.Write(repo.Tag(t), c.img, opts...)
		} else {
			err = remote.WriteIndex(repo.Tag(t), c.idx, opts...)
		}
		if err != nil {
			return res, r.Explain(repo.Tag(t), err)
		}
		res.Tags = append(res.Tags, t)
	}
	return res, nil
}

func Retag(ctx context.Context, r *registry.Registries, from name.Digest, tag name.Tag) error {
	opts := r.Options(registry.ForPush(ctx), tag.RegistryStr())
	d, err := remote.Get(from, opts...)
	if err != nil {
		return r.Explain(from, err)
	}
	return r.Explain(tag, remote.Tag(tag, d, opts...))
}

func Remove(ctx context.Context, r *registry.Registries, repo name.Repository, digest string, tags []string, manifest bool) error {
	opts := r.Options(ctx, repo.RegistryStr())
	for _, t := range tags {
		d, err := remote.Head(repo.Tag(t), opts...)
		if err != nil || d.Digest.String() != digest {
			continue
		}
		if err := remote.Delete(repo.Tag(t), opts...); err != nil {
			return r.Explain(repo.Tag(t), err)
		}
	}
	if !manifest {
		return nil
	}
	all, _ := remote.List(repo, opts...)
	for _, t := range all {
		d, err := remote.Head(repo.Tag(t), opts...)
		if err == nil && d.Digest.String() == digest && !slices.Contains(tags, t) {
			return nil
		}
	}
	return r.Explain(repo.Digest(digest), remote.Delete(repo.Digest(digest), opts...))
}
