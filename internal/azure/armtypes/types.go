package armtypes

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Kind says what JSON value a Type describes.
type Kind string

// The kinds of JSON values. Any stands for every value; a Number is any JSON number, because the published types know
// no other kind of number and describe fractions (the CPUs of a container) with it as well.
const (
	Any     Kind = "any"
	Object  Kind = "object"
	Array   Kind = "array"
	String  Kind = "string"
	Number  Kind = "number"
	Boolean Kind = "boolean"
)

// Type describes a JSON value. Types refer to each other and may be recursive.
type Type struct {
	Kind Kind
	// Name is the name of an object type, in the words of its service.
	Name string

	// Properties are the known properties of an object; where it has a Discriminator, those that all variants share.
	Properties map[string]*Property
	// Additional is the type of the values under free keys (tags), nil where an object takes no free keys.
	Additional *Type
	// Discriminator is the property whose value chooses one of Variants, "" for a plain object.
	Discriminator string
	Variants      map[string]*Type

	// Item is the type of the elements of an array.
	Item *Type

	// Enum are the known values of a string, in the order of publication. Open says that others are taken as well.
	Enum []string
	Open bool
	// Sensitive marks strings that are secrets.
	Sensitive bool
	// Pattern is the regular expression that a string has to match, nil for none.
	Pattern *regexp.Regexp
	// MinLength and MaxLength bound strings and arrays, MinValue and MaxValue numbers; nil is no bound.
	MinLength, MaxLength, MinValue, MaxValue *float64
}

// flags say how a property may be used.
type flags int

const (
	flagRequired flags = 1 << iota
	flagReadOnly
	flagWriteOnly
	flagConstant
)

// Property is a property of an object.
type Property struct {
	Name, Description string
	Type              *Type

	flags flags
}

// Required properties have to be in every request to create an object.
func (p *Property) Required() bool { return p.flags&flagRequired != 0 }

// ReadOnly properties are set by the service and refused in requests.
func (p *Property) ReadOnly() bool { return p.flags&flagReadOnly != 0 }

// WriteOnly properties are never in a reply.
func (p *Property) WriteOnly() bool { return p.flags&flagWriteOnly != 0 }

// Secret properties are write-only or sensitive. Many secrets of real services are marked as neither.
func (p *Property) Secret() bool { return p.WriteOnly() || p.Type.Sensitive }

type reference struct {
	Ref string `json:"$ref"`
}

// entry is one element of a file of types; which fields are set depends on Kind.
type entry struct {
	Kind          string                   `json:"$type"`
	Name          string                   `json:"name"`
	Properties    map[string]propertyEntry `json:"properties"`
	Base          map[string]propertyEntry `json:"baseProperties"`
	Additional    *reference               `json:"additionalProperties"`
	Discriminator string                   `json:"discriminator"`
	Elements      json.RawMessage          `json:"elements"`
	Item          *reference               `json:"itemType"`
	Value         string                   `json:"value"`
	Sensitive     bool                     `json:"sensitive"`
	Pattern       string                   `json:"pattern"`
	MinLength     *float64                 `json:"minLength"`
	MaxLength     *float64                 `json:"maxLength"`
	MinValue      *float64                 `json:"minValue"`
	MaxValue      *float64                 `json:"maxValue"`
	Body          *reference               `json:"body"`
	Writable      int                      `json:"writableScopes"`
	ResourceType  string                   `json:"resourceType"`
	Input         *reference               `json:"input"`
	Output        *reference               `json:"output"`
}

type propertyEntry struct {
	Type        reference `json:"type"`
	Flags       flags     `json:"flags"`
	Description string    `json:"description"`
}

// parse turns the entries of a file into types. Entries refer to each other by index in either direction, so all types
// exist before any is filled.
func parse(entries []entry) ([]*Type, error) {
	types := make([]*Type, len(entries))
	for i := range types {
		types[i] = &Type{}
	}
	for i := range entries {
		if err := fill(types[i], &entries[i], types, entries); err != nil {
			return nil, fmt.Errorf("type %d: %w", i, err)
		}
	}
	return types, nil
}

func fill(t *Type, e *entry, types []*Type, entries []entry) (err error) {
	t.Name, t.Sensitive = e.Name, e.Sensitive
	t.MinLength, t.MaxLength, t.MinValue, t.MaxValue = e.MinLength, e.MaxLength, e.MinValue, e.MaxValue
	switch e.Kind {
	case "ObjectType":
		t.Kind = Object
		t.Properties, err = properties(e.Properties, types)
		if err == nil && e.Additional != nil {
			t.Additional, err = at(e.Additional, types)
		}
	case "DiscriminatedObjectType":
		t.Kind, t.Discriminator = Object, e.Discriminator
		if t.Properties, err = properties(e.Base, types); err == nil {
			err = t.variants(e.Elements, types)
		}
	case "ArrayType":
		t.Kind = Array
		t.Item, err = at(e.Item, types)
	case "UnionType":
		err = t.union(e.Elements, entries)
	case "StringLiteralType":
		t.Kind, t.Enum = String, []string{e.Value}
	case "StringType":
		t.Kind, t.Open = String, true
		if e.Pattern != "" {
			t.Pattern, err = regexp.Compile(e.Pattern)
		}
	case "IntegerType":
		t.Kind = Number
	case "BooleanType":
		t.Kind = Boolean
	default:
		t.Kind = Any
	}
	return err
}

func at(r *reference, types []*Type) (*Type, error) {
	i, err := index(r, len(types))
	if err != nil {
		return nil, err
	}
	return types[i], nil
}

func index(r *reference, length int) (int, error) {
	if r == nil {
		return 0, fmt.Errorf("a reference is missing")
	}
	i, err := strconv.Atoi(strings.TrimPrefix(r.Ref, "#/"))
	if err != nil || i < 0 || i >= length {
		return 0, fmt.Errorf("%q refers to no type", r.Ref)
	}
	return i, nil
}

func properties(entries map[string]propertyEntry, types []*Type) (map[string]*Property, error) {
	found := make(map[string]*Property, len(entries))
	for name, e := range entries {
		t, err := at(&e.Type, types)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", name, err)
		}
		found[name] = &Property{Name: name, Description: e.Description, Type: t, flags: e.Flags}
	}
	return found, nil
}

func (t *Type) variants(elements json.RawMessage, types []*Type) error {
	var refs map[string]*reference
	if err := json.Unmarshal(elements, &refs); err != nil {
		return err
	}
	t.Variants = make(map[string]*Type, len(refs))
	for value, ref := range refs {
		variant, err := at(ref, types)
		if err != nil {
			return err
		}
		t.Variants[value] = variant
	}
	return nil
}

// union folds a union of strings into one string type with its known values. There are no other unions.
func (t *Type) union(elements json.RawMessage, entries []entry) error {
	var refs []*reference
	if err := json.Unmarshal(elements, &refs); err != nil {
		return err
	}
	t.Kind = String
	for _, ref := range refs {
		i, err := index(ref, len(entries))
		if err != nil {
			return err
		}
		switch entries[i].Kind {
		case "StringLiteralType":
			t.Enum = append(t.Enum, entries[i].Value)
		case "StringType":
			t.Open = true
		default:
			return fmt.Errorf("a union of %s", entries[i].Kind)
		}
	}
	return nil
}

// takes says whether a string is among the values of the type. Azure compares them without regard to case.
func (t *Type) takes(value string) bool {
	return t.Open || slices.ContainsFunc(t.Enum, func(known string) bool { return strings.EqualFold(known, value) })
}
