package core_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// liar is a provider server whose answers are changed on the way.
type liar struct {
	tfprotov6.ProviderServer
	plan  func(*tfprotov6.PlanResourceChangeRequest, *tfprotov6.PlanResourceChangeResponse)
	apply func(*tfprotov6.ApplyResourceChangeRequest, *tfprotov6.ApplyResourceChangeResponse)
	read  func(*tfprotov6.ReadResourceResponse)
	move  func(configured bool)
	adopt func(*tfprotov6.ImportResourceStateResponse)

	configured bool
}

func (l *liar) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	l.configured = true
	return l.ProviderServer.ConfigureProvider(ctx, req)
}

func (l *liar) MoveResourceState(
	ctx context.Context, req *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	if l.move != nil {
		l.move(l.configured)
	}
	return l.ProviderServer.MoveResourceState(ctx, req)
}

func (l *liar) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := l.ProviderServer.PlanResourceChange(ctx, req)
	if l.plan != nil {
		l.plan(req, resp)
	}
	return resp, err
}

func (l *liar) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := l.ProviderServer.ApplyResourceChange(ctx, req)
	if l.apply != nil {
		l.apply(req, resp)
	}
	return resp, err
}

func (l *liar) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := l.ProviderServer.ReadResource(ctx, req)
	if l.read != nil {
		l.read(resp)
	}
	return resp, err
}

func (l *liar) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := l.ProviderServer.ImportResourceState(ctx, req)
	if l.adopt != nil {
		l.adopt(resp)
	}
	return resp, err
}

// thingType is the type of the state of lab_thing.
func thingType(t *testing.T) tftypes.Object {
	t.Helper()
	typ, ok := core.NewServer(t, factory(newLab()), endpoint()).Schemas().ResourceSchemas["lab_thing"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("not an object")
	}
	return typ
}

// set gives a value with one attribute replaced; a null value stays as it is.
func set(t *testing.T, typ tftypes.Object, in *tfprotov6.DynamicValue, name string, to any) *tfprotov6.DynamicValue {
	t.Helper()
	v, err := in.Unmarshal(typ)
	if err != nil {
		t.Error(err)
		return in
	}
	if v.IsNull() {
		return in
	}
	var attrs map[string]tftypes.Value
	if err := v.As(&attrs); err != nil {
		t.Error(err)
		return in
	}
	attrs[name] = tftypes.NewValue(typ.AttributeTypes[name], to)
	out, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attrs))
	if err != nil {
		t.Error(err)
	}
	return &out
}

func null(t *testing.T, typ tftypes.Object) *tfprotov6.DynamicValue {
	t.Helper()
	out, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, nil))
	if err != nil {
		t.Error(err)
	}
	return &out
}

func TestLiesAreFound(t *testing.T) {
	t.Parallel()
	typ := thingType(t)
	onPlan := func(name string, to any) func(*liar) {
		return func(l *liar) {
			l.plan = func(_ *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
				resp.PlannedState = set(t, typ, resp.PlannedState, name, to)
			}
		}
	}
	onApply := func(name string, to any) func(*liar) {
		return func(l *liar) {
			l.apply = func(_ *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
				resp.NewState = set(t, typ, resp.NewState, name, to)
			}
		}
	}
	tests := map[string]struct {
		lie     func(*liar)
		summary string
		at      string
	}{
		"plan changes a configured value":    {onPlan("size", 5), "Provider produced invalid plan", "size"},
		"plan makes up a value":              {onPlan("tags", map[string]tftypes.Value{}), "Provider produced invalid plan", "tags"},
		"plan shows a secret":                {onPlan("secret_wo", "s"), "Write-only attribute set", "secret_wo"},
		"apply changes a planned value":      {onApply("size", 5), "Provider produced inconsistent result after apply", "size"},
		"apply changes a default":            {onApply("mode", "odd"), "Provider produced inconsistent result after apply", "mode"},
		"apply leaves a value unknown":       {onApply("rev", tftypes.UnknownValue), "Provider returned invalid result", "rev"},
		"apply shows a secret":               {onApply("secret_wo", "s"), "Write-only attribute set", "secret_wo"},
		"apply loses a value":                {onApply("size", nil), "Provider produced inconsistent result after apply", "size"},
		"plan is absent":                     {planNull(t, typ), "Provider produced invalid plan", ""},
		"plan differs in the apply walk":     {planDrifts(t, typ), "Provider produced inconsistent final plan", "mode"},
		"apply returns nothing":              {applyNull(t, typ), "Provider produced inconsistent result after apply", ""},
		"apply returns no identity":          {applyNoIdentity, "Provider produced invalid identity", ""},
		"replacement by a path that is not":  {replaceNowhere, "Provider produced invalid plan", "nowhere"},
		"deferred although that was refused": {planDeferred, "Invalid deferred response", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := core.NewServer(t, factory(newLab(), tt.lie), endpoint()).Resource(t, "lab_thing")
			if name == "replacement by a path that is not" {
				r.Apply(t, config("a")) // Something must be there to be replaced.
			}
			_, diags := r.TryApply(t.Context(), config("a", "size", 4, "secret_wo", "s"))
			if len(diags.Errors().Containing(tt.summary).At(tt.at)) == 0 {
				t.Errorf("want %q at %q, got:\n%s", tt.summary, tt.at, diags)
			}
		})
	}
}

