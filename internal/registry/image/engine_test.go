package image_test

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"testing"

	engineimage "github.com/docker/docker/api/types/image"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
)

// withEngine is the provider with the engine for tests and the way into the registries.
func withEngine(t testing.TB, servers ...*registries.Server) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, object{"docker": object{"host": fixture.Host(t)}, "registries": settings(servers...)})
}

// load puts an image on the engine and returns its id.
func load(t testing.TB, reference string) string {
	t.Helper()
	fixture.Load(t, reference, fixture.Build(t, fixture.ImageOptions{Bare: true, Author: fixture.Name(t)}))
	found, err := docker.InspectImage(t.Context(), fixture.Client(t), reference)
	if err != nil {
		t.Fatal(err)
	}
	return found.ID
}

// TestFromEngine publishes images of an engine, uploaded by either side, into registries of several kinds.
func TestFromEngine(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]registries.Option{
		"anonymous":    nil,
		"password":     {registries.Password("robot", "pa:ss w/rd")},
		"token server": {registries.Password("robot", "pa:ss w/rd"), registries.TokenServer()},
		"TLS":          {registries.TLS()},
	} {
		for _, upload := range []any{nil, "engine", "provider"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := registries.Start(t, options...)
				repository := server.Repository("app")
				source := fixture.Name(t) + ":v1"
				id := load(t, source)
				p := withEngine(t, server)
				r := p.Resource(t, resourceType)
				config := object{
					"name": repository + ":v1", "tags": []any{"latest"},
					"source": object{"engine": object{"image": id, "upload": upload}},
				}
				r.Apply(t, config)
				if got := server.Digest(t, repository+":latest"); got != r.String(t, "digest") || r.String(t, "source_digest") != id {
					t.Errorf("latest is %s, state %v", got, r.State().Map())
				}
				fixture.Gone(t, fixture.ImageRef, repository+":v1")
				p.Restart(t)
				r.Refresh(t)
				r.ExpectEmptyPlan(t, config)
				// The same image by its name, and another one by that name.
				byName := with(config, object{"source": object{"engine": object{"image": source, "upload": upload}}})
				if change := r.Apply(t, byName); change.Action == core.Update && change.Planned.Value(t, "digest") == core.Unknown {
					t.Error("the same image is published again")
				}
				fixture.RemoveNow(t, fixture.ImageRef, source)
				second := load(t, source)
				change := r.Converge(t, byName)
				if change.Action != core.Update || r.String(t, "source_digest") != second {
					t.Errorf("another image: %s, state %v", change.Action, r.State().Map())
				}
				r.Destroy(t)
				if tags := server.Tags(t, repository); len(tags) != 0 {
					t.Errorf("left: %v", tags)
				}
			})
		}
	}
}

// TestDefaultSource publishes what the engine has under the same name, as docker push does.
func TestDefaultSource(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	name := server.Repository("app") + ":v1"
	id := load(t, name)
	r := withEngine(t, server).Resource(t, resourceType)
	config := object{"name": name}
	r.Apply(t, config)
	if r.String(t, "source_digest") != id || server.Digest(t, name) != r.String(t, "digest") {
		t.Errorf("state %v", r.State().Map())
	}
	r.ExpectEmptyPlan(t, config)
	if _, err := docker.InspectImage(t.Context(), fixture.Client(t), name); err != nil {
		t.Errorf("the engine's own name is gone: %s", err)
	}
	r.Destroy(t)
}

// TestNameIsTaken leaves the engine's own names alone.
func TestNameIsTaken(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	name, source := server.Repository("app")+":v1", fixture.Name(t)+":v1"
	theirs, ours := load(t, name), load(t, source)
	r := withEngine(t, server).Resource(t, resourceType)
	r.Apply(t, object{"name": name, "source": object{"engine": object{"image": source}}})
	if found, err := docker.InspectImage(t.Context(), fixture.Client(t), name); err != nil || found.ID != theirs {
		t.Errorf("the engine's own name was moved: %v, %v", found.ID, err)
	}
	published, err := server.Pull(t, name).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	found, err := docker.InspectImage(t.Context(), fixture.Client(t), ours)
	if err != nil {
		t.Fatal(err)
	}
	if r.String(t, "source_digest") != ours || published.Author != found.Author {
		t.Errorf("published %v by %s, want %s by %s", r.State().Map(), published.Author, ours, found.Author)
	}
	r.Destroy(t)
}

// TestLayersThatExist uploads no blob that the registry has.
func TestLayersThatExist(t *testing.T) {
	t.Parallel()
	for _, upload := range []string{"engine", "provider"} {
		t.Run(upload, func(t *testing.T) {
			t.Parallel()
			server := registries.Start(t)
			repository, source := server.Repository("app"), fixture.Name(t)+":v1"
			id := load(t, source)
			p := withEngine(t, server)
			engine := object{"engine": object{"image": id, "upload": upload}}
			first := p.Resource(t, resourceType)
			first.Apply(t, object{"name": repository + ":v1", "source": engine})
			// In the run that made it, the second would be as good as the first.
			p.Restart(t)
			server.Reset()
			again := p.Resource(t, resourceType)
			again.Apply(t, object{"name": repository + ":v2", "source": engine})
			if n := server.Count("PATCH", "blobs") + server.Count("PUT", "blobs"); n != 0 {
				t.Errorf("%d requests upload blobs: %v", n, server.Requests())
			}
			if again.Bool(t, "created") && upload == "provider" {
				t.Error("the digest was there before")
			}
			again.Destroy(t)
			if got := server.Tags(t, repository); !slices.Equal(got, []string{"v1"}) {
				t.Errorf("left: %v", got)
			}
			first.Destroy(t)
		})
	}
}

