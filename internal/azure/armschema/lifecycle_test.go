package armschema_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

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

// TestReplace wants a new object where the service cannot follow, and only there.
func TestReplace(t *testing.T) {
	t.Parallel()
	r, _ := start(t, "containers")
	base := with(aContainers, obj{"zones": []any{"1"}})
	r.Apply(t, base)
	for name, test := range map[string]struct {
		change obj
		want   core.Action
	}{
		"another spelling of a location": {obj{"location": "West Europe"}, core.NoOp},
		"another case":                   {obj{"os_type": "linux"}, core.NoOp},
		"another value":                  {obj{"os_type": "Windows"}, core.Replace},
		"taken away":                     {obj{"zones": nil}, core.Replace},
		"in place":                       {obj{"tags": obj{"a": "b"}}, core.Update},
		"unknown":                        {obj{"os_type": core.Unknown}, core.Replace},
		"unknown and in place":           {obj{"tags": core.Unknown}, core.Update},
		"unknown in a map":               {obj{"tags": obj{"a": core.Unknown}}, core.Update},
		"unknown in an object":           {obj{"containers": obj{"app": with(aContainer, obj{"image": core.Unknown})}}, core.Update},
		"unknown in a list":              {obj{"containers": obj{"app": with(aContainer, obj{"ports": []any{obj{"port": core.Unknown}}})}}, core.Update},
		"unknown map of objects":         {obj{"containers": core.Unknown}, core.Update},
		"unknown and given":              {obj{"zones": core.Unknown}, core.Replace},
		"unknown secret":                 {obj{"containers": obj{"app": with(aContainer, obj{"secrets": obj{"A": core.Unknown}})}}, core.Update},
	} {
		t.Run(name, func(t *testing.T) {
			if c := r.Clone().Plan(t, with(base, test.change)); c.Action != test.want {
				t.Errorf("it is a %s, want %s: %v", c.Action, test.want, c.Replace)
			}
		})
	}
}

// TestFixed wants a new object where what is there is another one, and not where what it holds is.
func TestFixed(t *testing.T) {
	t.Parallel()
	r, _ := start(t, "containers")
	parts := obj{"a": obj{"size": 1}, "b": obj{"size": 2}}
	base := with(aContainers, obj{"encryption": obj{"key": "k"}, "parts": parts})
	r.Apply(t, base)
	bare, _ := start(t, "containers")
	bare.Apply(t, aContainers)
	for name, test := range map[string]struct {
		from   *core.Resource
		config obj
		want   core.Action
	}{
		"inside":           {r, with(base, obj{"encryption": obj{"key": "l"}}), core.Update},
		"unknown":          {r, with(base, obj{"encryption": core.Unknown}), core.Replace},
		"added":            {bare, with(aContainers, obj{"encryption": obj{"key": "k"}}), core.Replace},
		"added unknown":    {bare, with(aContainers, obj{"encryption": core.Unknown}), core.Replace},
		"removed":          {r, with(base, obj{"encryption": nil}), core.Replace},
		"inside one":       {r, with(base, obj{"parts": with(parts, obj{"a": obj{"size": 3}})}), core.Update},
		"one more":         {r, with(base, obj{"parts": with(parts, obj{"c": obj{}})}), core.Replace},
		"one less":         {r, with(base, obj{"parts": with(parts, obj{"b": nil})}), core.Replace},
		"some are unknown": {r, with(base, obj{"parts": core.Unknown}), core.Replace},
		"unknown inside":   {r, with(base, obj{"parts": with(parts, obj{"a": obj{"size": core.Unknown}})}), core.Update},
		"none":             {r, with(base, obj{"parts": nil}), core.Replace},
	} {
		t.Run(name, func(t *testing.T) {
			if c := test.from.Clone().Plan(t, test.config); c.Action != test.want {
				t.Errorf("it is a %s, want %s: %v", c.Action, test.want, c.Replace)
			}
		})
	}
}

