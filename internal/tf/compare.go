package tf

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// This file compares attribute values leaf by leaf. One rule runs through all of it: what is configured
// is compared, what is not configured is not. Null means "not managed here".

// Same tells whether two values mean the same: equal, or two spellings in one notation, at every depth.
// A set is the same when its elements are, whatever their spelling.
func Same(a, b attr.Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if a.IsNull() || b.IsNull() || a.IsUnknown() || b.IsUnknown() {
		return a.IsNull() == b.IsNull() && a.IsUnknown() == b.IsUnknown()
	}
	switch x := a.(type) {
	case Noted:
		y, ok := b.(Noted)
		return ok && x.notation.Same(x.ValueString(), y.ValueString())
	case types.Object:
		y, ok := b.(types.Object)
		return ok && sameEntries(x.Attributes(), y.Attributes())
	case types.Map:
		y, ok := b.(types.Map)
		return ok && sameEntries(x.Elements(), y.Elements())
	case types.List:
		y, ok := b.(types.List)
		return ok && sameElements(x.Elements(), y.Elements())
	case types.Set:
		y, ok := b.(types.Set)
		return ok && len(x.Elements()) == len(y.Elements()) && includes(x.Elements(), y.Elements())
	default:
		return a.Equal(b)
	}
}

func sameEntries(a, b map[string]attr.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		w, ok := b[k]
		if !ok || !Same(v, w) {
			return false
		}
	}
	return true
}

func sameElements(a, b []attr.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Same(a[i], b[i]) {
			return false
		}
	}
	return true
}

// includes tells whether every element of part is the same as some element of whole.
func includes(whole, part []attr.Value) bool {
	for _, p := range part {
		if indexOf(whole, p) < 0 {
			return false
		}
	}
	return true
}

func indexOf(list []attr.Value, v attr.Value) int {
	for i, l := range list {
		if Same(l, v) {
			return i
		}
	}
	return -1
}

// Covers tells whether have fulfils all that want asks for: leaves that want leaves null and keys that only
// have holds do not matter. It is how an imported object is found to be what the configuration asks for.
func Covers(want, have attr.Value) bool {
	if want.IsNull() {
		return true
	}
	if IsEmptyCollection(want) && (have.IsNull() || IsEmptyCollection(have)) {
		return true
	}
	if want.IsUnknown() || have.IsNull() || have.IsUnknown() {
		return false
	}
	switch w := want.(type) {
	case types.Object:
		h, ok := have.(types.Object)
		return ok && coversEntries(w.Attributes(), h.Attributes())
	case types.Map:
		h, ok := have.(types.Map)
		return ok && coversEntries(w.Elements(), h.Elements())
	case types.List:
		h, ok := have.(types.List)
		return ok && coversElements(w.Elements(), h.Elements())
	default:
		return Same(want, have)
	}
}

func coversEntries(want, have map[string]attr.Value) bool {
	for k, w := range want {
		h, ok := have[k]
		if !ok || !Covers(w, h) {
			return false
		}
	}
	return true
}

func coversElements(want, have []attr.Value) bool {
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !Covers(want[i], have[i]) {
			return false
		}
	}
	return true
}

// HasUnknown tells whether any part of the value is unknown.
func HasUnknown(v attr.Value) bool {
	if v.IsUnknown() {
		return true
	}
	for _, inner := range children(v) {
		if HasUnknown(inner) {
			return true
		}
	}
	return false
}

func children(v attr.Value) []attr.Value {
	switch x := v.(type) {
	case types.Object:
		return entriesOf(x.Attributes())
	case types.Map:
		return entriesOf(x.Elements())
	case types.List:
		return x.Elements()
	case types.Set:
		return x.Elements()
	default:
		return nil
	}
}

func entriesOf(m map[string]attr.Value) []attr.Value {
	out := make([]attr.Value, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// IsEmptyCollection tells whether the value is a map, list or set without elements.
func IsEmptyCollection(v attr.Value) bool {
	if v.IsNull() || v.IsUnknown() {
		return false
	}
	switch v.(type) {
	case types.Map, types.List, types.Set:
		return len(children(v)) == 0
	default:
		return false
	}
}

func isZero(v attr.Value) bool {
	if v.IsNull() || v.IsUnknown() {
		return true
	}
	switch x := v.(type) {
	case types.Bool:
		return !x.ValueBool()
	case types.Int64:
		return x.ValueInt64() == 0
	case types.Float64:
		return x.ValueFloat64() == 0
	case types.String:
		return x.ValueString() == ""
	case Noted:
		return x.ValueString() == ""
	default:
		return false
	}
}
