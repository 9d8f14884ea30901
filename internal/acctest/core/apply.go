package core

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	inconsistentPlan   = "Provider produced inconsistent final plan"
	inconsistentResult = "Provider produced inconsistent result after apply"
	invalidResult      = "Provider returned invalid result object after apply"
)

// Apply plans a configuration and applies the plan unless it is empty. It stops the test on errors.
func (r *Resource) Apply(t testing.TB, config map[string]any) *Change {
	t.Helper()
	change, diags := r.TryApply(t.Context(), config)
	diags.must(t, "applying "+r.typeName)
	return change
}

// TryApply plans a configuration and applies the plan unless it is empty. The change is nil if planning failed; after a
// failed apply it says what was tried, and the state is what core would keep.
func (r *Resource) TryApply(ctx context.Context, config map[string]any) (*Change, Diagnostics) {
	return r.TryApplyPlanned(ctx, config, config)
}

// ApplyPlanned plans one configuration, usually with Unknown in it, and applies another in which those values are known.
// It stops the test on errors.
func (r *Resource) ApplyPlanned(t testing.TB, planned, applied map[string]any) *Change {
	t.Helper()
	change, diags := r.TryApplyPlanned(t.Context(), planned, applied)
	diags.must(t, "applying "+r.typeName)
	return change
}

// TryApplyPlanned is ApplyPlanned that returns errors. See TryApply.
func (r *Resource) TryApplyPlanned(ctx context.Context, planned, applied map[string]any) (*Change, Diagnostics) {
	value, diags := r.config(ctx, planned)
	if diags.HasError() {
		return nil, diags
	}
	p, planDiags := r.plan(ctx, value)
	diags = append(diags, planDiags...)
	if diags.HasError() {
		return nil, diags
	}
	final, finalDiags := r.config(ctx, applied)
	finalDiags = append(finalDiags, checkConforms("Configuration changed between plan and apply", value, final)...)
	finalDiags = append(finalDiags, checkKnown(final, "Invalid configuration", "At apply")...)
	if finalDiags.HasError() {
		return nil, append(diags, finalDiags...)
	}
	change := r.change(p, diags)
	if p.action != NoOp {
		diags = append(diags, r.carryOut(ctx, p, final)...)
	}
	change.After, change.Diagnostics = r.State(), diags
	return change, diags
}

// Converge is what a user's next "terraform apply" does: refresh, apply. Afterwards the plan has to be empty.
func (r *Resource) Converge(t testing.TB, config map[string]any) *Change {
	t.Helper()
	r.Refresh(t)
	change := r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	return change
}

// Destroy destroys the object and wants it gone from the state. It stops the test on errors.
func (r *Resource) Destroy(t testing.TB) {
	t.Helper()
	r.TryDestroy(t.Context()).must(t, "destroying "+r.typeName)
}

// TryDestroy destroys the object, if there is one. After a failure the object stays in the state.
func (r *Resource) TryDestroy(ctx context.Context) Diagnostics {
	if r.state == nil {
		return nil
	}
	p := r.destruction(r.state.private)
	if caps := r.server.schemas.ServerCapabilities; caps == nil || !caps.PlanDestroy {
		return r.applyOnce(ctx, p)
	}
	resp, diags := r.askForPlan(ctx, r.state, r.null(), r.null())
	if diags.HasError() {
		return diags
	}
	planned, err := decode(r.typ, resp.PlannedState)
	if err != nil || !planned.IsNull() {
		return append(diags, errorDiag(invalidPlan, "Planned state is not null for a destruction: %s.", formatValue(planned)))
	}
	p.private = resp.PlannedPrivate
	return append(diags, r.applyOnce(ctx, p)...)
}

// destruction is the plan to destroy the object, with the private state that the provider is to be given.
func (r *Resource) destruction(private []byte) *proposal {
	return &proposal{action: Delete, config: r.null(), prior: r.state.value, planned: r.null(), private: private}
}

