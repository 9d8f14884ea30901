package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// TestLookup finds a registry that somebody else made: by name, by id, and in lists.
func TestLookup(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := registryConfig(t, sub, "Premium")
	group, _ := config["resource_group_id"].(string)
	name, _ := config["name"].(string)
	id := group + "/providers/Microsoft.ContainerRegistry/registries/" + name
	body := object{
		"location": "westeurope", "sku": object{"name": "Premium"}, "tags": object{"a": "1"},
		"properties": object{"networkRuleSet": object{"defaultAction": "Deny", "ipRules": []any{object{"value": "203.0.113.0/24"}}}},
	}
	if err := sub.Put(id, "2025-11-01", body); err != nil {
		t.Fatal(err)
	}
	sub.ForgetRequests()
	found := server.Data(t, registryType, object{"name": name, "resource_group_id": group})
	azure.Budget(t, sub, "lookup", "GET")
	if again := server.Data(t, registryType, object{"id": id}); again.String(t, "login_server") != found.String(t, "login_server") {
		t.Error("by id there is another one than by name")
	}
	for at, want := range map[string]string{
		"id": id, "sku": "Premium", "login_server": name + ".azurecr.io", "network_rule_set.default_action": "Deny", "tags.a": "1",
	} {
		if got := found.String(t, at); got != want {
			t.Errorf("%s is %q, not %q", at, got, want)
		}
	}
	_, diags := server.TryData(t.Context(), registryType, object{"name": "nothing", "resource_group_id": group})
	if len(diags.Errors().Containing("No such container registry")) == 0 {
		t.Errorf("no error says that it is not there: %s", diags)
	}
	_, diags = server.TryData(t.Context(), registryType, object{"name": name})
	if len(diags.Errors()) != 1 || len(diags.Errors().At("name").Containing("resource_group_id")) != 1 {
		t.Errorf("no error says that the group is needed: %s", diags)
	}
	for _, where := range []object{nil, {"scope": group}} {
		listed := server.List(t, registryType, where, core.ListOptions{IncludeResource: true})
		if len(listed) != 1 || listed[0].Identity.String(t, "id") != id || listed[0].Resource.String(t, "sku") != "Premium" {
			t.Errorf("in %v there is %v", where, listed)
		}
	}
}
