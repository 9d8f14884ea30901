package managed

import (
	"iter"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are the attributes of an object, or of a nested one. Those that are null or unknown are so.
type Values map[string]tftypes.Value

// valuesOf are the attributes of an object, nil where there is none.
func valuesOf(v tftypes.Value) Values {
	var out map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&out) != nil {
		return nil
	}
	return out
}

// with is an object with one attribute set to what tftypes.NewValue takes.
func with(v tftypes.Value, name string, to any) tftypes.Value {
	all := valuesOf(v)
	old, ok := all[name]
	if !ok {
		return v
	}
	all = maps.Clone(all)
	all[name] = tftypes.NewValue(old.Type(), to)
	return tftypes.NewValue(v.Type(), map[string]tftypes.Value(all))
}

// Known tells whether the attribute is there and neither null nor unknown.
func (v Values) Known(name string) bool {
	a, ok := v[name]
	return ok && a.IsKnown() && !a.IsNull()
}

// Unknown tells whether the attribute will be known after apply.
func (v Values) Unknown(name string) bool {
	a, ok := v[name]
	return ok && !a.IsKnown()
}

// String is the text of an attribute, "" for null and unknown.
func (v Values) String(name string) (text string) {
	if v.Known(name) {
		_ = v[name].As(&text) // Another type has no text.
	}
	return text
}

// Bool is the value of an attribute, false for null and unknown.
func (v Values) Bool(name string) (is bool) {
	if v.Known(name) {
		_ = v[name].As(&is) // Another type is not true.
	}
	return is
}

// Object is a nested object, nil for null and unknown.
func (v Values) Object(name string) Values { return valuesOf(v[name]) }

// Each are the nested objects of a map, sorted by key. One that is null or unknown is nil.
func (v Values) Each(name string) iter.Seq2[string, Values] {
	return func(yield func(string, Values) bool) {
		all := v.Object(name)
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if !yield(key, all.Object(key)) {
				return
			}
		}
	}
}

// Has tells whether the attribute is there, known or not.
func (v Values) Has(name string) bool { return v.Known(name) || v.Unknown(name) }

// Number is the value of an attribute, 0 for null and unknown.
func (v Values) Number(name string) float64 {
	var n big.Float
	if v.Known(name) {
		_ = v[name].As(&n) // Another type is no number.
	}
	f, _ := n.Float64()
	return f
}

// Objects are the nested objects of a list. Unknown ones are left out.
func (v Values) Objects(name string) (all []Values) {
	var elements []tftypes.Value
	if !v.Known(name) || v[name].As(&elements) != nil {
		return nil
	}
	for _, e := range elements {
		if o := valuesOf(e); o != nil {
			all = append(all, o)
		}
	}
	return all
}

// Strings are the texts of a list or set. Unknown elements are left out.
func (v Values) Strings(name string) (texts []string) {
	var elements []tftypes.Value
	if !v.Known(name) || v[name].As(&elements) != nil {
		return nil
	}
	for _, e := range elements {
		var text string
		if e.IsKnown() && !e.IsNull() && e.As(&text) == nil {
			texts = append(texts, text)
		}
	}
	return texts
}

// stringMap are the texts of a map. whole is false where some are unknown.
func (v Values) stringMap(name string) (texts map[string]string, whole bool) {
	if v.Unknown(name) {
		return nil, false
	}
	texts, whole = map[string]string{}, true
	for key, e := range valuesOf(v[name]) {
		var text string
		if !e.IsKnown() || e.As(&text) != nil {
			whole = false
			continue
		}
		texts[key] = text
	}
	return texts, whole
}

// toMap is what tftypes.NewValue takes for a map of texts.
func toMap(texts map[string]string) map[string]tftypes.Value {
	out := make(map[string]tftypes.Value, len(texts))
	for key, text := range texts {
		out[key] = tftypes.NewValue(tftypes.String, text)
	}
	return out
}
