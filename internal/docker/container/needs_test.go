package container_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
)

// oldEngine only says that it is one of the oldest that are supported. It returns its address.
func oldEngine(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Server", "Docker/20.10.24 (linux)")
		if !strings.HasSuffix(r.URL.Path, "/_ping") {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return "tcp://" + server.Listener.Addr().String()
}

// TestNeeds is about what an engine is too old for: it is refused at plan, on the attribute, at any depth.
func TestNeeds(t *testing.T) {
	t.Parallel()
	server := acctest.DockerAt(t, oldEngine(t))
	mount := func(m object) object { return object{"mounts": object{"/x": m}} }
	bind := func(options object) object {
		return mount(object{"type": "bind", "source": "/srv", "read_only": true, "bind_options": options})
	}
	const mac = "02:42:0a:00:00:01"
	for _, tt := range []struct {
		more    object
		at, api string
	}{
		{object{"annotations": object{"a": "1"}}, "annotations", "1.43"},
		{object{"annotations": object{}}, "", ""},
		{object{"healthcheck": object{"start_interval": "1s"}}, "healthcheck.start_interval", "1.44"},
		{mount(object{"type": "image", "source": "nginx:1.27"}), `mounts["/x"].type`, "1.48"},
		{mount(object{"type": "volume", "source": "v"}), "", ""},
		{mount(object{"type": "volume", "source": "v", "volume_options": object{"subpath": "a"}}), `mounts["/x"].volume_options.subpath`, "1.45"},
		{
			mount(object{"type": "tmpfs", "tmpfs_options": object{"options": []any{[]any{"noexec"}}}}), `mounts["/x"].tmpfs_options.options`,
			"1.46",
		},
		{bind(object{"create_mountpoint": true}), `mounts["/x"].bind_options.create_mountpoint`, "1.42"},
		{bind(object{"create_mountpoint": false}), "", ""},
		{bind(object{"read_only_non_recursive": true}), `mounts["/x"].bind_options.read_only_non_recursive`, "1.44"},
		{bind(object{"read_only_force_recursive": true}), `mounts["/x"].bind_options.read_only_force_recursive`, "1.44"},
		{object{"networks": object{"a": object{"gw_priority": 1}}}, `networks["a"].gw_priority`, "1.48"},
		{object{"networks": object{"a": object{"mac_address": mac}, "b": object{}}}, "", ""},
		{object{"networks": object{"a": object{}, "b": object{"mac_address": mac}}}, `networks["b"].mac_address`, "1.44"},
		{object{"networks": object{"a": object{}, "b": object{"mac_address": mac}}, "network_mode": "b"}, "", ""},
		{object{"networks": object{"a": object{"mac_address": mac}, "b": object{}}, "network_mode": "b"}, `networks["a"].mac_address`, "1.44"},
	} {
		t.Run(fmt.Sprint(tt.more), func(t *testing.T) {
			t.Parallel()
			config := object{"image": "nginx:1.27"}
			maps.Copy(config, tt.more)
			_, diags := server.Resource(t, "containers_docker_container").TryPlan(t.Context(), config)
			if tt.at == "" {
				if diags.HasError() {
					t.Errorf("what every engine can do was refused:\n%s", diags)
				}
				return
			}
			if len(diags.Errors()) != 1 || len(diags.At(tt.at).Containing("needs API >= "+tt.api)) != 1 {
				t.Errorf("want one error at %s that asks for API %s, got:\n%s", tt.at, tt.api, diags)
			}
		})
	}
}
