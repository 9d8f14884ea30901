package foundation_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// TestDefaults come from the provider's settings.
func TestDefaults(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	server := azure.ProviderWith(t, sub, object{"default_tags": object{"team": "a", "stage": "test"}, "default_location": "West Europe"})
	r := server.Resource(t, groupType)
	config := object{"name": "web", "tags": object{"stage": "prod"}}
	does(t, r, config, core.Create)
	stored := sub.Resource(r.String(t, "id"))
	if diff := cmp.Diff(object{"team": "a", "stage": "prod"}, stored["tags"]); diff != "" || stored["location"] != "westeurope" {
		t.Error(diff, stored["location"])
	}
	delete(config, "tags")
	does(t, r, config, core.Update)
	if diff := cmp.Diff(object{"team": "a", "stage": "test"}, sub.Resource(r.String(t, "id"))["tags"]); diff != "" {
		t.Error(diff)
	}
	_, diags := azure.ProviderWith(t, sub, nil).Resource(t, groupType).TryApply(t.Context(), object{"name": "nowhere"})
	if len(diags.Errors().Containing("default_location")) == 0 {
		t.Errorf("no error says that the location is missing: %s", diags)
	}
}

// TestDefaultTagsGo again with the settings, whether the object has tags of its own or not. Tags of others stay where nothing is said.
func TestDefaultTagsGo(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	with, without := azure.ProviderWith(t, sub, object{"default_tags": object{"team": "a"}}), azure.ProviderWith(t, sub, nil)
	for name, own := range map[string]object{"bare": nil, "tagged": {"stage": "test"}} {
		config := object{"name": name, "location": "westeurope"}
		if own != nil {
			config["tags"] = own
		}
		r := with.Resource(t, groupType)
		does(t, r, config, core.Create)
		r = r.At(without)
		r.Refresh(t)
		does(t, r, config, core.Update)
		has := object{}
		maps.Copy(has, own)
		id := r.String(t, "id")
		if diff := cmp.Diff(has, sub.Resource(id)["tags"]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if own != nil {
			continue
		}
		if err := sub.Put(id, "2025-04-01", object{"location": "westeurope", "tags": object{"theirs": "1"}}); err != nil {
			t.Fatal(err)
		}
		r.Refresh(t)
		r.ExpectEmptyPlan(t, config)
	}
}

// TestDefaultTagsGoAfterFailure takes away tags of an apply that failed after Azure had acted.
func TestDefaultTagsGoAfterFailure(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	without := azure.ProviderWith(t, sub, nil)
	r := without.Resource(t, groupType)
	config := object{"name": "web", "location": "westeurope"}
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	r = r.At(azure.ProviderWith(t, sub, object{"default_tags": object{"team": "a"}}))
	sub.Inject(armsim.Fault{Method: "GET", Path: id, Skip: 1, Times: -1, Status: 403, Code: "AuthorizationFailed", Message: "No."})
	if _, diags := r.TryApply(t.Context(), config); !diags.HasError() || sub.Resource(id)["tags"] == nil {
		t.Fatalf("the apply does not fail, or before Azure acts: %s", diags)
	}
	sub.Heal()
	r = r.At(without)
	r.Refresh(t)
	does(t, r, config, core.Update)
	if tags, _ := sub.Resource(id)["tags"].(map[string]any); len(tags) > 0 {
		t.Errorf("the tags stay: %v", tags)
	}
}

// TestTagsOfOthers go as soon as tags are configured, as the plan says.
func TestTagsOfOthers(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := object{"name": "web", "location": "westeurope"}
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	if err := sub.Put(id, "2025-04-01", object{"location": "westeurope", "tags": object{"theirs": "1"}}); err != nil {
		t.Fatal(err)
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	config["tags"] = object{"ours": "1"}
	does(t, r, config, core.Update)
	if diff := cmp.Diff(object{"ours": "1"}, sub.Resource(id)["tags"]); diff != "" {
		t.Error(diff)
	}
}

// TestImportedTags stay where nothing is said of tags, and go with those of the settings, as the plan says.
func TestImportedTags(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	config := object{"name": "elsewhere", "location": "westeurope"}
	id := azure.Group(t, sub)
	if err := sub.Put(id, "2025-04-01", object{"location": "westeurope", "tags": object{"theirs": "1"}}); err != nil {
		t.Fatal(err)
	}
	r := azure.ProviderWith(t, sub, nil).Resource(t, groupType)
	r.Import(t, id)
	r.ExpectEmptyPlan(t, config)
	r = azure.ProviderWith(t, sub, object{"default_tags": object{"team": "a"}}).Resource(t, groupType)
	r.Import(t, id)
	change := r.Plan(t, config)
	if tags := change.Planned.Map()["tags"]; tags != nil {
		t.Errorf("the tags are planned to be %v", tags)
	}
	r.Apply(t, config)
	if changed := r.Refresh(t); len(changed) > 0 {
		t.Errorf("not as planned: %v", changed)
	}
	r.ExpectEmptyPlan(t, config)
	if diff := cmp.Diff(object{"team": "a"}, sub.Resource(id)["tags"]); diff != "" {
		t.Error(diff)
	}
}

// TestTagNames are the same in any case, so that an own tag wins over one of the settings.
func TestTagNames(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	r := azure.ProviderWith(t, sub, object{"default_tags": object{"Stage": "a", "team": "b"}}).Resource(t, groupType)
	does(t, r, object{"name": "web", "location": "westeurope", "tags": object{"stage": "c"}}, core.Create)
	if diff := cmp.Diff(object{"stage": "c", "team": "b"}, sub.Resource(r.String(t, "id"))["tags"]); diff != "" {
		t.Error(diff)
	}
}

// TestBadTags are found by the plan.
func TestBadTags(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	server := azure.ProviderWith(t, sub, nil)
	many := object{}
	for i := range 51 {
		many["k"+strconv.Itoa(i)] = "v"
	}
	for want, tags := range map[string]object{
		"has 51":               many,
		"without <":            {"a<b": "c"},
		"has no name":          {"": "c"},
		"512 characters":       {strings.Repeat("é", 513): "c"},
		"256 characters":       {"a": strings.Repeat("é", 257)},
		`"A" and "a" the same`: {"a": "1", "A": "2"},
		"Null is no element":   {"a": nil},
	} {
		_, diags := server.Resource(t, groupType).TryPlan(t.Context(), object{"name": "web", "location": "westeurope", "tags": tags})
		if found := diags.Errors(); len(found) != 1 || len(found.Containing(want)) != 1 {
			t.Errorf("no error, or more than one, says %q: %s", want, diags)
		}
	}
	server = azure.ProviderWith(t, sub, object{"default_tags": object{"a/b": "c"}})
	_, diags := server.Resource(t, groupType).TryPlan(t.Context(), object{"name": "web", "location": "westeurope"})
	if len(diags.Errors().Containing("default_tags")) != 1 {
		t.Errorf("no error names the setting: %s", diags)
	}
	fits := object{"name": "web", "location": "westeurope", "tags": object{strings.Repeat("é", 512): strings.Repeat("é", 256), "a b:c": ""}}
	if _, diags := azure.ProviderWith(t, sub, nil).Resource(t, groupType).TryPlan(t.Context(), fits); diags.HasError() {
		t.Errorf("tags that are possible: %s", diags)
	}
}
