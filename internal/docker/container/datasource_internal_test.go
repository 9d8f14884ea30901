package container

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBoundedLines cuts output that comes in pieces of any size.
func TestBoundedLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text  string
		limit, most int
		want        []string
		cut         bool
	}{
		{"nothing", "", 10, 0, nil, false},
		{"no end", "a\nb", 10, 0, []string{"a", "b"}, false},
		{"empty lines", "\n\n", 10, 0, []string{"", ""}, false},
		{"of a terminal", "a\r\nb\r\n", 10, 0, []string{"a", "b"}, false},
		{"just fits", "abc\ndef\n", 8, 0, []string{"abc", "def"}, false},
		{"older lines go", "abc\ndef\nghi\n", 8, 0, []string{"def", "ghi"}, true},
		{"a long line", "0123456789\n", 4, 0, []string{"789"}, true},
		{"a long line without an end", "0123456789", 4, 0, []string{"789"}, true},
		{"a character in two", "ää\n", 4, 0, []string{"ä"}, true},
		{"no characters", "a\xffb\n", 10, 0, []string{"a\uFFFDb"}, false},
		{"few lines", "a\nb\nc\n", 10, 2, []string{"b", "c"}, false},
		{"few lines after a long one", "0123456789\nb\nc\n", 4, 2, []string{"b", "c"}, false},
		{"few lines, one of them long", "a\n0123456789\nc\n", 4, 2, []string{"c"}, true},
	} {
		for size := 1; size <= len(c.text)+1; size++ {
			out := &boundedLines{limit: c.limit, most: c.most}
			w := &lineWriter{to: out}
			for rest := c.text; rest != ""; {
				piece := rest[:min(size, len(rest))]
				rest = strings.TrimPrefix(rest, piece)
				if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
					t.Fatalf("wrote %d of %d bytes: %v", n, len(piece), err)
				}
			}
			w.flush()
			if diff := cmp.Diff(c.want, out.lines); diff != "" || out.truncated() != c.cut {
				t.Errorf("%s in pieces of %d: truncated is %t (-want +got):\n%s", c.name, size, out.truncated(), diff)
			}
		}
	}
}
