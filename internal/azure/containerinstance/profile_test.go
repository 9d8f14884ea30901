package containerinstance_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
)

// TestProfile changes all that a group could not be changed in.
func TestProfile(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, containerinstance.Profile, append(filled, "properties.osType")...)
	server, sub := azure.Provider(t)
	r := server.Resource(t, "containers_azure_container_group_profile")
	config := small(t, sub)
	does(t, r, config, core.Create)
	for _, changes := range []object{
		{"restart_policy": "Never"},
		{"restart_policy": nil},
		{"sku": "Confidential", "cce_policy": "e30="},
		{"sku": nil, "cce_policy": nil},
		{"zones": []any{"1"}},
		{"zones": nil},
		{"time_to_live": "PT1H"},
		{"time_to_live": nil, "shutdown_grace_period": "PT30S"},
	} {
		for name, value := range changes {
			config[name] = value
		}
		does(t, r, config, core.Update)
	}
	does(t, r, with(config, object{"cpu": 1.0, "cpu_limit": 2.0}), core.Update)
	does(t, r, azure.With(config, "name", "other"), core.Replace)
	r.Destroy(t)
}

// TestGroupOfProfile makes a group of which the profile says all but what its container is called.
func TestGroupOfProfile(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	profile := server.Resource(t, "containers_azure_container_group_profile")
	does(t, profile, small(t, sub), core.Create)
	group := server.Resource(t, groupType)
	config := object{
		"name": "web", "resource_group_id": azure.Group(t, sub), "location": "westeurope", "containers": object{"app": object{}},
		"profile": object{"id": profile.String(t, "id"), "revision": 1},
	}
	does(t, group, config, core.Create)
	does(t, group, with(config, object{"config_map": object{"key": "value"}}), core.Update)
	does(t, group, config, core.Update)
}
