package core

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Unknown stands for a value that is not known before apply, in configurations and in results.
const Unknown = marker("(known after apply)")

type marker string

var errConvert = errors.New("cannot convert")

// toValue converts a plain Go value to the given Terraform type.
func toValue(path string, typ tftypes.Type, in any) (tftypes.Value, error) {
	if in == Unknown {
		return tftypes.NewValue(typ, tftypes.UnknownValue), nil
	}
	if v, ok := in.(tftypes.Value); ok {
		if !v.Type().Equal(typ) {
			return v, fmt.Errorf("%w: %s: %s is no %s", errConvert, path, v, typ)
		}
		return v, nil
	}
	rv := reflect.ValueOf(in)
	for rv.IsValid() && rv.Kind() == reflect.Pointer && !rv.Type().AssignableTo(reflect.TypeFor[*big.Float]()) {
		rv = rv.Elem()
	}
	if !rv.IsValid() || isNilCollection(rv) {
		return tftypes.NewValue(typ, nil), nil
	}
	switch typ := typ.(type) {
	case tftypes.List:
		elements, err := toSlice(path, rv, typ.ElementType)
		return collect(typ, elements, err)
	case tftypes.Set:
		elements, err := toSlice(path, rv, typ.ElementType)
		return collect(typ, distinct(elements), err)
	case tftypes.Map:
		elements, err := toMap(path, rv, typ.ElementType)
		return collect(typ, elements, err)
	case tftypes.Object:
		return toObject(path, typ, rv)
	default:
		return toPrimitive(path, typ, rv)
	}
}

func isNilCollection(rv reflect.Value) bool {
	return (rv.Kind() == reflect.Slice || rv.Kind() == reflect.Map) && rv.IsNil()
}

func collect(typ tftypes.Type, elements any, err error) (tftypes.Value, error) {
	if err != nil {
		return tftypes.Value{}, err
	}
	if err := tftypes.ValidateValue(typ, elements); err != nil {
		return tftypes.Value{}, fmt.Errorf("%w: %w", errConvert, err)
	}
	return tftypes.NewValue(typ, elements), nil
}