// carryOut does what the apply walk does with a planned change: destroy first for a replacement, plan once more with the
// final configuration, compare, apply.
func (r *Resource) carryOut(ctx context.Context, promised *proposal, config tftypes.Value) Diagnostics {
	var diags Diagnostics
	expected := promised.action
	if expected == Replace {
		// Core does not ask for a plan of this destruction. The provider is given the private state planned for the new object.
		diags = r.applyOnce(ctx, r.destruction(promised.private))
		if diags.HasError() {
			return diags
		}
		expected = Create
	}
	final, planDiags := r.plan(ctx, config)
	diags = append(diags, planDiags...)
	if diags.HasError() {
		return diags
	}
	if final.action != expected && (final.action != NoOp || expected != Update) {
		return append(diags, errorDiag(inconsistentPlan, "The planned action was %s, now it is %s.", expected, final.action))
	}
	diags = append(diags, checkConforms(inconsistentPlan, promised.planned, final.planned)...)
	if diags.HasError() || final.action == NoOp {
		return diags
	}
	return append(diags, r.applyOnce(ctx, final)...)
}

// applyOnce calls ApplyResourceChange and keeps the state that core would keep, whatever the outcome.
func (r *Resource) applyOnce(ctx context.Context, p *proposal) Diagnostics {
	identity, err := encodeIdentity(p.identity)
	if err != nil {
		return rpcFailed("encoding the identity", err)
	}
	encoded, err := encodeAll(p.prior, p.planned, p.config)
	if err != nil {
		return rpcFailed("encoding an apply request", err)
	}
	resp, err := r.server.provider.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        r.typeName,
		PriorState:      encoded[0],
		PlannedState:    encoded[1],
		Config:          encoded[2],
		PlannedPrivate:  p.private,
		PlannedIdentity: identity,
	})
	if err != nil {
		return rpcFailed("ApplyResourceChange", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	after, err := r.decodeState(resp.NewState, resp.NewIdentity)
	if err != nil {
		return append(diags, errorDiag(invalidResult, "%s", err))
	}
	after.private = resp.Private
	diags = append(diags, r.checkResult(p, after, diags.HasError())...)
	after.value = nullUnknowns(after.value)
	r.keep(p.action, after, diags.HasError())
	return diags
}

func (r *Resource) decodeState(value *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData) (*state, error) {
	v, err := decode(r.typ, value)
	if err != nil {
		return nil, fmt.Errorf("decoding the new state: %w", err)
	}
	id, err := r.decodeIdentity(identity)
	if err != nil {
		return nil, fmt.Errorf("decoding the new identity: %w", err)
	}
	return &state{value: v, identity: id}, nil
}

// checkResult looks at what an apply returned. After an error of the provider the state may fall short of the plan.
func (r *Resource) checkResult(p *proposal, after *state, failed bool) Diagnostics {
	diags := checkWriteOnly(r.attributes(), after.value)
	if failed {
		return diags
	}
	if p.action == Delete {
		if !after.value.IsNull() {
			diags = append(diags, errorDiag(invalidResult, "The object is still there after it was destroyed: %s.", formatValue(after.value)))
		}
		return diags
	}
	if after.value.IsNull() {
		return append(diags, errorDiag(inconsistentResult, "Root object was present, but now absent."))
	}
	diags = append(diags, checkKnown(after.value, invalidResult, "After the apply operation")...)
	if diags.HasError() {
		return diags
	}
	diags = append(diags, checkConforms(inconsistentResult, p.planned, after.value)...)
	return append(diags, r.checkIdentity("After the apply operation", p.identity, after.identity)...)
}

// keep stores the outcome of an apply.
func (r *Resource) keep(action Action, after *state, failed bool) {
	switch {
	case after.value.IsNull() && failed && action != Create:
		return // The provider returned nothing with its error: what was there before is kept.
	case after.value.IsNull():
		r.state = nil
	case action == Create || action == Replace:
		after.tainted = failed
		r.state = after
	default:
		after.tainted = r.state.tainted
		r.state = after
	}
}

// nullUnknowns makes a value storable that should have been known.
func nullUnknowns(v tftypes.Value) tftypes.Value {
	if v.IsFullyKnown() {
		return v
	}
	out, err := tftypes.Transform(v, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if v.IsKnown() {
			return v, nil
		}
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		return tftypes.NewValue(v.Type(), nil)
	}
	return out
}
