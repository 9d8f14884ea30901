package transfer

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// largeVariable set to 1 has the layer of TestLargeLayer be as large as a gigabyte.
const largeVariable = "CONTAINERS_LARGE_LAYER"

const mib = 1 << 20

// A large layer is pushed from an engine's archive and copied to another registry, and is never in memory.
func TestLargeLayer(t *testing.T) {
	// Not parallel: it measures the memory of the process, with both registries in it.
	size := int64(128 * mib)
	if os.Getenv(largeVariable) == "1" {
		size = 1024 * mib
	}
	there, here := registries.Start(t), registries.Start(t)
	r := open(t, there, here)
	from, to := repository(t, there.Repository("large")), repository(t, here.Repository("large"))
	peak := watchHeap()
	content, err := FromEngine(t.Context(), func(context.Context) (io.ReadCloser, error) { return generate(t, size), nil })
	if err != nil {
		t.Fatal(err)
	}
	defer shut(content)
	pushed := mustPush(t, r, from, content, "v1")
	copied, err := FromRegistry(t.Context(), r, from.Tag("v1"))
	if err != nil {
		t.Fatal(err)
	}
	result := mustPush(t, r, to, copied, "v1")
	if _, sent := result.Count(registry.Uploaded); sent < size || result.Digest != pushed.Digest {
		t.Errorf("copied %d bytes: %+v", sent, result)
	}
	if more := peak(); more > 64*mib {
		t.Errorf("%d MiB of heap more than before", more/mib)
	} else {
		t.Logf("%d MiB of heap more than before", more/mib)
	}
}

// watchHeap returns a function that tells how much larger the heap was at most than at the beginning.
func watchHeap() func() int64 {
	heap := func() int64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	runtime.GC()
	before, most := heap(), int64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heap())
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	return sync.OnceValue(func() int64 {
		close(done)
		<-ended
		return most - before
	})
}

// noise is an endless stream that cannot be compressed, and is the same each time.
func noise() io.Reader { return rand.NewChaCha8([32]byte{1}) }

// generate is the stream of a classic archive with one large layer.
func generate(t testing.TB, size int64) io.ReadCloser {
	t.Helper()
	sum := sha256.New()
	if _, err := io.CopyN(sum, noise(), size); err != nil {
		t.Fatal(err)
	}
	diffID := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
	config := marshal(t, v1.ConfigFile{
		OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{diffID}},
	})
	manifest := marshal(t, []saved{{Config: "config.json", Layers: []string{"layer.tar"}}})
	read, write := io.Pipe()
	go func() {
		archive := tar.NewWriter(write)
		put := func(name string, size int64, from io.Reader) error {
			err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size})
			if err == nil {
				_, err = io.CopyN(archive, from, size)
			}
			return err
		}
		err := errors.Join(
			put("layer.tar", size, noise()),
			put("config.json", int64(len(config)), bytes.NewReader(config)),
			put("manifest.json", int64(len(manifest)), bytes.NewReader(manifest)),
			archive.Close(),
		)
		write.CloseWithError(err)
	}()
	return read
}
