package main

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// makeLayers makes an image of large layers that cannot be compressed, and of small ones.
func makeLayers(large, small, size int) (v1.Image, error) {
	const smallSize = 2000
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	random := rand.NewChaCha8([32]byte{1})
	for i := range large + small {
		if i == large {
			size = smallSize
		}
		data := make([]byte, size)
		_, _ = random.Read(data) // It never fails.
		var err error
		if img, err = mutate.AppendLayers(img, static.NewLayer(data, types.OCILayer)); err != nil {
			return nil, err
		}
	}
	return img, nil
}

// makePlainLayers makes an image of layers that are not compressed, and can be to about three quarters.
func makePlainLayers(count, size int) (v1.Image, error) {
	img := empty.Image
	random := rand.NewChaCha8([32]byte{2})
	for range count {
		data := make([]byte, size/4*3)
		_, _ = random.Read(data) // It never fails.
		text := base64.StdEncoding.EncodeToString(data)
		layer, err := plainLayer(text)
		if err != nil {
			return nil, err
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			return nil, err
		}
	}
	return img, nil
}

// plainLayer is a layer with one file.
func plainLayer(text string) (v1.Layer, error) {
	var packed bytes.Buffer
	archive := tar.NewWriter(&packed)
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "data", Mode: 0o644, Size: int64(len(text))}); err != nil {
		return nil, err
	}
	if _, err := strings.NewReader(text).WriteTo(archive); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return static.NewLayer(packed.Bytes(), types.DockerUncompressedLayer), nil
}
