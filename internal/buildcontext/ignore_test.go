package buildcontext

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/go-archive"
	"github.com/moby/patternmatcher"
	"github.com/tonistiigi/fsutil"
)

func drain(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }

// tricky is a tree for which the patterns below make a difference.
func tricky() files {
	return files{
		"Dockerfile": scratch, "README.md": "", "README-secret.md": "", "LICENSE.md": "", "main.go": "", "tempa": "",
		"somedir/temporary.txt": "", "somedir/tempb": "", "somedir/subdir/tempc": "", "somedir/subdir/keep.txt": "",
		"foo/bar/file": "", "foo/baz": "", "foobar": "", "a.go": "", "vendor/x/b.go": "", "vendor/x/y/c.txt": "",
		"node_modules/m/index.js": "", "node_modules/m/keep.txt": "", "empty/": "", "link": "-> foo", "dangling": "-> nowhere",
		"#hash": "", "with space": "", "über/ä.txt": "", ".git/config": "", "dir.d/.hidden": "", "x[1]": "", "x1": "",
	}
}

// docsPatterns are those of Docker's documentation, of its tests' spirit, and
// others that differ between simpler matchers.
func docsPatterns() []string {
	return []string{
		"", "# comment\n*/temp*\n*/*/temp*\ntemp?\n", "# comment\n#hash", " #hash ", "*.md\n!README.md",
		"*.md\n!README*.md\nREADME-secret.md", "*.md\nREADME-secret.md\n!README*.md", "**/*.go", "**", "*", "/", ".", "..", "../foo",
		"/foo/bar", "foo/bar", "foo/bar/", "./foo/./bar", "foo//baz", "/foo", "foo*", "foo/*", "foo/**", "**/foo", "**/bar", "**/bar/**",
		"*\n!main.go", "**\n!foo/baz", "*\n!foo", "*\n!foo/bar", "*\n!*/bar", "*\n!**/keep.txt", "node_modules\n!node_modules/m/keep.txt",
		"node_modules\n!**/keep.txt", "node_modules\n!*/m/keep*", "somedir\n!somedir/sub*\nsomedir/subdir/tempc", "vendor\n!vendor/x\nvendor/x/y",
		"!foo\nfoo", "foo\n!foo\nfoo", "! foo", "foo\n! foo/baz", "\ufefffoo", "foo\r\nvendor\r\n", "with space", "  with space  ",
		"x[1]", `x\[1]`, `\#hash`, "x[0-9]", "x[^1]", "?", "????", "**/ä.txt", "über", "**/.*", ".*", ".dockerignore", "Dockerfile",
		".dockerignore\nDockerfile", "Dockerfile*\n.dockerignore", "empty", "link", "link/*", "dangling", "**/*\n!**/*.go", "a.go/", "**/y",
		"*/x/y", "some**", "**dir", "**/sub**", "f[o]o/**/file", "*.?o", "!*", "*\n!**", "**/**/file", "foo/**/file",
		"*\n!somedir/subdir/keep.txt\n!vendor", "dir.d\n!dir.d/.hidden", "*/\n!foo", "**/m\n!node_modules/m", "# only a comment",
	}
}

func TestPatternsMeanWhatDockerSays(t *testing.T) {
	t.Parallel()
	for _, text := range docsPatterns() {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			root := tricky().write(t, t.TempDir())
			check(t, os.WriteFile(filepath.Join(root, ".dockerignore"), []byte(text), 0o600))
			c := mustOpen(t, root, Options{})
			got := walked(t, c)
			if diff := cmp.Diff(matching(t, c), got); diff != "" {
				t.Errorf("not what every path matched by itself says (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(buildkit(t, c), got); diff != "" {
				t.Errorf("not what BuildKit receives (-want +got):\n%s", diff)
			}
			compareClassic(t, c)
		})
	}
}

