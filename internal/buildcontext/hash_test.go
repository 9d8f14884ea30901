package buildcontext

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestHashIsStable pins the scheme: another value for the same context would
// rebuild every image. It needs another prefix then.
func TestHashIsStable(t *testing.T) {
	t.Parallel()
	skipWithoutModes(t)
	root := files{"Dockerfile": scratch, "d/file": "hello", "link": "-> d/file", ".dockerignore": "# x"}.write(t, t.TempDir())
	check(t, os.Chmod(filepath.Join(root, "d"), 0o755))
	const want = "h1:5a37510a23f5f7dbb4bc7959a5fb42fadf7b1824ee36289e3393660f04df0f1a"
	if got := mustHash(t, root, Options{}); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

func TestHashSees(t *testing.T) {
	t.Parallel()
	base := files{
		"Dockerfile": scratch, "Dockerfile.old": "", "a": "1", "d/b": "2", "link": "-> a", ".dockerignore": "# x\nskip\n", "skip/s": "3",
	}
	tests := map[string]struct {
		change  func(t *testing.T, root string)
		opts    Options
		same    bool
		noModes bool
	}{
		"contents":          {change: put("a", "2")},
		"same contents":     {change: put("a", "1"), same: true},
		"rename":            {change: move("a", "z")},
		"move":              {change: move("a", "d/a")},
		"new file":          {change: put("c", "")},
		"new directory":     {change: put("c/", "")},
		"removed":           {change: remove("d/b")},
		"file to link":      {change: relink("a", "1")},
		"link target":       {change: relink("link", "d/b")},
		"Dockerfile":        {change: put("Dockerfile", "FROM x")},
		"mode of a file":    {change: mode("a", 0o640), noModes: true},
		"executable":        {change: mode("a", 0o700), noModes: true},
		"set-user-id":       {change: mode("a", 0o600|os.ModeSetuid), noModes: true},
		"mode of a dir":     {change: mode("d", 0o711), noModes: true},
		"times":             {change: touch, same: true},
		"mode of context":   {change: mode(".", 0o711), same: true},
		"ignored contents":  {change: put("skip/s", "4"), same: true},
		"ignored new file":  {change: put("skip/t", "4"), same: true},
		"comment":           {change: put(".dockerignore", "# y\n\nskip\n"), same: true},
		"spelling":          {change: put(".dockerignore", "/skip/"), same: true},
		"idle pattern":      {change: put(".dockerignore", "skip\n*.tmp"), same: true},
		"pattern":           {change: put(".dockerignore", "skip\na")},
		"exception":         {change: put(".dockerignore", "skip\n!skip/s")},
		"ignores itself":    {change: put(".dockerignore", "skip\n.dockerignore")},
		"other ignore file": {change: put("Dockerfile.old.dockerignore", "skip"), opts: Options{Dockerfile: "Dockerfile.old"}},
		"target of out":     {change: put("../outside", "4"), same: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.noModes {
				skipWithoutModes(t)
			}
			root := base.write(t, filepath.Join(t.TempDir(), "ctx"))
			files{"Dockerfile.old": scratch, "out": "-> ../outside", "../outside": "3"}.write(t, root)
			before := mustHash(t, root, tt.opts)
			tt.change(t, root)
			if after := mustHash(t, root, tt.opts); (after == before) != tt.same {
				t.Errorf("hash is the same: %t, want %t", after == before, tt.same)
			}
		})
	}
}

func put(path, data string) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		t.Helper()
		files{path: data}.write(t, root)
	}
}

func move(from, to string) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		t.Helper()
		check(t, os.Rename(filepath.Join(root, from), filepath.Join(root, to)))
	}
}

func remove(path string) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		t.Helper()
		check(t, os.Remove(filepath.Join(root, path)))
	}
}

func relink(path, target string) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		t.Helper()
		remove(path)(t, root)
		put(path, "-> "+target)(t, root)
	}
}

func mode(path string, mode os.FileMode) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		t.Helper()
		check(t, os.Chmod(filepath.Join(root, path), mode))
	}
}

func touch(t *testing.T, root string) {
	t.Helper()
	for _, path := range []string{"a", "d", "d/b", ".", "Dockerfile"} {
		check(t, os.Chtimes(filepath.Join(root, path), time.Unix(1, 0), time.Unix(2, 0)))
	}
}

