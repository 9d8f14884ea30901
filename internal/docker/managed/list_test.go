package managed

import (
	"slices"
	"testing"
)

func TestTagsOf(t *testing.T) {
	t.Parallel()
	shown := []string{"<none>:<none>", "web:1", "127.0.0.1:5000/web@sha256:0123", "127.0.0.1:5000/web:2"}
	want := []string{"web:1", "127.0.0.1:5000/web:2"}
	if got := TagsOf(shown); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(shown) != 4 || shown[0] != "<none>:<none>" {
		t.Errorf("what the engine shows was changed: %q", shown)
	}
}
