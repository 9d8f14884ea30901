package volume

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOptionsOfPodman has what Podman shows of options, as its sources have it, and what the state is to hold.
func TestOptionsOfPodman(t *testing.T) {
	t.Parallel()
	type options = map[string]string
	for name, c := range map[string]struct{ asked, shown, want options }{
		"none":           {},
		"taken as it is": {asked: options{"o": "mode=700"}, shown: options{"o": "mode=700"}, want: options{"o": "mode=700"}},
		"repeated": {
			asked: options{"type": "tmpfs", "o": "size=1m,UID=5"}, shown: options{"type": "tmpfs", "o": "size=1m,UID=5", "SIZE": "1m", "UID": "5"},
			want: options{"type": "tmpfs", "o": "size=1m,UID=5"},
		},
		"taken out":       {asked: options{"o": "noquota,timeout=5"}, shown: options{"NOQUOTA": "true"}, want: options{"o": "noquota,timeout=5"}},
		"some left":       {asked: options{"o": "noquota,ro"}, shown: options{"o": "ro", "NOQUOTA": "true"}, want: options{"o": "noquota,ro"}},
		"imported":        {shown: options{"o": "gid=1,ro", "GID": "1"}, want: options{"o": "gid=1,ro"}},
		"another one":     {asked: options{"o": "gid=1"}, shown: options{"o": "gid=2", "GID": "2"}, want: options{"o": "gid=2"}},
		"one in conflict": {asked: options{"o": "gid=1"}, shown: options{"o": "gid=1", "GID": "2"}, want: options{"o": "gid=1", "GID": "2"}},
	} {
		if diff := cmp.Diff(c.want, asDocker(c.shown, c.asked)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
