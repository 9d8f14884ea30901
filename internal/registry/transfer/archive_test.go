package transfer

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	ggcr "github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// pack makes a tar of files, in the order of their names.
func pack(t testing.TB, all map[string][]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(all[name]))}
		if link, ok := bytes.CutPrefix(all[name], []byte("-> ")); ok {
			header.Typeflag, header.Linkname, header.Size = tar.TypeSymlink, string(link), 0
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if header.Size == 0 {
			continue
		}
		if _, err := w.Write(all[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// read reads a folder.
func read(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		all[name], err = os.ReadFile(filepath.Join(dir, name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func write(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func zstdCompressed(t testing.TB, data []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(data, nil)
}

// plainLayer is an image with a layer that is not compressed, and the layer itself.
func plainImage(t testing.TB, media types.MediaType) (v1.Image, []byte) {
	t.Helper()
	layer := pack(t, map[string][]byte{"etc/motd": bytes.Repeat([]byte("hello\n"), 100_000)})
	img, err := mutate.AppendLayers(makeImage(t, "linux/arm64", 0), static.NewLayer(layer, media))
	if err != nil {
		t.Fatal(err)
	}
	return img, layer
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func raw(t testing.TB, get func() ([]byte, error)) []byte {
	t.Helper()
	data, err := get()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestLayouts(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	r := open(t, server)
	index := makeIndex(t, "linux/amd64", "linux/arm64")
	dir := writeLayout(t, map[string]mutate.Appendable{"app": index})
	packed := pack(t, read(t, dir))
	for what, path := range map[string]string{
		"folder": dir, "tar": write(t, packed), "tar.gz": write(t, gzipped(t, packed)), "tar.zst": write(t, zstdCompressed(t, packed)),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			content := openArchive(t, path, "")
			platforms, err := content.Platforms(t.Context())
			if err != nil || !slices.Equal(platforms, []string{"linux/amd64", "linux/arm64"}) {
				t.Errorf("platforms %v: %v", platforms, err)
			}
			repo := repository(t, server.Repository("app"))
			if result := mustPush(t, r, repo, content, "v1"); result.Digest != digestOf(t, index) {
				t.Errorf("pushed %s", result.Digest)
			}
		})
	}
}

// saveClassic writes an image as engines before Docker 25 do, its layers as they are or behind links.
func saveClassic(t testing.TB, img v1.Image, layer []byte, linked bool, names ...string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"abc.json": raw(t, img.RawConfigFile), "1/layer.tar": layer}
	if linked {
		all["1/layer.tar"], all["2/layer.tar"] = []byte("-> ../2/layer.tar"), layer
	}
	all["manifest.json"] = marshal(t, []saved{{Config: "abc.json", RepoTags: names, Layers: []string{"1/layer.tar"}}})
	return all
}

func TestClassicArchives(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	r := open(t, server)
	img, layer := plainImage(t, types.DockerUncompressedLayer)
	plain := pack(t, saveClassic(t, img, layer, false, "app:v1"))
	digests := make(map[v1.Hash]bool)
	for what, data := range map[string][]byte{
		"tar": plain, "tar.gz": gzipped(t, plain), "linked": pack(t, saveClassic(t, img, layer, true)),
	} {
		content := openArchive(t, write(t, data), "")
		digests[content.Descriptor().Digest] = true
		repo := repository(t, server.Repository("app"))
		mustPush(t, r, repo, content, "v1")
		pulled := server.Pull(t, repo.Name()+":v1")
		if got, want := digestOf(t, nameOf(pulled)), digestOf(t, nameOf(img)); got != want {
			t.Errorf("%s: another configuration: %s, want %s", what, got, want)
		}
		wantLayer(t, pulled, layer)
	}
	if len(digests) != 1 {
		t.Errorf("the same image has the digests %v", digests)
	}
	// What is compressed already stays so.
	packed := gzipped(t, layer)
	content := openArchive(t, write(t, pack(t, saveClassic(t, img, packed, false))), "")
	repo := repository(t, server.Repository("app"))
	mustPush(t, r, repo, content, "v1")
	pulled := server.Pull(t, repo.Name()+":v1")
	wantLayer(t, pulled, layer)
	layers, err := pulled.Layers()
	if err != nil {
		t.Fatal(err)
	}
	if size, err := layers[0].Size(); err != nil || size != int64(len(packed)) {
		t.Errorf("the layer is %d bytes large, was %d: %v", size, len(packed), err)
	}
}

// nameOf has digestOf return the digest of the configuration.
func nameOf(img v1.Image) config { return config{img} }

type config struct{ v1.Image }

func (c config) Digest() (v1.Hash, error) { return c.ConfigName() }

// wantLayer fails unless the image has just this layer.
func wantLayer(t testing.TB, img v1.Image, want []byte) {
	t.Helper()
	layers, err := img.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers: %v", len(layers), err)
	}
	body, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if has, err := io.ReadAll(body); err != nil || !bytes.Equal(has, want) {
		t.Errorf("the layer has %d bytes, want %d: %v", len(has), len(want), err)
	}
}

// saveLayout writes an image as Docker since 25 does: a layout whose layers are not compressed, with a manifest.json.
func saveLayout(t testing.TB, img mutate.Appendable) map[string][]byte {
	t.Helper()
	all := read(t, writeLayout(t, map[string]mutate.Appendable{"v1": img}))
	all["manifest.json"] = []byte("[]")
	return all
}

func TestArchivesOfDocker(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	r := open(t, server)
	img, layer := plainImage(t, types.OCIUncompressedLayer)
	data := pack(t, saveLayout(t, img))
	first := openArchive(t, write(t, data), "")
	repo := repository(t, server.Repository("app"))
	mustPush(t, r, repo, first, "v1")
	pulled := server.Pull(t, repo.Name()+":v1")
	wantLayer(t, pulled, layer)
	manifest, err := pulled.Manifest()
	if err != nil || manifest.Layers[0].MediaType != types.OCILayer || manifest.Layers[0].Size > int64(len(layer)/10) {
		t.Errorf("the layer is %+v: %v", manifest.Layers[0], err)
	}
	// An engine that saves the same image again finds it there.
	second, err := FromEngine(t.Context(), func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(second)
	server.Reset()
	if result := mustPush(t, r, repo, second, "v1"); !result.Existed || server.Count("", "/v2/acc") != 1 {
		t.Errorf("pushed again: %+v by %v", result, server.Requests())
	}
}

// A whole index stays as it is, with layers that are not compressed: its attestations name its images by their digests.
func TestArchiveOfIndex(t *testing.T) {
	t.Parallel()
	img, _ := plainImage(t, types.OCIUncompressedLayer)
	index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), mutate.IndexAddendum{Add: img})
	content := openArchive(t, write(t, pack(t, saveLayout(t, index))), "")
	if got := content.Descriptor().Digest; got != digestOf(t, index) {
		t.Errorf("it became %s", got)
	}
}

// An engine with containerd's store saves the index of an image with the platforms that it has.
func TestArchiveOfSomePlatforms(t *testing.T) {
	t.Parallel()
	index := makeIndex(t, "linux/amd64", "linux/arm64", "linux/s390x")
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	files := saveLayout(t, index)
	delete(files, place(manifest.Manifests[2].Digest))
	content := openArchive(t, write(t, pack(t, files)), "")
	platforms, err := content.Platforms(t.Context())
	if err != nil || !slices.Equal(platforms, []string{"linux/amd64", "linux/arm64"}) {
		t.Errorf("platforms %v: %v", platforms, err)
	}
}

func TestFromEngineFails(t *testing.T) {
	t.Parallel()
	boom := errors.New("no such image")
	_, err := FromEngine(t.Context(), func(context.Context) (io.ReadCloser, error) { return nil, boom })
	if !errors.Is(err, boom) {
		t.Errorf("%v", err)
	}
	_, err = FromEngine(t.Context(), func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("half"), errReader{boom})), nil
	})
	if !errors.Is(err, boom) || !errors.Is(err, ErrArchive) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = FromEngine(ctx, func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("half")), nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestReferences(t *testing.T) {
	t.Parallel()
	one, two := makeImage(t, "linux/amd64", 1), makeImage(t, "linux/amd64", 2)
	layouts := writeLayout(t, map[string]mutate.Appendable{"app:v1": one, "app:v2": two})
	classic := filepath.Join(t.TempDir(), "classic.tar")
	images := make(map[name.Tag]v1.Image)
	for text, img := range map[string]v1.Image{"app:v1": one, "app:v2": two} {
		tag, err := name.NewTag(text)
		if err != nil {
			t.Fatal(err)
		}
		images[tag] = img
	}
	if err := ggcr.MultiWriteToFile(classic, images); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{layouts, classic} {
		for reference, want := range map[string]v1.Image{"app:v1": one, "app:v2": two, "docker.io/library/app:v2": two} {
			content := openArchive(t, path, reference)
			found, err := content.root.parts(t.Context())
			if err != nil || found.blobs[0].Digest != digestOf(t, nameOf(want)) {
				t.Errorf("%s is another image: %v", reference, err)
			}
		}
		for reference, words := range map[string]string{"": "has 2 images", "app:v3": `no image "app:v3"`} {
			_, err := OpenArchive(t.Context(), path, reference)
			var known *Error
			if !errors.Is(err, ErrReference) || !errors.As(err, &known) || !strings.Contains(err.Error(), words) || len(known.Have) != 2 {
				t.Errorf("%q: %v", reference, err)
			}
		}
	}
}

func TestBadArchives(t *testing.T) {
	t.Parallel()
	img, layer := plainImage(t, types.DockerUncompressedLayer)
	classic := func(change func(map[string][]byte)) []byte {
		files := saveClassic(t, img, layer, false)
		change(files)
		return pack(t, files)
	}
	whole := classic(func(map[string][]byte) {})
	for what, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":              {nil, "neither an OCI layout nor"},
		"no archive":         {bytes.Repeat([]byte("no archive"), 1000), "no archive"},
		"cut off":            {whole[:len(whole)/2], "is cut off"},
		"cut off, gzip":      {gzipped(t, whole)[:600], "cut off"},
		"damaged gzip":       {[]byte{0x1f, 0x8b, 0, 0, 0, 0}, "is damaged"},
		"other files":        {pack(t, map[string][]byte{"README": []byte("hello")}), "neither an OCI layout nor"},
		"no JSON":            {classic(func(f map[string][]byte) { f["manifest.json"] = []byte("{") }), "manifest.json cannot be read"},
		"no image":           {classic(func(f map[string][]byte) { f["manifest.json"] = []byte("[]") }), "no image"},
		"no configuration":   {classic(func(f map[string][]byte) { delete(f, "abc.json") }), "it has no abc.json"},
		"no layer":           {classic(func(f map[string][]byte) { delete(f, "1/layer.tar") }), "it has no 1/layer.tar"},
		"fewer layers":       {classic(func(f map[string][]byte) { f["abc.json"] = []byte("{}") }), "has 0 layers, manifest.json 1"},
		"another layer":      {classic(func(f map[string][]byte) { f["1/layer.tar"] = pack(t, nil) }), "what it has for sha256:"},
		"links in a circle":  {classic(func(f map[string][]byte) { f["1/layer.tar"] = []byte("-> layer.tar") }), "it has no 1/layer.tar"},
		"huge manifest.json": {classic(func(f map[string][]byte) { f["manifest.json"] = make([]byte, maxManifest+1) }), "bytes large"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			_, err := OpenArchive(t.Context(), write(t, c.data), "")
			if !errors.Is(err, ErrArchive) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := OpenArchive(t.Context(), filepath.Join(t.TempDir(), "none"), ""); !errors.Is(err, ErrArchive) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
}

// What is wrong below the root of a layout is found when it is pushed, and nothing is tagged then.
func TestBadLayouts(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	r := open(t, server)
	img := makeImage(t, "linux/amd64", 2)
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	blob := place(digestOf(t, layers[1]))
	for what, c := range map[string]struct {
		change func(map[string][]byte)
		want   string
	}{
		"missing":   {func(f map[string][]byte) { delete(f, blob) }, "is incomplete: it has no sha256:"},
		"damaged":   {func(f map[string][]byte) { f[blob][100] ^= 1 }, "is damaged: what it has for sha256:"},
		"cut off":   {func(f map[string][]byte) { f[blob] = f[blob][:1000] }, "is 1000 bytes instead of"},
		"root gone": {func(f map[string][]byte) { delete(f, place(digestOf(t, img))) }, "is incomplete"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			files := read(t, writeLayout(t, map[string]mutate.Appendable{"app": img}))
			c.change(files)
			repo := repository(t, server.Repository("app"))
			content, err := OpenArchive(t.Context(), write(t, pack(t, files)), "")
			if err == nil {
				defer shut(content)
				_, err = Push(t.Context(), r, repo, content, []string{"v1"}, Options{})
			}
			if !errors.Is(err, ErrArchive) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if server.Has(t, repo.Name()+":v1") {
				t.Error("it is tagged")
			}
		})
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	img := makeImage(t, "linux/amd64", 1)
	dir, same := writeLayout(t, map[string]mutate.Appendable{"app": img}), writeLayout(t, map[string]mutate.Appendable{"app": img})
	file := write(t, pack(t, read(t, dir)))
	of := func(path string) string {
		text, err := Fingerprint(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	before, fileBefore := of(dir), of(file)
	if of(same) != before || fileBefore == before {
		t.Errorf("%s and %s, the file %s", before, of(same), fileBefore)
	}
	if err := os.Remove(filepath.Join(dir, place(digestOf(t, nameOf(img))))); err != nil {
		t.Fatal(err)
	}
	if of(dir) == before {
		t.Error("a missing blob changes nothing")
	}
	if err := os.WriteFile(file, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if of(file) == fileBefore {
		t.Error("another file has the same fingerprint")
	}
	if _, err := Fingerprint(t.Context(), t.TempDir()); !errors.Is(err, ErrArchive) {
		t.Errorf("no layout: %v", err)
	}
}
