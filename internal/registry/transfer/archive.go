package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// archive is a folder or an archive as a source: an OCI layout, or what "docker save" writes.
type archive struct {
	// path is what it is called in errors.
	path  string
	files files
	// made are manifests and configurations that it does not have under their digests, and found are where blobs are that are
	// not in the places of a layout.
	made  map[v1.Hash][]byte
	found map[v1.Hash]blobFile
}

// blobFile is where a blob is: in a file of the archive, or in a temporary one.
type blobFile struct {
	name string
	temp *temporary
	size int64
}

// OpenArchive opens images in a file or a folder: an OCI layout (folder, .tar, .tar.gz or .tar.zst), or what "docker save",
// "podman save" and their like write, in the classic form and in the one that is a layout as well.
//
// The reference says which of several images is meant: one of its names, as the archive or as Docker writes it, or its
// digest. "" is the only one. Layers that "docker save" wrote without compression are compressed, always with the same
// result; layouts are pushed as they are, byte for byte.
//
// It returns an ErrArchive for what is no such archive, is damaged or is cut off, and an ErrReference, whose Have are the
// references that there are, for an image that is not there or one of several without a reference; and the errors of the
// context.
func OpenArchive(ctx context.Context, path, reference string) (*Content, error) {
	opened, err := openFiles(ctx, path)
	if err != nil {
		return nil, err
	}
	content, err := newContent(ctx, path, opened, reference)
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return content, nil
}

// openFiles opens a folder, or an archive of any compression.
func openFiles(ctx context.Context, name string) (files, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed(ErrArchive, err, "there is no archive at %s", name)
	}
	if err != nil {
		return nil, failed(ErrArchive, err, "the archive cannot be opened")
	}
	if info.IsDir() {
		root, err := os.OpenRoot(name)
		if err != nil {
			return nil, failed(ErrArchive, err, "the folder cannot be opened")
		}
		return folder{root}, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, failed(ErrArchive, err, "the archive cannot be opened")
	}
	plain, err := unpacked(ctx, name, file)
	if err != nil {
		return nil, err
	}
	listed, err := list(ctx, name, plain)
	if err != nil {
		return nil, errors.Join(err, plain.Close())
	}
	return listed, nil
}

// newContent finds the image that is meant.
func newContent(ctx context.Context, path string, opened files, reference string) (*Content, error) {
	a := &archive{path: path, files: opened, made: make(map[v1.Hash][]byte), found: make(map[v1.Hash]blobFile)}
	_, layout := opened.size("index.json")
	_, docker := opened.size("manifest.json")
	switch {
	case layout:
		return a.layout(ctx, reference, docker)
	case docker:
		return a.classic(ctx, reference)
	}
	return nil, failed(ErrArchive, nil,
		"%s is neither an OCI layout nor an archive of \"docker save\": it has neither index.json nor manifest.json", path)
}

// document reads a small file of JSON.
func (a *archive) document(name string, into any) error {
	raw, err := a.small(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return failed(ErrArchive, err, "%s is damaged: its %s cannot be read", a.path, name)
	}
	return nil
}

// small reads a small file.
func (a *archive) small(name string) ([]byte, error) {
	file, err := a.files.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed(ErrArchive, nil, "%s is incomplete: it has no %s", a.path, name)
	}
	if err != nil {
		return nil, failed(ErrArchive, err, "%s cannot be read", a.path)
	}
	defer shut(file)
	if file.Size() > maxManifest {
		return nil, failed(ErrArchive, nil, "%s is damaged: its %s is %d bytes large", a.path, name, file.Size())
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, failed(ErrArchive, err, "%s cannot be read", a.path)
	}
	return raw, nil
}

// place is where a layout has a blob.
func place(digest v1.Hash) string { return path.Join("blobs", digest.Algorithm, digest.Hex) }

func (a *archive) manifest(ctx context.Context, desc v1.Descriptor) ([]byte, error) {
	if desc.Size > maxManifest {
		return nil, failed(ErrArchive, nil, "%s is damaged: its manifest %s is %d bytes large", a.path, desc.Digest, desc.Size)
	}
	body, err := a.blob(ctx, desc, 0)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

func (a *archive) blob(_ context.Context, desc v1.Descriptor, offset int64) (io.ReadCloser, error) {
	file, err := a.openBlob(desc)
	if err != nil {
		return nil, err
	}
	if file.Size() != desc.Size {
		shut(file)
		return nil, failed(ErrArchive, nil, "%s is damaged: what it has for %s is %d bytes instead of %d",
			a.path, desc.Digest, file.Size(), desc.Size)
	}
	if offset > 0 {
		if _, err := file.Seek(offset, io.SeekStart); err != nil {
			shut(file)
			return nil, failed(ErrArchive, err, "%s cannot be read", a.path)
		}
		return file, nil
	}
	sum, err := hasher(desc.Digest)
	if err != nil {
		shut(file)
		return nil, err
	}
	return &verified{ReadCloser: file, digest: desc.Digest, left: desc.Size, sum: sum, name: a.path}, nil
}

func (a *archive) openBlob(desc v1.Descriptor) (*section, error) {
	if raw, ok := a.made[desc.Digest]; ok {
		return &section{SectionReader: io.NewSectionReader(bytes.NewReader(raw), 0, int64(len(raw)))}, nil
	}
	where, ok := a.found[desc.Digest]
	switch {
	case ok && where.temp != nil:
		return &section{SectionReader: io.NewSectionReader(where.temp, 0, where.size)}, nil
	case !ok:
		where.name = place(desc.Digest)
	}
	file, err := a.files.open(where.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed(ErrArchive, nil, "%s is incomplete: it has no %s (%s)", a.path, desc.Digest, desc.MediaType)
	}
	if err != nil {
		return nil, failed(ErrArchive, err, "%s cannot be read", a.path)
	}
	return file, nil
}

func (*archive) repository() name.Repository { return name.Repository{} }

// Close lets go of all files.
func (a *archive) Close() error {
	all := closers{a.files}
	for _, one := range a.found {
		if one.temp != nil {
			all = append(all, one.temp)
		}
	}
	return all.Close()
}
