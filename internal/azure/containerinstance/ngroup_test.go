package containerinstance_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
)

// TestNGroup takes every setting through its transitions.
func TestNGroup(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, containerinstance.NGroup)
	server, sub := azure.Provider(t)
	profile := server.Resource(t, groupType+"_profile")
	profile.Apply(t, small(t, sub))
	id := profile.String(t, "id")
	r := server.Resource(t, "containers_azure_container_ngroup")
	config := object{
		"name": "many", "resource_group_id": azure.Group(t, sub), "location": "westeurope",
		"container_group_profiles": []any{object{"profile_id": id}},
	}
	does(t, r, config, core.Create)
	pool := azure.Group(t, sub) + "/providers/Microsoft.Network/loadBalancers/lb/backendAddressPools/web"
	for name, values := range (transitions{
		"tags": {object{"a": "1"}}, "desired_count": {2, 3}, "maintain_desired_count": {true, false}, "name_prefix": {"web-", "app-"},
		"update_mode": {"Rolling", "Manual"},
		"container_group_profiles": {
			[]any{object{"profile_id": id, "revision": 1}},
			[]any{object{"profile_id": id, "load_balancer_backend_pool_ids": []any{pool}}},
		},
	}) {
		for _, value := range append(values, nil) {
			if name == "container_group_profiles" && value == nil {
				continue // There is none without.
			}
			t.Logf("%s = %v", name, value)
			does(t, r, azure.With(config, name, value), core.Update)
		}
		r.Apply(t, config)
	}
	rolling := azure.With(config, "update_mode", "Rolling")
	rolling["rolling_update"] = object{"max_batch_percent": 20, "pause_between_batches": "PT30S", "in_place": true}
	does(t, r, rolling, core.Update)
	_, diags := r.TryPlan(t.Context(), azure.With(rolling, "update_mode", nil))
	wants(t, diags, `update_mode = "Rolling"`)
	does(t, r, config, core.Update)
	does(t, r, azure.With(config, "fault_domain_count", 2), core.Replace)
	r.Destroy(t)
}
