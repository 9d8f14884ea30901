package image_test

import (
	"archive/tar"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

const dataType = "containers_registry_image"

// dataServer is the provider with a password for each registry, "" for none.
func dataServer(t testing.TB, passwords map[string]string) *core.Server {
	t.Helper()
	all := map[string]any{}
	for host, password := range passwords {
		all[host] = map[string]any{"username": "robot", "password": password}
	}
	return core.NewServer(t, acctest.Server, map[string]any{"registries": all})
}

// dataLayer is a layer that no other one is like. Podman wants all of an image to be of one format, so it is OCI's.
func dataLayer(t testing.TB) v1.Layer {
	t.Helper()
	var packed bytes.Buffer
	files := tar.NewWriter(&packed)
	content := rand.Text()
	err := files.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "data", Mode: 0o644, Size: int64(len(content))})
	if err == nil {
		_, err = files.Write([]byte(content))
	}
	if err = errors.Join(err, files.Close()); err != nil {
		t.Fatal(err)
	}
	return static.NewLayer(packed.Bytes(), types.OCIUncompressedLayer)
}

// dataImage is an image with a configuration of all kinds, of OCI's media types.
func dataImage(t testing.TB, platform v1.Platform) v1.Image {
	t.Helper()
	img := empty.Image
	for range 2 {
		var err error
		if img, err = mutate.AppendLayers(img, dataLayer(t)); err != nil {
			t.Fatal(err)
		}
	}
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	file.OS, file.Architecture, file.Variant = platform.OS, platform.Architecture, platform.Variant
	file.Author, file.Created = "somebody", v1.Time{Time: time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC)}
	file.Config = v1.Config{
		Env: []string{"LEVEL=info", "ARGS=a=b", "EMPTY="}, Entrypoint: []string{"/app"}, Cmd: []string{"--serve"}, WorkingDir: "/srv",
		User: "1000:1000", ExposedPorts: map[string]struct{}{"8080/tcp": {}, "53/udp": {}}, Volumes: map[string]struct{}{"/data": {}},
		Labels: map[string]string{"team": "a"}, StopSignal: "SIGINT",
		Healthcheck: &v1.HealthConfig{Test: []string{"CMD", "/app", "check"}, Interval: 90 * time.Second, Retries: 3},
	}
	img, err = mutate.ConfigFile(img, file)
	if err != nil {
		t.Fatal(err)
	}
	return mutate.ConfigMediaType(mutate.MediaType(img, types.OCIManifestSchema1), types.OCIConfigJSON)
}

// dataIndex has an image for each platform, and an attestation of the first.
func dataIndex(t testing.TB, platforms ...v1.Platform) v1.ImageIndex {
	t.Helper()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	about := ""
	for _, platform := range platforms {
		img := dataImage(t, platform)
		if about == "" {
			digest, err := img.Digest()
			if err != nil {
				t.Fatal(err)
			}
			about = digest.String()
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{Platform: &platform}})
	}
	return mutate.AppendManifests(index, mutate.IndexAddendum{
		Add: dataImage(t, v1.Platform{}),
		Descriptor: v1.Descriptor{
			Platform:    &v1.Platform{OS: "unknown", Architecture: "unknown"},
			Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": about},
		},
	})
}

var (
	amd64 = v1.Platform{OS: "linux", Architecture: "amd64"}
	arm64 = v1.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}
	armv7 = v1.Platform{OS: "linux", Architecture: "arm", Variant: "v7"}
)

// requested wants so many requests, beside those that greet.
func requested(t *testing.T, registry *registries.Server, manifests, blobs int) {
	t.Helper()
	if n := registry.Count(http.MethodGet, "/manifests/"); n != manifests {
		t.Errorf("it asked for %d manifests, want %d", n, manifests)
	}
	if n := registry.Count("", "/blobs/"); n != blobs {
		t.Errorf("it asked for %d blobs, want %d", n, blobs)
	}
	if n := registry.Count(http.MethodHead, ""); n != 0 {
		t.Errorf("it asked %d times with HEAD", n)
	}
}

