package tf

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// Reconcile gives the value that a refresh writes: prior where the platform still shows the same, observed
// where it differs, null where prior manages nothing. An unknown observed value means that the platform
// does not show it: prior stays. Maps are owned whole, so foreign keys appear in full.
func Reconcile(ctx context.Context, prior, observed attr.Value) attr.Value {
	switch {
	case prior.IsNull() || observed.IsUnknown() || Same(prior, observed):
		return prior
	case IsEmptyCollection(prior) && (observed.IsNull() || IsEmptyCollection(observed)):
		return prior
	case observed.IsNull():
		return observed
	}
	switch p := prior.(type) {
	case types.Object:
		if o, ok := observed.(types.Object); ok {
			return types.ObjectValueMust(p.AttributeTypes(ctx), reconcileEntries(ctx, p.Attributes(), o.Attributes()))
		}
	case types.Map:
		if o, ok := observed.(types.Map); ok {
			return types.MapValueMust(p.ElementType(ctx), reconcileEntries(ctx, p.Elements(), o.Elements()))
		}
	case types.List:
		if o, ok := observed.(types.List); ok {
			return types.ListValueMust(p.ElementType(ctx), reconcileElements(ctx, p.Elements(), o.Elements()))
		}
	case types.Set:
		if o, ok := observed.(types.Set); ok {
			return types.SetValueMust(p.ElementType(ctx), respellElements(p.Elements(), o.Elements()))
		}
	}
	return observed
}

func reconcileEntries(ctx context.Context, prior, observed map[string]attr.Value) map[string]attr.Value {
	out := make(map[string]attr.Value, len(observed))
	for k, o := range observed {
		p, ok := prior[k]
		if !ok {
			out[k] = Shown(ctx, o)
			continue
		}
		out[k] = Reconcile(ctx, p, o)
	}
	return out
}

func reconcileElements(ctx context.Context, prior, observed []attr.Value) []attr.Value {
	out := make([]attr.Value, len(observed))
	for i, o := range observed {
		if i >= len(prior) {
			out[i] = Shown(ctx, o)
			continue
		}
		out[i] = Reconcile(ctx, prior[i], o)
	}
	return out
}

// respellElements keeps the prior spelling of the elements that prior has.
func respellElements(prior, observed []attr.Value) []attr.Value {
	out := make([]attr.Value, len(observed))
	for i, o := range observed {
		out[i] = o
		if j := indexOf(prior, o); j >= 0 {
			out[i] = prior[j]
		}
	}
	return out
}

// Shown gives the value that an import writes: all that the platform shows and that is not its zero value.
// What the platform does not show (unknown) is null.
func Shown(ctx context.Context, observed attr.Value) attr.Value {
	switch o := observed.(type) {
	case types.Object:
		if !o.IsNull() && !o.IsUnknown() {
			return shownObject(ctx, o)
		}
	case types.Map:
		if len(o.Elements()) > 0 {
			return types.MapValueMust(o.ElementType(ctx), shownEntries(ctx, o.Elements()))
		}
	case types.List:
		if len(o.Elements()) > 0 {
			return types.ListValueMust(o.ElementType(ctx), shownElements(ctx, o.Elements()))
		}
	case types.Set:
		if len(o.Elements()) > 0 {
			return o
		}
	default:
		if !isZero(observed) {
			return observed
		}
	}
	return NullOf(ctx, observed.Type(ctx))
}

// shownObject drops the zero leaves of an object. An object in which nothing is left is still an object:
// as an element of a map its key says something.
func shownObject(ctx context.Context, o types.Object) attr.Value {
	out := make(map[string]attr.Value, len(o.Attributes()))
	for k, v := range o.Attributes() {
		out[k] = Shown(ctx, v)
		if AllNull(out[k]) {
			out[k] = NullOf(ctx, v.Type(ctx))
		}
	}
	return types.ObjectValueMust(o.AttributeTypes(ctx), out)
}

