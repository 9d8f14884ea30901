package containerregistry_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

// uniqueName is a name for a registry: they are unique in all of Azure.
func uniqueName() string { return "reg" + strings.ReplaceAll(uuid.NewString(), "-", "") }

func registryConfig(t *testing.T, sub *armsim.Subscription, sku string) object {
	t.Helper()
	group := azure.Group(t, sub)
	sub.ForgetRequests()
	return object{"name": uniqueName(), "resource_group_id": group, "location": "westeurope", "sku": sku}
}

// at is what the service has at a path.
func at(live map[string]any, path string) any {
	var v any = live
	for name := range strings.SplitSeq(path, ".") {
		in, _ := v.(map[string]any)
		v = in[name]
	}
	return v
}

// TestRegistry is its whole life, with the requests of each step.
func TestRegistry(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, registryType)
	config := registryConfig(t, sub, "Basic")
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "PUT", "GET")
	r.Refresh(t)
	azure.Budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	id := r.String(t, "id")
	if want := fmt.Sprintf("%s/providers/Microsoft.ContainerRegistry/registries/%s", config["resource_group_id"], config["name"]); id != want {
		t.Errorf("the id is %q, not %q", id, want)
	}
	if got, want := r.String(t, "login_server"), config["name"].(string)+".azurecr.io"; got != want {
		t.Errorf("the login server is %q, not %q", got, want)
	}

	config = with(config, object{"sku": "Premium", "tags": object{"a": "1"}, "network_rule_set": object{"default_action": "Deny"}})
	sub.ForgetRequests()
	if c := r.Apply(t, config); c.Action != core.Update {
		t.Errorf("an upgrade is to %s", c.Action)
	}
	azure.Budget(t, sub, "update", "GET", "PUT", "GET")
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	// The network rules have to go in the same request.
	config = with(config, object{"sku": "Standard", "network_rule_set": nil, "anonymous_pull_enabled": true})
	if c := r.Apply(t, config); c.Action != core.Update {
		t.Errorf("a downgrade is to %s", c.Action)
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)

	again := server.Resource(t, registryType)
	again.Import(t, id)
	again.ExpectEmptyPlan(t, config)
	moved := server.Resource(t, registryType)
	moved.Move(t, core.Foreign{
		Type: "azurerm_container_registry", Provider: "registry.terraform.io/hashicorp/azurerm",
		State: []byte(fmt.Sprintf(`{"id":%q}`, id)),
	})
	moved.Refresh(t)
	moved.ExpectEmptyPlan(t, config)

	sub.ForgetRequests()
	r.Destroy(t)
	for _, left := range sub.Resources() {
		if strings.Contains(left, "/registries/") {
			t.Errorf("left over: %s", left)
		}
	}
	again.Refresh(t)
	if !again.Gone() {
		t.Error("what is gone is still in the state")
	}
}

