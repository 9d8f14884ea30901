package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/identity"
	"github.com/moby/buildkit/session/filesync"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

const (
	// dockerfileName is what we call the Dockerfile on the engine.
	dockerfileName = "Dockerfile"
	// ignoreName is where the frontend looks for the ignore file first.
	ignoreName = dockerfileName + ".dockerignore"
	// localContext and localDockerfile are the names by which the frontend
	// asks for folders.
	localContext    = "context"
	localDockerfile = "dockerfile"
	// additionalPrefix keeps additional contexts apart from these.
	additionalPrefix = "additional-"
)

// dirs are the folders that the engine may ask for, and the key under which it
// keeps what it fetched. Files are compared by size and time against what the
// engine has under the same key, so that different contexts must never share
// one: two files of one size and time would be taken for the same.
func (r *Request) dirs() (filesync.StaticDirSource, string, error) {
	files := memoryFS{dockerfileName: r.Context.DockerfileBytes()}
	if ignore := r.Context.IgnoreBytes(); ignore != nil {
		files[ignoreName] = ignore
	}
	dirs := filesync.StaticDirSource{localDockerfile: files}
	add := func(name, dir string) error {
		files, err := fsutil.NewFS(dir)
		if err == nil {
			files, err = fsutil.NewFilterFS(files, &fsutil.FilterOpt{Map: ownedByRoot})
		}
		if err != nil {
			return err
		}
		dirs[name] = files
		return nil
	}
	if err := add(localContext, r.Context.Dir()); err != nil {
		return nil, "", fmt.Errorf("context: %w", err)
	}
	key := r.ContextHash
	for name, source := range r.AdditionalContexts {
		if isRemote(source) {
			continue
		}
		// Its content is not part of the hash.
		key = ""
		if err := add(additionalPrefix+name, source); err != nil {
			return nil, "", fmt.Errorf("additional_contexts: %s: %w", name, err)
		}
	}
	if key == "" {
		key = identity.NewID()
	}
	return dirs, key, nil
}

// ownedByRoot makes the result independent of who builds.
func ownedByRoot(_ string, s *types.Stat) fsutil.MapResult {
	s.Uid, s.Gid = 0, 0
	return fsutil.MapResultKeep
}

// isRemote tells what BuildKit fetches by itself from a folder of ours.
func isRemote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "target:")
}

// ownFrontend says that the Dockerfile asks for a frontend image: a "syntax"
// directive in the comments it starts with.
func ownFrontend(dockerfile []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(dockerfile, []byte("\xef\xbb\xbf"))) {
		comment, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte{'#'})
		if !ok {
			return false
		}
		key, _, ok := bytes.Cut(comment, []byte{'='})
		if !ok {
			return false
		}
		if strings.EqualFold(string(bytes.TrimSpace(key)), "syntax") {
			return true
		}
	}
	return false
}

// memoryFS is a folder of small files. Their times follow from their content,
// so that the engine notices every change and nothing else.
type memoryFS map[string][]byte

// Walk implements fsutil.FS.
func (m memoryFS) Walk(ctx context.Context, target string, fn fs.WalkDirFunc) error {
	target = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(target)), "/")
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if target != "" && target != name {
			continue
		}
		stat := &types.Stat{Path: name, Mode: 0o644, Size: int64(len(m[name])), ModTime: modTime(m[name])}
		if err := fn(name, &fsutil.DirEntryInfo{Stat: stat}, nil); err != nil {
			return err
		}
	}
	return nil
}

// modTime gives different contents different times between 1970 and 2038.
func modTime(data []byte) int64 {
	sum := sha256.Sum256(data)
	seconds := int64(binary.BigEndian.Uint32(sum[:4]) >> 1)
	return seconds*int64(time.Second) + int64(binary.BigEndian.Uint32(sum[4:8]))%int64(time.Second)
}

// Open implements fsutil.FS.
func (m memoryFS) Open(name string) (io.ReadCloser, error) {
	data, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}
