package build_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
)

// TestLargeContext sends 200 MB, and from another builder than the engine's own
// takes them back. It is not parallel: others would be measured
// with it.
func TestLargeContext(t *testing.T) {
	cli := engine(t)
	const size, budget = 200 << 20, 48 << 20
	elsewhere := elsewhere(t)
	for _, builder := range append(builders(t), "another BuildKit") {
		dir := files{}.write(t)
		file, err := os.Create(filepath.Join(dir, "large"))
		if err != nil {
			t.Fatal(err)
		}
		if err := file.Truncate(size); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		req := build.Request{Builder: builder, Context: openContext(t, dir, inline("FROM scratch", "COPY large /"))}
		if builder != build.BuildKit && builder != build.Classic {
			req.Builder, req.Remote = "", elsewhere
		}
		req.Labels = map[string]string{"nonce": rand.Text()}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		img, _ := run(t, cli, req)
		runtime.ReadMemStats(&after)
		if has := unpacked(t, cli, img.ID); has < size {
			t.Errorf("%s: the image has %d bytes, want %d", builder, has, size)
		}
		// Sys never shrinks, so that it is the peak.
		if grown := after.Sys - before.Sys; grown > budget {
			t.Errorf("%s: %d MB more memory, want at most %d", builder, grown>>20, budget>>20)
		} else {
			t.Logf("%s: %d MB more memory", builder, grown>>20)
		}
	}
}

// unpacked is the size of the layers of an image. The image's own size may be that of what is stored, which is compressed.
func unpacked(t *testing.T, cli *client.Client, id string) (size int64) {
	t.Helper()
	layers, err := cli.ImageHistory(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range layers {
		size += layer.Size
	}
	return size
}
