package buildcontext

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const scratch = "FROM scratch\n"

// files maps slash-separated paths to contents. "-> x" makes a symbolic link
// to x; a path that ends in "/" makes a directory.
type files map[string]string

func (f files) write(t testing.TB, root string) string {
	t.Helper()
	for path, data := range f {
		name := filepath.Join(root, filepath.FromSlash(path))
		check(t, os.MkdirAll(filepath.Dir(name), 0o755))
		target, isLink := strings.CutPrefix(data, "-> ")
		switch {
		case strings.HasSuffix(path, "/"):
			check(t, os.MkdirAll(name, 0o755))
		case isLink:
			check(t, os.Symlink(filepath.FromSlash(target), name))
		default:
			check(t, os.WriteFile(name, []byte(data), 0o600))
		}
	}
	return root
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustOpen(t testing.TB, root string, opts Options) *Context {
	t.Helper()
	c, err := Open(root, opts)
	check(t, err)
	return c
}

func mustHash(t testing.TB, root string, opts Options) string {
	t.Helper()
	hash, err := mustOpen(t, root, opts).Hash(t.Context())
	check(t, err)
	return hash
}

// member is an entry of an archive.
type member struct {
	tar.Header
	data string
}

// readTar returns the members of an archive and their names in order, without
// trailing slashes.
func readTar(t testing.TB, c *Context) (names []string, members map[string]member) {
	t.Helper()
	return readMembers(t, c.Tar(t.Context()))
}

func readMembers(t testing.TB, r io.ReadCloser) (names []string, members map[string]member) {
	t.Helper()
	members = map[string]member{}
	for tr := tar.NewReader(r); ; {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		check(t, err)
		data, err := io.ReadAll(tr)
		check(t, err)
		name := strings.TrimSuffix(hdr.Name, "/")
		if _, twice := members[name]; twice {
			t.Fatalf("%s is in the archive twice", name)
		}
		names = append(names, name)
		members[name] = member{*hdr, string(data)}
	}
	check(t, r.Close())
	return names, members
}

// walked returns the sorted paths of the context.
func walked(t testing.TB, c *Context) []string {
	t.Helper()
	paths := []string{}
	check(t, c.walk(t.Context(), func(e entry) error {
		paths = append(paths, e.rel)
		return nil
	}))
	slices.Sort(paths)
	return paths
}

func skipWithoutModes(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there are no permission bits on Windows")
	}
}
