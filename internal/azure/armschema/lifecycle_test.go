package armschema_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// with is a configuration with other values; nil takes one out.
func with(config obj, changes obj) obj {
	out := maps.Clone(config)
	for name, v := range changes {
		if out[name] = v; v == nil {
			delete(out, name)
		}
	}
	return out
}

var (
	aRegistry   = obj{"name": "reg", "location": "westeurope", "sku": "Premium"}
	aContainer  = obj{"image": "nginx", "cpu": 1, "memory": 1.5}
	aContainers = obj{"name": "g", "location": "westeurope", "os_type": "Linux", "containers": obj{"app": aContainer}}
)

// inApp changes an attribute of the container.
func inApp(name string, v any) obj {
	return obj{"containers": obj{"app": with(aContainer, obj{name: v})}}
}

// transitions are changes of attributes, one for each option.
var transitions = map[string]struct {
	kind        string
	base        obj
	first, next obj
	at          []string
	want        [3]any // what is sent: for the first value, the next one, and none
}{
	"path": {
		"containers", aContainers,
		obj{"settings": "1"},
		obj{"settings": `{"a":2}`},
		[]string{"properties", "settings"},
		[3]any{1.0, obj{"a": 2.0}, nil},
	},
	"bool with unset": {
		"registry", aRegistry,
		obj{"admin_enabled": true},
		obj{"admin_enabled": false},
		[]string{"properties", "adminUserEnabled"},
		[3]any{true, false, false},
	},
	"bool in words": {
		"registry", aRegistry,
		obj{"public_access": false},
		obj{"public_access": true},
		[]string{"properties", "publicNetworkAccess"},
		[3]any{"Disabled", "Enabled", "Enabled"},
	},
	"default": {
		"registry", aRegistry,
		obj{"role_assignment_mode": "Abac"},
		obj{"role_assignment_mode": "Other"},
		[]string{"properties", "roleAssignmentMode"},
		[3]any{"Abac", "Other", "LegacyRegistryPermissions"},
	},
	"object with unset": {
		"registry", aRegistry,
		obj{"identity": obj{"type": "SystemAssigned"}},
		obj{"identity": obj{"type": "UserAssigned", "identity_ids": []any{"/a"}}},
		[]string{"identity"},
		[3]any{obj{"type": "SystemAssigned"}, obj{"type": "UserAssigned", "userAssignedIdentities": obj{"/a": obj{}}}, obj{"type": "None"}},
	},
	"wrapped": {
		"registry", aRegistry,
		obj{"network_rule_set": obj{"default_action": "Deny", "ip_ranges": []any{"1", "2"}}},
		obj{"network_rule_set": obj{"default_action": "Deny"}},
		[]string{"properties", "networkRuleSet"},
		[3]any{obj{"defaultAction": "Deny", "ipRules": []any{obj{"value": "1"}, obj{"value": "2"}}}, obj{"defaultAction": "Deny"}, nil},
	},
	"deep": {
		"registry", aRegistry,
		obj{"retention_policy": obj{"days": 7, "status": "enabled"}},
		obj{"retention_policy": obj{"status": "x"}},
		[]string{"properties", "policies"},
		[3]any{
			obj{"retentionPolicy": obj{"days": 7.0, "status": "enabled"}}, obj{"retentionPolicy": obj{"status": "x"}}, nil,
		},
	},
	"merged": {
		"registry", aRegistry,
		obj{"extra_properties": `{"properties":{"a":{"b":1,"c":2}}}`},
		obj{"extra_properties": `{"properties":{"a":{"b":3}}}`},
		[]string{"properties", "a"},
		[3]any{obj{"b": 1.0, "c": 2.0}, obj{"b": 3.0}, nil},
	},
	"tags": {
		"group",
		obj{"name": "rg", "location": "westeurope"},
		obj{"tags": obj{"a": "1", "b": "2"}},
		obj{"tags": obj{"b": "3"}},
		[]string{"tags"},
		[3]any{obj{"a": "1", "b": "2"}, obj{"b": "3"}, nil},
	},
	"keyed": {
		"containers", aContainers,
		obj{"volumes": obj{"v": obj{"share_name": "s"}, "w": obj{"empty_dir": obj{}}}},
		obj{"volumes": obj{"w": obj{"share_name": "t"}}},
		[]string{"properties", "volumes"},
		[3]any{
			[]any{obj{"name": "v", "azureFile": obj{"shareName": "s"}}, obj{"name": "w", "emptyDir": obj{}}},
			[]any{obj{"name": "w", "azureFile": obj{"shareName": "t"}}},
			nil,
		},
	},
	"empty object": {
		"containers", aContainers,
		obj{"volumes": obj{"v": obj{}}},
		obj{"volumes": obj{"v": obj{"empty_dir": obj{}}}},
		[]string{"properties", "volumes"},
		[3]any{[]any{obj{"name": "v"}}, []any{obj{"name": "v", "emptyDir": obj{}}}, nil},
	},
	"discriminated": {
		"containers", aContainers,
		obj{"docker": obj{"file": "f"}},
		obj{"docker": nil, "encoded": obj{"content": "c"}},
		[]string{"properties", "step"},
		[3]any{
			obj{"type": "Docker", "dockerFilePath": "f"}, obj{"type": "EncodedTask", "encodedTaskContent": "c"}, nil,
		},
	},
	"key and value": {
		"containers", aContainers, inApp("environment_variables", obj{"A": "1", "B": "2"}),
		inApp("environment_variables", obj{"B": "3"}),
		[]string{"properties", "containers", "0", "properties", "environmentVariables"},
		[3]any{[]any{obj{"name": "A", "value": "1"}, obj{"name": "B", "value": "2"}}, []any{obj{"name": "B", "value": "3"}}, nil},
	},
	"list": {
		"containers", aContainers, inApp("ports", []any{obj{"port": 80}, obj{"port": 81, "protocol": "UDP"}}),
		inApp("ports", []any{obj{"port": 81, "protocol": "UDP"}}),
		[]string{"properties", "containers", "0", "properties", "ports"},
		[3]any{[]any{obj{"port": 80.0, "protocol": "TCP"}, obj{"port": 81.0, "protocol": "UDP"}}, []any{obj{"port": 81.0, "protocol": "UDP"}}, nil},
	},
	"secrets": {
		"containers", aContainers, inApp("secrets", obj{"S": "1"}), inApp("secrets", obj{"S": "2"}),
		[]string{"properties", "containers", "0", "properties", "environmentVariables"},
		[3]any{[]any{obj{"name": "S", "secureValue": "1"}}, []any{obj{"name": "S", "secureValue": "2"}}, nil},
	},
}