func toSlice(path string, rv reflect.Value, typ tftypes.Type) ([]tftypes.Value, error) {
	if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return nil, fmt.Errorf("%w: %s: a list is required, not %s", errConvert, path, rv.Type())
	}
	out := make([]tftypes.Value, 0, rv.Len())
	for i := range rv.Len() {
		v, err := toValue(fmt.Sprintf("%s[%d]", path, i), typ, rv.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func toMap(path string, rv reflect.Value, typ tftypes.Type) (map[string]tftypes.Value, error) {
	if rv.Kind() != reflect.Map || rv.Type().Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%w: %s: a map is required, not %s", errConvert, path, rv.Type())
	}
	out := make(map[string]tftypes.Value, rv.Len())
	for it := rv.MapRange(); it.Next(); {
		key := it.Key().String()
		v, err := toValue(fmt.Sprintf("%s[%q]", path, key), typ, it.Value().Interface())
		if err != nil {
			return nil, err
		}
		out[key] = v
	}
	return out, nil
}

// toObject fills absent attributes with null and refuses attributes that the type does not have.
func toObject(path string, typ tftypes.Object, rv reflect.Value) (tftypes.Value, error) {
	if rv.Kind() != reflect.Map || rv.Type().Key().Kind() != reflect.String {
		return tftypes.Value{}, fmt.Errorf("%w: %s: an object is required, not %s", errConvert, path, rv.Type())
	}
	out := make(map[string]tftypes.Value, len(typ.AttributeTypes))
	for name, attrType := range typ.AttributeTypes {
		out[name] = tftypes.NewValue(attrType, nil)
	}
	for it := rv.MapRange(); it.Next(); {
		name := it.Key().String()
		attrType, ok := typ.AttributeTypes[name]
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%w: an argument named %q is not expected here", errConvert, join(path, name))
		}
		v, err := toValue(join(path, name), attrType, it.Value().Interface())
		if err != nil {
			return tftypes.Value{}, err
		}
		out[name] = v
	}
	return collect(typ, out, nil)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func toPrimitive(path string, typ tftypes.Type, rv reflect.Value) (tftypes.Value, error) {
	if typ.Is(tftypes.DynamicPseudoType) {
		return toDynamic(path, rv)
	}
	switch {
	case typ.Is(tftypes.String) && rv.Kind() == reflect.String:
		return tftypes.NewValue(typ, rv.String()), nil
	case typ.Is(tftypes.Bool) && rv.Kind() == reflect.Bool:
		return tftypes.NewValue(typ, rv.Bool()), nil
	case typ.Is(tftypes.Number) && rv.CanInt():
		return tftypes.NewValue(typ, rv.Int()), nil
	case typ.Is(tftypes.Number) && rv.CanUint():
		return tftypes.NewValue(typ, rv.Uint()), nil
	case typ.Is(tftypes.Number) && rv.CanFloat():
		return tftypes.NewValue(typ, rv.Float()), nil
	}
	if f, ok := rv.Interface().(*big.Float); ok && typ.Is(tftypes.Number) {
		return tftypes.NewValue(typ, f), nil
	}
	return tftypes.Value{}, fmt.Errorf("%w: %s: a %s is required, not %s", errConvert, path, typ, rv.Type())
}

// toDynamic infers the type as HCL does for literals: tuples and objects, never lists and maps.
func toDynamic(path string, rv reflect.Value) (tftypes.Value, error) {
	if rv.Kind() == reflect.Interface {
		rv = rv.Elem()
	}
	switch {
	case rv.Kind() == reflect.String:
		return tftypes.NewValue(tftypes.String, rv.String()), nil
	case rv.Kind() == reflect.Bool:
		return tftypes.NewValue(tftypes.Bool, rv.Bool()), nil
	case rv.CanInt(), rv.CanUint(), rv.CanFloat():
		return toPrimitive(path, tftypes.Number, rv)
	case rv.Kind() == reflect.Slice:
		elements, err := toSlice(path, rv, tftypes.DynamicPseudoType)
		types := make([]tftypes.Type, 0, len(elements))
		for _, e := range elements {
			types = append(types, e.Type())
		}
		return collect(tftypes.Tuple{ElementTypes: types}, elements, err)
	case rv.Kind() == reflect.Map:
		elements, err := toMap(path, rv, tftypes.DynamicPseudoType)
		types := make(map[string]tftypes.Type, len(elements))
		for name, e := range elements {
			types[name] = e.Type()
		}
		return collect(tftypes.Object{AttributeTypes: types}, elements, err)
	default:
		return tftypes.Value{}, fmt.Errorf("%w: %s: no Terraform type for %s", errConvert, path, rv.Type())
	}
}

// distinct drops repeated elements, as every Terraform set does.
func distinct(in []tftypes.Value) []tftypes.Value {
	var out []tftypes.Value
	for _, v := range in {
		if !slices.ContainsFunc(out, v.Equal) {
			out = append(out, v)
		}
	}
	return out
}

// fromValue converts a Terraform value to plain Go values.
func fromValue(v tftypes.Value) any {
	switch {
	case !v.IsKnown():
		return Unknown
	case v.IsNull():
		return nil
	case v.Type().Is(tftypes.String):
		return stringOf(v)
	case v.Type().Is(tftypes.Bool):
		return boolOf(v)
	case v.Type().Is(tftypes.Number):
		return numberOf(v)
	case isSequence(v.Type()):
		out := []any{}
		for _, e := range elementsOf(v) {
			out = append(out, fromValue(e))
		}
		return out
	default:
		out := map[string]any{}
		for name, e := range attributesOf(v) {
			out[name] = fromValue(e)
		}
		return out
	}
}

// The accessors below are called with values whose type was looked at before; the zero value is returned for null and
// unknown values.

func stringOf(v tftypes.Value) string {
	var s string
	if !v.IsKnown() || v.As(&s) != nil {
		return ""
	}
	return s
}

func boolOf(v tftypes.Value) bool {
	var b bool
	return v.IsKnown() && v.As(&b) == nil && b
}

// numberOf gives an int64 wherever that is exact.
func numberOf(v tftypes.Value) any {
	var f big.Float
	if v.As(&f) != nil {
		return nil
	}
	if i, acc := f.Int64(); acc == big.Exact {
		return i
	}
	out, _ := f.Float64()
	return out
}

func elementsOf(v tftypes.Value) []tftypes.Value {
	var out []tftypes.Value
	if !v.IsKnown() || v.As(&out) != nil {
		return nil
	}
	return out
}

func attributesOf(v tftypes.Value) map[string]tftypes.Value {
	var out map[string]tftypes.Value
	if !v.IsKnown() || v.As(&out) != nil {
		return nil
	}
	return out
}

func isSequence(typ tftypes.Type) bool {
	return typ.Is(tftypes.List{}) || typ.Is(tftypes.Set{}) || typ.Is(tftypes.Tuple{})
}
