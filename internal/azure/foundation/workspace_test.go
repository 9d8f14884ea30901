package foundation_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

const workspaceType = "containers_azure_log_analytics_workspace"

// workspace is a configuration in a group of its own.
func workspace(t *testing.T, sub *armsim.Subscription) object {
	t.Helper()
	return object{"name": "logs", "resource_group_id": azure.Group(t, sub), "location": "West Europe"}
}

// TestWorkspace takes every setting through all of its transitions.
func TestWorkspace(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, foundation.Workspace)
	server, sub := azure.Provider(t)
	r := server.Resource(t, workspaceType)
	config := workspace(t, sub)
	does(t, r, config, core.Create)
	for name, values := range map[string][]any{
		"retention_in_days": {30, 60}, "daily_quota_gb": {1.5, 2.0}, "disable_local_auth": {true, false},
		"public_network_access_for_query": {"Disabled", "Enabled"}, "tags": {object{"a": "1"}, object{"b": "2"}},
		"extra_properties": {`{"properties":{"forceCmkForQuery":true}}`, `{"properties":{"forceCmkForQuery":false}}`},
	} {
		for _, value := range append(values, nil) {
			config[name] = value
			does(t, r, config, core.Update)
		}
	}
	does(t, r, azure.With(config, "name", "other"), core.Replace)
	r.Destroy(t)
	if left := sub.Resources(); len(left) != 1 {
		t.Errorf("left over: %v", left)
	}
}

// TestWorkspaceQuota finds what the service would refuse, in one error.
func TestWorkspaceQuota(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := workspace(t, sub)
	for quota, valid := range map[any]bool{0: false, 0.01: false, -2: false, -1: true, 0.023: true, core.Unknown: true} {
		_, diags := server.Resource(t, workspaceType).TryPlan(t.Context(), azure.With(config, "daily_quota_gb", quota))
		found := diags.Errors()
		if valid && len(found) > 0 || !valid && (len(found) != 1 || len(found.At("daily_quota_gb").Containing("-1 for no limit")) != 1) {
			t.Errorf("%v: %s", quota, found)
		}
	}
}
