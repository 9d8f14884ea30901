package docker

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
)

// TestListImages has an engine fail because images are removed meanwhile: Podman says that it failed, Docker with
// containerd's store that something is not there.
func TestListImages(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound} {
		var asked atomic.Int64
		fake := newFakeEngine()
		fake.handle = func(w http.ResponseWriter, _ *http.Request) {
			if asked.Add(1) < 3 {
				http.Error(w, `{"message":"content digest sha256:aa: not found"}`, status)
				return
			}
			_, _ = w.Write([]byte(`[{"Id":"sha256:bb"}]`))
		}
		cli, err := client.NewClientWithOpts(client.WithHost("tcp://"+tcp(t, fake, nil)), client.WithVersion("1.41"))
		if err != nil {
			t.Fatal(err)
		}
		found, err := ListImages(t.Context(), cli, filters.Args{})
		if err != nil || len(found) != 1 {
			t.Errorf("after %d: %v, %v", status, found, err)
		}
	}
	fake := newFakeEngine()
	cli, err := client.NewClientWithOpts(client.WithHost("tcp://"+tcp(t, fake, nil)), client.WithVersion("1.41"))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := ListImages(t.Context(), cli, filters.Args{}); err == nil {
		t.Errorf("an engine that always fails gave %v", found)
	}
}
