package buildcontext

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

func TestTarHeaders(t *testing.T) {
	t.Parallel()
	skipWithoutModes(t)
	long := strings.Repeat("long/", 60) + strings.Repeat("n", 200)
	root := files{
		"Dockerfile": scratch, "dir/": "", "dir/exec": "x", "link": "-> /etc/passwd", "up": "-> ../..", long: "deep", "über": "u", "set": "",
	}.write(t, t.TempDir())
	check(t, os.Chmod(filepath.Join(root, "dir/exec"), 0o751))
	check(t, os.Chmod(filepath.Join(root, "dir"), 0o710|os.ModeSticky))
	check(t, os.Chmod(filepath.Join(root, "set"), 0o700|os.ModeSetuid|os.ModeSetgid))
	check(t, os.Link(filepath.Join(root, "dir/exec"), filepath.Join(root, "hard")))
	if os.Geteuid() == 0 {
		check(t, os.Chown(filepath.Join(root, "dir/exec"), 1234, 1234))
	}
	stamp := time.Unix(1_700_000_000, 123_456_789)
	check(t, os.Chtimes(filepath.Join(root, "dir/exec"), stamp, stamp))
	_, members := readTar(t, mustOpen(t, root, Options{}))

	type want struct {
		kind byte
		mode int64
		link string
		data string
	}
	for name, w := range map[string]want{
		"dir":      {kind: tar.TypeDir, mode: 0o1710},
		"dir/exec": {kind: tar.TypeReg, mode: 0o751, data: "x"},
		"hard":     {kind: tar.TypeReg, mode: 0o751, data: "x"},
		"set":      {kind: tar.TypeReg, mode: 0o6700},
		"link":     {kind: tar.TypeSymlink, mode: 0o777, link: "/etc/passwd"},
		"up":       {kind: tar.TypeSymlink, mode: 0o777, link: "../.."},
		"über":     {kind: tar.TypeReg, mode: 0o600, data: "u"},
		long:       {kind: tar.TypeReg, mode: 0o600, data: "deep"},
	} {
		m, ok := members[name]
		if got := (want{m.Typeflag, m.Mode, m.Linkname, m.data}); !ok || got != w && (m.Typeflag != tar.TypeSymlink || got.link != w.link) {
			t.Errorf("%.20s: %+v, want %+v", name, got, w)
		}
	}
	for name, m := range members {
		if m.Uid != 0 || m.Gid != 0 || m.Uname != "" || m.Gname != "" {
			t.Errorf("%s belongs to %d:%d %q:%q", name, m.Uid, m.Gid, m.Uname, m.Gname)
		}
		if !m.AccessTime.IsZero() || !m.ChangeTime.IsZero() {
			t.Errorf("%s has more times than one", name)
		}
	}
	if got := members["hard"].ModTime; !got.Equal(stamp.Truncate(time.Second)) {
		t.Errorf("time is %v, want %v", got, stamp)
	}
}

func TestTarOfALargeFile(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch, "large": ""}.write(t, t.TempDir())
	const size = 9 << 30 // More than a plain header can say.
	if err := os.Truncate(filepath.Join(root, "large"), size); err != nil {
		t.Skip("no sparse files here:", err)
	}
	r := mustOpen(t, root, Options{}).Tar(t.Context())
	defer r.Close()
	tr := tar.NewReader(r)
	for range 2 {
		hdr, err := tr.Next()
		check(t, err)
		if hdr.Name == "large" && hdr.Size != size {
			t.Errorf("size is %d, want %d", hdr.Size, int64(size))
		}
	}
}

func TestTarFileGrows(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch, "f": "", "g": "after"}.write(t, t.TempDir())
	name := filepath.Join(root, "f")
	check(t, os.Truncate(name, 16<<20+1))
	r := mustOpen(t, root, Options{}).Tar(t.Context())
	defer r.Close()
	tr := tar.NewReader(r)
	for range 2 {
		_, err := tr.Next()
		check(t, err)
	}
	check(t, os.Truncate(name, 17<<20))
	if n, err := drain(tr); n != 16<<20+1 || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if hdr, err := tr.Next(); err != nil || hdr.Name != "g" {
		t.Errorf("next file: %v, %v", hdr, err)
	}
}

func TestTarOfEntriesThatVanish(t *testing.T) {
	t.Parallel()
	c := mustOpen(t, files{"Dockerfile": scratch, "a": "", "d/": "", "l": "-> a", "z": ""}.write(t, t.TempDir()), Options{})
	var out bytes.Buffer
	w := tarWriter{Writer: tar.NewWriter(&out), ctx: t.Context(), buf: make([]byte, bufferSize)}
	check(t, c.walk(t.Context(), func(e entry) error {
		check(t, os.Remove(e.path))
		return w.add(e)
	}))
	if out.Len() != 0 {
		t.Errorf("%d bytes about files that are gone", out.Len())
	}
}

