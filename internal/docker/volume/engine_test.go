package volume_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fake"
)

// TestSecondEngine has one provider with two engines, and a volume of the same name on each.
func TestSecondEngine(t *testing.T) {
	t.Parallel()
	first, second := fake.Start(t, "1.41"), fake.Start(t, "1.43")
	server := core.NewServer(t, acctest.Server, object{"docker": object{
		"host": first.Host, "engines": object{"second": object{"host": second.Host}},
	}})
	here, there := object{"name": "same"}, object{"name": "same", "engine": "second"}
	a, b := server.Resource(t, resourceType), server.Resource(t, resourceType)
	a.Apply(t, here)
	b.Apply(t, there)
	if first.Volume("same") == nil || second.Volume("same") == nil {
		t.Error("a volume is missing")
	}
	b.ExpectEmptyPlan(t, there)
	if diff := cmp.Diff(object{"name": "same", "engine": "second"}, b.Identity().Map()); diff != "" {
		t.Error(diff)
	}
	for what, imported := range map[string]func(r *core.Resource){
		"id":       func(r *core.Resource) { r.Import(t, "engine=second,same") },
		"identity": func(r *core.Resource) { r.ImportIdentity(t, b.Identity().Map()) },
	} {
		r := server.Resource(t, resourceType)
		imported(r)
		if diff := cmp.Diff(b.State().Map(), r.State().Map()); diff != "" {
			t.Errorf("import by %s:\n%s", what, diff)
		}
	}
	if change := b.Plan(t, here); change.Action != core.Replace {
		t.Errorf("a move to another engine: %s", change.Action)
	}
	b.Apply(t, object{"name": "other"})
	if second.Volume("same") != nil || first.Volume("other") == nil || first.Volume("same") == nil {
		t.Error("the move to the other engine did something else")
	}
	if got := server.Data(t, resourceType, object{"name": "same"}).Value(t, "engine"); got != nil {
		t.Errorf("the data source is of the engine %v", got)
	}
	if _, diags := server.TryData(t.Context(), resourceType, there); !diags.HasError() {
		t.Error("the data source found a volume on the wrong engine")
	}
}
