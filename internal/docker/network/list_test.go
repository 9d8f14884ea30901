package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestList(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "its networks cannot share a configuration")
	server, p := acctest.Proxied(t)
	name, b := newName(t), newBlock()
	configs := map[string]object{
		name + "-a": b.in(object{"name": name + "-a", "labels": object{"of": name}, "internal": true}),
		name + "-b": {"name": name + "-b", "labels": object{"of": name}, "config_only": true},
		name + "-c": {"name": name + "-c", "config_from": name + "-b"},
	}
	for _, suffix := range []string{"-a", "-b", "-c"} {
		r := server.Resource(t, resourceType)
		r.Apply(t, configs[name+suffix])
		defer r.Destroy(t)
	}
	p.Reset()
	found := server.List(t, resourceType, object{"filters": object{"name": []any{name}}}, core.ListOptions{IncludeResource: true})
	expectCalls(t, p.Log(), "a list of networks", "GET /networks")
	if len(found) != len(configs) {
		t.Errorf("%d results", len(found))
	}
	for _, one := range found {
		imported := server.Resource(t, resourceType)
		imported.ImportIdentity(t, one.Identity.Map())
		if diff := cmp.Diff(imported.State().Map(), one.Resource.Map()); diff != "" {
			t.Errorf("the list and an import of %s (-import +list):\n%s", one.DisplayName, diff)
		}
		if change := imported.Plan(t, configs[one.DisplayName]); change.Action == core.Replace {
			t.Errorf("%s would be replaced for %v", one.DisplayName, change.Replace)
		}
	}
	byLabel := object{"filters": object{"label": []any{"of=" + name}, "driver": []any{"bridge"}}}
	if found := server.List(t, resourceType, byLabel, core.ListOptions{}); len(found) != 2 || found[0].DisplayName != name+"-a" {
		t.Errorf("filters let through %v", found)
	}
}

// TestListLeavesOut is about the networks that an engine has for itself.
func TestListLeavesOut(t *testing.T) {
	t.Parallel()
	for _, one := range acctest.Docker(t).List(t, resourceType, nil, core.ListOptions{Limit: 10000}) {
		if one.DisplayName == "bridge" || one.DisplayName == "host" || one.DisplayName == "none" {
			t.Errorf("%s is listed", one.DisplayName)
		}
	}
}