// matching applies the patterns to each path of the whole tree by itself; the
// directories that lead to what is left belong to it.
func matching(t testing.TB, c *Context) []string {
	t.Helper()
	kept := map[string]bool{}
	check(t, filepath.WalkDir(c.Dir(), func(p string, _ fs.DirEntry, err error) error {
		rel, _ := within(c.Dir(), p)
		if err != nil || rel == "." {
			return err
		}
		ignored, err := patternmatcher.MatchesOrParentMatches(rel, c.Excludes())
		if err != nil || ignored {
			return err
		}
		for ; rel != "."; rel = path.Dir(rel) {
			kept[rel] = true
		}
		return nil
	}))
	return sortedKeys(kept)
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// buildkit returns what BuildKit's file transfer sends.
func buildkit(t testing.TB, c *Context) []string {
	t.Helper()
	paths := []string{}
	opt := &fsutil.FilterOpt{ExcludePatterns: c.Excludes()}
	check(t, fsutil.Walk(t.Context(), c.Dir(), opt, func(p string, _ os.FileInfo, err error) error {
		paths = append(paths, filepath.ToSlash(p))
		return err
	}))
	slices.Sort(paths)
	return paths
}

// compareClassic compares the files in the archive with what Docker's own
// client archives, where that does not miss an exception with a wildcard or
// leave out the directories on the way.
func compareClassic(t *testing.T, c *Context) {
	t.Helper()
	excludes := c.Excludes()
	for _, name := range []string{".dockerignore", "Dockerfile"} {
		if ignored, _ := patternmatcher.MatchesOrParentMatches(name, excludes); ignored {
			excludes = append(excludes, "!"+name)
		}
	}
	r, err := archive.TarWithOptions(c.Dir(), &archive.TarOptions{ExcludePatterns: excludes})
	check(t, err)
	_, theirs := readMembers(t, r)
	_, ours := readTar(t, c)
	for name := range theirs {
		if _, ok := ours[name]; !ok {
			t.Errorf("%s is missing in the archive", name)
		}
	}
	for name, m := range ours {
		if _, ok := theirs[name]; ok || m.FileInfo().IsDir() {
			continue
		}
		if !slices.ContainsFunc(excludes, func(p string) bool { return strings.HasPrefix(p, "!") && strings.Contains(p, "*") }) {
			t.Errorf("%s is in the archive, but not in that of Docker's client", name)
		}
	}
}

func TestIgnoreFileOfTheDockerfileWins(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files files
		opts  Options
		want  []string
		text  string
	}{
		"beside the Dockerfile": {
			files: files{"ctx/d/web": scratch, "ctx/d/web.dockerignore": "a\n", "ctx/.dockerignore": "b"}, opts: Options{Dockerfile: "d/web"},
			want: []string{"a"}, text: "a\n",
		},
		"beside the default": {
			files: files{"ctx/Dockerfile": scratch, "ctx/Dockerfile.dockerignore": "a", "ctx/.dockerignore": "b"},
			want:  []string{"a"}, text: "a",
		},
		"empty wins too": {
			files: files{"ctx/Dockerfile": scratch, "ctx/Dockerfile.dockerignore": "", "ctx/.dockerignore": "b"}, text: "\n",
		},
		"outside": {
			files: files{"ctx/.dockerignore": "b", "web": scratch, "web.dockerignore": "a"}, opts: Options{Dockerfile: "../web"},
			want: []string{"a"}, text: "a",
		},
		"beside a link": {
			files: files{"ctx/w": "-> d/web", "ctx/d/web": scratch, "ctx/d/web.dockerignore": "no", "ctx/w.dockerignore": "a"},
			opts:  Options{Dockerfile: "w"}, want: []string{"a"}, text: "a",
		},
		"inline has none": {
			files: files{"ctx/Dockerfile.dockerignore": "a", "ctx/.dockerignore": "b"}, opts: Options{InlineDockerfile: scratch},
			want: []string{"b"}, text: "b",
		},
		"of the context":   {files: files{"ctx/Dockerfile": scratch, "ctx/.dockerignore": "/b/\n!c"}, want: []string{"b", "!c"}, text: "/b/\n!c"},
		"behind a link":    {files: files{"ctx/Dockerfile": scratch, "ctx/.dockerignore": "-> ../x", "x": "b"}, want: []string{"b"}, text: "b"},
		"dangling is none": {files: files{"ctx/Dockerfile": scratch, "ctx/.dockerignore": "-> x"}},
		"none":             {files: files{"ctx/Dockerfile": scratch}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := mustOpen(t, filepath.Join(tt.files.write(t, t.TempDir()), "ctx"), tt.opts)
			if diff := cmp.Diff(tt.want, c.Excludes()); diff != "" {
				t.Errorf("Excludes (-want +got):\n%s", diff)
			}
			if got := c.IgnoreBytes(); string(got) != tt.text || (got == nil) != (tt.text == "") {
				t.Errorf("IgnoreBytes() = %q, want %q", got, tt.text)
			}
		})
	}
}