func TestHashDependsOnTheDockerfileWhereverItIs(t *testing.T) {
	t.Parallel()
	base := files{
		"web": scratch, "ctx/ignored": scratch, "ctx/.dockerignore": "ignored", "ctx/a": "",
	}.write(t, t.TempDir())
	root := filepath.Join(base, "ctx")
	for _, opts := range []Options{{Dockerfile: "../web"}, {Dockerfile: "ignored"}, {InlineDockerfile: scratch}} {
		first := mustHash(t, root, opts)
		if want := mustHash(t, root, Options{InlineDockerfile: scratch}); first != want {
			t.Errorf("%+v: %s, but the same text inline %s", opts, first, want)
		}
	}
	first := mustHash(t, root, Options{Dockerfile: "../web"})
	put("web", "FROM other")(t, base)
	if mustHash(t, root, Options{Dockerfile: "../web"}) == first {
		t.Error("a change of the Dockerfile outside went unseen")
	}
}

func TestReplacedIgnoreFileIsAnOrdinaryFile(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch, "Dockerfile.dockerignore": "# x", ".dockerignore": "# x"}.write(t, t.TempDir())
	first := mustHash(t, root, Options{})
	put("Dockerfile.dockerignore", "# y")(t, root)
	if mustHash(t, root, Options{}) != first {
		t.Error("a comment in the ignore file that applies changed the hash")
	}
	put(".dockerignore", "# y")(t, root)
	if mustHash(t, root, Options{}) == first {
		t.Error("a change of the ignore file that does not apply went unseen")
	}
}

func TestIgnoreFileBehindALink(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch, ".dockerignore": "-> conf/ignore", "conf/ignore": "# x"}.write(t, t.TempDir())
	first := mustHash(t, root, Options{})
	put("conf/ignore", "# y")(t, root)
	if mustHash(t, root, Options{}) != first {
		t.Error("a comment in the ignore file changed the hash")
	}
}

func TestSocketsDoNotCount(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch}.write(t, shortDir(t))
	first := mustHash(t, root, Options{})
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(root, "s"))
	if err != nil {
		t.Skip("no sockets here:", err)
	}
	t.Cleanup(func() { check(t, l.Close()) })
	if mustHash(t, root, Options{}) != first {
		t.Error("a socket changed the hash")
	}
	if names, _ := readTar(t, mustOpen(t, root, Options{})); !slices.Equal(names, []string{"Dockerfile"}) {
		t.Errorf("archive: %v", names)
	}
}

// shortDir is a temporary directory whose path is short enough for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "c") //nolint:usetesting // The path of t.TempDir can be too long.
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	return dir
}

