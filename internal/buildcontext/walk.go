package buildcontext

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"

	"github.com/moby/patternmatcher"
)

// entry is a file, directory or link of the context.
type entry struct {
	fs.DirEntry
	rel  string // slash-separated, relative to the context directory
	path string // absolute, native
}

// walk calls fn for every entry of the context, in the order of a depth-first
// walk with sorted names, directories before what they contain. An ignored
// directory is visited if and only if something below it is not ignored.
func (c *Context) walk(ctx context.Context, fn func(entry) error) error {
	m, err := newMatcher(c.ignore.patterns)
	if err != nil {
		return failed(InputIgnore, c.ignore.path, err)
	}
	w := walker{ctx: ctx, root: c.root, matcher: m, readDir: os.ReadDir, fn: fn}
	return w.dir("", patternmatcher.MatchInfo{}, false)
}

type walker struct {
	ctx     context.Context
	root    string
	matcher matcher
	readDir func(string) ([]fs.DirEntry, error) // sorted by name
	fn      func(entry) error
	pending []entry // ignored directories on the way here, not visited so far
}

func (w *walker) dir(rel string, parent patternmatcher.MatchInfo, ignored bool) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	dir := filepath.Join(w.root, filepath.FromSlash(rel))
	entries, err := w.readDir(dir)
	switch {
	case err == nil:
	case rel != "" && errors.Is(err, fs.ErrNotExist), ignored && errors.Is(err, fs.ErrPermission):
		return nil // Gone meanwhile, or ignored, often because nobody may read it.
	default:
		return failed(InputContext, dir, err)
	}
	for _, d := range entries {
		if d.Type()&(fs.ModeSocket|fs.ModeIrregular) != 0 {
			continue
		}
		e := entry{DirEntry: d, rel: path.Join(rel, d.Name()), path: filepath.Join(dir, d.Name())}
		if err := w.entry(e, parent); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) entry(e entry, parent patternmatcher.MatchInfo) error {
	ignored, info, err := w.matcher.MatchesUsingParentResults(e.rel, parent)
	if err != nil {
		return failed(InputIgnore, e.path, err)
	}
	if !ignored {
		if err := w.visit(e); err != nil || !e.IsDir() {
			return err
		}
		return w.dir(e.rel, info, false)
	}
	if !e.IsDir() || !w.matcher.mayReinclude(e.rel) {
		return nil
	}
	depth := len(w.pending)
	w.pending = append(w.pending, e)
	if err := w.dir(e.rel, info, true); err != nil {
		return err
	}
	w.pending = w.pending[:min(depth, len(w.pending))]
	return nil
}

// visit hands over the directories that lead to e, then e.
func (w *walker) visit(e entry) error {
	for _, parent := range w.pending {
		if err := w.fn(parent); err != nil {
			return err
		}
	}
	w.pending = w.pending[:0]
	return w.fn(e)
}

// openRegular opens a file that was regular a moment ago.
func openRegular(path string) (io.ReadCloser, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = ErrChanged
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, fi, nil
}

// gone reports whether an entry vanished after its directory was read. Editors
// and compilers do that all the time; such an entry is not part of the context.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// permissions returns the Unix permission bits of an entry as Docker sends
// them. Windows has none: there everything is readable and executable.
func permissions(mode fs.FileMode) int64 {
	bits := int64(mode.Perm())
	if runtime.GOOS == "windows" {
		return bits&0o755 | 0o111
	}
	if mode&fs.ModeSetuid != 0 {
		bits |= 0o4000
	}
	if mode&fs.ModeSetgid != 0 {
		bits |= 0o2000
	}
	if mode&fs.ModeSticky != 0 {
		bits |= 0o1000
	}
	return bits
}
