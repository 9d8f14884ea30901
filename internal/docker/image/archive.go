package image

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Entries of an archive that say which images are in it.
const (
	manifestEntry = "manifest.json"
	// largestText bounds what is held in memory of an archive.
	largestText = 16 << 20
)

var (
	errNoManifest = errors.New("it has no manifest.json: write it with docker save")
	errNoConfig   = errors.New("the configuration that its manifest names is not in it")
)

// archive is one image in a file as docker save writes it.
type archive struct {
	file string
	// hash is the digest of the image's configuration, which covers the content of its layers too.
	hash string
	// entry is the image's part of the manifest.
	entry map[string]json.RawMessage
}

// readArchive finds the image in a file: the only one, or the one of that name. It returns the errors of the file
// system, and errors that say what is wrong with the archive.
func readArchive(ctx context.Context, file, name string) (*archive, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", file)
	}
	text, err := readEntry(ctx, file, manifestEntry)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no archive of an image: %w", file, errNoManifest)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no archive of an image: %w", file, err)
	}
	entry, config, err := chooseImage(text, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	configuration, err := readEntry(ctx, file, config)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", file, errNoConfig)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &archive{file: file, hash: fmt.Sprintf("sha256:%x", sha256.Sum256(configuration)), entry: entry}, nil
}

// chooseImage finds the image of a manifest that is meant.
func chooseImage(manifest []byte, name string) (entry map[string]json.RawMessage, config string, err error) {
	var entries []map[string]json.RawMessage
	if err := json.Unmarshal(manifest, &entries); err != nil {
		return nil, "", fmt.Errorf("its manifest.json cannot be read: %w", err)
	}
	var all []string
	for _, e := range entries {
		var one struct {
			Config   string
			RepoTags []string
		}
		whole, err := json.Marshal(e)
		if err == nil {
			err = json.Unmarshal(whole, &one)
		}
		if err != nil {
			return nil, "", fmt.Errorf("its manifest.json cannot be read: %w", err)
		}
		named := slices.ContainsFunc(one.RepoTags, func(tag string) bool { return canonical(tag) == canonical(name) })
		if len(entries) == 1 || named {
			return e, one.Config, nil
		}
		all = append(all, one.RepoTags...)
	}
	return nil, "", fmt.Errorf("it has %d images, and none is called %q: there are %s", len(entries), name, strings.Join(all, ", "))
}

// openTar opens an archive, compressed or not. The caller closes it.
func openTar(file string) (*tar.Reader, io.Closer, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	magic, err := bufio.NewReader(f).Peek(2)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("reading it: %w", err), f.Close())
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		// The file itself, so that what is not wanted is skipped and not read.
		return tar.NewReader(f), f, nil
	}
	plain, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return tar.NewReader(plain), f, nil
}

// readEntry reads a small file of an archive; fs.ErrNotExist says that it is not there.
func readEntry(ctx context.Context, file, name string) ([]byte, error) {
	entries, closer, err := openTar(file)
	if err != nil {
		return nil, err
	}
	defer closer.Close() //nolint:errcheck // Nothing was written.
	for ctx.Err() == nil {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil, fs.ErrNotExist
		}
		if err != nil {
			return nil, err
		}
		if path.Clean(header.Name) != path.Clean(name) {
			continue
		}
		if header.Size > largestText {
			return nil, fmt.Errorf("%s is larger than 16 MiB", name)
		}
		return io.ReadAll(entries)
	}
	return nil, ctx.Err()
}

// writeAs writes the archive with one image in it, under one name: an engine moves every reference that an archive
// names, whosoever it is.
func (a *archive) writeAs(ctx context.Context, name string, w io.Writer) error {
	entries, closer, err := openTar(a.file)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // Nothing was written.
	manifest, err := a.manifestAs(name)
	if err != nil {
		return err
	}
	out := tar.NewWriter(w)
	for ctx.Err() == nil {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return out.Close()
		}
		if err != nil {
			return err
		}
		if err := copyEntry(out, header, entries, manifest); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (a *archive) manifestAs(name string) ([]byte, error) {
	// The whole name: Podman takes a short one for one of its own host.
	tags, err := json.Marshal([]string{canonical(name)})
	if err != nil {
		return nil, err
	}
	a.entry["RepoTags"] = tags
	return json.Marshal([]any{a.entry})
}

// copyEntry leaves out the other places in which an archive names its images.
func copyEntry(out *tar.Writer, header *tar.Header, content io.Reader, manifest []byte) error {
	switch path.Clean(header.Name) {
	case "repositories", "index.json", "oci-layout":
		return nil
	case manifestEntry:
		header.Size, content = int64(len(manifest)), bytes.NewReader(manifest)
	}
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	_, err := io.Copy(out, content)
	return err
}
