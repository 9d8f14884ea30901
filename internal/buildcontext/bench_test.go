package buildcontext

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

const (
	benchFiles = 10_000
	benchBytes = 500 << 20
)

// benchTree writes 10,000 files of 500 MB together, of very different sizes,
// in 100 directories.
func benchTree(b *testing.B) string {
	b.Helper()
	root := b.TempDir()
	random := rand.NewChaCha8([32]byte{})
	block := make([]byte, 1<<20)
	if _, err := random.Read(block); err != nil {
		b.Fatal(err)
	}
	for i := range benchFiles {
		dir := filepath.Join(root, fmt.Sprintf("d%02d", i%100))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		size := benchBytes / benchFiles * (i % 3) // 0, 50 kB, 100 kB
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%05d", i)), block[:size], 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return root
}

func openBench(b *testing.B, root string) *Context {
	b.Helper()
	c, err := Open(root, Options{InlineDockerfile: "FROM scratch\n"})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkContext compares the hash and the archive of 10,000 files with what
// reading and hashing them one after the other costs.
func BenchmarkContext(b *testing.B) {
	root := benchTree(b)
	b.Run("plain", func(b *testing.B) {
		b.SetBytes(benchBytes)
		for b.Loop() {
			if err := plainHash(root); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hash", func(b *testing.B) {
		c := openBench(b, root)
		b.SetBytes(benchBytes)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Hash(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tar", func(b *testing.B) {
		c := openBench(b, root)
		b.SetBytes(benchBytes)
		b.ReportAllocs()
		for b.Loop() {
			r := c.Tar(b.Context())
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			if err := r.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func plainHash(root string) error {
	sum := sha256.New()
	buf := make([]byte, bufferSize)
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.CopyBuffer(sum, struct{ io.Reader }{f}, buf)
		return errors.Join(err, f.Close())
	})
}
