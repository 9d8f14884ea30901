package core_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// echo answers every request with what it was asked for and writes down the private state that it was given.
type echo struct {
	tfprotov6.ProviderServer
	identity *tfprotov6.ResourceIdentityData
	seen     *[]string
}

func (e *echo) PlanResourceChange(
	_ context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	*e.seen = append(*e.seen, "plan "+string(req.PriorPrivate))
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: req.ProposedNewState, PlannedPrivate: append([]byte("p"), req.PriorPrivate...),
		RequiresReplace: []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName("name")},
	}, nil
}

func (e *echo) ApplyResourceChange(
	_ context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	*e.seen = append(*e.seen, "apply "+string(req.PlannedPrivate))
	return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState, Private: []byte("a"), NewIdentity: e.identity}, nil
}

func (e *echo) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	*e.seen = append(*e.seen, "read "+string(req.Private))
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: []byte("r"), NewIdentity: req.CurrentIdentity}, nil
}

func TestPrivateStateIsHandedOn(t *testing.T) {
	t.Parallel()
	var seen []string
	identity := &tfprotov6.ResourceIdentityData{IdentityData: identityOf(t, "a")}
	inner := factory(newLab())
	r := core.NewServer(t, func() tfprotov6.ProviderServer { return &echo{inner(), identity, &seen} }, endpoint()).Resource(t, "lab_thing")
	for _, step := range []struct {
		name string
		do   func()
		seen []string
		kept string
	}{
		{"create", func() { r.Apply(t, config("a")) }, []string{"plan ", "plan ", "apply p"}, "a"},
		{"refresh", func() { r.Refresh(t) }, []string{"read a"}, "r"},
		{"no change", func() { r.Apply(t, config("a")) }, []string{"plan r"}, "r"},
		{"update", func() { r.Apply(t, config("a", "size", 2)) }, []string{"plan r", "plan r", "apply pr"}, "a"},
		{"replace", func() { r.Apply(t, config("b")) }, []string{"plan a", "plan pa", "apply ppa", "plan ", "apply p"}, "a"},
		{"replace tainted", func() {
			r.Taint()
			r.Apply(t, config("b"))
		}, []string{"plan ", "apply p", "plan ", "apply p"}, "a"},
		{"destroy", func() { r.Destroy(t) }, []string{"plan a", "apply pa"}, ""},
	} {
		seen = nil
		step.do()
		if diff := cmp.Diff(step.seen, seen); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
		if string(r.Private()) != step.kept {
			t.Errorf("%s: kept %q, want %q", step.name, r.Private(), step.kept)
		}
	}
}
