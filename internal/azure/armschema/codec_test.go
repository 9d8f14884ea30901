package armschema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// unknown stands for an unknown value.
type unknown struct{}

// typeOf is the type of a schema's values.
func typeOf(t *testing.T, m *armschema.Mapping) tftypes.Type {
	t.Helper()
	return schema.Schema{Attributes: m.Attributes}.Type().TerraformType(t.Context())
}

// value makes a value of maps, slices and primitives. What is left out is null.
func value(t tftypes.Type, v any) tftypes.Value {
	switch x := v.(type) {
	case nil:
		return tftypes.NewValue(t, nil)
	case unknown:
		return tftypes.NewValue(t, tftypes.UnknownValue)
	case map[string]any:
		out := map[string]tftypes.Value{}
		if o, ok := t.(tftypes.Object); ok {
			for name, of := range o.AttributeTypes {
				out[name] = value(of, x[name])
			}
			for name := range x {
				if _, ok := o.AttributeTypes[name]; !ok {
					panic("no attribute " + name)
				}
			}
			return tftypes.NewValue(t, out)
		}
		m, _ := t.(tftypes.Map)
		for key, e := range x {
			out[key] = value(m.ElementType, e)
		}
		return tftypes.NewValue(t, out)
	case []any:
		var of tftypes.Type
		switch c := t.(type) {
		case tftypes.List:
			of = c.ElementType
		case tftypes.Set:
			of = c.ElementType
		}
		out := []tftypes.Value{}
		for _, e := range x {
			out = append(out, value(of, e))
		}
		return tftypes.NewValue(t, out)
	default:
		return tftypes.NewValue(t, v)
	}
}

// parse reads a JSON object as the client does.
func parse(t fataler, s string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var out map[string]any
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// sameBody wants a body, given as JSON.
func sameBody(t *testing.T, got map[string]any, want string) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parse(t, want), parse(t, string(b))); diff != "" {
		t.Errorf("the body is not as wanted (-want +got):\n%s", diff)
	}
}

// sameValue wants a value.
func sameValue(t *testing.T, got, want tftypes.Value) {
	t.Helper()
	if got.Equal(want) {
		return
	}
	diffs, err := want.Diff(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Errorf("not as wanted: %s", d)
	}
}

type obj = map[string]any

// TestRegistryLifecycle takes a registry from its creation through updates, refresh and import.
func TestRegistryLifecycle(t *testing.T) {
	t.Parallel()
	m := registry()
	of := typeOf(t, m)
	config := value(of, obj{
		"name": "reg", "location": "West Europe", "sku": "Premium", "tags": obj{"a": "1"},
		"identity":         obj{"type": "SystemAssigned,UserAssigned", "identity_ids": []any{"/ids/One"}},
		"network_rule_set": obj{"default_action": "Deny", "ip_ranges": []any{"10.0.0.0/8"}},
		"extra_properties": `{"properties": {"softDelete": {"days": 7}}}`,
	})
	planned, err := m.Plan(armschema.Change{Config: config, Plan: config, State: tftypes.NewValue(of, nil)})
	if err != nil {
		t.Fatal(err)
	}
	plan := planned.Value
	body, err := m.Encode(plan, config)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, body, `{"location": "West Europe", "sku": {"name": "Premium"}, "tags": {"a": "1"},
		"identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {"/ids/One": {}}},
		"properties": {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8"}]}, "softDelete": {"days": 7}}}`)
	live := parse(t, `{"id": "/x", "name": "reg", "type": "T", "location": "westeurope", "sku": {"name": "Premium", "tier": "Premium"},
		"tags": {"a": "1"}, "identity": {"type": "systemassigned,userassigned", "principalId": "p", "tenantId": "t",
			"userAssignedIdentities": {"/IDS/one": {"clientId": "c"}}},
		"properties": {"loginServer": "reg.azurecr.io", "provisioningState": "Succeeded", "adminUserEnabled": false,
			"dataEndpointHostNames": [], "softDelete": {"days": 7, "status": "on"}, "future": {"x": 1},
			"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8", "action": "Allow"}]},
			"policies": {"retentionPolicy": {"days": 7, "status": "disabled", "lastUpdatedTime": "z"}}}}`)
	state, err := m.Applied(plan, live)
	if err != nil {
		t.Fatal(err)
	}
	want := obj{
		"id": "/x", "name": "reg", "location": "West Europe", "sku": "Premium", "tags": obj{"a": "1"}, "tags_all": obj{"a": "1"},
		"identity":         obj{"type": "SystemAssigned,UserAssigned", "identity_ids": []any{"/ids/One"}, "principal_id": "p"},
		"network_rule_set": obj{"default_action": "Deny", "ip_ranges": []any{"10.0.0.0/8"}},
		"extra_properties": `{"properties": {"softDelete": {"days": 7}}}`,
		"login_server":     "reg.azurecr.io", "provisioning_state": "Succeeded", "data_endpoint_hostnames": []any{},
	}
	sameValue(t, state, value(of, want))
	refreshed, err := m.Refresh(state, live)
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, refreshed, state)

	want["tags"], want["identity"], want["extra_properties"] = obj{"b": "2"}, nil, nil
	want["network_rule_set"] = obj{"default_action": "Deny", "ip_ranges": []any{"10.0.0.0/8", "11.0.0.0/8"}}
	next := value(of, want)
	body, err = m.Overlay(live, armschema.Input{Prior: state, Plan: next, Config: next}, armschema.Paths("sku.tier", "identity.tenantId"))
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, body, `{"location": "westeurope", "sku": {"name": "Premium"}, "tags": {"b": "2"}, "identity": {"type": "None"},
		"properties": {"adminUserEnabled": false, "softDelete": {"status": "on"}, "future": {"x": 1},
			"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8", "action": "Allow"}, {"value": "11.0.0.0/8"}]},
			"policies": {"retentionPolicy": {"days": 7, "status": "disabled"}}}}`)
}

