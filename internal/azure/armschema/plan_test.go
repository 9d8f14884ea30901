package armschema_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

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
