package tf

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Notation is a way of writing a value as a string in which several spellings mean the same, as "60s" and
// "1m" do. The first spelling a user chose stays in plan and state for as long as the meaning is the same.
type Notation struct {
	name string
	// canonical turns any spelling into the one that equal values share. Its error says what to write instead.
	canonical func(string) (string, error)
}

// Type is the attribute type of values in this notation.
func (n *Notation) Type() NotedType {
	return NotedType{notation: n}
}

// Value is a known value in this notation.
func (n *Notation) Value(s string) Noted {
	return Noted{StringValue: basetypes.NewStringValue(s), notation: n}
}

// Null is the absent value in this notation.
func (n *Notation) Null() Noted {
	return Noted{StringValue: basetypes.NewStringNull(), notation: n}
}

// Canonical returns the spelling that equal values share, or an error that says what to write instead.
func (n *Notation) Canonical(s string) (string, error) {
	return n.canonical(s)
}

// Same tells whether two spellings mean the same. What cannot be read is compared by letter.
func (n *Notation) Same(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := n.canonical(a)
	y, errY := n.canonical(b)
	return errX == nil && errY == nil && x == y
}

var (
	_ basetypes.StringTypable                    = NotedType{}
	_ basetypes.StringValuableWithSemanticEquals = Noted{}
	_ xattr.ValidateableAttribute                = Noted{}
)

// NotedType is the type of a string in a Notation.
type NotedType struct {
	basetypes.StringType
	notation *Notation
}

// Notation is the notation of the type.
func (t NotedType) Notation() *Notation { return t.notation }

// Equal tells whether the other type is of the same notation.
func (t NotedType) Equal(other attr.Type) bool {
	o, ok := other.(NotedType)
	return ok && o.notation == t.notation
}

// String names the type in messages.
func (t NotedType) String() string {
	return "tf." + t.notation.name
}

// ValueType is the zero value of the type.
func (t NotedType) ValueType(context.Context) attr.Value {
	return t.notation.Null()
}

// ValueFromString gives a plain string value the notation.
func (t NotedType) ValueFromString(_ context.Context, v basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Noted{StringValue: v, notation: t.notation}, nil
}

// ValueFromTerraform reads a value of the wire format. It returns the framework's own conversion errors.
func (t NotedType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	v, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	s, ok := v.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value type %T", v)
	}
	return Noted{StringValue: s, notation: t.notation}, nil
}

// Noted is a string in a Notation.
type Noted struct {
	basetypes.StringValue
	notation *Notation
}

// Type is the value's type.
func (v Noted) Type(context.Context) attr.Type {
	return NotedType{notation: v.notation}
}

// Equal tells whether the other value is the same to the letter.
func (v Noted) Equal(other attr.Value) bool {
	o, ok := other.(Noted)
	return ok && o.notation == v.notation && v.StringValue.Equal(o.StringValue)
}

// StringSemanticEquals tells whether both spellings mean the same.
func (v Noted) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, ok := other.(Noted)
	if !ok {
		return false, nil
	}
	return v.notation.Same(v.ValueString(), o.ValueString()), nil
}

// ValidateAttribute refuses what cannot be read in this notation.
func (v Noted) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	if _, err := v.notation.canonical(v.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+v.notation.name, err.Error())
	}
}