// AllNull tells whether the value is an object in which every attribute is null.
func AllNull(v attr.Value) bool {
	o, ok := v.(types.Object)
	if !ok || o.IsNull() || o.IsUnknown() {
		return false
	}
	for _, inner := range o.Attributes() {
		if !inner.IsNull() {
			return false
		}
	}
	return true
}

// shownEntries keeps the scalar elements as they are, zero values too: their key was set by somebody.
func shownEntries(ctx context.Context, in map[string]attr.Value) map[string]attr.Value {
	out := make(map[string]attr.Value, len(in))
	for k, v := range in {
		out[k] = shownElement(ctx, v)
	}
	return out
}

func shownElements(ctx context.Context, in []attr.Value) []attr.Value {
	out := make([]attr.Value, len(in))
	for i, v := range in {
		out[i] = shownElement(ctx, v)
	}
	return out
}

func shownElement(ctx context.Context, v attr.Value) attr.Value {
	switch v.(type) {
	case types.Object, types.Map, types.List:
		return Shown(ctx, v)
	default:
		return v
	}
}

// Respell gives the value that a plan shows: the prior spelling where the planned value means the same, so
// that a respelt configuration is no change. Terraform allows a plan to hold the configured or the prior
// value, decided per nested attribute but for a collection of plain values as a whole.
func Respell(ctx context.Context, prior, planned attr.Value) attr.Value {
	if prior == nil || prior.IsNull() || planned.IsNull() || planned.IsUnknown() {
		return planned
	}
	if Same(prior, planned) {
		return prior
	}
	switch p := planned.(type) {
	case types.Object:
		if o, ok := prior.(types.Object); ok {
			return types.ObjectValueMust(p.AttributeTypes(ctx), respellEntries(ctx, o.Attributes(), p.Attributes()))
		}
	case types.Map:
		if o, ok := prior.(types.Map); ok && holdsObjects(ctx, p) {
			return types.MapValueMust(p.ElementType(ctx), respellEntries(ctx, o.Elements(), p.Elements()))
		}
	}
	return planned
}

func holdsObjects(ctx context.Context, m types.Map) bool {
	_, ok := m.ElementType(ctx).(basetypes.ObjectTypable)
	return ok
}

func respellEntries(ctx context.Context, prior, planned map[string]attr.Value) map[string]attr.Value {
	out := make(map[string]attr.Value, len(planned))
	for k, v := range planned {
		out[k] = Respell(ctx, prior[k], v)
	}
	return out
}

// Fill gives the planned value with every unknown part taken from what the platform shows; what it does not
// show becomes null.
func Fill(ctx context.Context, planned, observed attr.Value) attr.Value {
	if planned.IsUnknown() {
		if observed == nil || observed.IsUnknown() {
			return NullOf(ctx, planned.Type(ctx))
		}
		return observed
	}
	switch p := planned.(type) {
	case types.Object:
		if !p.IsNull() {
			o, _ := observed.(types.Object)
			return types.ObjectValueMust(p.AttributeTypes(ctx), fillEntries(ctx, p.Attributes(), o.Attributes()))
		}
	case types.Map:
		if !p.IsNull() {
			o, _ := observed.(types.Map)
			return types.MapValueMust(p.ElementType(ctx), fillEntries(ctx, p.Elements(), o.Elements()))
		}
	case types.List:
		if !p.IsNull() {
			o, _ := observed.(types.List)
			return types.ListValueMust(p.ElementType(ctx), fillElements(ctx, p.Elements(), o.Elements()))
		}
	}
	return planned
}

func fillEntries(ctx context.Context, planned, observed map[string]attr.Value) map[string]attr.Value {
	out := make(map[string]attr.Value, len(planned))
	for k, p := range planned {
		out[k] = Fill(ctx, p, observed[k])
	}
	return out
}

func fillElements(ctx context.Context, planned, observed []attr.Value) []attr.Value {
	out := make([]attr.Value, len(planned))
	for i, p := range planned {
		var o attr.Value
		if i < len(observed) {
			o = observed[i]
		}
		out[i] = Fill(ctx, p, o)
	}
	return out
}
