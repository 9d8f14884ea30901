package core

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// proposal is a planned change with what is needed to apply it.
type proposal struct {
	action   Action
	config   tftypes.Value
	prior    tftypes.Value // What the provider was told: null for replacements.
	planned  tftypes.Value
	private  []byte
	identity tftypes.Value
	replace  []string
}

// Plan plans a configuration. It stops the test on errors.
func (r *Resource) Plan(t testing.TB, config map[string]any) *Change {
	t.Helper()
	change, diags := r.TryPlan(t.Context(), config)
	diags.must(t, "planning "+r.typeName)
	return change
}

// TryPlan plans a configuration, which may have unknown values. The change is nil if there are errors.
func (r *Resource) TryPlan(ctx context.Context, config map[string]any) (*Change, Diagnostics) {
	value, diags := r.config(ctx, config)
	if diags.HasError() {
		return nil, diags
	}
	p, planDiags := r.plan(ctx, value)
	diags = append(diags, planDiags...)
	if diags.HasError() {
		return nil, diags
	}
	return r.change(p, diags), diags
}

// ExpectEmptyPlan wants a plan without a change, a refresh that finds no drift, and another plan without a change.
func (r *Resource) ExpectEmptyPlan(t testing.TB, config map[string]any) {
	t.Helper()
	r.expectNoOp(t, "before a refresh", config)
	if drift := r.Refresh(t); len(drift) > 0 {
		t.Fatalf("refreshing %s right after an apply finds drift:\n  %s", r.typeName, strings.Join(drift, "\n  "))
	}
	r.expectNoOp(t, "after a refresh", config)
}

func (r *Resource) expectNoOp(t testing.TB, when string, config map[string]any) {
	t.Helper()
	change := r.Plan(t, config)
	if change.Action == NoOp {
		return
	}
	lines := []string{"(no state)"}
	if !change.Before.IsNull() {
		lines = differences(change.Before.value, change.Planned.value)
	}
	t.Fatalf("the plan of %s %s is not empty: %s %v\n  %s", r.typeName, when, change.Action, change.Replace, strings.Join(lines, "\n  "))
}

func (r *Resource) change(p *proposal, diags Diagnostics) *Change {
	return &Change{
		Action:      p.action,
		Before:      r.State(),
		Planned:     Object{p.planned},
		Replace:     p.replace,
		Private:     p.private,
		Diagnostics: diags,
	}
}

// plan decides the action as core does: a tainted object is replaced whatever changed, otherwise the plan is asked for
// twice if something that changes requires replacement.
func (r *Resource) plan(ctx context.Context, config tftypes.Value) (*proposal, Diagnostics) {
	// Its warnings have been given before, by the provider that is not configured.
	if diags := r.validate(ctx, r.server.provider, config).Errors(); diags.HasError() {
		return nil, diags
	}
	if r.state == nil {
		return r.planFrom(ctx, Create, &state{value: r.null()}, config)
	}
	if r.state.tainted {
		p, diags := r.planFrom(ctx, Replace, &state{value: r.null()}, config)
		return p, diags
	}
	p, diags := r.planFrom(ctx, Update, r.state, config)
	if diags.HasError() || len(p.replace) == 0 {
		if !diags.HasError() && p.planned.Equal(r.state.value) {
			p.action = NoOp
		}
		return p, diags
	}
	again, moreDiags := r.planFrom(ctx, Replace, &state{value: r.null(), private: p.private}, config)
	diags = append(diags, moreDiags...)
	if !diags.HasError() {
		again.replace = p.replace
	}
	return again, diags
}

// planFrom asks once, from a given prior state, and checks the answer.
func (r *Resource) planFrom(ctx context.Context, action Action, prior *state, config tftypes.Value) (*proposal, Diagnostics) {
	proposed := proposedNewState(r.typ, r.attributes(), prior.value, config)
	resp, diags := r.askForPlan(ctx, prior, proposed, config)
	if diags.HasError() {
		return nil, diags
	}
	planned, err := decode(r.typ, resp.PlannedState)
	if err != nil {
		return nil, append(diags, errorDiag(invalidPlan, "%s", err))
	}
	identity, err := r.decodeIdentity(resp.PlannedIdentity)
	if err != nil {
		return nil, append(diags, errorDiag(invalidPlan, "%s", err))
	}
	diags = append(diags, checkPlan(r.attributes(), prior.value, config, planned)...)
	replace, replaceDiags := replacements(prior.value, planned, resp.RequiresReplace)
	diags = append(diags, replaceDiags...)
	return &proposal{
		action: action, config: config, prior: prior.value, planned: planned,
		private: resp.PlannedPrivate, identity: identity, replace: replace,
	}, diags
}

func (r *Resource) askForPlan(
	ctx context.Context, prior *state, proposed, config tftypes.Value,
) (*tfprotov6.PlanResourceChangeResponse, Diagnostics) {
	priorIdentity, err := encodeIdentity(prior.identity)
	if err != nil {
		return nil, rpcFailed("encoding the identity", err)
	}
	encoded, err := encodeAll(prior.value, proposed, config)
	if err != nil {
		return nil, rpcFailed("encoding a plan request", err)
	}
	resp, err := r.server.provider.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:           r.typeName,
		PriorState:         encoded[0],
		ProposedNewState:   encoded[1],
		Config:             encoded[2],
		PriorPrivate:       prior.private,
		PriorIdentity:      priorIdentity,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
	})
	if err != nil {
		return nil, rpcFailed("PlanResourceChange", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	if resp.Deferred != nil {
		diags = append(diags, errorDiag("Invalid deferred response", "The provider deferred a change although that was not allowed."))
	}
	return resp, diags
}

// replacements are those of the paths whose value changes. A path that is in neither value is the provider's mistake.
func replacements(prior, planned tftypes.Value, paths []*tftypes.AttributePath) ([]string, Diagnostics) {
	if prior.IsNull() || planned.IsNull() {
		return nil, nil
	}
	var out []string
	var diags Diagnostics
	for _, path := range paths {
		before, beforeErr := at(prior, path)
		after, afterErr := at(planned, path)
		if beforeErr != nil && afterErr != nil {
			diags = append(diags, attributeDiag(path, invalidPlan,
				"Provider has indicated \"requires replacement\" on %s, which does not exist.", formatPath(path)))
			continue
		}
		if beforeErr != nil || afterErr != nil || !after.IsKnown() || !before.Equal(after) {
			out = append(out, formatPath(path))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), diags
}

func at(v tftypes.Value, path *tftypes.AttributePath) (tftypes.Value, error) {
	found, _, err := tftypes.WalkAttributePath(v, path)
	if err != nil {
		return tftypes.Value{}, err
	}
	out, ok := found.(tftypes.Value)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%w: %s leads to a %T", errPath, formatPath(path), found)
	}
	return out, nil
}

func encodeAll(values ...tftypes.Value) ([]*tfprotov6.DynamicValue, error) {
	var out []*tfprotov6.DynamicValue
	for _, v := range values {
		encoded, err := encode(v)
		if err != nil {
			return nil, err
		}
		out = append(out, encoded)
	}
	return out, nil
}
