package image

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/docker/docker/client"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// A hundred images of ten repositories and twenty references cost a HEAD for each reference, and a token for each
// repository at most.
func TestLookUpsAreShared(t *testing.T) {
	t.Parallel()
	server := registries.Start(t, registries.TokenServer(), registries.Password("robot", "secret"))
	img, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	var references []string
	for i := range 20 {
		reference, _ := server.Push(t, fmt.Sprintf("team/app-%d:v%d", i%10, i/10), img)
		references = append(references, reference)
	}
	digest := server.Digest(t, references[0])
	all := registry.New(map[string]registry.Settings{server.Host: server.Settings()})
	t.Cleanup(all.Close)
	local, err := client.NewClientWithOpts(client.WithHost("unix:///nowhere.sock"))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			if got, err := remoteDigest(t.Context(), local, all, references[i%20]); err != nil || got != digest {
				t.Errorf("%s: %s, %v", references[i%20], got, err)
			}
		})
	}
	group.Wait()
	heads, gets, tokens := server.Count(http.MethodHead, "/manifests/"), server.Count(http.MethodGet, "/manifests/"), server.TokenRequests()
	if heads != 20 || gets != 0 || tokens > 10 {
		t.Errorf("%d HEADs, %d GETs, %d tokens", heads, gets, tokens)
	}
}

func TestOfEngine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine, host string
		want         bool
	}{
		{"unix:///var/run/docker.sock", "127.0.0.1:5000", false},
		{"tcp://127.0.0.1:2375", "localhost:5000", false},
		{"tcp://192.0.2.1:2376", "localhost:5000", true},
		{"tcp://192.0.2.1:2376", "127.0.0.1:5000", true},
		{"tcp://192.0.2.1:2376", "registry.example.com", false},
	} {
		engine, err := client.NewClientWithOpts(client.WithHost(c.engine))
		if err != nil {
			t.Fatal(err)
		}
		if got := ofEngine(engine, c.host); got != c.want {
			t.Errorf("%s at %s: %v", c.host, c.engine, got)
		}
	}
}
