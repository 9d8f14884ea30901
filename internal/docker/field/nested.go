package field

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The fields of a nested object carry no class of their own: they change as the attribute they stand in does.

func (t Table) attrTypes() map[string]attr.Type {
	out := make(map[string]attr.Type, len(t))
	for _, f := range t {
		out[f.Name] = f.Kind.Type()
	}
	return out
}

// putObject writes the attributes of a nested object to a struct of the API.
func (t Table) putObject(ctx context.Context, v attr.Value, spec reflect.Value) error {
	o, ok := v.(types.Object)
	if !ok {
		return fmt.Errorf("unexpected value type %T", v)
	}
	for _, f := range t {
		value := o.Attributes()[f.Name]
		if f.API == "" || value.IsNull() || value.IsUnknown() {
			continue
		}
		if err := f.put(ctx, value, spec.Addr().Interface()); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// getObject reads a nested object from a struct of the API, or a pointer to one.
func (t Table) getObject(ctx context.Context, spec reflect.Value) attr.Value {
	out := make(map[string]attr.Value, len(t))
	for _, f := range t {
		out[f.Name] = f.get(ctx, spec.Interface())
	}
	return types.ObjectValueMust(t.attrTypes(), out)
}

func (t Table) nested() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: t.Attributes()}
}

// Object is a nested object, for a struct of the API or a pointer to one.
type Object struct {
	Fields     Table
	Validators []validator.Object
}

// Type is the attribute's type.
func (k Object) Type() attr.Type { return types.ObjectType{AttrTypes: k.Fields.attrTypes()} }

func (k Object) attribute(f Field) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		Attributes: k.Fields.Attributes(), Validators: k.Validators,
	}
}

func (k Object) put(ctx context.Context, v attr.Value, to reflect.Value) error {
	if to.Kind() == reflect.Pointer {
		if to.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
		}
		to = to.Elem()
	}
	return k.Fields.putObject(ctx, v, to)
}

func (k Object) get(ctx context.Context, from reflect.Value) attr.Value {
	if !indirect(from).IsValid() {
		return types.ObjectNull(k.Fields.attrTypes())
	}
	return k.Fields.getObject(ctx, from)
}

// Objects is a list of nested objects in an order that matters.
type Objects struct {
	Fields     Table
	Validators []validator.List
}

// Type is the attribute's type.
func (k Objects) Type() attr.Type {
	return types.ListType{ElemType: types.ObjectType{AttrTypes: k.Fields.attrTypes()}}
}

func (k Objects) attribute(f Field) schema.Attribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		NestedObject: k.Fields.nested(), Validators: append([]validator.List{tf.NoNulls{}}, k.Validators...),
	}
}

func (k Objects) put(ctx context.Context, v attr.Value, to reflect.Value) error {
	l, ok := v.(types.List)
	if !ok {
		return fmt.Errorf("unexpected value type %T", v)
	}
	return assignElements(to, l.Elements(), func(elem attr.Value, at reflect.Value) error {
		return k.Fields.putObject(ctx, elem, at)
	})
}

func (k Objects) get(ctx context.Context, from reflect.Value) attr.Value {
	elem := types.ObjectType{AttrTypes: k.Fields.attrTypes()}
	if from.Len() == 0 {
		return types.ListNull(elem)
	}
	out := make([]attr.Value, from.Len())
	for i := range out {
		out[i] = k.Fields.getObject(ctx, from.Index(i))
	}
	return types.ListValueMust(elem, out)
}

// Keyed is a map of nested objects. The API has a map of structs, or a list of structs in which the Go field
// By is the key.
type Keyed struct {
	// By is the Go field of the list's elements that is the key; empty where the API has a map.
	By string
	// Value, if set, makes this a map of plain values: Fields must then have exactly one field.
	Value      bool
	Fields     Table
	Validators []validator.Map
}

// Type is the attribute's type.
func (k Keyed) Type() attr.Type { return types.MapType{ElemType: k.elemType()} }

func (k Keyed) elemType() attr.Type {
	if k.Value {
		return k.Fields[0].Kind.Type()
	}
	return types.ObjectType{AttrTypes: k.Fields.attrTypes()}
}

func (k Keyed) attribute(f Field) schema.Attribute {
	if k.Value {
		return schema.MapAttribute{
			MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
			ElementType: k.elemType(), Validators: append(k.elements(), k.Validators...),
		}
	}
	return schema.MapNestedAttribute{
		MarkdownDescription: f.doc(), Required: f.Required, Optional: f.optional(), Computed: f.computed(), Sensitive: f.Sensitive,
		NestedObject: k.Fields.nested(), Validators: append(k.elements(), k.Validators...),
	}
}