// values are attributes with two values, where they are in the service, and what it has for both and for none.
var values = map[string]struct {
	first, next any
	at          string
	want        [3]any
	beside      object
}{
	"admin_enabled":                                {true, false, "adminUserEnabled", [3]any{true, false, false}, nil},
	"anonymous_pull_enabled":                       {true, false, "anonymousPullEnabled", [3]any{true, false, false}, nil},
	"azuread_authentication_as_arm_policy_enabled": onOff("azureADAuthenticationAsArmPolicy", true),
	"quarantine_policy_enabled":                    onOff("quarantinePolicy", false),
	"trust_policy_enabled":                         onOff("trustPolicy", false),
	"export_policy_enabled": {
		false, true, "policies.exportPolicy.status", [3]any{"disabled", "enabled", "enabled"}, object{"public_network_access_enabled": false},
	},
	"public_network_access_enabled": {false, true, "publicNetworkAccess", [3]any{"Disabled", "Enabled", "Enabled"}, nil},
	"data_endpoint_enabled":         {true, false, "dataEndpointEnabled", [3]any{true, false, false}, nil},
	"network_rule_bypass_option": {
		"None", "AzureServices", "networkRuleBypassOptions", [3]any{"None", "AzureServices", "AzureServices"}, nil,
	},
	"network_rule_bypass_for_tasks_enabled": {true, false, "networkRuleBypassAllowedForTasks", [3]any{true, false, false}, nil},
	"role_assignment_mode": {
		"AbacRepositoryPermissions", "LegacyRegistryPermissions", "roleAssignmentMode",
		[3]any{"AbacRepositoryPermissions", "LegacyRegistryPermissions", "LegacyRegistryPermissions"},
		nil,
	},
	"retention_policy": {
		object{"days": 10},
		object{"days": 30},
		"policies.retentionPolicy",
		[3]any{object{"days": 10.0, "status": "enabled"}, object{"days": 30.0, "status": "enabled"}, object{"days": 7.0, "status": "disabled"}},
		nil,
	},
	"network_rule_set": {
		object{"default_action": "Deny", "ip_ranges": []any{"203.0.113.0/24"}},
		object{"default_action": "Deny"},
		"networkRuleSet",
		[3]any{
			object{"defaultAction": "Deny", "ipRules": []any{object{"value": "203.0.113.0/24"}}},
			object{"defaultAction": "Deny", "ipRules": []any{}},
			object{"defaultAction": "Allow", "ipRules": []any{}},
		},
		nil,
	},
	"extra_properties": {
		`{"properties":{"policies":{"trustPolicy":{"type":"Notary"}}}}`, `{"properties":{"policies":{"trustPolicy":{"type":"Other"}}}}`,
		"policies.trustPolicy.type",
		[3]any{"Notary", "Other", "Notary"},
		nil,
	},
}

// onOff is a policy that is on or off in a new registry.
func onOff(name string, on bool) (row struct {
	first, next any
	at          string
	want        [3]any
	beside      object
},
) {
	words := map[bool]string{true: "enabled", false: "disabled"}
	row.first, row.next, row.at = !on, on, "policies."+name+".status"
	row.want = [3]any{words[!on], words[on], words[on]}
	return row
}

// TestRegistryValues takes every attribute from nothing to a value, to another and to nothing.
func TestRegistryValues(t *testing.T) {
	t.Parallel()
	for name, test := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, sub := azure.Provider(t)
			r := server.Resource(t, registryType)
			base := with(registryConfig(t, sub, "Premium"), test.beside)
			r.Apply(t, base)
			for i, value := range []any{test.first, test.next, nil} {
				config := with(base, object{name: value})
				if c := r.Apply(t, config); c.Action != core.Update {
					t.Fatalf("step %d is to %s", i, c.Action)
				}
				live := at(sub.Resource(r.String(t, "id")), "properties."+test.at)
				if stamped, ok := live.(map[string]any); ok {
					delete(stamped, "lastUpdatedTime")
				}
				if diff := cmp.Diff(test.want[i], plain(live)); diff != "" {
					t.Errorf("step %d (-want +got):\n%s", i, diff)
				}
				if drift := r.Refresh(t); len(drift) > 0 {
					t.Errorf("step %d drifts: %v", i, drift)
				}
				r.ExpectEmptyPlan(t, config)
			}
			r.Destroy(t)
		})
	}
}

