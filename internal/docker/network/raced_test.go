package network_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fake"
)

// TestInterfaceVanishes is how Podman fails where an interface of its machine goes while it makes a network: that passes, other
// failures do not.
func TestInterfaceVanishes(t *testing.T) {
	t.Parallel()
	for message, asked := range map[string]int32{"route ip+net: no such network interface": 3, "no space left on device": 1} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			engine := fake.Start(t, "1.41")
			var creates atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/networks/create") || creates.Add(1) > 2 {
					engine.ServeHTTP(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = fmt.Fprintf(w, `{"message":%q}`, message)
			}))
			t.Cleanup(server.Close)
			r := acctest.DockerAt(t, strings.Replace(server.URL, "http://", "tcp://", 1)).Resource(t, resourceType)
			_, diags := r.TryApply(t.Context(), object{"name": "web"})
			if passes := asked > 1; diags.HasError() == passes || creates.Load() != asked {
				t.Errorf("asked %d times: %s", creates.Load(), diags)
			}
		})
	}
}
