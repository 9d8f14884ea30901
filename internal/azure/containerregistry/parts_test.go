package containerregistry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

// registered makes a registry as somebody else would, and gives its id.
func registered(t *testing.T, sub *armsim.Subscription) string {
	t.Helper()
	id := azure.Group(t, sub) + "/providers/Microsoft.ContainerRegistry/registries/" + uniqueName()
	put(t, sub, id, object{"location": "westeurope", "sku": object{"name": "Premium"}})
	return id
}

// put makes something of a registry as somebody else would, and gives its id.
func put(t *testing.T, sub *armsim.Subscription, id string, body object) string {
	t.Helper()
	if err := sub.Put(id, "2025-11-01", body); err != nil {
		t.Fatal(err)
	}
	return id
}

// row takes an attribute through values, nil for none, and says what the service has at a path after each.
type row struct {
	values []any
	at     string
	want   []any
}

// part is a kind of what is in a registry, and all that its attributes do.
type part struct {
	kind   *managed.Kind
	server *core.Server
	sub    *armsim.Subscription
	config object
	rows   map[string]row
	// replaced are attributes with a value that needs another object.
	replaced object
	// filled are required properties that one of several attributes always has.
	filled []string
}

func (p part) resource(t *testing.T) *core.Resource {
	t.Helper()
	return p.server.Resource(t, "containers_"+p.kind.Type)
}

// lives takes an object through its life: it is created, read, changed in every way, taken over and replaced, it disappears, and it is
// destroyed, with as many requests as that needs.
func (p part) lives(t *testing.T) {
	t.Helper()
	azure.Conforms(t, p.kind, p.filled...)
	before := p.sub.Resources()
	r := p.resource(t)
	p.sub.ForgetRequests()
	r.Apply(t, p.config)
	p.budget(t, "create", "GET", "PUT")
	r.Refresh(t)
	azure.Budget(t, p.sub, "read", "GET")
	r.ExpectEmptyPlan(t, p.config)
	for name, row := range p.rows {
		for i, value := range row.values {
			config := with(p.config, object{name: value})
			p.sub.ForgetRequests()
			does(t, r, config, core.Update)
			if got := plain(at(p.sub.Resource(r.String(t, "id")), row.at)); !cmp.Equal(row.want[i], got) {
				t.Errorf("%s = %v: the service has %v, not %v", name, value, got, row.want[i])
			}
			if i == 0 && !strings.HasSuffix(name, "_wo") { // An import cannot know that somebody wants it out of the state.
				p.takenOver(t, r.String(t, "id"), config)
			}
		}
		r.Apply(t, p.config)
	}
	p.replaces(t, r)
	p.sub.Delete(r.String(t, "id"))
	if r.Refresh(t); !r.Gone() {
		t.Error("what is gone is still in the state")
	}
	does(t, r, p.config, core.Create)
	p.sub.ForgetRequests()
	r.Destroy(t)
	p.budget(t, "delete", "DELETE")
	if diff := cmp.Diff(before, p.sub.Resources()); diff != "" {
		t.Errorf("what is there is not what was there before (-want +got):\n%s", diff)
	}
}

// budget wants requests of these methods first, and then nothing but reads.
func (p part) budget(t *testing.T, what string, want ...string) {
	t.Helper()
	var got []string
	for _, r := range p.sub.Requests() {
		if len(got) < len(want) || r.Method != "GET" {
			got = append(got, r.Method)
		}
	}
	p.sub.ForgetRequests()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// replaces wants another object for every attribute that the service cannot change.
func (p part) replaces(t *testing.T, r *core.Resource) {
	t.Helper()
	for name, value := range p.replaced {
		if c := r.Plan(t, with(p.config, object{name: value})); c.Action != core.Replace {
			t.Errorf("another %s is to %s", name, c.Action)
		}
	}
	name, _ := p.config["name"].(string)
	does(t, r, with(p.config, object{"name": name + "2"}), core.Replace)
}

// does wants an apply to do something, and nothing to be left to do after it.
func does(t *testing.T, r *core.Resource, config object, want core.Action) {
	t.Helper()
	if change := r.Apply(t, config); change.Action != want {
		t.Errorf("%v: the apply was to %s, not to %s", config, change.Action, want)
	}
	if drift := r.Refresh(t); len(drift) > 0 {
		t.Errorf("%v drifts: %v", config, drift)
	}
	r.ExpectEmptyPlan(t, config)
}

// takenOver wants an object to be imported, by id and by identity, and moved from azurerm, so that nothing is left to do.
func (p part) takenOver(t *testing.T, id string, config object) {
	t.Helper()
	imported, known, moved := p.resource(t), p.resource(t), p.resource(t)
	imported.Import(t, id)
	known.ImportIdentity(t, object{"id": id})
	moved.Move(t, core.Foreign{
		Type: strings.Replace(p.kind.Type, "azure_", "azurerm_", 1), Provider: "registry.terraform.io/hashicorp/azurerm",
		State: []byte(`{"id":"` + id + `"}`),
	})
	for _, r := range []*core.Resource{imported, known, moved} {
		r.ExpectEmptyPlan(t, config)
	}
}

// refused are changes of a configuration, each with the attribute that the error is about and a part of what it says.
type refused []struct {
	changes  object
	at, want string
}

// refuses wants errors in plans, and nothing to be asked of Azure for them.
func (p part) refuses(t *testing.T, inputs refused) {
	t.Helper()
	p.sub.ForgetRequests()
	for _, in := range inputs {
		_, diags := p.resource(t).TryPlan(t.Context(), with(p.config, in.changes))
		found := diags.Errors().Containing(in.want)
		if len(found) == 0 || !strings.Contains(found.String(), "with "+in.at) {
			t.Errorf("%v is not refused with %q at %s:\n%s", in.changes, in.want, in.at, diags)
		}
	}
	azure.Budget(t, p.sub, "plans")
}