func planNull(t *testing.T, typ tftypes.Object) func(*liar) {
	t.Helper()
	return func(l *liar) {
		l.plan = func(_ *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
			resp.PlannedState = null(t, typ)
		}
	}
}

// planDrifts gives another answer when it is asked for the second time.
func planDrifts(t *testing.T, typ tftypes.Object) func(*liar) {
	t.Helper()
	return func(l *liar) {
		asked := 0
		l.plan = func(_ *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
			asked++
			if asked > 1 {
				resp.PlannedState = set(t, typ, resp.PlannedState, "mode", "drifted")
			}
		}
	}
}

func applyNull(t *testing.T, typ tftypes.Object) func(*liar) {
	t.Helper()
	return func(l *liar) {
		l.apply = func(_ *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
			resp.NewState = null(t, typ)
		}
	}
}

func applyNoIdentity(l *liar) {
	l.apply = func(_ *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
		resp.NewIdentity = nil
	}
}

func replaceNowhere(l *liar) {
	l.plan = func(_ *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
		resp.RequiresReplace = []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName("nowhere")}
	}
}

func planDeferred(l *liar) {
	l.plan = func(_ *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
		resp.Deferred = &tfprotov6.Deferred{}
	}
}

func TestLiesOfReadAndImportAreFound(t *testing.T) {
	t.Parallel()
	typ := thingType(t)
	l := newLab()
	var lies liar
	r := core.NewServer(t, factory(l, func(out *liar) {
		out.read = func(resp *tfprotov6.ReadResourceResponse) { lies.read(resp) }
		out.adopt = func(resp *tfprotov6.ImportResourceStateResponse) { lies.adopt(resp) }
	}), endpoint()).Resource(t, "lab_thing")
	r.Apply(t, config("a"))

	for name, tt := range map[string]struct {
		lie     func(*tfprotov6.ReadResourceResponse)
		summary string
	}{
		"unknown value": {func(resp *tfprotov6.ReadResourceResponse) {
			resp.NewState = set(t, typ, resp.NewState, "rev", tftypes.UnknownValue)
		}, "Provider produced invalid object"},
		"secret": {func(resp *tfprotov6.ReadResourceResponse) {
			resp.NewState = set(t, typ, resp.NewState, "secret_wo", "s")
		}, "Write-only attribute set"},
		"no identity": {func(resp *tfprotov6.ReadResourceResponse) { resp.NewIdentity = nil }, "Provider produced invalid identity"},
		"other identity": {func(resp *tfprotov6.ReadResourceResponse) {
			resp.NewIdentity.IdentityData = identityOf(t, "other")
		}, "Provider produced invalid identity"},
		"deferred": {func(resp *tfprotov6.ReadResourceResponse) { resp.Deferred = &tfprotov6.Deferred{} }, "Invalid deferred response"},
	} {
		lies.read = tt.lie
		before := r.State()
		_, diags := r.TryRefresh(t.Context())
		if len(diags.Errors().Containing(tt.summary)) == 0 {
			t.Errorf("%s: want %q, got:\n%s", name, tt.summary, diags)
		}
		if !before.Raw().Equal(r.State().Raw()) {
			t.Errorf("%s: a failed refresh changed the state", name)
		}
	}

	r.Forget()
	lies.read = func(*tfprotov6.ReadResourceResponse) {}
	for detail, lie := range map[string]func(*tfprotov6.ImportResourceStateResponse){
		"returned 0 objects": func(resp *tfprotov6.ImportResourceStateResponse) { resp.ImportedResources = nil },
		"must return one lab_thing": func(resp *tfprotov6.ImportResourceStateResponse) {
			resp.ImportedResources[0].TypeName = "lab_other"
		},
		"null object": func(resp *tfprotov6.ImportResourceStateResponse) { resp.ImportedResources[0].State = null(t, typ) },
		"secret_wo must be null": func(resp *tfprotov6.ImportResourceStateResponse) {
			resp.ImportedResources[0].State = set(t, typ, resp.ImportedResources[0].State, "secret_wo", "s")
		},
	} {
		lies.adopt = lie
		if diags := r.TryImport(t.Context(), "a"); len(diags.Containing(detail)) != 1 || !r.Gone() {
			t.Errorf("%s: gone is %v:\n%s", detail, r.Gone(), diags)
		}
	}
	lies.adopt = func(resp *tfprotov6.ImportResourceStateResponse) {
		resp.ImportedResources[0].Identity.IdentityData = identityOf(t, "other")
	}
	diags := r.TryImportIdentity(t.Context(), map[string]any{"name": "a"})
	if len(diags.Containing("The import was asked for")) != 1 || !r.Gone() {
		t.Errorf("imported by one identity, got another:\n%s", diags)
	}
}

func identityOf(t *testing.T, name string) *tfprotov6.DynamicValue {
	t.Helper()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	out, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, name),
	}))
	if err != nil {
		t.Error(err)
	}
	return &out
}
