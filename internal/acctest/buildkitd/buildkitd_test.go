package buildkitd_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
)

// TestNothingLeft starts a daemon of each kind and looks for what is left of it.
func TestNothingLeft(t *testing.T) {
	t.Parallel()
	for network, options := range map[string]buildkitd.Options{"unix": {}, "tcp": {TCP: true}} {
		var at, dir string
		t.Run(network, func(t *testing.T) {
			d := buildkitd.Start(t, options)
			_, at, _ = strings.Cut(d.Address, "://")
			dir = filepath.Dir(at)
			if options.TCP {
				dir = filepath.Dir(d.TLS.CA)
			}
			conn, err := net.Dial(network, at)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.Close()
		})
		if at == "" {
			t.Skip("it was not started: the reason is above")
		}
		if conn, err := net.Dial(network, at); err == nil {
			t.Errorf("%s still listens", at)
			_ = conn.Close()
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", dir, err)
		}
	}
}