// TestImportThenPlan proves that a resource that is imported and configured as it is needs no change.
func TestImportThenPlan(t *testing.T) {
	t.Parallel()
	m := registry()
	of := typeOf(t, m)
	live := parse(t, `{"id": "/x", "location": "westeurope", "sku": {"name": "Premium"}, "identity": {"type": "None"},
		"properties": {"loginServer": "l", "adminUserEnabled": false, "roleAssignmentMode": "LegacyRegistryPermissions",
			"networkRuleSet": {"defaultAction": "Allow", "ipRules": []},
			"policies": {"retentionPolicy": {"days": 7, "status": "disabled", "lastUpdatedTime": "z"}}}}`)
	state, unclaimed, err := m.Import(t.Context(), value(of, obj{"name": "reg"}), live)
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, state, value(of, obj{
		"id": "/x", "name": "reg", "location": "westeurope", "sku": "Premium", "admin_enabled": false, "login_server": "l",
		"role_assignment_mode": "LegacyRegistryPermissions", "network_rule_set": obj{"default_action": "Allow", "ip_ranges": []any{}},
		"retention_policy": obj{"days": 7, "status": "disabled", "last_updated": "z"},
	}))
	config := obj{"name": "reg", "location": "West Europe", "sku": "Premium", "retention_policy": obj{"days": 7}}
	proposed := value(of, obj{
		"name": "reg", "location": "West Europe", "sku": "Premium", "retention_policy": obj{"days": 7, "status": unknown{}, "last_updated": unknown{}},
		"role_assignment_mode": "LegacyRegistryPermissions", "id": unknown{}, "login_server": unknown{}, "network_rule_set": unknown{},
	})
	planned, err := m.Plan(armschema.Change{Config: value(of, config), Plan: proposed, State: state, Unclaimed: unclaimed})
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, planned.Value, state)
	if planned.Changed || len(planned.Replace) > 0 {
		t.Errorf("something changes: %v", planned.Replace)
	}
	rest := m.Claim(unclaimed, value(of, config))
	if diff := cmp.Diff(armschema.Unclaimed{
		"admin_enabled": nil, "network_rule_set": nil, "retention_policy": {"status": nil},
	}, rest); diff != "" {
		t.Errorf("what is left unclaimed (-want +got):\n%s", diff)
	}
}

