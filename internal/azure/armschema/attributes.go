package armschema

import (
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Keys is an Elem that says that the values are the keys of a JSON object, as in "userAssignedIdentities": {"ID": {}}.
const Keys = "*"

// The attributes of the framework, with their place in the body. The package comment explains the options.
type (
	// String is a string, or with Raw any JSON value written as text.
	String struct {
		Path, Unset                                 string
		Follows                                     []string
		Replace, Observe, Secret, Raw, Fold, Action bool
		schema.StringAttribute
	}

	// Bool is true or false, or with True and False the words that the service has for them.
	Bool struct {
		Path, Unset      string
		True, False      string
		Replace, Observe bool
		schema.BoolAttribute
	}

	// Int64 is a whole number.
	Int64 struct {
		Path, Unset      string
		Follows          []string
		Replace, Observe bool
		schema.Int64Attribute
	}

	// Float64 is a number.
	Float64 struct {
		Path, Unset      string
		Replace, Observe bool
		schema.Float64Attribute
	}

	// List are values in order.
	List struct {
		Path, Elem, Unset              string
		Follows                        []string
		Replace, Observe, Secret, Fold bool
		schema.ListAttribute
	}

	// Set are values without order.
	Set struct {
		Path, Elem, Unset      string
		Replace, Observe, Fold bool
		schema.SetAttribute
	}

	// Map are values by key: a JSON object, or with Key an array of wrappers that hold key and value (Elem).
	Map struct {
		Path, Key, Elem, Unset   string
		Follows                  []string
		Replace, Observe, Secret bool
		schema.MapAttribute
	}

	// Object is one nested object.
	Object struct {
		Path, Discriminator, Unset string
		Replace, Observe, Fixed    bool
		schema.SingleNestedAttribute
	}

	// Objects are nested objects in order. What they hold beside the attributes does not survive an update.
	Objects struct {
		Path, Unset      string
		Replace, Observe bool
		schema.ListNestedAttribute
	}

	// ObjectMap are nested objects by key: a JSON object, or with Key an array of objects that hold their key.
	ObjectMap struct {
		Path, Key, Unset                      string
		Replace, Observe, Fixed, Fold, Action bool
		schema.MapNestedAttribute
	}
)

// shape is how a value is built.
type shape int

const (
	leaf      shape = iota // a string, bool or number, or JSON in a string
	list                   // values in order
	set                    // values without order
	dict                   // values by key
	object                 // one nested object
	objects                // nested objects in order
	objectMap              // nested objects by key
)

// shapeOf is the shape of an attribute, and whether it is one of this package.
func shapeOf(a schema.Attribute) (shape, bool) {
	switch a.(type) {
	case String, Bool, Int64, Float64:
		return leaf, true
	case List:
		return list, true
	case Set:
		return set, true
	case Map:
		return dict, true
	case Object:
		return object, true
	case Objects:
		return objects, true
	case ObjectMap:
		return objectMap, true
	default:
		return leaf, false
	}
}

// options are what an attribute says about its place in the body.
type options struct {
	path, key, elem, discriminator, unsetJSON string
	replace, observe, secret, raw, fold       bool
	action, fixed                             bool
	follows                                   []string
	// yes and no are the words for true and false, empty where the service has JSON's.
	yes, no string

	shape shape
	// standard: there is a default. stable: a computed value has a modifier that keeps the state's, or another object is needed for another.
	standard, stable bool
}

// optionsOf reads the fields that the attribute has, by name, since each type has its own choice of them.
func optionsOf(a schema.Attribute, of shape) options {
	v := reflect.ValueOf(a)
	flag := func(name string) bool {
		f := fieldOf(v, name)
		return f.IsValid() && f.Bool()
	}
	word := func(name string) string {
		if f := fieldOf(v, name); f.IsValid() {
			return f.String()
		}
		return ""
	}
	var follows []string
	if f := fieldOf(v, "Follows"); f.IsValid() {
		follows, _ = f.Interface().([]string)
	}
	return options{
		follows: follows,
		path:    word("Path"), key: word("Key"), elem: word("Elem"), discriminator: word("Discriminator"),
		unsetJSON: word("Unset"), yes: word("True"), no: word("False"),
		replace: flag("Replace"), observe: flag("Observe"), secret: flag("Secret"), raw: flag("Raw"), fold: flag("Fold"), action: flag("Action"),
		fixed: flag("Fixed"),
		shape: of, standard: !fieldOf(v, "Default").IsNil(),
		stable: fieldOf(v, "PlanModifiers").Len() > 0 || flag("Observe") && flag("Replace"),
	}
}

// places are where the fields of the types of attributes are, by type and name.
var places sync.Map

// fieldOf is FieldByName, which looks through all that is embedded each time: that took a third of the first schema.
func fieldOf(v reflect.Value, name string) reflect.Value {
	type key struct {
		typ  reflect.Type
		name string
	}
	place, known := places.Load(key{v.Type(), name})
	if !known {
		field, _ := v.Type().FieldByName(name)
		place, _ = places.LoadOrStore(key{v.Type(), name}, field.Index)
	}
	index, _ := place.([]int)
	if index == nil {
		return reflect.Value{}
	}
	return v.FieldByIndex(index)
}

// nestedOf are the attributes inside, nil for none.
func nestedOf(a schema.Attribute) map[string]schema.Attribute {
	switch x := a.(type) {
	case Object:
		return x.Attributes
	case Objects:
		return x.NestedObject.Attributes
	case ObjectMap:
		return x.NestedObject.Attributes
	default:
		return nil
	}
}

// complete is a copy with another description, other nested attributes, and computed if the provider may plan a value
// that is not configured. Elements of collections may not be null: the service shows none, so they would differ from what is there
// in every plan, and Terraform itself crashes on objects that are null and have write-only attributes.
func complete(a schema.Attribute, doc string, computed bool, nested map[string]schema.Attribute) schema.Attribute {
	v := reflect.New(reflect.TypeOf(a)).Elem()
	v.Set(reflect.ValueOf(a))
	fieldOf(v, "MarkdownDescription").SetString(doc)
	fieldOf(v, "Computed").SetBool(computed)
	noNulls, checks := reflect.ValueOf(tf.NoNulls{}), fieldOf(v, "Validators")
	if noNulls.Type().AssignableTo(checks.Type().Elem()) {
		checks.Set(reflect.AppendSlice(reflect.Append(reflect.Zero(checks.Type()), noNulls), checks))
	}
	inner := v
	if o := fieldOf(v, "NestedObject"); o.IsValid() {
		inner = o
	}
	if inner = fieldOf(inner, "Attributes"); inner.IsValid() {
		inner.Set(reflect.ValueOf(nested))
	}
	out, _ := v.Interface().(schema.Attribute)
	return out
}