func TestIgnoredDirectoriesAreNotWalked(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("compares slash-separated paths")
	}
	tests := map[string]struct{ walk, skip []string }{
		"node_modules\nfoo":                      {skip: []string{"node_modules", "foo"}},
		"**":                                     {skip: []string{"node_modules", "foo", "somedir", "vendor"}},
		"*\n!main.go":                            {skip: []string{"node_modules", "foo", "somedir", "vendor"}},
		"node_modules\n!node_modules/m/keep.txt": {walk: []string{"node_modules", "node_modules/m"}},
		"*\n!somedir/subdir/keep.txt":            {walk: []string{"somedir", "somedir/subdir"}, skip: []string{"foo", "node_modules"}},
		"*\n!somedir/sub*":                       {walk: []string{"somedir", "somedir/subdir"}, skip: []string{"foo", "vendor"}},
		"*\n!**/keep.txt":                        {walk: []string{"node_modules/m", "foo/bar", "somedir/subdir"}},
		"*\n!foobar\n!fo":                        {skip: []string{"foo"}},
		"*\n!foo*":                               {walk: []string{"foo", "foo/bar"}, skip: []string{"vendor"}},
		"somedir\n!somedir/tempb\nsomedir/subdir":   {walk: []string{"somedir"}, skip: []string{"somedir/subdir"}},
		"vendor\n!vendor/x/y/c.txt\n!vendor/x/b.go": {walk: []string{"vendor/x/y"}},
	}
	for text, tt := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			root := tricky().write(t, realDir(t))
			check(t, os.WriteFile(filepath.Join(root, ".dockerignore"), []byte(text), 0o600))
			read := readDirs(t, mustOpen(t, root, Options{}))
			for _, dir := range tt.walk {
				if !read[dir] {
					t.Errorf("%s was not read", dir)
				}
			}
			for _, dir := range tt.skip {
				if read[dir] {
					t.Errorf("%s was read", dir)
				}
			}
		})
	}
}

// readDirs returns the directories that a walk reads.
func readDirs(t *testing.T, c *Context) map[string]bool {
	t.Helper()
	read := map[string]bool{}
	m, err := newMatcher(c.Excludes())
	check(t, err)
	w := walker{
		ctx: t.Context(), root: c.Dir(), matcher: m,
		fn: func(entry) error { return nil },
		readDir: func(dir string) ([]fs.DirEntry, error) {
			rel, _ := within(c.Dir(), dir)
			read[rel] = true
			return os.ReadDir(dir)
		},
	}
	check(t, w.dir("", patternmatcher.MatchInfo{}, false))
	return read
}

func TestUnreadableDirectories(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		patterns []string
		err      error
		fails    bool
	}{
		"ignored, permission":     {[]string{"foo", "!**/x"}, fs.ErrPermission, false},
		"ignored, other":          {[]string{"foo", "!**/x"}, fs.ErrInvalid, true},
		"not ignored, permission": {nil, fs.ErrPermission, true},
		"gone":                    {nil, fs.ErrNotExist, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := newMatcher(tt.patterns)
			check(t, err)
			root := tricky().write(t, t.TempDir())
			w := walker{
				ctx: t.Context(), root: root, matcher: m,
				fn: func(entry) error { return nil },
				readDir: func(dir string) ([]fs.DirEntry, error) {
					if filepath.Base(dir) == "foo" {
						return nil, tt.err
					}
					return os.ReadDir(dir)
				},
			}
			if err := w.dir("", patternmatcher.MatchInfo{}, false); (err != nil) != tt.fails {
				t.Errorf("walk: %v, want an error: %t", err, tt.fails)
			}
		})
	}
}

func TestWalkStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := mustOpen(t, tricky().write(t, t.TempDir()), Options{})
	seen := 0
	err := c.walk(ctx, func(e entry) error {
		seen++
		cancel()
		return nil
	})
	if err == nil || seen > len(tricky()) {
		t.Errorf("walk: %v after %d entries", err, seen)
	}
}
