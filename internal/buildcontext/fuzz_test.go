package buildcontext

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzIgnore reads any text as an ignore file: it is refused, or the context
// is what BuildKit gets and what each path matched by itself says, and the
// archive holds just that.
func FuzzIgnore(f *testing.F) {
	for _, text := range docsPatterns() {
		f.Add(text)
	}
	root := tricky().write(f, f.TempDir())
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 {
			t.Skip("long patterns only take time")
		}
		check(t, os.WriteFile(filepath.Join(root, ".dockerignore"), []byte(text), 0o600))
		c, err := Open(root, Options{})
		if err != nil {
			return
		}
		got := walked(t, c)
		if diff := cmp.Diff(matching(t, c), got); diff != "" {
			t.Errorf("not what every path matched by itself says (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(buildkit(t, c), got); diff != "" {
			t.Errorf("not what BuildKit receives (-want +got):\n%s", diff)
		}
		names, _ := readTar(t, c)
		for _, extra := range []string{".dockerignore", "Dockerfile"} {
			if !slices.Contains(got, extra) {
				got = append(got, extra)
			}
		}
		slices.Sort(names)
		slices.Sort(got)
		if diff := cmp.Diff(got, names); diff != "" {
			t.Errorf("archive (-want +got):\n%s", diff)
		}
		if first, second := mustHash(t, root, Options{}), mustHash(t, root, Options{}); first != second {
			t.Error("two hashes of one context")
		}
	})
}
