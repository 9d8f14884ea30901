package foundation_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

const identityType = "containers_azure_user_assigned_identity"

// TestUserAssignedIdentity is its whole life, with the requests of each step.
func TestUserAssignedIdentity(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, identityType)
	config := object{"resource_group_id": azure.Group(t, sub), "name": "app-1", "location": "West Europe"}
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "PUT", "GET")
	r.Refresh(t)
	azure.Budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	id, client, principal := r.String(t, "id"), r.String(t, "client_id"), r.String(t, "principal_id")
	if want := config["resource_group_id"].(string) + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-1"; id != want {
		t.Errorf("the id is %q, not %q", id, want)
	}
	if client == "" || principal == "" || r.String(t, "tenant_id") == "" {
		t.Errorf("not all is shown: %v", r.State())
	}
	sub.ForgetRequests()
	r.Apply(t, azure.With(config, "isolation_scope", "Regional"))
	azure.Budget(t, sub, "update", "GET", "PUT", "GET")
	isolation(t, sub, id, "Regional")
	does(t, r, azure.With(config, "isolation_scope", "None"), core.Update)
	does(t, r, azure.With(config, "isolation_scope", "Regional"), core.Update)
	does(t, r, config, core.Update)
	isolation(t, sub, id, "None")
	does(t, r, azure.With(config, "tags", object{"a": "1"}), core.Update)
	if r.String(t, "client_id") != client || r.String(t, "principal_id") != principal {
		t.Error("it is another identity now")
	}
	does(t, r, azure.With(config, "name", "app-2"), core.Replace)
	ends(t, r, sub, config)
}

func isolation(t *testing.T, sub *armsim.Subscription, id, want string) {
	t.Helper()
	properties, _ := sub.Resource(id)["properties"].(map[string]any)
	if properties["isolationScope"] != want {
		t.Errorf("the isolation scope is %v, not %s", properties["isolationScope"], want)
	}
}

// ends has the object deleted by somebody else, created again and destroyed, so that only what others made is left.
func ends(t *testing.T, r *core.Resource, sub *armsim.Subscription, config object, others ...string) {
	t.Helper()
	sub.Delete(r.String(t, "id"))
	if r.Refresh(t); !r.Gone() {
		t.Error("what is gone is still in the state")
	}
	does(t, r, config, core.Create)
	r.Destroy(t)
	alone(t, sub, others...)
}

// alone wants nothing in the subscription but what somebody else made.
func alone(t *testing.T, sub *armsim.Subscription, others ...string) {
	t.Helper()
	for _, id := range sub.Resources() {
		other := strings.HasSuffix(id, "/resourceGroups/elsewhere")
		for _, suffix := range others {
			other = other || strings.HasSuffix(id, suffix)
		}
		if !other {
			t.Errorf("left over: %s", id)
		}
	}
}

// takenOver wants an object of Azure to be imported, and moved from azurerm, so that nothing is left to do.
func takenOver(t *testing.T, server *core.Server, typeName, id, movedID string, config object) {
	t.Helper()
	imported := server.Resource(t, typeName)
	imported.Import(t, id)
	imported.ExpectEmptyPlan(t, config)
	byIdentity := server.Resource(t, typeName)
	byIdentity.ImportIdentity(t, object{"id": id})
	byIdentity.ExpectEmptyPlan(t, config)
	moved := server.Resource(t, typeName)
	moved.Move(t, core.Foreign{
		Type: strings.Replace(typeName, "containers_azure_", "azurerm_", 1), Provider: "registry.terraform.io/hashicorp/azurerm",
		State: []byte(`{"id":"` + movedID + `"}`),
	})
	if got := moved.String(t, "id"); got != id {
		t.Errorf("moved, the id is %q, not %q", got, id)
	}
	moved.ExpectEmptyPlan(t, config)
	foreign := server.Resource(t, typeName).TryMove(t.Context(), core.Foreign{
		Type: "azurerm_virtual_network", Provider: "registry.terraform.io/hashicorp/azurerm", State: []byte(`{"id":"` + id + `"}`),
	})
	if !foreign.HasError() {
		t.Error("another type can be moved here")
	}
}

// TestUserAssignedIdentityTakenOver imports and moves one.
func TestUserAssignedIdentityTakenOver(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := object{
		"resource_group_id": azure.Group(t, sub), "name": "app", "location": "westeurope", "tags": object{"a": "1"}, "isolation_scope": "Regional",
	}
	first := server.Resource(t, identityType)
	first.Apply(t, config)
	id := first.String(t, "id")
	takenOver(t, server, identityType, id, id, config)
	delete(config, "isolation_scope")
	takenOver(t, server, identityType, id, id, config)
}

// TestUserAssignedIdentityBadInput is refused before anything is sent.
func TestUserAssignedIdentityBadInput(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	good := object{"resource_group_id": azure.Group(t, sub), "name": "app", "location": "westeurope"}
	for _, c := range []struct{ attribute, value, want string }{
		{"name", "a", "3 to 128 letters"},
		{"name", "-app", "with a letter or digit first"},
		{"resource_group_id", "/subscriptions/" + sub.ID, "not Microsoft.Resources/resourceGroups"},
		{"isolation_scope", "Zonal", "Regional"},
		{"location", "West-Europe", "no location"},
	} {
		refused(t, server.Resource(t, identityType), azure.With(good, c.attribute, c.value), c.attribute, c.want)
	}
}

// refused wants an error about an attribute in the plan.
func refused(t *testing.T, r *core.Resource, config object, attribute, want string) {
	t.Helper()
	_, diags := r.TryPlan(t.Context(), config)
	if len(diags.Errors().At(attribute).Containing(want)) == 0 {
		t.Errorf("%s = %v: not refused with %q on the attribute:\n%s", attribute, config[attribute], want, diags)
	}
}

// TestUserAssignedIdentityConforms checks the schema by the published types.
func TestUserAssignedIdentityConforms(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, foundation.UserAssignedIdentity)
}
