package planning

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// plan returns an error for what is left to the framework.
func (s *server) plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	t, err := s.typeOf(ctx, req.TypeName)
	if err != nil {
		return nil, err
	}
	if err := t.unplanned(); err != nil {
		return nil, err
	}
	r, err := s.configured(ctx, t)
	if err != nil {
		return nil, err
	}
	p, err := t.read(req)
	if err != nil {
		return nil, err
	}
	if whole, ok := r.(object.WholePlanner); ok {
		return t.planWhole(ctx, whole, p, req)
	}
	planner, ok := r.(object.Planner)
	if !ok {
		return nil, errUnusual
	}
	return t.planChange(ctx, planner, p)
}

// planChange has a resource plan on decoded values.
func (t *resourceType) planChange(ctx context.Context, planner object.Planner, p proposal) (*tfprotov6.PlanResourceChangeResponse, error) {
	change, err := t.begin(ctx, p)
	if err != nil {
		return nil, err
	}
	destroys := change.Destroys()
	planner.PlanChange(ctx, change)
	if destroys != change.Destroys() {
		return nil, fmt.Errorf("%w: a destroy that plans values, or the reverse", errUnusual)
	}
	planned, err := t.shape.object(ctx, change.Planned)
	if err != nil {
		return nil, err
	}
	return t.respond(ctx, answer{
		planned: planned, private: p.private, identity: p.identity, replace: change.RequiresReplace, said: change.Diagnostics,
	})
}

// begin does what the framework does for every resource: defaults, no write-only values, and unknown values where anything
// changes. It is all that a Planner finds done.
func (t *resourceType) begin(ctx context.Context, p proposal) (*object.Change, error) {
	planned, err := t.prepare(ctx, p)
	if err != nil {
		return nil, err
	}
	change := &object.Change{Private: p.private}
	if change.Config, err = t.shape.values(ctx, p.config, false); err != nil {
		return nil, err
	}
	if change.Prior, err = t.shape.values(ctx, p.prior, !p.planned.IsNull()); err != nil {
		return nil, err
	}
	change.Planned, err = t.shape.values(ctx, planned, true)
	return change, err
}

func (t *resourceType) prepare(ctx context.Context, p proposal) (tftypes.Value, error) {
	config := place{p.config, true}
	planned, err := t.shape.walk(ctx, p.planned, config, withDefault)
	if err != nil {
		return planned, err
	}
	if planned, err = t.shape.walk(ctx, planned, config, withoutSecret); err != nil {
		return planned, err
	}
	if planned.Equal(p.prior) {
		return planned, nil
	}
	return t.shape.walk(ctx, planned, config, withUnknown)
}

// answer is a finished plan.
type answer struct {
	planned  tftypes.Value
	private  *private
	identity *tfprotov6.ResourceIdentityData
	replace  path.Paths
	said     diag.Diagnostics
}

// respond writes a finished plan for the wire.
func (t *resourceType) respond(ctx context.Context, a answer) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedIdentity: a.identity}
	state, err := tfprotov6.NewDynamicValue(t.shape.wire, a.planned)
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	resp.PlannedState = &state
	if resp.PlannedPrivate, err = a.private.wire(); err != nil {
		return nil, err
	}
	if resp.RequiresReplace, err = replacements(ctx, a.replace); err != nil {
		return nil, err
	}
	resp.Diagnostics, err = diagnostics(ctx, a.said)
	return resp, err
}

// replacements are the paths in the order of their texts, each once.
func replacements(ctx context.Context, paths path.Paths) ([]*tftypes.AttributePath, error) {
	sorted := slices.Clone(paths)
	slices.SortFunc(sorted, func(a, b path.Path) int { return cmp.Compare(a.String(), b.String()) })
	var out []*tftypes.AttributePath
	for _, p := range slices.CompactFunc(sorted, path.Path.Equal) {
		wire, err := wirePath(ctx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, wire)
	}
	return out, nil
}

func diagnostics(ctx context.Context, said diag.Diagnostics) ([]*tfprotov6.Diagnostic, error) {
	var once diag.Diagnostics
	once.Append(said...)
	var out []*tfprotov6.Diagnostic
	for _, d := range once {
		one := &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: d.Summary(), Detail: d.Detail(),
		}
		if d.Severity() == diag.SeverityWarning {
			one.Severity = tfprotov6.DiagnosticSeverityWarning
		}
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			wire, err := wirePath(ctx, at.Path())
			if err != nil {
				return nil, err
			}
			one.Attribute = wire
		}
		out = append(out, one)
	}
	return out, nil
}

func wirePath(ctx context.Context, p path.Path) (*tftypes.AttributePath, error) {
	out := tftypes.NewAttributePath()
	for _, step := range p.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			out = out.WithAttributeName(string(step))
		case path.PathStepElementKeyInt:
			out = out.WithElementKeyInt(int(step))
		case path.PathStepElementKeyString:
			out = out.WithElementKeyString(string(step))
		case path.PathStepElementKeyValue:
			v, err := step.ToTerraformValue(ctx)
			if err != nil {
				return nil, fmt.Errorf("writing a path: %w", err)
			}
			out = out.WithElementKeyValue(v)
		}
	}
	return out, nil
}
