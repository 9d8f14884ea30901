package buildcontext

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	defaultDockerfile = "Dockerfile"
	ignoreFile        = ".dockerignore"

	// maxText bounds the files that are held in memory. BuildKit refuses
	// larger ones.
	maxText = 16 << 20
)

// dockerfile is the Dockerfile of a context.
type dockerfile struct {
	path string // absolute, as configured; empty for inline text
	rel  string // slash-separated path of the file itself in the context; empty outside of it
	data []byte
}

func readDockerfile(given, root string, opts Options) (dockerfile, error) {
	if opts.InlineDockerfile != "" && opts.Dockerfile != "" {
		return dockerfile{}, &Error{Input: InputDockerfile, Err: ErrConflict}
	}
	var (
		df  dockerfile
		err error
	)
	if opts.InlineDockerfile != "" {
		df.data = []byte(opts.InlineDockerfile)
	} else if df, err = loadDockerfile(given, root, opts.Dockerfile); err != nil {
		return dockerfile{}, err
	}
	if len(bytes.TrimSpace(df.data)) == 0 {
		return dockerfile{}, &Error{Input: InputDockerfile, Path: df.path, Err: ErrEmpty}
	}
	return df, nil
}

// loadDockerfile reads the Dockerfile called name. A path that looks as if it
// were in the context must not lead out of it: whoever writes to the context
// directory could make any file of this machine part of the build. A path
// that is openly outside is the user's choice.
func loadDockerfile(given, root, name string) (dockerfile, error) {
	path := dockerfilePath(root, name)
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return dockerfile{}, failed(InputDockerfile, path, err)
	}
	rel, inside := within(root, file)
	if !inside && looksInside(given, root, path) {
		return dockerfile{}, &Error{Input: InputDockerfile, Path: path, Err: ErrEscapes}
	}
	data, err := readText(file)
	if err != nil {
		return dockerfile{}, failed(InputDockerfile, path, err)
	}
	return dockerfile{path: path, rel: rel, data: data}, nil
}

func dockerfilePath(root, name string) string {
	if name != "" {
		if filepath.IsAbs(name) {
			return filepath.Clean(name)
		}
		return filepath.Join(root, name)
	}
	path := filepath.Join(root, defaultDockerfile)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return path
	}
	lower := filepath.Join(root, strings.ToLower(defaultDockerfile))
	if _, err := os.Lstat(lower); err == nil {
		return lower
	}
	return path
}

func looksInside(given, root, path string) bool {
	if _, ok := within(root, path); ok {
		return true
	}
	_, ok := within(given, path)
	return ok
}

// readText reads a small regular file. It looks before it opens, as opening a
// pipe would block.
func readText(path string) ([]byte, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	f, _, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxText+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxText {
		return nil, ErrTooLarge
	}
	return data, nil
}
