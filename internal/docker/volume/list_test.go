package volume_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// mine are filters that let nothing through but what a test has made.
func mine(name string) object {
	return object{"filters": object{"label": []any{"of=" + name}}}
}

func TestList(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	name := newName(t)
	configs := map[string]object{}
	for _, suffix := range []string{"-b", "-a", "-c"} {
		config := object{"name": name + suffix, "labels": object{"of": name, "is": suffix}}
		configs[name+suffix] = config
		r := server.Resource(t, resourceType)
		r.Apply(t, config)
		defer r.Destroy(t)
	}
	p.Reset()
	found := server.List(t, resourceType, mine(name), core.ListOptions{IncludeResource: true})
	expectCalls(t, p.Log(), "a list of volumes", "GET /volumes")
	var names []string
	for _, one := range found {
		names = append(names, one.DisplayName)
		if diff := cmp.Diff(object{"name": one.DisplayName, "engine": nil}, one.Identity.Map()); diff != "" {
			t.Error(diff)
		}
		imported := server.Resource(t, resourceType)
		imported.ImportIdentity(t, one.Identity.Map())
		if diff := cmp.Diff(imported.State().Map(), one.Resource.Map()); diff != "" {
			t.Errorf("the list and an import of %s (-import +list):\n%s", one.DisplayName, diff)
		}
		imported.ExpectEmptyPlan(t, configs[one.DisplayName])
	}
	if diff := cmp.Diff([]string{name + "-a", name + "-b", name + "-c"}, names); diff != "" {
		t.Error(diff)
	}
	for limit, want := range map[int64]int{1: 1, 2: 2, 3: 3, 0: 3} {
		found := server.List(t, resourceType, mine(name), core.ListOptions{Limit: limit})
		if len(found) != want {
			t.Errorf("limit %d: %d results", limit, len(found))
		}
		if !found[0].Resource.IsNull() {
			t.Error("the resource is there, and was not asked for")
		}
	}
	both := object{"filters": object{"label": []any{"of=" + name, "is=-b"}}}
	if found := server.List(t, resourceType, both, core.ListOptions{}); len(found) != 1 || found[0].DisplayName != name+"-b" {
		t.Errorf("two filters let through %d", len(found))
	}
}

func TestListInput(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	for what, tt := range map[string]struct {
		config object
		at     string
	}{
		"filter without values":  {object{"filters": object{"label": []any{}}}, `filters["label"]`},
		"filter without a name":  {object{"filters": object{"": []any{"a"}}}, `filters[""]`},
		"empty engine":           {object{"engine": ""}, "engine"},
		"filter nobody knows of": {object{"filters": object{"colour": []any{"red"}}}, ""},
		"no such engine":         {object{"engine": "nowhere"}, ""},
	} {
		if _, diags := server.TryList(t.Context(), resourceType, tt.config, core.ListOptions{}); len(diags.At(tt.at).Errors()) == 0 {
			t.Errorf("%s: nothing at %q, but %s", what, tt.at, diags)
		}
	}
	away := acctest.DockerAt(t, "unix:///nonexistent/docker.sock")
	_, diags := away.TryList(t.Context(), resourceType, nil, core.ListOptions{})
	if diags.Containing("Unable to list volumes").Errors() == nil {
		t.Errorf("it says %s", diags)
	}
}
