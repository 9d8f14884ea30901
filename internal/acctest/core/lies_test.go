package core_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

func TestLiesAboutExistingThings(t *testing.T) {
	t.Parallel()
	typ := thingType(t)
	var lies liar
	r := core.NewServer(t, factory(newLab(), func(out *liar) {
		out.plan = func(req *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
			lies.plan(req, resp)
		}
		out.apply = func(req *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
			lies.apply(req, resp)
		}
	}), endpoint()).Resource(t, "lab_thing")
	honest := func(*tfprotov6.ApplyResourceChangeRequest, *tfprotov6.ApplyResourceChangeResponse) {}

	lies.plan = func(*tfprotov6.PlanResourceChangeRequest, *tfprotov6.PlanResourceChangeResponse) {}
	lies.apply = func(_ *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
		resp.NewState = set(t, typ, resp.NewState, "rev", tftypes.UnknownValue)
	}
	if _, diags := r.TryApply(t.Context(), config("a")); !diags.HasError() || r.Value(t, "rev") != nil || !r.Tainted() {
		t.Errorf("an unknown value was kept: %v", r.State().Map())
	}

	lies.apply = honest
	r.Apply(t, config("a", "size", 1))
	lies.apply = func(_ *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
		resp.NewState = null(t, typ)
		resp.Diagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Lost"}}
	}
	if _, diags := r.TryApply(t.Context(), config("a", "size", 2)); len(diags) != 1 || r.Gone() || r.Int(t, "size") != 1 {
		t.Errorf("an update that failed and returned nothing left %v:\n%s", r.State().Map(), diags)
	}

	lies.apply = func(req *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
		resp.NewState = req.PriorState
	}
	if diags := r.TryDestroy(t.Context()); len(diags.Containing("still there")) != 1 || r.Gone() {
		t.Errorf("a destroyed thing is still there, and nobody noticed:\n%s", diags)
	}

	lies.apply = honest
	asked := 0
	lies.plan = func(_ *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
		asked++
		if asked > 1 {
			resp.RequiresReplace = []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName("size")}
		}
	}
	_, diags := r.TryApply(t.Context(), config("a", "size", 3))
	if len(diags.Containing("The planned action was update, now it is replace")) != 1 {
		t.Errorf("another action than planned:\n%s", diags)
	}
}

func TestMovesComeBeforeConfiguration(t *testing.T) {
	t.Parallel()
	moves := 0
	s := core.NewServer(t, factory(newLab(), func(out *liar) {
		out.move = func(configured bool) {
			moves++
			if configured {
				t.Error("the provider is configured")
			}
		}
	}), endpoint())
	s.Resource(t, "lab_thing").Move(t, oldThing("a"))
	if moves != 1 {
		t.Errorf("%d moves", moves)
	}
}
