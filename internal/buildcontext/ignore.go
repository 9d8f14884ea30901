package buildcontext

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// ignore is the ignore file that applies to a context.
type ignore struct {
	path     string // empty: there is none
	rel      string // slash-separated path of the file itself in the context; empty outside of it
	root     bool   // it is .dockerignore of the context directory
	data     []byte
	patterns []string
}

func readIgnore(root string, df dockerfile) (ignore, error) {
	rootFile := filepath.Join(root, ignoreFile)
	paths := []string{rootFile}
	if df.path != "" {
		paths = []string{df.path + ignoreFile, rootFile}
	}
	for _, path := range paths {
		data, err := readText(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return ignore{}, failed(InputIgnore, path, err)
		}
		patterns, err := parsePatterns(data)
		if err != nil {
			return ignore{}, failed(InputIgnore, path, err)
		}
		file, err := filepath.EvalSymlinks(path)
		if err != nil {
			return ignore{}, failed(InputIgnore, path, err)
		}
		rel, _ := within(root, file)
		return ignore{path: path, rel: rel, root: path == rootFile, data: data, patterns: patterns}, nil
	}
	return ignore{}, nil
}

// parsePatterns reads patterns and tries each of them once: the matcher
// compiles late, and a pattern it cannot compile would fail only when it meets
// a file.
func parsePatterns(data []byte) ([]string, error) {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	for _, pattern := range patterns {
		_, err := patternmatcher.MatchesOrParentMatches("x", []string{strings.TrimPrefix(pattern, "!")})
		if err != nil {
			return nil, fmt.Errorf("%w %q: %w", ErrPattern, pattern, err)
		}
	}
	if _, err := patternmatcher.New(patterns); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPattern, err)
	}
	return patterns, nil
}

// matcher decides, for the entries of one walk, which are ignored.
type matcher struct {
	*patternmatcher.PatternMatcher
	exceptions []exception
}

// exception is the part of a pattern that starts with "!" up to its first
// wildcard: all that can be compared without matching.
type exception struct {
	prefix string // slash-separated
	whole  bool   // there is no wildcard
}

func newMatcher(patterns []string) (matcher, error) {
	pm, err := patternmatcher.New(patterns)
	if err != nil {
		return matcher{}, err
	}
	m := matcher{PatternMatcher: pm}
	wild := `*?[]\`
	if os.PathSeparator == '\\' {
		wild = `*?[]`
	}
	for _, p := range pm.Patterns() {
		if !p.Exclusion() {
			continue
		}
		e := exception{prefix: p.String(), whole: true}
		if i := strings.IndexAny(e.prefix, wild); i >= 0 {
			e = exception{prefix: e.prefix[:i]}
		}
		e.prefix = filepath.ToSlash(e.prefix)
		m.exceptions = append(m.exceptions, e)
	}
	return m, nil
}

// mayReinclude reports whether an exception could match something below the
// ignored directory dir. It errs on the side of walking it.
func (m matcher) mayReinclude(dir string) bool {
	below := dir + "/"
	for _, e := range m.exceptions {
		if strings.HasPrefix(e.prefix, below) || !e.whole && strings.HasPrefix(below, e.prefix) {
			return true
		}
	}
	return false
}
