package buildcontext

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
)

// Options says where the Dockerfile comes from.
type Options struct {
	// Dockerfile is its path: absolute, or relative to the context directory
	// (as in a Compose file; "../Dockerfile" is outside of the context).
	// Empty means "Dockerfile" or, failing that, "dockerfile".
	Dockerfile string
	// InlineDockerfile is its text. It excludes Dockerfile.
	InlineDockerfile string
}

// Context is a build context. Its Dockerfile and ignore file were read by
// [Open]; all other files are read when it is hashed or sent. Its methods may
// be called concurrently.
type Context struct {
	root       string // absolute, links resolved
	dockerfile dockerfile
	ignore     ignore
	sentAs     string // the Dockerfile's name in the archive
}

// Open reads the Dockerfile and the ignore file of the context directory dir,
// which may itself be a symbolic link. Errors are of type [*Error].
func Open(dir string, opts Options) (*Context, error) {
	given, root, err := resolveRoot(dir)
	if err != nil {
		return nil, err
	}
	df, err := readDockerfile(given, root, opts)
	if err != nil {
		return nil, err
	}
	ign, err := readIgnore(root, df)
	if err != nil {
		return nil, err
	}
	c := &Context{root: root, dockerfile: df, ignore: ign}
	if c.sentAs, err = c.archiveName(); err != nil {
		return nil, err
	}
	return c, nil
}

// Dir returns the context directory: absolute, symbolic links resolved.
func (c *Context) Dir() string { return c.root }

// Excludes returns the patterns of the ignore file that applies, cleaned as
// Docker cleans them, in order. The caller may change the slice.
func (c *Context) Excludes() []string { return slices.Clone(c.ignore.patterns) }

// Dockerfile returns the directory and the name of the Dockerfile as it was
// configured. The directory is empty when the Dockerfile was given as text.
func (c *Context) Dockerfile() (dir, name string) {
	if c.dockerfile.path == "" {
		return "", defaultDockerfile
	}
	return filepath.Dir(c.dockerfile.path), filepath.Base(c.dockerfile.path)
}

// DockerfileBytes returns the text of the Dockerfile, wherever it comes from.
func (c *Context) DockerfileBytes() []byte { return bytes.Clone(c.dockerfile.data) }

// IgnoreBytes returns the text of the ignore file that applies, nil if there
// is none. BuildKit asks the directory that serves the Dockerfile for
// <name>.dockerignore first: offering this text under that name makes it
// apply the rules of this context, whichever file they came from. It is never
// empty but not nil, since an empty file there counts as missing.
func (c *Context) IgnoreBytes() []byte {
	if c.ignore.path != "" && len(c.ignore.data) == 0 {
		return []byte("\n")
	}
	return bytes.Clone(c.ignore.data)
}

func resolveRoot(dir string) (given, root string, err error) {
	if dir == "" {
		return "", "", &Error{Input: InputContext, Err: ErrMissing}
	}
	given, err = filepath.Abs(dir)
	if err != nil {
		return "", "", failed(InputContext, dir, err)
	}
	root, err = filepath.EvalSymlinks(given)
	if err != nil {
		return "", "", failed(InputContext, given, err)
	}
	fi, err := os.Stat(root)
	if err != nil {
		return "", "", failed(InputContext, given, err)
	}
	if !fi.IsDir() {
		return "", "", &Error{Input: InputContext, Path: given, Err: ErrNotDirectory}
	}
	return given, root, nil
}

// within returns the slash-separated path of p relative to dir, and whether p
// is dir or below it. It compares names only.
func within(dir, p string) (string, bool) {
	rel, err := filepath.Rel(dir, p)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}
