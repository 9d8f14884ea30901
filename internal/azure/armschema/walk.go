package armschema

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Leaf is an attribute as Walk shows it.
type Leaf struct {
	// Attribute is the path in the schema: "containers.ports.port".
	Attribute string
	// ARM is the path in the body: "properties.containers[].properties.ports[].port", "tags.*" for what has free keys.
	// Empty: the service does not know it.
	ARM string
	// Kind is the JSON type.
	Kind Kind
	// Elem is where the plain values of a collection are, ElemKind their type, and Key where the keys are. Empty: nowhere.
	Elem, Key string
	ElemKind  Kind
	// Keys says that the values are the keys of an object.
	Keys bool
	// Class says what a change does.
	Class Class
	// Required has to be configured, Default has a value if it is not. Secret is the option of that name; Hidden is
	// sensitive or write-only.
	Required, Default, Secret, Hidden bool
	// Follows are the attributes that decide about a computed one, nil for all.
	Follows []string
	// Kind of an object that is there only for some value of a property: its path, and the value.
	Discriminator, Variant string
}

// Kind is a type of JSON.
type Kind string

// The types of JSON. Any is JSON in a string.
const (
	Text    Kind = "string"
	Boolean Kind = "boolean"
	Number  Kind = "number"
	Array   Kind = "array"
	Record  Kind = "object"
	Any     Kind = "any"
)

// Walk visits all attributes, nested ones after the one they are in.
func (m *Mapping) Walk(visit func(Leaf)) { m.root.walk("", visit) }

func (n *node) walk(at string, visit func(Leaf)) {
	for _, c := range n.nodes {
		l := Leaf{
			Attribute: strings.TrimPrefix(at+"."+c.name, "."), ARM: c.arm, Kind: c.jsonKind(), Class: c.class,
			Follows: c.follows, Required: c.required, Default: c.standard, Secret: c.secret, Keys: c.elem == Keys,
			Hidden: c.source.IsSensitive() || c.writeOnly,
		}
		if c.item != nil {
			c.inside(&l)
		}
		if c.kindAt != nil {
			l.Discriminator, l.Variant = c.arm+"."+strings.Join(c.kindAt, "."), c.kind
		}
		visit(l)
		c.walk(l.Attribute, visit)
		if c.item != nil {
			c.item.walk(l.Attribute, visit)
		}
	}
}

// inside says where elements and keys of a collection are.
func (n *node) inside(l *Leaf) {
	if n.keyAt != nil {
		l.Key = n.item.arm + "." + strings.Join(n.keyAt, ".")
	}
	if t, ok := n.source.GetType().(attr.TypeWithElementType); ok && n.shape < object && n.elem != Keys {
		l.Elem, l.ElemKind = n.item.arm, kindOf(t.ElementType())
		if n.elemAt != nil {
			l.Elem += "." + strings.Join(n.elemAt, ".")
		}
	}
}

func (n *node) jsonKind() Kind {
	switch {
	case n.raw:
		return Any
	case n.yes != "":
		return Text
	case n.shape == leaf:
		return kindOf(n.source.GetType())
	case n.shape == object, n.step() == ".*":
		return Record
	default:
		return Array
	}
}

func kindOf(t attr.Type) Kind {
	switch {
	case t.Equal(types.BoolType):
		return Boolean
	case t.Equal(types.Int64Type), t.Equal(types.Float64Type):
		return Number
	default:
		return Text
	}
}
