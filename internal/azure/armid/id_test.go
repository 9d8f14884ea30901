package armid_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armid"
)

const (
	subscription = "/subscriptions/00000000-0000-0000-0000-000000000001"
	group        = subscription + "/resourceGroups/Group"
	registry     = group + "/providers/Microsoft.ContainerRegistry/registries/reg"
)

// TestParts takes ids of all scopes apart.
func TestParts(t *testing.T) {
	t.Parallel()
	type parts struct{ Type, Name, Parent, Scope, Subscription, Group string }
	id := "00000000-0000-0000-0000-000000000001"
	for text, want := range map[string]parts{
		subscription: {armid.SubscriptionType, id, "", "", id, ""},
		group:        {armid.ResourceGroupType, "Group", subscription, subscription, id, "Group"},
		registry:     {"Microsoft.ContainerRegistry/registries", "reg", group, group, id, "Group"},
		registry + "/tokens/t": {
			"Microsoft.ContainerRegistry/registries/tokens", "t", registry, group, id, "Group",
		},
		registry + "/tokens/t/providers/Microsoft.Authorization/roleAssignments/r": {
			"Microsoft.Authorization/roleAssignments", "r", registry + "/tokens/t", registry + "/tokens/t", id, "Group",
		},
		"/subscriptions/1/RESOURCEGROUPS/g/PROVIDERS/microsoft.x/ys/Z": {
			"microsoft.x/ys", "Z", "/subscriptions/1/RESOURCEGROUPS/g", "/subscriptions/1/RESOURCEGROUPS/g", "1", "g",
		},
		"/providers/Microsoft.Management/managementGroups/mg": {"Microsoft.Management/managementGroups", "mg", "", "", "", ""},
		"/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/policyAssignments/p": {
			"Microsoft.Authorization/policyAssignments", "p", "/providers/Microsoft.Management/managementGroups/mg",
			"/providers/Microsoft.Management/managementGroups/mg", "", "",
		},
		subscription + "/providers/Microsoft.App/locations/westeurope/operationResults/1": {
			"Microsoft.App/locations/operationResults", "1", subscription + "/providers/Microsoft.App/locations/westeurope", subscription, id, "",
		},
		subscription + "/providers/Microsoft.Features/providers/Microsoft.X/features/f": {
			"Microsoft.Features/providers/features", "f", subscription + "/providers/Microsoft.Features/providers/Microsoft.X", subscription, id, "",
		},
	} {
		parsed, err := armid.Parse(text)
		if err != nil {
			t.Error(err)
			continue
		}
		got := parts{
			parsed.Type(), parsed.Name(), parsed.Parent().String(), parsed.Scope().String(), parsed.Subscription(), parsed.ResourceGroup(),
		}
		if diff := cmp.Diff(want, got); diff != "" || parsed.String() != text {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// TestNoIDs says what is wrong.
func TestNoIDs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "it begins with /subscriptions/",
		"subscriptions/1":                   "it begins with /subscriptions/",
		"/":                                 "nothing between two slashes",
		"/subscriptions":                    "providers belongs",
		"/subscriptions/":                   "after the last one",
		group + "/":                         "after the last one",
		"/subscriptions//x":                 "nothing between two slashes",
		group + "/registries/reg":           `"registries" stands where providers belongs`,
		group + "/providers/Microsoft.X":    "ends early",
		group + "/providers/Microsoft.X/ys": "ends early",
		group + "/providers/Microsoft.X/ys/z/more":    "ends early",
		group + "/providers":                          "ends early",
		registry + "/providers":                       "ends early",
		group + "/providers/Microsoft.X/ys/..":        `".." cannot be a part`,
		group + "/providers/Microsoft.X/ys/z?a=b":     "cannot be a part",
		group + "/providers/Microsoft.X/ys/z%2Fa":     "cannot be a part",
		group + "/providers/Microsoft.X/ys/ z":        "cannot be a part",
		group + "/providers/Microsoft.X/ys/z\x00":     "cannot be a part",
		"https://management.azure.com" + subscription: "it begins with /subscriptions/",
	} {
		if _, err := armid.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestChildren finds the ids and the lists of objects in others, and refuses parents of another type.
func TestChildren(t *testing.T) {
	t.Parallel()
	const tokens, locks = "Microsoft.ContainerRegistry/registries/tokens", "Microsoft.Authorization/locks"
	for _, c := range []struct{ parent, typ, name, want, fault string }{
		{group, "Microsoft.ContainerRegistry/registries", "reg", registry, ""},
		{strings.ToUpper(registry), tokens, "t", strings.ToUpper(registry) + "/tokens/t", ""},
		{registry, locks, "l", registry + "/providers/" + locks + "/l", ""},
		{registry + "/providers/" + locks + "/l", locks, "m", registry + "/providers/" + locks + "/l/providers/" + locks + "/m", ""},
		{"", "Microsoft.Management/managementGroups", "mg", "/providers/Microsoft.Management/managementGroups/mg", ""},
		{"", armid.SubscriptionType, "1", "/subscriptions/1", ""},
		{subscription, armid.ResourceGroupType, "Group", group, ""},
		{subscription, locks, "l", subscription + "/providers/" + locks + "/l", ""},
		{group, tokens, "t", "", "belongs in an object of type Microsoft.ContainerRegistry/registries"},
		{registry, armid.ResourceGroupType, "g", "", "belongs in an object of type " + armid.SubscriptionType},
		{group, armid.ResourceGroupType, "g", "", "belongs in an object of type " + armid.SubscriptionType},
		{group, armid.SubscriptionType, "g", "", "belongs in the tenant"},
		{group, "Microsoft.X", "g", "", "is no type"},
		{group, locks, "a/b", "", "it has a slash"},
		{group, locks, "", "", "after the last one"},
	} {
		var parent armid.ID
		var err error
		if c.parent != "" {
			if parent, err = armid.Parse(c.parent); err != nil {
				t.Fatal(err)
			}
		}
		child, err := parent.Child(c.typ, c.name)
		if (err != nil) != (c.fault != "") || err != nil && !strings.Contains(err.Error(), c.fault) || child.String() != c.want {
			t.Errorf("%s in %q: %s, %v", c.typ, c.parent, child, err)
		}
		if c.fault == "" && (!child.IsType(c.typ) || !child.Parent().Equal(parent)) {
			t.Errorf("%s is a %s in %s", child, child.Type(), child.Parent())
		}
	}
}

// anyID makes ids of any shape.
func anyID() *rapid.Generator[armid.ID] {
	word := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._()-]{0,8}`)
	return rapid.Custom(func(t *rapid.T) armid.ID {
		var text strings.Builder
		if rapid.Bool().Draw(t, "subscription") {
			text.WriteString("/subscriptions/" + word.Draw(t, "subscription id"))
			if rapid.Bool().Draw(t, "group") {
				text.WriteString(rapid.SampledFrom([]string{"/resourceGroups/", "/resourcegroups/"}).Draw(t, "spelling") + word.Draw(t, "group name"))
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "providers") {
			text.WriteString("/providers/" + word.Draw(t, "namespace"))
			for range rapid.IntRange(1, 3).Draw(t, "depth") {
				text.WriteString("/" + word.Draw(t, "type") + "/" + rapid.OneOf(word, rapid.Just("providers")).Draw(t, "name"))
			}
		}
		if text.Len() == 0 {
			return armid.ID{}
		}
		id, err := armid.Parse(text.String())
		if err != nil {
			t.Fatal(err)
		}
		if id.String() != text.String() {
			t.Fatalf("%s became %s", text.String(), id)
		}
		return id
	})
}

// TestRelations holds for all ids: what a parent calls its child is the child.
func TestRelations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := anyID().Draw(t, "id")
		if id.IsTenant() {
			if id.Type() != "" || id.Name() != "" || !id.Parent().IsTenant() {
				t.Fatal("the tenant is something else")
			}
			return
		}
		parent := id.Parent()
		again, err := parent.Child(id.Type(), id.Name())
		if err != nil || !again.Equal(id) {
			t.Fatalf("%s is not child of %s: %s, %v", id, parent, again, err)
		}
		if !strings.HasPrefix(id.String(), parent.String()) || !strings.HasPrefix(id.String(), id.Scope().String()) {
			t.Fatalf("%s: %s, %s", id, parent, id.Scope())
		}
		if len(id.Names()) != max(strings.Count(id.Type(), "/"), 1) || !slices.Contains(id.Names(), id.Name()) {
			t.Fatalf("%s is of %s and has the names %v", id, id.Type(), id.Names())
		}
		if other, err := armid.Parse(strings.ToUpper(id.String())); err != nil || !other.Equal(id) || !armid.Same(id.String()+"/", other.String()) {
			t.Fatalf("%s is another in capital letters: %v", id, err)
		}
	})
}

// FuzzParse never fails otherwise than by an error, and keeps what it reads.
func FuzzParse(f *testing.F) {
	for _, text := range []string{registry, group, subscription, "/providers/a/b/c", "/providers/a/providers/c/providers/d/e/f", "//", "/subscriptions"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := armid.Parse(text)
		if err != nil {
			return
		}
		if id.String() != text || id.Name() == "" || id.Type() == "" {
			t.Errorf("%q: %s of %s", text, id.Name(), id.Type())
		}
		if parent := id.Parent(); !parent.IsTenant() {
			if again, err := armid.Parse(parent.String()); err != nil || !again.Equal(parent) {
				t.Errorf("%q has the parent %s: %v", text, parent, err)
			}
		}
	})
}