// TestNoNulls wants elements that are null to be refused where they are, with what to write instead.
func TestNoNulls(t *testing.T) {
	t.Parallel()
	r, _ := start(t, "containers")
	for at, change := range map[string]obj{
		`tags["a"]`:                      {"tags": obj{"a": nil, "b": "1"}},
		`zones`:                          {"zones": []any{"1", nil}},
		`containers["b"]`:                {"containers": obj{"b": nil}},
		`containers["app"].secrets["S"]`: inApp("secrets", obj{"S": nil}),
		`containers["app"].liveness_probe.command[1]`: inApp("liveness_probe", obj{"command": []any{"a", nil}}),
	} {
		diags := r.Validate(t.Context(), with(aContainers, change))
		if found := diags.Errors().At(at).Containing("if v != null"); len(found) != 1 || len(diags.Errors()) != 1 {
			t.Errorf("%s: %v", at, diags)
		}
	}
}

// TestUnknownBesideNone plans another object where a collection is unknown that the state does not have: it may turn out to have elements.
func TestUnknownBesideNone(t *testing.T) {
	t.Parallel()
	r, _ := start(t, "containers")
	r.Apply(t, aContainers)
	for name, zones := range map[string][]any{"elements": {"1"}, "none": {}} {
		t.Run(name, func(t *testing.T) {
			r := r.Clone()
			if c := r.Plan(t, with(aContainers, obj{"zones": core.Unknown})); c.Action != core.Replace {
				t.Errorf("it is planned as a %s", c.Action)
			}
			r.ApplyPlanned(t, with(aContainers, obj{"zones": core.Unknown}), with(aContainers, obj{"zones": zones}))
		})
	}
}

// TestFixedTurnsOut has a value that was unknown as a whole turn out to be one that needs another object: Terraform takes no replacement
// that was not planned.
func TestFixedTurnsOut(t *testing.T) {
	t.Parallel()
	r, _ := start(t, "containers")
	base := with(aContainers, obj{"parts": obj{"a": obj{"size": 1}}})
	r.Apply(t, base)
	r.ApplyPlanned(t, with(base, obj{"parts": core.Unknown}), with(base, obj{"parts": obj{"a": obj{"size": 1}, "b": obj{}}}))
}

// TestComputedValues are known as long as nothing changes, and those that never change always.
func TestComputedValues(t *testing.T) {
	t.Parallel()
	r, s := start(t, "registry")
	s.fills = parse(t, `{"properties": {"loginServer": "l", "provisioningState": "Succeeded"}}`)
	r.Apply(t, aRegistry)
	for name, test := range map[string]struct {
		change obj
		want   any
	}{
		"nothing":         {obj{}, "Succeeded"},
		"respelling":      {obj{"location": "West Europe"}, "Succeeded"},
		"a change":        {obj{"admin_enabled": true}, core.Unknown},
		"an empty object": {obj{"retention_policy": obj{}}, core.Unknown},
		"one in part":     {obj{"identity": obj{"type": "SystemAssigned"}}, core.Unknown},
	} {
		c := r.Clone().Plan(t, with(aRegistry, test.change))
		if got := c.Planned.Value(t, "provisioning_state"); got != test.want {
			t.Errorf("%s: the computed value is %v, want %v", name, got, test.want)
		}
		if got := c.Planned.Value(t, "login_server"); got != "l" {
			t.Errorf("%s: the value that never changes is %v", name, got)
		}
	}
	config := with(aRegistry, obj{"admin_enabled": true})
	r.Apply(t, config)
	if got := r.Plan(t, aRegistry).Planned.Value(t, "provisioning_state"); got != core.Unknown {
		t.Errorf("a value that is taken away leaves the computed value %v", got)
	}
}

