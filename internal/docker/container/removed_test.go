package container_test

import (
	"net/http"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestRemovedBeforeTheAnswer has a container end and remove itself before the engine can tell how it ended, in the words of
// Podman and of Docker.
func TestRemovedBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	for what, answer := range map[string]struct {
		status int
		body   string
	}{
		"a code of 0":       {http.StatusOK, `{"StatusCode":0,"Error":{"Message":"no such container"}}`},
		"no such container": {http.StatusNotFound, "No such container"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server, p := acctest.Proxied(t)
			p.Reply(http.MethodPost, "/containers/*/wait", answer.status, answer.body)
			name := fixture.Name(t)
			fixture.NothingLeft(t, name)
			r := server.Resource(t, "containers_docker_container")
			fails(t, r, object{
				"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "exit", "6", "200ms"}, "auto_remove": true,
			}, "it stopped with exit code 6 right after its start", "auto_remove removes it")
			p.Reset() // The destroy has to wait until the engine has removed it.
			r.Destroy(t)
		})
	}
}