// TestResourceGroup takes the smallest resource through the same.
func TestResourceGroup(t *testing.T) {
	t.Parallel()
	m := resourceGroup()
	of := typeOf(t, m)
	config := value(of, obj{"name": "rg", "location": "West Europe", "delete_contents": true})
	body, err := m.Encode(config, config)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, body, `{"location": "West Europe"}`)
	live := parse(t, `{"id": "/rg", "name": "rg", "type": "T", "location": "westeurope", "tags": {"foreign": "x"},
		"properties": {"provisioningState": "Succeeded"}}`)
	state, _, err := m.Import(t.Context(), value(of, obj{"name": "rg"}), live)
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, state, value(of, obj{
		"id": "/rg", "name": "rg", "location": "westeurope", "delete_contents": false,
		"tags": obj{"foreign": "x"}, "tags_all": obj{"foreign": "x"},
	}))
	body, err = m.Overlay(live, armschema.Input{Prior: config, Plan: config, Config: config}, armschema.Paths("properties"))
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, body, `{"location": "westeurope", "tags": {"foreign": "x"}}`)
}

// TestContainerGroup has nested objects, two attributes on one array, and secrets.
func TestContainerGroup(t *testing.T) {
	t.Parallel()
	m := containerGroup()
	of := typeOf(t, m)
	app := obj{
		"image": "nginx", "cpu": 0.5, "memory": 1, "environment_variables": obj{"A": "1"},
		"ports": []any{obj{"port": 80, "protocol": "TCP"}}, "liveness_probe": obj{"command": []any{"true"}, "period_seconds": 10},
	}
	plan := obj{
		"name": "g", "location": "westeurope", "os_type": "Linux", "containers": obj{"app": app},
		"volumes":  obj{"v": obj{"empty_dir": obj{}}, "w": obj{"share_name": "s"}},
		"docker":   obj{"file": "Dockerfile"},
		"settings": `{"a": [1, 2.50]}`,
	}
	planned := value(of, plan)
	app["secrets"] = obj{"B": "hidden"}
	plan["volumes"] = obj{"v": obj{"empty_dir": obj{}}, "w": obj{"share_name": "s", "storage_account_key_wo": "key"}}
	config := value(of, plan)
	body, err := m.Encode(planned, config)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, body, `{"location": "westeurope", "properties": {"osType": "Linux",
		"step": {"type": "Docker", "dockerFilePath": "Dockerfile"}, "settings": {"a": [1, 2.50]},
		"containers": [{"name": "app", "properties": {"image": "nginx", "resources": {"requests": {"cpu": 0.5, "memoryInGB": 1}},
			"environmentVariables": [{"name": "A", "value": "1"}, {"name": "B", "secureValue": "hidden"}],
			"ports": [{"port": 80, "protocol": "TCP"}], "livenessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 10}}}],
		"volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "azureFile": {"shareName": "s", "storageAccountKey": "key"}}]}}`)

	live := parse(t, `{"location": "westeurope", "properties": {"osType": "linux", "settings": {"a": [1.0, 2.5]},
		"step": {"type": "docker", "dockerFilePath": "Dockerfile"}, "ipAddress": {"ip": "1.2.3.4"},
		"containers": [{"name": "app", "properties": {"image": "nginx", "resources": {"requests": {"cpu": 0.5, "memoryInGB": 1.0}},
			"instanceView": {"currentState": {"state": "Running"}}, "future": true,
			"environmentVariables": [{"name": "A", "value": "1"}, {"name": "B"}],
			"ports": [{"port": 80, "protocol": "tcp"}], "livenessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 10}}}],
		"volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "azureFile": {"shareName": "s"}}]}}`)
	state, err := m.Refresh(planned, live)
	if err != nil {
		t.Fatal(err)
	}
	delete(app, "secrets")
	app["state"] = "Running"
	plan["ip_address"], plan["volumes"] = "1.2.3.4", obj{"v": obj{"empty_dir": obj{}}, "w": obj{"share_name": "s"}}
	sameValue(t, state, value(of, plan))

	app["environment_variables"], app["ports"] = obj{"C": "3"}, nil
	plan["docker"], plan["encoded"] = nil, obj{"content": "x"}
	plan["volumes"] = nil
	body, err = m.Overlay(live, armschema.Input{Prior: state, Plan: value(of, plan), Config: value(of, plan)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, body, `{"location": "westeurope", "properties": {"osType": "linux", "settings": {"a": [1, 2.50]},
		"step": {"type": "EncodedTask", "encodedTaskContent": "x"}, "ipAddress": {"ip": "1.2.3.4"},
		"containers": [{"name": "app", "properties": {"image": "nginx", "resources": {"requests": {"cpu": 0.5, "memoryInGB": 1}},
			"future": true, "environmentVariables": [{"name": "C", "value": "3"}],
			"livenessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 10}}}]}}`)
}