func TestTarFileShrinks(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch, "f": ""}.write(t, t.TempDir())
	name := filepath.Join(root, "f")
	check(t, os.Truncate(name, 16<<20))
	r := mustOpen(t, root, Options{}).Tar(t.Context())
	defer r.Close()
	tr := tar.NewReader(r)
	for range 2 {
		_, err := tr.Next()
		check(t, err)
	}
	check(t, os.Truncate(name, 8<<20)) // The pipe holds much less.
	_, err := drain(tr)
	if e, ok := errors.AsType[*Error](err); !ok || !errors.Is(err, ErrChanged) || filepath.Base(e.Path) != "f" {
		t.Errorf("reading: %v, want %v", err, ErrChanged)
	}
}

func TestTarStops(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch, "f": ""}.write(t, t.TempDir())
	check(t, os.Truncate(filepath.Join(root, "f"), 64<<20))
	c := mustOpen(t, root, Options{})

	t.Run("closed before its end", func(t *testing.T) {
		t.Parallel()
		r := c.Tar(t.Context())
		_, err := io.ReadFull(r, make([]byte, 100))
		check(t, err)
		check(t, r.Close())
		check(t, r.Close())
		if _, err := drain(r); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("reading: %v, want %v", err, io.ErrClosedPipe)
		}
	})
	t.Run("never read", func(t *testing.T) {
		t.Parallel()
		r := c.Tar(t.Context())
		check(t, r.Close())
		select {
		case <-done(t, r):
		default:
			t.Error("closed, but at work")
		}
	})
	t.Run("context ends, no longer read", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		r := c.Tar(ctx)
		_, err := io.ReadFull(r, make([]byte, 100))
		check(t, err)
		cancel() // The writer now waits for a reader.
		<-done(t, r)
		check(t, r.Close())
	})
	t.Run("context ends", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		r := c.Tar(ctx)
		_, err := io.ReadFull(r, make([]byte, 100))
		check(t, err)
		cancel()
		if _, err := drain(r); !errors.Is(err, context.Canceled) {
			t.Errorf("reading: %v, want %v", err, context.Canceled)
		}
		check(t, r.Close())
	})
}

// done is closed when the archive's writer has ended.
func done(t *testing.T, r io.Reader) <-chan struct{} {
	t.Helper()
	s, ok := r.(*tarStream)
	if !ok {
		t.Fatalf("%T", r)
	}
	return s.done
}

func TestTarNamesTheDockerfile(t *testing.T) {
	t.Parallel()
	base := files{"ctx/a": "", "web": "FROM a"}.write(t, t.TempDir())
	root := filepath.Join(base, "ctx")
	first := mustOpen(t, root, Options{Dockerfile: "../web"}).TarDockerfile()
	if again := mustOpen(t, root, Options{InlineDockerfile: "FROM a"}).TarDockerfile(); again != first {
		t.Errorf("the same text is called %s and %s", first, again)
	}
	put(first, "not this one")(t, root)
	put(first+"0/", "")(t, root)
	c := mustOpen(t, root, Options{Dockerfile: "../web"})
	_, members := readTar(t, c)
	if m := members[c.TarDockerfile()]; m.data != "FROM a" || m.Typeflag != tar.TypeReg {
		t.Errorf("%s: %q", c.TarDockerfile(), m.data)
	}
	if members[first].data != "not this one" {
		t.Errorf("the file %s of the context was replaced", first)
	}
}

