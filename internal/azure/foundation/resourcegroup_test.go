package foundation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

const groupType = "containers_azure_resource_group"

// calls are the requests since the last time, as METHOD status.
func calls(sub *armsim.Subscription) []string {
	var all []string
	for _, r := range sub.Requests() {
		all = append(all, r.Method)
	}
	sub.ForgetRequests()
	return all
}

// does wants an apply to do something, and nothing to be left to do after it.
func does(t *testing.T, r *core.Resource, config object, want core.Action) {
	t.Helper()
	if change := r.Apply(t, config); change.Action != want {
		t.Errorf("the apply was to %s, not to %s", change.Action, want)
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
}

// TestResourceGroup is its whole life, with the requests of each step.
func TestResourceGroup(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := object{"name": "web", "location": "West Europe", "tags": object{"a": "1"}}
	r.Apply(t, config)
	budget(t, sub, "create", "GET", "PUT", "GET")
	r.Refresh(t)
	budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	id := "/subscriptions/" + sub.ID + "/resourceGroups/web"
	if got := r.String(t, "id"); got != id {
		t.Errorf("the id is %q", got)
	}
	config["tags"] = object{"b": "2"}
	calls(sub)
	r.Apply(t, config)
	budget(t, sub, "update", "GET", "PUT", "GET")
	if diff := cmp.Diff(map[string]any{"b": "2"}, sub.Resource(id)["tags"]); diff != "" {
		t.Error(diff)
	}
	does(t, r, object{"name": "web", "location": "westeurope", "delete_contents": true}, core.Update)
	if tags, has := sub.Resource(id)["tags"].(map[string]any); has && len(tags) > 0 {
		t.Errorf("the tags stay: %v", tags)
	}
	does(t, r, object{"name": "web", "location": "northeurope"}, core.Replace)
	r.Destroy(t)
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func budget(t *testing.T, sub *armsim.Subscription, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, calls(sub)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// TestResourceGroupConforms checks the schema by the published types.
func TestResourceGroupConforms(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, foundation.ResourceGroup)
}
