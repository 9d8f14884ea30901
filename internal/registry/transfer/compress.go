package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/pgzip"
)

// compressed compresses a layer that a layout has without compression.
func (a *archive) compressed(ctx context.Context, layer v1.Descriptor) (v1.Descriptor, error) {
	body, err := a.blob(ctx, layer, 0)
	if err != nil {
		return v1.Descriptor{}, err
	}
	defer body.Close()
	return a.compress(ctx, types.OCILayer, body)
}

// layer describes a layer of a classic archive, compressed if it is not yet.
func (a *archive) layer(ctx context.Context, name string, diffID v1.Hash) (v1.Descriptor, error) {
	file, err := a.files.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return v1.Descriptor{}, failed(ErrArchive, nil, "%s is incomplete: it has no %s", a.path, name)
	}
	if err != nil {
		return v1.Descriptor{}, failed(ErrArchive, err, "%s cannot be read", a.path)
	}
	defer shut(file)
	head := make([]byte, len(gzipMagic))
	if _, err := file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return v1.Descriptor{}, failed(ErrArchive, err, "%s cannot be read", a.path)
	}
	if bytes.Equal(head, gzipMagic) {
		return a.asItIs(ctx, name, file)
	}
	sum, err := hasher(diffID)
	if err != nil {
		return v1.Descriptor{}, err
	}
	plain := &verified{ReadCloser: io.NopCloser(file), digest: diffID, left: file.Size(), sum: sum, name: a.path}
	return a.compress(ctx, types.DockerLayer, plain)
}

// asItIs describes a layer that is compressed already.
func (a *archive) asItIs(ctx context.Context, name string, file *section) (v1.Descriptor, error) {
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, struct{ io.Reader }{reading(ctx, file)}, make([]byte, bufferSize)); err != nil {
		return v1.Descriptor{}, fmt.Errorf("reading %s: %w", a.path, err)
	}
	digest := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
	a.found[digest] = blobFile{name: name, size: file.Size()}
	return v1.Descriptor{MediaType: types.DockerLayer, Digest: digest, Size: file.Size()}, nil
}

// compress writes a layer to a temporary file, compressed. The same layer gives the same file: the blocks that are compressed
// at the same time have a fixed size, however many there are.
func (a *archive) compress(ctx context.Context, media types.MediaType, plain io.Reader) (v1.Descriptor, error) {
	temp, err := newTemporary()
	if err != nil {
		return v1.Descriptor{}, err
	}
	sum := sha256.New()
	count := &counter{}
	packer := pgzip.NewWriter(io.MultiWriter(temp, sum, count))
	_, err = io.CopyBuffer(struct{ io.Writer }{packer}, reading(ctx, plain), make([]byte, bufferSize))
	if err = errors.Join(err, packer.Close()); err != nil {
		return v1.Descriptor{}, errors.Join(err, temp.Close())
	}
	digest := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
	if before, ok := a.found[digest]; ok {
		return v1.Descriptor{MediaType: media, Digest: digest, Size: before.size}, temp.Close()
	}
	a.found[digest] = blobFile{temp: temp, size: count.n}
	return v1.Descriptor{MediaType: media, Digest: digest, Size: count.n}, nil
}

type counter struct{ n int64 }

// Write is part of io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
