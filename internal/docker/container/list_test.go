package container_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestList(t *testing.T) {
	t.Parallel()
	const resourceType = "containers_docker_container"
	server, p := acctest.Proxied(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	image := fixture.ImageWithConfig(t)
	running := object{
		"name": name + "-running", "image": image, "labels": object{"of": name}, "command": []any{"sleep"}, "stop_timeout": "0s",
		"env": object{"A": "1"}, "wait": object{"min_uptime": "0s"},
	}
	created := object{"name": name + "-created", "image": image, "labels": object{"of": name}, "state": "created"}
	ids := map[string]string{}
	for _, config := range []object{running, created} {
		r := server.Resource(t, resourceType)
		r.Apply(t, config)
		defer r.Destroy(t)
		ids[r.String(t, "name")] = r.String(t, "id")
	}
	p.Reset()
	found := server.List(t, resourceType, object{"filters": object{"label": []any{"of=" + name}}}, core.ListOptions{IncludeResource: true})
	if len(found) != 2 || found[0].DisplayName != name+"-created" || p.Count() != 1+2*2 {
		t.Errorf("found %v with %v", found, p.Log())
	}
	for _, one := range found {
		if diff := cmp.Diff(object{"id": ids[one.DisplayName], "engine": nil}, one.Identity.Map()); diff != "" {
			t.Error(diff)
		}
		imported := server.Resource(t, resourceType)
		imported.ImportIdentity(t, one.Identity.Map())
		if diff := cmp.Diff(imported.State().Map(), one.Resource.Map()); diff != "" {
			t.Errorf("the list and an import of %s (-import +list):\n%s", one.DisplayName, diff)
		}
	}
	p.Reset()
	byState := object{"filters": object{"label": []any{"of=" + name}, "status": []any{"running"}}}
	if found := server.List(t, resourceType, byState, core.ListOptions{}); len(found) != 1 || p.Count() != 1 {
		t.Errorf("found %v with %v", found, p.Log())
	}
}

// TestListVanishing lists containers of which one is gone when it is looked at.
func TestListVanishing(t *testing.T) {
	t.Parallel()
	const resourceType = "containers_docker_container"
	server, p := acctest.Proxied(t)
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	for _, suffix := range []string{"-a", "-b"} {
		r := server.Resource(t, resourceType)
		r.Apply(t, object{
			"name": name + suffix, "image": fixture.Image(t), "labels": object{"of": name}, "state": "created", "command": []any{"/toolbox"},
		})
		defer r.Destroy(t)
		if suffix == "-a" {
			p.Reply("GET", "/containers/"+r.String(t, "id")+"/json", 404, "No such container")
		}
	}
	mine := object{"filters": object{"label": []any{"of=" + name}}}
	found := server.List(t, resourceType, mine, core.ListOptions{IncludeResource: true, Limit: 1})
	if len(found) != 1 || found[0].DisplayName != name+"-b" {
		t.Errorf("found %v", found)
	}
	p.Reset()
	p.CutBefore(2)
	readable, diags := server.TryList(t.Context(), resourceType, mine, core.ListOptions{IncludeResource: true})
	if len(readable) != 1 || len(diags.Containing(name+"-a").Errors()) != 1 {
		t.Errorf("one cannot be read: there are %d, and it says %s", len(readable), diags)
	}
}