func TestDataOfImage(t *testing.T) {
	t.Parallel()
	for name, img := range map[string]v1.Image{
		"oci":    dataImage(t, amd64),
		"docker": mutate.ConfigMediaType(mutate.MediaType(dataImage(t, amd64), types.DockerManifestSchema2), types.DockerConfigJSON),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := registries.Start(t)
			repository := registry.Repository("app")
			reference, digest := registry.Push(t, repository+":v1", img)
			data := dataServer(t, nil).Data(t, dataType, map[string]any{"name": reference})
			requested(t, registry, 1, 1)
			manifest, err := img.Manifest()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := img.RawManifest()
			if err != nil {
				t.Fatal(err)
			}
			layers, total := []any{}, manifest.Config.Size
			for _, layer := range manifest.Layers {
				total += layer.Size
				layers = append(layers, map[string]any{
					"digest": layer.Digest.String(), "size": layer.Size, "media_type": string(layer.MediaType),
				})
			}
			want := map[string]any{
				"name": reference, "platform": nil, "credentials": nil, "digest": digest, "reference": repository + "@" + digest,
				"media_type": string(manifest.MediaType), "size": int64(len(raw)), "annotations": map[string]any{}, "artifact_type": nil,
				"subject": nil, "attestations": []any{}, "layers": layers, "total_size": total, "manifest": string(raw),
				"platforms": map[string]any{"linux/amd64": map[string]any{
					"digest": digest, "size": int64(len(raw)), "media_type": string(manifest.MediaType),
				}},
				"config": wantConfig(),
			}
			if diff := cmp.Diff(want, data.Map()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func wantConfig() map[string]any {
	return map[string]any{
		"architecture": "amd64", "os": "linux", "variant": nil, "created": "2024-02-03T04:05:06Z", "author": "somebody",
		"env":        map[string]any{"LEVEL": "info", "ARGS": "a=b", "EMPTY": ""},
		"entrypoint": []any{"/app"}, "cmd": []any{"--serve"}, "working_dir": "/srv", "user": "1000:1000",
		"exposed_ports": []any{"53/udp", "8080/tcp"}, "volumes": []any{"/data"}, "labels": map[string]any{"team": "a"},
		"stop_signal": "SIGINT", "healthcheck": map[string]any{
			"test": []any{"CMD", "/app", "check"}, "interval": "1m30s", "timeout": nil, "start_period": nil, "start_interval": nil,
			"retries": int64(3),
		},
	}
}

func TestDataOfIndex(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	reference, digest := registry.PushIndex(t, registry.Repository("app")+":v1", dataIndex(t, amd64, arm64, armv7))
	data := dataServer(t, nil).Data(t, dataType, map[string]any{"name": reference})
	requested(t, registry, 1, 0)
	if got := data.String(t, "digest"); got != digest {
		t.Errorf("the digest is %s, want %s", got, digest)
	}
	platforms, _ := data.Value(t, "platforms").(map[string]any)
	if len(platforms) != 3 || platforms["linux/amd64"] == nil || platforms["linux/arm64"] == nil || platforms["linux/arm/v7"] == nil {
		t.Errorf("the platforms are %v", platforms)
	}
	if got, want := data.String(t, "attestations[0].about"), data.String(t, `platforms["linux/amd64"].digest`); got != want {
		t.Errorf("the attestation is about %s, want %s", got, want)
	}
	if data.Has("config") || data.Has("layers") || data.Has("total_size") || data.Has("attestations[1]") {
		t.Errorf("an index has %v", data.Map())
	}
	if !json.Valid([]byte(data.String(t, "manifest"))) {
		t.Error("the manifest is no JSON")
	}
}

// TestDataOfPlatform describes one image of an index, and an image of its own.
func TestDataOfPlatform(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	repository := registry.Repository("app")
	reference, _ := registry.PushIndex(t, repository+":v1", dataIndex(t, amd64, arm64))
	for _, platform := range []string{"linux/arm64", "linux/arm64/v8", "linux/aarch64"} {
		registry.Reset()
		data := dataServer(t, nil).Data(t, dataType, map[string]any{"name": reference, "platform": platform})
		requested(t, registry, 2, 1)
		if data.String(t, "config.architecture") != "arm64" || data.String(t, "config.variant") != "v8" {
			t.Errorf("%s is %v", platform, data.Value(t, "config"))
		}
		digest := data.String(t, "digest")
		if digest != data.String(t, `platforms["linux/arm64"].digest`) || data.String(t, "reference") != repository+"@"+digest {
			t.Errorf("%s is %s, %s", platform, digest, data.String(t, "reference"))
		}
	}
	single, digest := registry.Push(t, repository+":single", dataImage(t, arm64))
	data := dataServer(t, nil).Data(t, dataType, map[string]any{"name": single, "platform": "linux/arm64"})
	if got := data.String(t, "digest"); got != digest {
		t.Errorf("the digest is %s, want %s", got, digest)
	}
}

// TestDataIsAskedForOnce reads the same in many data sources.
func TestDataIsAskedForOnce(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	reference, _ := registry.PushIndex(t, registry.Repository("app")+":v1", dataIndex(t, amd64, arm64))
	server := dataServer(t, nil)
	for range 3 {
		server.Data(t, dataType, map[string]any{"name": reference})
		server.Data(t, dataType, map[string]any{"name": reference, "platform": "linux/amd64"})
	}
	requested(t, registry, 2, 1)
}

func TestDataOfMissingPlatform(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	repository := registry.Repository("app")
	index, _ := registry.PushIndex(t, repository+":index", dataIndex(t, amd64, arm64))
	image, _ := registry.Push(t, repository+":image", dataImage(t, amd64))
	for reference, says := range map[string]string{
		index: `There is no image for "linux/arm/v7", only for linux/amd64, linux/arm64: write one of these.`,
		image: `There is no image for "linux/arm/v7", only for linux/amd64: write one of these.`,
	} {
		_, diags := dataServer(t, nil).TryData(t.Context(), dataType, map[string]any{"name": reference, "platform": "linux/arm/v7"})
		if len(diags.Errors().At("platform").Containing(says)) != 1 {
			t.Errorf("%s: %s", reference, diags)
		}
	}
}

// TestDataOfArtifact has something that is no image, about something else.
func TestDataOfArtifact(t *testing.T) {
	t.Parallel()
	registry := registries.Start(t)
	repository := registry.Repository("app")
	_, digest := registry.Push(t, repository+":v1", dataImage(t, amd64))
	artifact := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), "application/vnd.example.chart")
	described := registry.Manifest(t, repository+"@"+digest).Descriptor
	annotated, ok := mutate.Annotations(artifact, map[string]string{"by": "tests"}).(v1.Image)
	if !ok {
		t.Fatal("no image")
	}
	about, ok := mutate.Subject(annotated, described).(v1.Image)
	if !ok {
		t.Fatal("no image")
	}
	reference, _ := registry.Push(t, repository+":chart", about)
	registry.Reset()
	data := dataServer(t, nil).Data(t, dataType, map[string]any{"name": reference})
	requested(t, registry, 1, 0)
	if data.Has("config") || data.String(t, "artifact_type") != "application/vnd.example.chart" {
		t.Errorf("an artifact has %v", data.Map())
	}
	want := map[string]any{"digest": digest, "size": described.Size, "media_type": string(described.MediaType)}
	if diff := cmp.Diff(want, data.Value(t, "subject")); diff != "" {
		t.Error(diff)
	}
	if got := data.String(t, `annotations["by"]`); got != "tests" {
		t.Errorf("the annotation is %q", got)
	}
	_, diags := dataServer(t, nil).TryData(t.Context(), dataType, map[string]any{"name": reference, "platform": "linux/amd64"})
	if len(diags.Errors().At("platform").Containing("nor for any other platform")) != 1 {
		t.Errorf("with a platform: %s", diags)
	}
}

// TestDataFails wants the reason on the attribute.
func TestDataFails(t *testing.T) {
	t.Parallel()
	const right = "a right one"
	registry := registries.Start(t, registries.Password("robot", right))
	repository := registry.Repository("app")
	registry.Push(t, repository+":v1", dataImage(t, amd64))
	limited := registries.Start(t, registries.Password("other", right), registries.Limited("robot", right))
	elsewhere := registries.Start(t, registries.With(registries.Refuse(http.StatusNotFound, "", "", "NAME_UNKNOWN")))
	nobody := "sha256:" + strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		reference string
		password  string
		says      string
	}{
		"no password":    {reference: repository + ":v1", says: "it wants credentials (401), and there are none"},
		"wrong password": {reference: repository + ":v1", password: "wrong one", says: "it does not accept the password of \"robot\""},
		"no right":       {reference: limited.Repository("app") + ":v1", password: right, says: "it does not allow this with the password of \"robot\""},
		"no repository":  {reference: elsewhere.Repository("none") + ":v1", says: "no such repository (404)"},
		"no tag":         {reference: repository + ":v2", password: right, says: "no such tag or digest (404)"},
		"no digest":      {reference: repository + "@" + nobody, password: right, says: "no such tag or digest (404)"},
		"no registry":    {reference: "127.0.0.1:1/app:v1", says: "nothing listens there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passwords := map[string]string{}
			if test.password != "" {
				passwords[registry.Host], passwords[limited.Host] = test.password, test.password
			}
			_, diags := dataServer(t, passwords).TryData(t.Context(), dataType, map[string]any{"name": test.reference})
			at := diags.Errors().At("name")
			if len(at) != 1 || at[0].Summary != "Unable to read image" || len(at.Containing(test.says)) != 1 {
				t.Errorf("want %q, got %s", test.says, diags)
			}
			if test.password != "" && strings.Contains(diags.String(), test.password) {
				t.Errorf("it shows the password: %s", diags)
			}
		})
	}
}