// pulled has an engine pull a reference, of which it takes the image for this machine alone.
func pulled(t *testing.T, reference string) {
	t.Helper()
	cli := fixture.Client(t)
	fixture.Remove(t, fixture.ImageRef, reference)
	progress, err := cli.ImagePull(t.Context(), reference, engineimage.PullOptions{})
	if err == nil {
		err = errors.Join(pull.Follow(progress, nil), progress.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// loaded puts all of an index on an engine under a name.
func loaded(t *testing.T, reference string, index v1.ImageIndex) {
	t.Helper()
	cli := fixture.Client(t)
	reader, writer := io.Pipe()
	go func() {
		archive := tar.NewWriter(writer)
		_ = writer.CloseWithError(errors.Join(archive.AddFS(os.DirFS(ociLayout(t, index))), archive.Close()))
	}()
	answer, err := cli.ImageLoad(t.Context(), reader)
	if err == nil {
		err = errors.Join(pull.Follow(answer.Body, nil), answer.Body.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	fixture.Remove(t, fixture.ImageRef, reference)
	fixture.Remove(t, fixture.ImageRef, digestOf(t, index))
	if err := cli.ImageTag(t.Context(), digestOf(t, index), reference); err != nil {
		t.Fatal(err)
	}
}

// TestIndexFromEngine publishes an index that an engine has: one that it has pulled, of which it has the image for this
// machine alone, and, where it can keep one, a whole one, which stays as it is.
func TestIndexFromEngine(t *testing.T) {
	t.Parallel()
	info, err := fixture.Client(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	here := v1.Platform{OS: info.OSType, Architecture: runtime.GOARCH}
	for _, whole := range []bool{false, true} {
		for _, upload := range []any{nil, "engine", "provider"} {
			t.Run(fmt.Sprintf("whole %v by %v", whole, upload), func(t *testing.T) {
				t.Parallel()
				server, index, source := registries.Start(t), dataIndex(t, here, armv7), ""
				switch {
				case !whole:
					origin := registries.Start(t)
					source, _ = origin.PushIndex(t, origin.Repository("app")+":v1", index)
					pulled(t, source)
				case docker.HasContainerdStore(info):
					source = fixture.Name(t) + ":v1"
					loaded(t, source, index)
				default:
					t.Skip("this engine does not have containerd's image store, so it keeps no index")
				}
				p := withEngine(t, server)
				r := p.Resource(t, resourceType)
				repository := server.Repository("app")
				config := object{
					"name": repository + ":v1", "tags": []any{"latest"},
					"source": object{"engine": object{"image": source, "upload": upload}},
				}
				r.Apply(t, config)
				if got := server.Digest(t, repository+":latest"); got != r.String(t, "digest") || whole && got != digestOf(t, index) {
					t.Errorf("published %s of %s, state %v", got, digestOf(t, index), r.State().Map())
				}
				if _, err := server.Pull(t, repository+":v1").ConfigFile(); err != nil {
					t.Errorf("what was published has no image for this machine: %s", err)
				}
				p.Restart(t)
				r.Refresh(t)
				r.ExpectEmptyPlan(t, config)
				r.Destroy(t)
				if tags := server.Tags(t, repository); len(tags) != 0 {
					t.Errorf("left: %v", tags)
				}
			})
		}
	}
}

// TestEngineFails tells on which attribute, and what to do.
func TestEngineFails(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	p := withEngine(t, server)
	config := object{"name": server.Repository("app"), "source": object{"engine": object{"image": fixture.Name(t)}}}
	if _, diags := p.Resource(t, resourceType).TryApply(t.Context(), config); len(diags.Errors().At("source.engine.image").Containing("no image")) != 1 {
		t.Errorf("no image: %s", diags)
	}

	server = registries.Start(t, registries.Password("robot", "right"), registries.Limited("reader", "right", "pull"))
	id := load(t, fixture.Name(t)+":v1")
	for name, c := range map[string]struct {
		user, password, text string
		uploads              []string
	}{
		"wrong password": {"robot", "wrong", "401", []string{"engine", "provider"}},
		// An engine tries again for a minute.
		"no right": {"reader", "right", "403", []string{"provider"}},
	} {
		for _, upload := range c.uploads {
			registry := object{server.Host: object{"username": c.user, "password": c.password}}
			p := core.NewServer(t, acctest.Server, object{"docker": object{"host": fixture.Host(t)}, "registries": registry})
			r := p.Resource(t, resourceType)
			repository := server.Repository("app")
			_, diags := r.TryApply(t.Context(), object{"name": repository, "source": object{"engine": object{"image": id, "upload": upload}}})
			if len(diags.Errors().Containing(c.text)) != 1 || len(diags.Containing(c.password)) > 0 && c.password == "wrong" || !r.Gone() {
				t.Errorf("%s by %s: %s", name, upload, diags)
			}
			fixture.Gone(t, fixture.ImageRef, repository+":latest")
		}
	}
}
