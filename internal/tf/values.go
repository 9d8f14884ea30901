package tf

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are the attributes of one object by name, as a configuration, a plan or a state holds them.
type Values map[string]attr.Value

// Source is a configuration, plan or state to read from.
type Source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Target is a plan or state to write to.
type Target interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// ValuesOf reads all attributes of a configuration, plan or state. A null object has none.
func ValuesOf(ctx context.Context, from Source) (Values, diag.Diagnostics) {
	var o types.Object
	diags := from.Get(ctx, &o)
	return o.Attributes(), diags
}

// WriteTo writes all attributes to a plan or state. An attribute that is missing is an error, which the framework words.
func (v Values) WriteTo(ctx context.Context, to Target) diag.Diagnostics {
	attrTypes := make(map[string]attr.Type, len(v))
	for name, value := range v {
		attrTypes[name] = value.Type(ctx)
	}
	o, diags := types.ObjectValue(attrTypes, v)
	if diags.HasError() {
		return diags
	}
	diags.Append(to.Set(ctx, o)...)
	return diags
}

// Null tells whether the attribute is absent, null or unknown: whether there is nothing to send.
func (v Values) Null(name string) bool {
	value, ok := v[name]
	return !ok || value.IsNull() || value.IsUnknown()
}

// String is the attribute's text, "" for null and unknown.
func (v Values) String(name string) string {
	switch s := v[name].(type) {
	case types.String:
		return s.ValueString()
	case Noted:
		return s.ValueString()
	default:
		return ""
	}
}

// Bool is the attribute's value, false for null and unknown.
func (v Values) Bool(name string) bool {
	b, ok := v[name].(types.Bool)
	return ok && b.ValueBool()
}

// Int is the attribute's value, 0 for null and unknown.
func (v Values) Int(name string) int64 {
	n, ok := v[name].(types.Int64)
	if !ok {
		return 0
	}
	return n.ValueInt64()
}

// Object are the attributes of a nested object, empty for null and unknown.
func (v Values) Object(name string) Values {
	o, ok := v[name].(types.Object)
	if !ok {
		return nil
	}
	return o.Attributes()
}

// Strings are the elements of a list or set of strings.
func (v Values) Strings(name string) []string {
	return StringsOf(v[name])
}

// StringsOf are the known elements of a list or set of strings, in any notation.
func StringsOf(v attr.Value) []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, e := range children(v) {
		if s, ok := TextOf(e); ok {
			out = append(out, s)
		}
	}
	return out
}

// StringMap are the known elements of a map of strings.
func (v Values) StringMap(name string) map[string]string {
	m, ok := v[name].(types.Map)
	if !ok || m.IsNull() || m.IsUnknown() {
		return nil
	}
	out := make(map[string]string, len(m.Elements()))
	for k, e := range m.Elements() {
		if s, ok := TextOf(e); ok {
			out[k] = s
		}
	}
	return out
}

// TextOf is the text of a string in any notation, and whether there is one.
func TextOf(v attr.Value) (string, bool) {
	if v == nil || v.IsNull() || v.IsUnknown() {
		return "", false
	}
	switch s := v.(type) {
	case types.String:
		return s.ValueString(), true
	case Noted:
		return s.ValueString(), true
	default:
		return "", false
	}
}

// NullOf is the null value of a type.
func NullOf(ctx context.Context, t attr.Type) attr.Value {
	return mustFromTerraform(ctx, t, nil)
}

// UnknownOf is the unknown value of a type.
func UnknownOf(ctx context.Context, t attr.Type) attr.Value {
	return mustFromTerraform(ctx, t, tftypes.UnknownValue)
}

// mustFromTerraform converts null and unknown, which every type can hold: a failure is a broken type, so the
// value's text says so where it shows up first, in the tests that walk all schemas.
func mustFromTerraform(ctx context.Context, t attr.Type, v any) attr.Value {
	value, err := t.ValueFromTerraform(ctx, tftypes.NewValue(t.TerraformType(ctx), v))
	if err != nil {
		return types.StringValue(fmt.Sprintf("broken type %s: %s", t, err))
	}
	return value
}

// StringList is a list of the given texts.
func StringList(list []string) types.List {
	elements := make([]attr.Value, len(list))
	for i, s := range list {
		elements[i] = types.StringValue(s)
	}
	return types.ListValueMust(types.StringType, elements)
}

// StringMapValue is a map of texts, null where there are none.
func StringMapValue(texts map[string]string) types.Map {
	if len(texts) == 0 {
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(texts))
	for key, text := range texts {
		elements[key] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, elements)
}
