package armtypes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

func TestPropertyAtAPath(t *testing.T) {
	cases := []struct {
		resourceType, version, path string
		kind                        armtypes.Kind
		required, readOnly, secret  bool
	}{
		{registries, "2025-11-01", "location", armtypes.String, true, false, false},
		{registries, "2025-11-01", "tags.anything", armtypes.String, false, false, false},
		{registries, "2025-11-01", "properties.loginServer", armtypes.String, false, true, false},
		{registries, "2025-11-01", "properties.adminUserEnabled", armtypes.Boolean, false, false, false},
		{registries, "2025-11-01", "properties.networkRuleSet.ipRules", armtypes.Array, false, false, false},
		{registries, "2025-11-01", "properties.networkRuleSet.ipRules[].value", armtypes.String, true, false, false},
		{registries + "/webhooks", "2025-11-01", "properties.serviceUri", armtypes.String, true, false, true},
		{registries + "/webhooks", "2025-11-01", "properties.customHeaders", armtypes.Object, false, false, true},
		{groups, "2025-09-01", "properties.containers[3].properties.environmentVariables[].secureValue", armtypes.String, false, false, true},
		{groups, "2025-09-01", "properties.containers[].properties.resources.requests.cpu", armtypes.Number, true, false, false},
		{services, "2026-02-01", "properties.serviceTypeName", armtypes.String, true, false, false},
		{services, "2026-02-01", "properties.instanceCount", armtypes.Number, true, false, false},
		{"microsoft.resources/RESOURCEGROUPS", "2021-04-01", "location", armtypes.String, true, false, false},
	}
	types := open(t)
	for _, c := range cases {
		r, err := types.Resource(c.resourceType, c.version)
		if err != nil {
			t.Fatal(err)
		}
		p, ok := r.Property(c.path)
		if !ok || p.Path != c.path {
			t.Errorf("%s: not found", c.path)
			continue
		}
		if p.Type.Kind != c.kind || p.Required() != c.required || p.ReadOnly() != c.readOnly || p.Secret() != c.secret {
			t.Errorf("%s: got %s, required %t, read-only %t, secret %t", c.path, p.Type.Kind, p.Required(), p.ReadOnly(), p.Secret())
		}
	}
	r := resource(t, services, "2026-02-01")
	if p, _ := r.Property("properties.instanceCount"); !slices.Equal(p.Kinds, []string{"Stateless"}) {
		t.Errorf("instanceCount is there for %v", p.Kinds)
	}
	for _, path := range []string{"", "nothing", "location.more", "location[]", "properties.replicaCount", "tags[].x"} {
		if p, ok := r.Property(path); ok {
			t.Errorf("%q found: %+v", path, p)
		}
	}
}

// TestEveryPropertyThatIsWalkedIsFound proves that the two ways to look at a type agree, for every type of the folder
// that the provider may need, and that recursive types end.
func TestEveryPropertyThatIsWalkedIsFound(t *testing.T) {
	types := open(t)
	for _, name := range []string{
		registries, registries + "/tasks", groups, clusters, "Microsoft.App/containerApps", "Microsoft.App/jobs", "Microsoft.Batch/batchAccounts/pools",
		"Microsoft.Web/sites", services, "Microsoft.ServiceFabric/managedClusters", "Microsoft.ManagedIdentity/userAssignedIdentities",
		"Microsoft.Authorization/roleAssignments", "Microsoft.OperationalInsights/workspaces",
	} {
		versions, err := types.Versions(name)
		if err != nil || len(versions) == 0 {
			t.Fatalf("%s: versions %v, %v", name, versions, err)
		}
		r, err := types.Resource(name, versions[len(versions)-1])
		if err != nil {
			t.Fatal(err)
		}
		count, deepest := 0, 0
		for p := range r.Properties() {
			count++
			deepest = max(deepest, strings.Count(p.Path, "."))
			found, ok := r.Property(p.Path)
			if !ok || found.Type != p.Type || found.Name != p.Name {
				t.Errorf("%s: %s is walked, and looking for it finds %+v", name, p.Path, found)
			}
		}
		if count < 10 {
			t.Errorf("%s: %d properties", name, count)
		}
		if name == groups && deepest < 5 {
			t.Errorf("%s: walked to a depth of %d", name, deepest)
		}
	}
}

func TestVersionsAndActions(t *testing.T) {
	types := open(t)
	versions, err := types.Versions("microsoft.containerinstance/containergroups")
	if err != nil || !slices.Equal(versions, []string{"2025-09-01", "2026-07-01"}) {
		t.Errorf("versions %v, %v", versions, err)
	}
	r := resource(t, registries, "2025-11-01")
	regenerate, ok := r.Actions["regenerateCredential"]
	if !ok || regenerate.Output == nil {
		t.Fatalf("actions: %v", r.Actions)
	}
	if problems := armtypes.CheckBody(regenerate.Input, []byte(`{"name":"password"}`)); len(problems) > 0 {
		t.Error(problems)
	}
	if problems := armtypes.CheckBody(regenerate.Input, []byte(`{}`)); len(problems) != 1 || problems[0].Path != "name" {
		t.Error(problems)
	}
	list := r.Actions["listCredentials"]
	if problems := armtypes.CheckBody(list.Input, nil); len(problems) > 0 {
		t.Error(problems)
	}
	if problems := armtypes.CheckBody(list.Input, []byte(`{"a":1}`)); len(problems) != 1 {
		t.Error(problems)
	}
	if problems := r.CheckName("ab-c"); len(problems) != 2 {
		t.Error(problems)
	}
	if problems := r.CheckName("myRegistry1"); len(problems) > 0 {
		t.Error(problems)
	}
}