func TestDataOfBadContent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault registries.Fault
		says  string
	}{
		"schema 1":     {registries.Schema1(), "its manifest is of schema 1"},
		"wrong digest": {registries.WrongDigest(), "the registry sent something whose digest is "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := registries.Start(t, registries.With(test.fault))
			repository := registry.Repository("app")
			_, digest := registry.Push(t, repository+":v1", dataImage(t, amd64))
			_, diags := dataServer(t, nil).TryData(t.Context(), dataType, map[string]any{"name": repository + "@" + digest})
			if len(diags.Errors().At("name").Containing(test.says)) != 1 {
				t.Errorf("want %q, got %s", test.says, diags)
			}
		})
	}
	for _, reference := range []string{"App", "app:sha256:" + strings.Repeat("0", 64), strings.Repeat("0", 64)} {
		_, diags := dataServer(t, nil).TryData(t.Context(), dataType, map[string]any{"name": reference})
		if len(diags.Errors().At("name")) != 1 {
			t.Errorf("%s: %s", reference, diags)
		}
	}
}

func TestDataExample(t *testing.T) {
	t.Parallel()
	registry := registries.Program(t, registries.Password("robot", "the right one"))
	registry.PushIndex(t, "team/app:v1", dataIndex(t, amd64, arm64))
	config := fmt.Sprintf("provider \"containers\" {\n  registries = { %q = { username = \"robot\", password = \"the right one\" } }\n}\n", registry.Host)
	acctest.ExamplesWith(t, config, []string{"data-sources/containers_registry_image/data-source.tf"}, "registry.example.com", registry.Host)
}