// TestBuildersEndWithTheSameContext reads archives as builders do and compares
// what they keep with what BuildKit gets.
func TestBuildersEndWithTheSameContext(t *testing.T) {
	t.Parallel()
	ignores := map[string]files{
		"none":                   {},
		"plain":                  {"ctx/.dockerignore": "skip\n"},
		"empty":                  {"ctx/.dockerignore": ""},
		"no final newline":       {"ctx/.dockerignore": "skip"},
		"ignores itself":         {"ctx/.dockerignore": "skip\n.dockerignore"},
		"ignores the Dockerfile": {"ctx/.dockerignore": "skip\nd/web"},
		"ignores its directory":  {"ctx/.dockerignore": "skip\nd\n.dockerignore"},
		"ignores everything":     {"ctx/.dockerignore": "**"},
		"re-includes":            {"ctx/.dockerignore": "*\n!a\n!.dockerignore\n!**/keep"},
		"specific":               {"ctx/d/web.dockerignore": "skip", "web.dockerignore": "skip"},
		"specific beside another": {
			"ctx/d/web.dockerignore": "skip", "web.dockerignore": "skip", "ctx/.dockerignore": "a\nd\n.dockerignore",
		},
		"specific ignores both": {
			"ctx/d/web.dockerignore": "d\n.dockerignore", "web.dockerignore": "d\n.dockerignore", "ctx/.dockerignore": "a",
		},
		"specific ignores the Dockerfile": {
			"ctx/d/web.dockerignore": "d", "web.dockerignore": "d", "ctx/.dockerignore": "a",
		},
	}
	dockerfiles := map[string]Options{
		"inside": {Dockerfile: "d/web"}, "outside": {Dockerfile: "../web"}, "inline": {InlineDockerfile: scratch},
	}
	for ignore, extra := range ignores {
		for place, opts := range dockerfiles {
			t.Run(ignore+", "+place, func(t *testing.T) {
				t.Parallel()
				base := files{"ctx/a": "", "ctx/d/web": scratch, "web": scratch, "ctx/skip/s": "", "ctx/skip/keep": ""}.write(t, t.TempDir())
				c := mustOpen(t, filepath.Join(extra.write(t, base), "ctx"), opts)
				_, members := readTar(t, c)
				if got := members[c.TarDockerfile()].data; got != scratch {
					t.Fatalf("Dockerfile %s in the archive is %q", c.TarDockerfile(), got)
				}
				want := buildkit(t, c)
				if diff := cmp.Diff(onlyFiles(c, want), afterDocker(t, c, members)); diff != "" {
					t.Errorf("Docker's classic builder keeps (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(onlyFiles(c, want), afterPodman(t, members)); diff != "" {
					t.Errorf("Podman's builder keeps (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func onlyFiles(c *Context, paths []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool {
		fi, err := os.Lstat(filepath.Join(c.Dir(), p))
		return err == nil && fi.IsDir()
	})
}

// afterDocker drops what the engine drops: the Dockerfile and .dockerignore,
// if the latter matches them.
func afterDocker(t *testing.T, c *Context, members map[string]member) []string {
	t.Helper()
	patterns := ignoreOf(t, members)
	members = maps.Clone(members)
	for _, name := range []string{".dockerignore", c.TarDockerfile()} {
		if ignored, err := patternmatcher.MatchesOrParentMatches(name, patterns); err == nil && ignored {
			delete(members, name)
		}
	}
	return fileNames(members)
}

// afterPodman drops everything that .dockerignore matches.
func afterPodman(t *testing.T, members map[string]member) []string {
	t.Helper()
	patterns := ignoreOf(t, members)
	members = maps.Clone(members)
	for name := range members {
		if ignored, err := patternmatcher.MatchesOrParentMatches(name, patterns); err == nil && ignored {
			delete(members, name)
		}
	}
	return fileNames(members)
}

func ignoreOf(t *testing.T, members map[string]member) []string {
	t.Helper()
	patterns, err := ignorefile.ReadAll(strings.NewReader(members[".dockerignore"].data))
	check(t, err)
	return patterns
}

func fileNames(members map[string]member) []string {
	names := []string{}
	for name, m := range members {
		if !m.FileInfo().IsDir() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestTarLeavesTheIgnoreFileAlone(t *testing.T) {
	t.Parallel()
	const text = "# by hand\nd\n"
	root := files{"d/web": scratch, ".dockerignore": text}.write(t, t.TempDir())
	_, members := readTar(t, mustOpen(t, root, Options{Dockerfile: "d/web"}))
	if got := members[".dockerignore"].data; got != text {
		t.Errorf(".dockerignore = %q, want %q", got, text)
	}
}

func TestDirectoriesKeepTheirModesOnTheWay(t *testing.T) {
	t.Parallel()
	skipWithoutModes(t)
	root := files{"Dockerfile": scratch, ".dockerignore": "d\n!d/e/keep", "d/e/keep": "", "d/no": ""}.write(t, t.TempDir())
	check(t, os.Chmod(filepath.Join(root, "d"), 0o711))
	names, members := readTar(t, mustOpen(t, root, Options{}))
	if want := []string{".dockerignore", "Dockerfile", "d", "d/e", "d/e/keep"}; !slices.Equal(names, want) {
		t.Errorf("archive: %v, want %v", names, want)
	}
	if got := members["d"].Mode; got != 0o711 {
		t.Errorf("mode of d is %o", got)
	}
}

// TestMemory is not parallel: it counts what the whole process allocates.
func TestMemory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files are not sparse by themselves there")
	}
	root := files{"Dockerfile": scratch, "large": ""}.write(t, t.TempDir())
	check(t, os.Truncate(filepath.Join(root, "large"), 256<<20))
	c := mustOpen(t, root, Options{})
	allocated := func(f func()) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	const limit = 2 << 20
	if n := allocated(func() {
		_, err := c.Hash(t.Context())
		check(t, err)
	}); n > limit {
		t.Errorf("hashing 256 MB allocated %d bytes", n)
	}
	if n := allocated(func() {
		r := c.Tar(t.Context())
		_, err := drain(r)
		check(t, errors.Join(err, r.Close()))
	}); n > limit {
		t.Errorf("archiving 256 MB allocated %d bytes", n)
	}
}