// TestTransitions takes attributes of every option from nothing to a value, to another, and to nothing, as Terraform core
// does, and wants each in the request, true afterwards, and gone at the end.
func TestTransitions(t *testing.T) {
	t.Parallel()
	for name, test := range transitions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, s := start(t, test.kind)
			r.Apply(t, test.base)
			for i, changes := range []obj{test.first, test.next, {}} {
				config := with(test.base, changes)
				if c := r.Apply(t, config); c.Action != core.Update {
					t.Errorf("step %d is a %s", i, c.Action)
				}
				if d := cmp.Diff(test.want[i], find(number(s.sent()), test.at)); d != "" {
					t.Errorf("step %d sends something else (-want +got):\n%s", i, d)
				}
				if drift := r.Refresh(t); len(drift) > 0 {
					t.Errorf("step %d drifts: %v", i, drift)
				}
				r.ExpectEmptyPlan(t, config)
			}
		})
	}
}

// find is what is at a path of names and indexes.
func find(v any, at []string) any {
	for _, name := range at {
		if l := list(v); l != nil {
			v = l[0]
			continue
		}
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v
}

// TestDriftIsSeen shows what others did: to what is configured, and only to that.
func TestDriftIsSeen(t *testing.T) {
	t.Parallel()
	r, s := start(t, "registry")
	config := with(aRegistry, obj{
		"tags": obj{"a": "1"}, "network_rule_set": obj{"default_action": "Deny"}, "extra_properties": `{"properties":{"a":1}}`,
	})
	r.Apply(t, config)
	s.live["tags"].(map[string]any)["b"] = "2"
	properties := s.live["properties"].(map[string]any)
	properties["networkRuleSet"].(map[string]any)["ipRules"] = []any{map[string]any{"value": "1"}}
	properties["zoneRedundancy"], properties["a"] = "Enabled", false
	r.Refresh(t)
	if d := cmp.Diff([]any{map[string]any{"a": "1", "b": "2"}, nil, nil, `{"properties":{"a":false}}`}, []any{
		r.Value(t, "tags"), r.Value(t, "network_rule_set.ip_ranges"), r.Value(t, "zone_redundancy"), r.Value(t, "extra_properties"),
	}); d != "" {
		t.Errorf("not what is to be seen (-want +got):\n%s", d)
	}
	r.Converge(t, config)
	if d := cmp.Diff(map[string]any{"a": "1"}, s.sent()["tags"]); d != "" {
		t.Errorf("the drift stays:\n%s", d)
	}
}

// TestImportEmpty imports an object of which the service shows an empty list that nobody configures. Since something in it is write-only,
// it is not computed: a plan could not leave it as it is.
func TestImportEmpty(t *testing.T) {
	t.Parallel()
	r, s := start(t, "containers")
	r.Apply(t, aContainers)
	s.live["properties"].(map[string]any)["volumes"] = []any{}
	r.Forget()
	r.Import(t, "g")
	r.ExpectEmptyPlan(t, aContainers)
}

// TestImportedDefaultsStay imports an object with values that the service has filled, and changes one thing.
func TestImportedDefaultsStay(t *testing.T) {
	t.Parallel()
	r, s := start(t, "registry")
	s.live = parse(t, `{"id": "/id", "location": "westeurope", "sku": {"name": "Premium"}, "tags": {"x": "y"}, "properties": {
		"adminUserEnabled": false, "roleAssignmentMode": "LegacyRegistryPermissions", "networkRuleSet": {"defaultAction": "Allow", "ipRules": []}}}`)
	r.Import(t, "reg")
	r.ExpectEmptyPlan(t, aRegistry)
	config := with(aRegistry, obj{"admin_enabled": true, "network_rule_set": obj{"default_action": "Deny"}})
	r.Apply(t, config)
	sameBody(t, without(s.sent()), `{"location": "westeurope", "sku": {"name": "Premium"}, "tags": {"x": "y"}, "properties": {
		"adminUserEnabled": true, "roleAssignmentMode": "LegacyRegistryPermissions", "networkRuleSet": {"defaultAction": "Deny", "ipRules": []}}}`)
	r.ExpectEmptyPlan(t, config)
	if c := r.Apply(t, with(config, obj{"admin_enabled": nil})); c.Action != core.Update {
		t.Errorf("a value that was claimed is not unset: %s", c.Action)
	}
	sameBody(t, without(s.sent()), `{"location": "westeurope", "sku": {"name": "Premium"}, "tags": {"x": "y"}, "properties": {
		"adminUserEnabled": false, "roleAssignmentMode": "LegacyRegistryPermissions", "networkRuleSet": {"defaultAction": "Deny", "ipRules": []}}}`)
}
