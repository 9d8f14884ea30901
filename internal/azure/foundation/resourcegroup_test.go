package foundation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

const groupType = "containers_azure_resource_group"

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
	azure.Budget(t, sub, "create", "GET", "PUT", "GET")
	r.Refresh(t)
	azure.Budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	id := "/subscriptions/" + sub.ID + "/resourceGroups/web"
	if got := r.String(t, "id"); got != id {
		t.Errorf("the id is %q", got)
	}
	config["tags"] = object{"b": "2"}
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "update", "GET", "PUT", "GET")
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

// TestResourceGroupConforms checks the schema by the published types.
func TestResourceGroupConforms(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, foundation.ResourceGroup)
}

// TestResourceGroupIsNotEmpty leaves alone what somebody else put into it.
func TestResourceGroupIsNotEmpty(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := object{"name": "full", "location": "westeurope"}
	does(t, r, config, core.Create)
	inside := r.String(t, "id") + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/theirs"
	if err := sub.Put(inside, "2024-11-30", object{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	diags := r.TryDestroy(t.Context())
	if len(diags.Errors().Containing("delete_contents")) == 0 || sub.Resource(inside) == nil {
		t.Errorf("the group went with what is in it, or no error says how: %s", diags)
	}
	config["delete_contents"] = true
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "an update of what only steers")
	r.Destroy(t)
}

// TestResourceGroupThere is never adopted.
func TestResourceGroupThere(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	id := azure.Group(t, sub)
	r := server.Resource(t, groupType)
	_, diags := r.TryApply(t.Context(), object{"name": "elsewhere", "location": "northeurope"})
	if len(diags.Errors().Containing("Import it")) == 0 || sub.Resource(id)["location"] != "westeurope" {
		t.Errorf("it was adopted, or no error says what to do: %s", diags)
	}
}

// TestResourceGroupImported is completed by the read, and then is what is configured.
func TestResourceGroupImported(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	id := azure.Group(t, sub)
	for name, begin := range map[string]func(r *core.Resource){
		"by id":       func(r *core.Resource) { r.Import(t, id) },
		"by identity": func(r *core.Resource) { r.ImportIdentity(t, object{"id": id}) },
		"moved": func(r *core.Resource) {
			r.Move(t, core.Foreign{
				Provider: "registry.terraform.io/hashicorp/azurerm", Type: "azurerm_resource_group", State: []byte(`{"id":"` + id + `"}`),
			})
		},
	} {
		r := server.Resource(t, groupType)
		begin(r)
		r.Refresh(t)
		r.ExpectEmptyPlan(t, object{"name": "elsewhere", "location": "West Europe", "subscription_id": "/subscriptions/" + sub.ID})
		r.ExpectEmptyPlan(t, object{"name": "elsewhere", "location": "West Europe"})
		if got := r.String(t, "id"); got != id {
			t.Errorf("%s: the id is %q", name, got)
		}
	}
	diags := server.Resource(t, groupType).TryImport(t.Context(), "elsewhere")
	if len(diags.Errors().Containing("/resourceGroups/NAME")) == 0 {
		t.Errorf("no error says how an id is written: %s", diags)
	}
}

// TestResourceGroupStays in its subscription, whether that is configured or not.
func TestResourceGroupStays(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	in := "/subscriptions/" + sub.ID
	r := server.Resource(t, groupType)
	does(t, r, object{"name": "web", "location": "westeurope"}, core.Create)
	if got := r.String(t, "subscription_id"); got != in {
		t.Errorf("the subscription is %q", got)
	}
	change := r.Plan(t, object{"name": "web", "location": "westeurope", "tags": object{"a": "1"}})
	if got := change.Planned.String(t, "subscription_id"); change.Action != core.Update || got != in {
		t.Errorf("tags are to %s, with the subscription %q", change.Action, got)
	}
	r.ExpectEmptyPlan(t, object{"name": "web", "location": "westeurope", "subscription_id": in})
	elsewhere := object{"name": "web", "location": "westeurope", "subscription_id": "/subscriptions/00000000-0000-4000-8000-000000000001"}
	if change := r.Plan(t, elsewhere); change.Action != core.Replace {
		t.Errorf("another subscription is to %s", change.Action)
	}
}