// elements are the checks of what is in the map.
func (k Keyed) elements() []validator.Map {
	out := []validator.Map{tf.NoNulls{}}
	if !k.Value {
		return out
	}
	switch kind := k.Fields[0].Kind.(type) {
	case Size:
		return append(out, mapvalidator.ValueStringsAre(append([]validator.String{tf.InNotation(tf.Size)}, kind.Validators...)...))
	case Int:
		return append(out, mapvalidator.ValueInt64sAre(kind.Validators...))
	default:
		return out
	}
}

// put writes the elements in the order of their keys, so that equal maps send equal requests.
func (k Keyed) put(ctx context.Context, v attr.Value, to reflect.Value) error {
	m, ok := v.(types.Map)
	if !ok {
		return fmt.Errorf("unexpected value type %T", v)
	}
	keys := slices.Sorted(maps.Keys(m.Elements()))
	if to.Kind() == reflect.Map {
		return k.putMap(ctx, m, keys, to)
	}
	elements := make([]attr.Value, len(keys))
	for i, key := range keys {
		elements[i] = m.Elements()[key]
	}
	i := 0
	return assignElements(to, elements, func(elem attr.Value, at reflect.Value) error {
		key := keys[i]
		i++
		if err := assign(at.FieldByName(k.By), reflect.ValueOf(key)); err != nil {
			return err
		}
		return k.putElement(ctx, elem, at)
	})
}

func (k Keyed) putMap(ctx context.Context, m types.Map, keys []string, to reflect.Value) error {
	out := reflect.MakeMapWithSize(to.Type(), len(keys))
	for _, key := range keys {
		elem := reflect.New(to.Type().Elem()).Elem()
		at := elem
		if elem.Kind() == reflect.Pointer {
			elem.Set(reflect.New(elem.Type().Elem()))
			at = elem.Elem()
		}
		if err := k.putElement(ctx, m.Elements()[key], at); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		out.SetMapIndex(reflect.ValueOf(key).Convert(to.Type().Key()), elem)
	}
	to.Set(out)
	return nil
}

func (k Keyed) putElement(ctx context.Context, elem attr.Value, at reflect.Value) error {
	if k.Value {
		return k.Fields[0].put(ctx, elem, at.Addr().Interface())
	}
	return k.Fields.putObject(ctx, elem, at)
}

func (k Keyed) get(ctx context.Context, from reflect.Value) attr.Value {
	if from.Len() == 0 {
		return types.MapNull(k.elemType())
	}
	out := make(map[string]attr.Value, from.Len())
	if from.Kind() == reflect.Map {
		for it := from.MapRange(); it.Next(); {
			out[it.Key().String()] = k.getElement(ctx, it.Value())
		}
		return types.MapValueMust(k.elemType(), out)
	}
	for i := range from.Len() {
		elem := from.Index(i)
		out[indirect(elem).FieldByName(k.By).String()] = k.getElement(ctx, elem)
	}
	return types.MapValueMust(k.elemType(), out)
}

func (k Keyed) getElement(ctx context.Context, elem reflect.Value) attr.Value {
	if k.Value {
		return k.Fields[0].get(ctx, elem.Interface())
	}
	return k.Fields.getObject(ctx, elem)
}

// assignElements makes a list of structs, or pointers to structs, of the API.
func assignElements(to reflect.Value, elements []attr.Value, put func(attr.Value, reflect.Value) error) error {
	if to.Kind() != reflect.Slice {
		return fmt.Errorf("cannot write a list to a %s", to.Type())
	}
	out := reflect.MakeSlice(to.Type(), len(elements), len(elements))
	for i, elem := range elements {
		at := out.Index(i)
		if at.Kind() == reflect.Pointer {
			at.Set(reflect.New(at.Type().Elem()))
			at = at.Elem()
		}
		if err := put(elem, at); err != nil {
			return err
		}
	}
	to.Set(out)
	return nil
}

// Custom is an attribute whose conversion the other kinds cannot say. Put and Get work on the API's value that the field's path names.
type Custom struct {
	Attribute func(f Field, doc string) schema.Attribute
	AttrType  attr.Type
	Put       func(ctx context.Context, v attr.Value, to any) error
	Get       func(ctx context.Context, from any) attr.Value
}

// Type is the attribute's type.
func (k Custom) Type() attr.Type { return k.AttrType }

func (k Custom) attribute(f Field) schema.Attribute { return k.Attribute(f, f.doc()) }

// put hands a pointer to the API's value to Put.
func (k Custom) put(ctx context.Context, v attr.Value, to reflect.Value) error {
	return k.Put(ctx, v, to.Addr().Interface())
}

func (k Custom) get(ctx context.Context, from reflect.Value) attr.Value {
	return k.Get(ctx, from.Interface())
}
