package field

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Kind is the type of an attribute together with its conversion to and from the API's Go type.
type Kind interface {
	// Type is the attribute's type.
	Type() attr.Type
	attribute(f Field) schema.Attribute
	put(ctx context.Context, v attr.Value, to reflect.Value) error
	get(ctx context.Context, from reflect.Value) attr.Value
}

// String is text. An empty text of the API is null: the engine cannot tell them apart.
type String struct {
	// Notation, if any, says which spellings mean the same.
	Notation *tf.Notation
	// Default, if not empty, is the value of an attribute that is left out.
	Default    string
	Validators []validator.String
}

// Type is the attribute's type.
func (k String) Type() attr.Type {
	if k.Notation != nil {
		return k.Notation.Type()
	}
	return types.StringType
}

func (k String) attribute(f Field) schema.Attribute {
	a := schema.StringAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		Validators: k.Validators,
	}
	if k.Notation != nil {
		a.CustomType = k.Notation.Type()
	}
	if k.Default != "" {
		a.Computed, a.Default = true, stringdefault.StaticString(k.Default)
	}
	return a
}

func (k String) put(_ context.Context, v attr.Value, to reflect.Value) error {
	s, _ := tf.TextOf(v)
	return assign(to, reflect.ValueOf(s))
}

func (k String) get(_ context.Context, from reflect.Value) attr.Value {
	s := indirect(from)
	if !s.IsValid() || s.String() == "" {
		return k.value(types.StringNull())
	}
	return k.value(types.StringValue(s.String()))
}

func (k String) value(s types.String) attr.Value {
	switch {
	case k.Notation == nil:
		return s
	case s.IsNull():
		return k.Notation.Null()
	default:
		return k.Notation.Value(s.ValueString())
	}
}

// Bool is a truth value, for a bool or *bool of the API.
type Bool struct {
	// Default, if not nil, is the value of an attribute that is left out.
	Default *bool
}

// Type is the attribute's type.
func (Bool) Type() attr.Type { return types.BoolType }

func (k Bool) attribute(f Field) schema.Attribute {
	a := schema.BoolAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
	}
	if k.Default != nil {
		a.Computed, a.Default = true, booldefault.StaticBool(*k.Default)
	}
	return a
}

func (Bool) put(_ context.Context, v attr.Value, to reflect.Value) error {
	b, ok := v.(types.Bool)
	if !ok {
		return fmt.Errorf("unexpected value type %T", v)
	}
	return assign(to, reflect.ValueOf(b.ValueBool()))
}

func (Bool) get(_ context.Context, from reflect.Value) attr.Value {
	b := indirect(from)
	if !b.IsValid() {
		return types.BoolNull()
	}
	return types.BoolValue(b.Bool())
}

// Int is a whole number, for any integer type of the API or a pointer to one.
type Int struct {
	// Default, if not nil, is the value of an attribute that is left out.
	Default    *int64
	Validators []validator.Int64
}

// Type is the attribute's type.
func (Int) Type() attr.Type { return types.Int64Type }

func (k Int) attribute(f Field) schema.Attribute {
	a := schema.Int64Attribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		Validators: k.Validators,
	}
	if k.Default != nil {
		a.Computed, a.Default = true, int64default.StaticInt64(*k.Default)
	}
	return a
}

func (Int) put(_ context.Context, v attr.Value, to reflect.Value) error {
	n, ok := v.(types.Int64)
	if !ok {
		return fmt.Errorf("unexpected value type %T", v)
	}
	return assign(to, reflect.ValueOf(n.ValueInt64()))
}

func (Int) get(_ context.Context, from reflect.Value) attr.Value {
	n := indirect(from)
	if !n.IsValid() {
		return types.Int64Null()
	}
	return types.Int64Value(asInt(n))
}

// Scaled is a decimal number that the API keeps as a whole number of fractions, as CPUs in units of 10⁻⁹.
type Scaled struct {
	// Per is how many of the API's units make one.
	Per        float64
	Validators []validator.Float64
}

// Type is the attribute's type.
func (Scaled) Type() attr.Type { return types.Float64Type }

func (k Scaled) attribute(f Field) schema.Attribute {
	return schema.Float64Attribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Validators: k.Validators,
	}
}

func (k Scaled) put(_ context.Context, v attr.Value, to reflect.Value) error {
	n, ok := v.(types.Float64)
	if !ok {
		return fmt.Errorf("unexpected value type %T", v)
	}
	return assign(to, reflect.ValueOf(int64(math.Round(n.ValueFloat64()*k.Per))))
}

