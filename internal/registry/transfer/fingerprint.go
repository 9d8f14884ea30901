package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Fingerprint is a text that changes when the content of an archive or a layout does: "sha256:" and the hash of an archive's
// bytes, or of a layout's index.json with the names and sizes of all its files, since those are named after their content.
// Times and owners do not count. It returns an ErrArchive if there is nothing at the path or it cannot be read, and the
// errors of the context.
func Fingerprint(ctx context.Context, path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", failed(ErrArchive, err, "there is no archive")
	}
	sum := sha256.New()
	if !info.IsDir() {
		err = hashFile(ctx, sum, path)
	} else {
		err = hashLayout(ctx, sum, path)
	}
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", failed(ErrArchive, err, "%s cannot be used", path)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

func hashFile(ctx context.Context, into io.Writer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer shut(file)
	_, err = io.CopyBuffer(into, reading(ctx, file), make([]byte, bufferSize))
	return err
}

func hashLayout(ctx context.Context, into io.Writer, path string) error {
	if _, err := os.Stat(filepath.Join(path, "index.json")); errors.Is(err, fs.ErrNotExist) {
		return failed(ErrArchive, nil, "it has no index.json, so it is no OCI layout (of folders, no other kind is read)")
	}
	if err := hashFile(ctx, into, filepath.Join(path, "index.json")); err != nil {
		return err
	}
	return fs.WalkDir(os.DirFS(path), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(into, "\n%q %d", name, info.Size())
		return ctx.Err()
	})
}
