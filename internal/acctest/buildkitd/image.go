package buildkitd

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// loaded is the image of this process.
var loaded struct {
	sync.Mutex
	ref string
}

// Image is the reference of an image on the engine with buildkitd as its entry point, made of the programs of this machine. It is
// made once a process and stays until fixture.Main ends.
func Image(t testing.TB) string {
	t.Helper()
	files := map[string]string{
		"usr/bin/buildkitd": Binary(t, "buildkitd"), "usr/bin/buildctl": Binary(t, "buildctl"), "usr/bin/runc": find(t, "runc", "install the package runc"),
	}
	cli := fixture.Client(t)
	loaded.Lock()
	defer loaded.Unlock()
	if loaded.ref != "" {
		return loaded.ref
	}
	if err := addLibraries(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	ref := fixture.Name(t) + "-buildkit:latest"
	if err := fixture.AtExit(func(ctx context.Context) error { return removeImage(ctx, ref) }); err != nil {
		t.Fatal(err)
	}
	if err := importImage(t.Context(), cli, ref, files); err != nil {
		t.Fatalf("making an image of BuildKit: %s", err)
	}
	loaded.ref = ref
	return ref
}

// addLibraries adds what the programs are linked to.
func addLibraries(ctx context.Context, files map[string]string) error {
	for _, program := range []string{"usr/bin/runc"} {
		said, err := exec.CommandContext(ctx, "ldd", files[program]).Output()
		if err != nil {
			continue // It is not linked to anything.
		}
		for _, word := range strings.Fields(string(said)) {
			if strings.HasPrefix(word, "/") {
				files[strings.TrimPrefix(word, "/")] = word
			}
		}
	}
	return ctx.Err()
}

// importImage streams the files to the engine, as they are.
func importImage(ctx context.Context, cli *client.Client, ref string, files map[string]string) error {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(pack(writer, files)) }()
	answer, err := cli.ImageImport(ctx, image.ImportSource{Source: reader, SourceName: "-"}, ref, image.ImportOptions{Changes: []string{
		`ENTRYPOINT ["buildkitd"]`, "ENV PATH=/usr/bin", "ENV HOME=/root",
	}})
	if err != nil {
		_ = reader.CloseWithError(err)
		return err
	}
	_, err = io.Copy(io.Discard, answer)
	if err = errors.Join(err, answer.Close()); err != nil {
		return err
	}
	_, err = cli.ImageInspect(ctx, ref)
	return err
}

func pack(to io.Writer, files map[string]string) error {
	w := tar.NewWriter(to)
	for _, dir := range []string{"root/", "tmp/", "run/", "etc/"} {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir, Mode: 0o1777}); err != nil {
			return err
		}
	}
	for name, from := range files {
		if err := packFile(w, name, from); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
	}
	return w.Close()
}

func packFile(w *tar.Writer, name, from string) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // Nothing was written.
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return err
}

func removeImage(ctx context.Context, ref string) error {
	cli, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		return err
	}
	_, err = cli.ImageRemove(ctx, ref, image.RemoveOptions{Force: true, PruneChildren: true})
	return errors.Join(err, cli.Close())
}