// TestFollowing is about computed values that some attributes alone decide about.
func TestFollowing(t *testing.T) {
	t.Parallel()
	r, s := start(t, "registry")
	s.fills = parse(t, `{"properties": {"dataEndpointHostNames": ["a"]}, "identity": {"principalId": "p"}}`)
	base := with(aRegistry, obj{
		"identity": obj{"type": "SystemAssigned"}, "network_rule_set": obj{"default_action": "Deny", "ip_ranges": []any{"1"}},
		"retention_policy": obj{"days": 7},
	})
	r.Apply(t, base)
	names, principal := r.Value(t, "data_endpoint_hostnames"), r.Value(t, "identity.principal_id")
	for name, test := range map[string]struct {
		change           obj
		names, principal any
	}{
		"another":           {obj{"admin_enabled": true}, names, principal},
		"respelling":        {obj{"location": "West Europe", "admin_enabled": true}, names, principal},
		"followed":          {obj{"public_access": false}, core.Unknown, principal},
		"unknown":           {obj{"public_access": core.Unknown}, core.Unknown, principal},
		"a part":            {obj{"network_rule_set": obj{"default_action": "Allow", "ip_ranges": []any{"1"}}}, core.Unknown, principal},
		"another part":      {obj{"network_rule_set": obj{"default_action": "Deny", "ip_ranges": []any{"2"}}}, names, principal},
		"inside":            {obj{"retention_policy": obj{"days": 8}}, core.Unknown, principal},
		"taken away":        {obj{"network_rule_set": nil}, core.Unknown, principal},
		"beside":            {obj{"identity": obj{"type": "UserAssigned"}}, names, core.Unknown},
		"not beside":        {obj{"identity": obj{"type": "SystemAssigned", "identity_ids": []any{"/a"}}}, names, principal},
		"around":            {obj{"identity": core.Unknown}, names, nil},
		"whatever there is": {obj{"extra_properties": `{"properties":{"a":1}}`}, core.Unknown, core.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			planned := r.Clone().Plan(t, with(base, test.change)).Planned
			if d := cmp.Diff(test.names, planned.Value(t, "data_endpoint_hostnames")); d != "" {
				t.Errorf("what follows two attributes (-want +got):\n%s", d)
			}
			if test.principal == nil {
				return
			}
			if d := cmp.Diff(test.principal, planned.Value(t, "identity.principal_id")); d != "" {
				t.Errorf("what follows the one beside it (-want +got):\n%s", d)
			}
		})
	}
}

// TestInvalidJSON is refused in the plan.
func TestInvalidJSON(t *testing.T) {
	t.Parallel()
	registries, _ := start(t, "registry")
	groups, _ := start(t, "containers")
	for text, want := range map[string]string{"{": "jsonencode", "1 2": "jsonencode", "null": "leave the attribute out", "[]": "only an object"} {
		diags := registries.Validate(t.Context(), with(aRegistry, obj{"extra_properties": text}))
		if !strings.Contains(diags.String(), want) || !strings.Contains(diags.String(), "extra_properties") {
			t.Errorf("%s: %v", text, diags)
		}
		diags = groups.Validate(t.Context(), with(aContainers, obj{"settings": text}))
		if bad := text != "[]"; diags.HasError() != bad {
			t.Errorf("%s in a place of its own: %v", text, diags)
		}
	}
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

// blur makes parts of a configuration unknown, at any depth, but for whole elements that are objects: the framework takes
// these for objects in which what is required is missing.
func blur(t *rapid.T, label string, v any, whole bool) any {
	if _, isObject := v.(map[string]any); (!isObject || whole) && rapid.IntRange(0, 9).Draw(t, label+"!") == 9 {
		return core.Unknown
	}
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(x)) {
			out[name] = blur(t, label+"."+name, x[name], !slices.Contains([]string{"a", "image", "B"}, name))
		}
		return out
	case []any:
		out := []any{}
		for _, e := range x {
			out = append(out, blur(t, label+"[]", e, false))
		}
		return out
	default:
		return v
	}
}

// TestAnyTwoConfigurations goes from any configuration to any other one, through core's own rules. Parts of each are
// unknown in the plan and known when it is applied.
func TestAnyTwoConfigurations(t *testing.T) {
	t.Parallel()
	for name, m := range mappings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := start(t, name)
			rapid.Check(t, func(rt *rapid.T) {
				if rapid.SampledFrom([]bool{true, true, true, false}).Draw(rt, "skip") {
					return // a lifecycle takes so long that one in four has to do
				}
				r.Forget()
				for _, label := range []string{"first", "second"} {
					config := draw(rt, label, m.Attributes)
					hide(config)
					planned, _ := blur(rt, label, config, false).(map[string]any)
					if _, diags := r.TryApplyPlanned(t.Context(), planned, config); diags.HasError() {
						rt.Fatalf("%s: %v", label, diags)
					}
					if _, diags := r.TryRefresh(t.Context()); diags.HasError() {
						rt.Fatalf("%s: %v", label, diags)
					}
					c, diags := r.TryPlan(t.Context(), config)
					if diags.HasError() || c.Action != core.NoOp {
						rt.Fatalf("%s: the plan after it is a %s: %v", label, c.Action, diags)
					}
				}
			})
		})
	}
}