func (k Scaled) get(_ context.Context, from reflect.Value) attr.Value {
	n := indirect(from)
	if !n.IsValid() {
		return types.Float64Null()
	}
	return types.Float64Value(float64(asInt(n)) / k.Per)
}

// Size is a number of bytes, written as the Docker CLI takes it.
type Size struct {
	Validators []validator.String
}

// Type is the attribute's type.
func (Size) Type() attr.Type { return tf.Size.Type() }

func (k Size) attribute(f Field) schema.Attribute {
	return String{Notation: tf.Size, Validators: k.Validators}.attribute(f)
}

func (Size) put(_ context.Context, v attr.Value, to reflect.Value) error {
	s, _ := tf.TextOf(v)
	n, err := tf.ParseSize(s)
	if err != nil {
		return err
	}
	return assign(to, reflect.ValueOf(n))
}

func (Size) get(_ context.Context, from reflect.Value) attr.Value {
	n := indirect(from)
	if !n.IsValid() || asInt(n) == 0 {
		return tf.Size.Null()
	}
	return tf.Size.Value(tf.FormatSize(asInt(n)))
}

// Duration is a span of time, written as the Docker CLI takes it.
type Duration struct {
	// Unit is the API's unit: a nanosecond where it is left out.
	Unit time.Duration
	// Default, if not empty, is the value of an attribute that is left out.
	Default    string
	Validators []validator.String
}

// Type is the attribute's type.
func (Duration) Type() attr.Type { return tf.Duration.Type() }

func (k Duration) attribute(f Field) schema.Attribute {
	validators := k.Validators
	if k.unit() > time.Nanosecond {
		validators = append([]validator.String{tf.WholeDuration(k.unit())}, validators...)
	}
	return String{Notation: tf.Duration, Default: k.Default, Validators: validators}.attribute(f)
}

func (k Duration) unit() time.Duration {
	return max(k.Unit, time.Nanosecond)
}

func (k Duration) put(_ context.Context, v attr.Value, to reflect.Value) error {
	s, _ := tf.TextOf(v)
	d, err := tf.ParseDuration(s)
	if err != nil {
		return err
	}
	if d%k.unit() != 0 {
		return fmt.Errorf("%q is finer than the engine can keep: write a multiple of %s", s, tf.FormatDuration(k.unit()))
	}
	return assign(to, reflect.ValueOf(int64(d/k.unit())))
}

// get shows zero as null unless the API tells zero from absent by a pointer.
func (k Duration) get(_ context.Context, from reflect.Value) attr.Value {
	n := indirect(from)
	if !n.IsValid() || asInt(n) == 0 && from.Kind() != reflect.Pointer {
		return tf.Duration.Null()
	}
	return tf.Duration.Value(tf.FormatDuration(time.Duration(asInt(n)) * k.unit()))
}

// Other is an attribute that is the provider's own affair: its schema is given, and the API has no such value.
type Other struct {
	Attribute schema.Attribute
}

// Type is the attribute's type.
func (k Other) Type() attr.Type { return k.Attribute.GetType() }

func (k Other) attribute(Field) schema.Attribute { return k.Attribute }

func (Other) put(context.Context, attr.Value, reflect.Value) error { return nil }

func (k Other) get(ctx context.Context, _ reflect.Value) attr.Value {
	return tf.UnknownOf(ctx, k.Type())
}

func (f Field) optional() bool { return !f.Required && f.Class != Observed }

func (f Field) computed() bool { return f.Class == Observed || f.ServerSet }

// indirect follows a pointer; the invalid value stands for nil.
func indirect(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

// assign converts a value to the type of the API's field, through a pointer where the API has one.
func assign(to, v reflect.Value) error {
	if to.Kind() == reflect.Pointer {
		p := reflect.New(to.Type().Elem())
		if err := assign(p.Elem(), v); err != nil {
			return err
		}
		to.Set(p)
		return nil
	}
	if !v.CanConvert(to.Type()) {
		return fmt.Errorf("cannot write a %s to a %s", v.Type(), to.Type())
	}
	if v.CanInt() && (to.CanInt() && to.OverflowInt(v.Int()) || to.CanUint() && (v.Int() < 0 || to.OverflowUint(uint64(v.Int())))) {
		return fmt.Errorf("%d is out of the range that the engine's API takes", v.Int())
	}
	to.Set(v.Convert(to.Type()))
	return nil
}

// asInt reads any integer kind.
func asInt(v reflect.Value) int64 {
	if v.CanUint() {
		return int64(v.Uint())
	}
	return v.Int()
}
