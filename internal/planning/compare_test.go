package planning_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// compare plans in both ways. It tells whether the planner of this package took the plan, and returns what differs. It may
// leave to the framework what that refuses.
func compare(
	ctx context.Context, s tfprotov6.ProviderServer, typ tftypes.Type, req *tfprotov6.PlanResourceChangeRequest,
) (taken bool, differs string) {
	want, err := planning.Framework(s).PlanResourceChange(ctx, req)
	if err != nil {
		return false, "the framework: " + err.Error()
	}
	got, err := planning.Plan(ctx, s, req)
	refused := slices.ContainsFunc(want.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
	switch {
	case err != nil && refused:
		return false, ""
	case err != nil:
		return false, "left to the framework without need: " + err.Error()
	}
	return true, difference(typ, want, got)
}

func difference(typ tftypes.Type, want, got *tfprotov6.PlanResourceChangeResponse) string {
	out := stateDifference(typ, want.PlannedState, got.PlannedState)
	for _, part := range []struct{ name, want, got string }{
		{"replacements", paths(want.RequiresReplace), paths(got.RequiresReplace)},
		{"private", string(want.PlannedPrivate), string(got.PlannedPrivate)},
		{"identity", identity(want.PlannedIdentity), identity(got.PlannedIdentity)},
		{"diagnostics", diagnostics(want.Diagnostics), diagnostics(got.Diagnostics)},
		{"deferred", fmt.Sprint(want.Deferred), fmt.Sprint(got.Deferred)},
	} {
		if part.want != part.got {
			out = append(out, fmt.Sprintf("%s:\n  framework: %s\n  planner:   %s", part.name, part.want, part.got))
		}
	}
	return strings.Join(out, "\n")
}

// stateDifference compares values: the order of the entries of a map is random on the wire.
func stateDifference(typ tftypes.Type, want, got *tfprotov6.DynamicValue) (out []string) {
	a, errA := want.Unmarshal(typ)
	b, errB := got.Unmarshal(typ)
	if errA != nil || errB != nil {
		return []string{fmt.Sprintf("state: %v, %v", errA, errB)}
	}
	found, err := a.Diff(b)
	for _, d := range found {
		out = append(out, fmt.Sprintf("state: %s\n  framework: %s\n  planner:   %s", d.Path, d.Value1, d.Value2))
	}
	if err != nil || len(found) == 0 && !a.Equal(b) {
		out = append(out, fmt.Sprintf("state: %v\n  framework: %s\n  planner:   %s", err, a, b))
	}
	return out
}

func identity(v *tfprotov6.ResourceIdentityData) string {
	if v == nil || v.IdentityData == nil {
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%q %q", v.IdentityData.MsgPack, v.IdentityData.JSON)
}

func paths(all []*tftypes.AttributePath) string {
	var b strings.Builder
	for _, p := range all {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

func diagnostics(all []*tfprotov6.Diagnostic) string {
	var b bytes.Buffer
	for _, d := range all {
		fmt.Fprintf(&b, "%s|%s|%s|%s\n", d.Severity, d.Summary, d.Detail, d.Attribute)
	}
	return temporary.ReplaceAllString(b.String(), "TEMPORARY")
}

// temporary are folders that get another name each time.
var temporary = regexp.MustCompile(`empty-context-\d+`)

// request is a request to plan.
func request(
	name string, schema *tfprotov6.Schema, config, prior, proposed tftypes.Value, private map[string][]byte,
) (*tfprotov6.PlanResourceChangeRequest, error) {
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: name}
	typ := schema.ValueType()
	for _, part := range []struct {
		value tftypes.Value
		to    **tfprotov6.DynamicValue
	}{{config, &req.Config}, {prior, &req.PriorState}, {proposed, &req.ProposedNewState}} {
		wire, err := tfprotov6.NewDynamicValue(typ, part.value)
		if err != nil {
			return nil, err
		}
		*part.to = &wire
	}
	if len(private) == 0 {
		return req, nil
	}
	wire, err := json.Marshal(private)
	req.PriorPrivate = wire
	return req, err
}