func TestHashStopsWithItsContext(t *testing.T) {
	t.Parallel()
	root := files{"Dockerfile": scratch}.write(t, t.TempDir())
	check(t, os.WriteFile(filepath.Join(root, "large"), nil, 0o600))
	check(t, os.Truncate(filepath.Join(root, "large"), 1<<40)) // Hours to read.
	for i := range 2 * hashAhead {
		put(fmt.Sprintf("f%d", i), "")(t, root)
	}
	c := mustOpen(t, root, Options{})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Hash(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v, want %v", err, context.Canceled)
	}
	late, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Hash(late); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Hash: %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestEntriesThatVanish(t *testing.T) {
	t.Parallel()
	c := mustOpen(t, files{"Dockerfile": scratch, "a": "", "d/": "", "l": "-> a", "z": ""}.write(t, t.TempDir()), Options{})
	buf := make([]byte, bufferSize)
	seen := 0
	check(t, c.walk(t.Context(), func(e entry) error {
		seen++
		check(t, os.Remove(e.path))
		record, err := c.record(t.Context(), e, buf)
		if err != nil || record != nil {
			t.Errorf("%s: %q, %v", e.rel, record, err)
		}
		return nil
	}))
	if seen != 5 {
		t.Errorf("%d entries", seen)
	}
}

// node is an entry of a random tree.
type node struct {
	kind string
	data string
	mode os.FileMode
}

func drawTree(t *rapid.T) map[string]node {
	names := rapid.SampledFrom([]string{"a", "b", "a.b", "ab", "B", "ä", "a b", "-", "z"})
	paths := rapid.SliceOfN(rapid.SliceOfN(names, 1, 4), 0, 12).Draw(t, "paths")
	tree := map[string]node{}
	for _, p := range paths {
		n := node{
			kind: rapid.SampledFrom([]string{"file", "link", "dir"}).Draw(t, "kind"),
			data: rapid.StringMatching(`[a-c]{1,3}`).Draw(t, "data"),
			mode: rapid.SampledFrom([]os.FileMode{0o600, 0o644, 0o755, 0o700}).Draw(t, "mode"),
		}
		addNode(tree, p, n)
	}
	return tree
}

// addNode adds n at the path, and directories above it, unless something else
// is in the way.
func addNode(tree map[string]node, path []string, n node) {
	for i := 1; i < len(path); i++ {
		parent := filepath.Join(path[:i]...)
		if at, ok := tree[parent]; ok && at.kind != "dir" {
			return
		}
		if _, ok := tree[parent]; !ok {
			tree[parent] = node{kind: "dir", mode: 0o755}
		}
	}
	name := filepath.Join(path...)
	if _, ok := tree[name]; ok {
		return
	}
	if n.kind == "dir" {
		n.data, n.mode = "", n.mode|0o700
	}
	tree[name] = n
}

// build writes the tree in the given order, with times that differ each time.
func build(t *rapid.T, tree map[string]node, order []string, stamp int64) string {
	root, err := os.MkdirTemp("", "tree")
	must(t, err)
	for _, name := range order {
		n, path := tree[name], filepath.Join(root, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		switch n.kind {
		case "file":
			must(t, os.WriteFile(path, []byte(n.data), 0o600))
		case "link":
			must(t, os.Symlink(n.data, path))
		case "dir":
			must(t, os.MkdirAll(path, 0o755))
		}
	}
	for name, n := range tree {
		if n.kind != "link" {
			must(t, os.Chmod(filepath.Join(root, name), n.mode))
			must(t, os.Chtimes(filepath.Join(root, name), time.Unix(stamp, 0), time.Unix(stamp, 0)))
		}
	}
	return root
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func hashTree(t *rapid.T, tree map[string]node, order []string, stamp int64) string {
	root := build(t, tree, order, stamp)
	defer func() { must(t, os.RemoveAll(root)) }()
	c, err := Open(root, Options{InlineDockerfile: scratch})
	must(t, err)
	hash, err := c.Hash(t.Context())
	must(t, err)
	return hash
}

func TestHashProperties(t *testing.T) {
	t.Parallel()
	skipWithoutModes(t)
	if runtime.GOOS == "darwin" {
		t.Skip("names differ by case only")
	}
	rapid.Check(t, func(t *rapid.T) {
		tree := drawTree(t)
		order := slices.Sorted(maps.Keys(tree))
		hash := hashTree(t, tree, order, 1)
		if again := hashTree(t, tree, rapid.Permutation(order).Draw(t, "order"), rapid.Int64Range(2, 1<<31).Draw(t, "time")); again != hash {
			t.Fatalf("order of creation or times changed the hash of %v", tree)
		}
		changed := maps.Clone(tree)
		mutate(t, changed, order)
		if hashTree(t, changed, slices.Sorted(maps.Keys(changed)), 1) == hash {
			t.Fatalf("the same hash for %v and %v", tree, changed)
		}
	})
}

// mutate changes exactly one thing.
func mutate(t *rapid.T, tree map[string]node, names []string) {
	if len(names) == 0 {
		tree["new"] = node{kind: "file", mode: 0o600}
		return
	}
	name := rapid.SampledFrom(names).Draw(t, "changed")
	n := tree[name]
	switch what := rapid.SampledFrom([]string{"data", "mode", "add", "rename", "remove"}).Draw(t, "what"); {
	case what == "data" && n.kind != "dir":
		n.data += "x"
		tree[name] = n
	case what == "mode" && n.kind != "link":
		n.mode ^= 0o011
		tree[name] = n
	case what == "rename" && n.kind != "dir":
		delete(tree, name)
		tree[name+"new"] = n
	case what == "remove" && n.kind != "dir":
		delete(tree, name)
	default:
		tree["new"] = n
	}
}