// plain is JSON with float64 as numbers, as cmp compares it.
func plain(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := object{}
		for name, e := range x {
			out[name] = plain(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range x {
			out = append(out, plain(e))
		}
		return out
	case json.Number:
		f, _ := x.Float64()
		return f
	}
	return v
}

// TestRegistryEncryption creates with a key, changes the key in place, and replaces to be without.
func TestRegistryEncryption(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, registryType)
	base := registryConfig(t, sub, "Premium")
	identity := base["resource_group_id"].(string) + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/keys"
	if err := sub.Put(identity, "2024-11-30", object{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	base["identity"] = object{"type": "UserAssigned", "identity_ids": []any{identity}}
	key := func(name string) object {
		return object{"key_vault_key_id": "https://example.vault.azure.net/keys/" + name, "identity_client_id": uuid.Nil.String()}
	}
	for _, step := range []struct {
		key  any
		want core.Action
	}{{key("one"), core.Create}, {key("two"), core.Update}, {nil, core.Replace}, {nil, core.NoOp}, {key("two"), core.Replace}} {
		config := with(base, object{"encryption": step.key})
		if c := r.Apply(t, config); c.Action != step.want {
			t.Errorf("%v is to %s, not to %s", step.key, c.Action, step.want)
		}
		r.Refresh(t)
		r.ExpectEmptyPlan(t, config)
		again := server.Resource(t, registryType)
		again.Import(t, r.String(t, "id"))
		again.ExpectEmptyPlan(t, config)
	}
	live := sub.Resource(r.String(t, "id"))
	want := object{"status": "enabled", "keyVaultProperties": object{
		"keyIdentifier": "https://example.vault.azure.net/keys/two", "identity": uuid.Nil.String(),
	}}
	if diff := cmp.Diff(want, plain(at(live, "properties.encryption"))); diff != "" {
		t.Error(diff)
	}
	if c := r.Apply(t, with(base, object{"encryption": key("two"), "zone_redundancy_enabled": true})); c.Action != core.Replace {
		t.Errorf("zones are to %s", c.Action)
	}
	r.Destroy(t)
}

// TestRegistryChecks finds at plan time what the service would refuse.
func TestRegistryChecks(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	base := registryConfig(t, sub, "Standard")
	key := object{"key_vault_key_id": "https://example.vault.azure.net/keys/one", "identity_client_id": uuid.Nil.String()}
	ofSystem := object{"type": "SystemAssigned", "identity_ids": []any{fmt.Sprintf(
		"%s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a", base["resource_group_id"])}}
	ofGroup := object{"type": "UserAssigned", "identity_ids": []any{base["resource_group_id"]}}
	range4 := func(text string) object {
		return object{"network_rule_set": object{"default_action": "Deny", "ip_ranges": []any{text}}, "sku": "Premium"}
	}
	for what, test := range map[string]struct {
		changes  object
		at, want string
	}{
		"encryption":       {object{"encryption": key, "identity": object{"type": "SystemAssigned"}}, "encryption", "set sku to Premium"},
		"no identity":      {object{"encryption": key, "sku": "Premium"}, "encryption", "name it in identity"},
		"no key":           {object{"encryption": with(key, object{"key_vault_key_id": "one"}), "sku": "Premium"}, "encryption.key_vault_key_id", "https://VAULT"},
		"network rules":    {object{"network_rule_set": object{"default_action": "Deny"}}, "network_rule_set", "set sku to Premium"},
		"retention":        {object{"retention_policy": object{"days": 7}}, "retention_policy", "set sku to Premium"},
		"long retention":   {object{"retention_policy": object{"days": 366}, "sku": "Premium"}, "retention_policy.days", "365"},
		"data endpoint":    {object{"data_endpoint_enabled": true}, "data_endpoint_enabled", "set sku to Premium"},
		"quarantine":       {object{"quarantine_policy_enabled": true}, "quarantine_policy_enabled", "set sku to Premium"},
		"trust":            {object{"trust_policy_enabled": true}, "trust_policy_enabled", "set sku to Premium"},
		"zones":            {object{"zone_redundancy_enabled": true}, "zone_redundancy_enabled", "set sku to Premium"},
		"not public":       {object{"public_network_access_enabled": false}, "public_network_access_enabled", "set sku to Premium"},
		"anonymous":        {object{"sku": "Basic", "anonymous_pull_enabled": true}, "anonymous_pull_enabled", "Standard or Premium"},
		"export":           {object{"sku": "Premium", "export_policy_enabled": false}, "export_policy_enabled", "public_network_access_enabled to false"},
		"range":            {range4("10.0.0.0/33"), "", "203.0.113.0/24"},
		"range of IPv6":    {range4("fd00::/64"), "", "203.0.113.0/24"},
		"no ids":           {object{"identity": object{"type": "UserAssigned"}}, "identity.identity_ids", "at least one"},
		"ids of nobody":    {object{"identity": ofSystem}, "identity.identity_ids", "SystemAssigned, UserAssigned"},
		"id of a group":    {object{"identity": ofGroup}, "", "not Microsoft.ManagedIdentity/userAssignedIdentities"},
		"unknown ids":      {object{"identity": object{"type": "UserAssigned", "identity_ids": core.Unknown}}, "", ""},
		"unknown id":       {object{"identity": object{"type": "UserAssigned", "identity_ids": []any{core.Unknown}}}, "", ""},
		"unknown type":     {object{"identity": with(ofSystem, object{"type": core.Unknown})}, "", ""},
		"name":             {object{"name": "a-b-c"}, "name", "5 to 50 letters and digits"},
		"sku":              {object{"sku": "Classic"}, "sku", "Premium"},
		"parent":           {object{"resource_group_id": "rg"}, "resource_group_id", ""},
		"unknown switches": {object{"sku": "Premium", "export_policy_enabled": false, "public_network_access_enabled": core.Unknown}, "", ""},
		"unknown SKU":      {object{"sku": core.Unknown, "zone_redundancy_enabled": true}, "", ""},
		"off is allowed":   {object{"sku": "Basic", "zone_redundancy_enabled": false, "anonymous_pull_enabled": false}, "", ""},
	} {
		_, diags := server.Resource(t, registryType).TryPlan(t.Context(), with(base, test.changes))
		switch found := diags.Errors(); {
		case test.at == "" && test.want == "" && len(found) > 0:
			t.Errorf("%s: %s", what, found)
		case test.at == "" && test.want != "" && (len(found) != 1 || len(found.Containing(test.want)) == 0):
			t.Errorf("%s is not found, or more than that: %s", what, found)
		case test.at != "" && (len(found) != 1 || len(found.At(test.at).Containing(test.want)) == 0):
			t.Errorf("%s is not found at %s, or more than that: %s", what, test.at, found)
		}
	}
	azure.Budget(t, sub, "plans")
}

// TestRegistryConforms checks the schema by the published types.
func TestRegistryConforms(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, containerregistry.Registry)
}

// TestRegistryIdentity gives the registry an identity, and takes it away.
func TestRegistryIdentity(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, registryType)
	base := registryConfig(t, sub, "Basic")
	r.Apply(t, base)
	config := with(base, object{"identity": object{"type": "SystemAssigned"}})
	for _, step := range []struct {
		config object
		want   any
	}{{config, "SystemAssigned"}, {base, nil}} {
		if c := r.Apply(t, step.config); c.Action != core.Update {
			t.Errorf("the change is to %s", c.Action)
		}
		if got := at(sub.Resource(r.String(t, "id")), "identity.type"); got != step.want && (got != "None" || step.want != nil) {
			t.Errorf("the identity is of type %v, not %v", got, step.want)
		}
		if step.want != nil && r.String(t, "identity.principal_id") == "" {
			t.Error("the identity has no id for role assignments")
		}
		r.Refresh(t)
		r.ExpectEmptyPlan(t, step.config)
	}
}

// TestZonesByAzure plans nothing for a registry that Azure has spread over zones by itself.
func TestZonesByAzure(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := registryConfig(t, sub, "Premium")
	id := fmt.Sprintf("%s/providers/Microsoft.ContainerRegistry/registries/%s", config["resource_group_id"], config["name"])
	err := sub.Put(id, "2025-11-01", object{
		"location": "westeurope", "sku": object{"name": "Premium"}, "properties": object{"zoneRedundancy": "Enabled"},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := server.Resource(t, registryType)
	r.Import(t, id)
	r.ExpectEmptyPlan(t, config)
	if c := r.Apply(t, with(config, object{"admin_enabled": true})); c.Action != core.Update {
		t.Errorf("the administrator is to %s", c.Action)
	}
	if !r.Bool(t, "zone_redundancy_enabled") {
		t.Error("the zones are not shown")
	}
}
