package tag_test

import (
	"net/http"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// TestRemovedTogether is about references of one image that are taken away at once: an engine may fail to remove the
// image that it has just removed with the other reference.
func TestRemovedTogether(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	source(t, name+"-a:latest")
	p := proxy.Start(t, fixture.Host(t))
	r := acctest.DockerAt(t, p.Host).Resource(t, resourceType)
	r.Apply(t, object{"source_image": name + "-a", "target_image": name + "-b"})
	p.Reply(http.MethodDelete, "/images/*", http.StatusInternalServerError, "unrecognized image ID")
	p.OnRequest(func(_ int, request *http.Request) {
		if request.Method == http.MethodDelete {
			p.Reset()
			fixture.RemoveNow(t, fixture.ImageRef, name+"-b")
		}
	})
	r.Destroy(t)
}
