package armschema

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Mapping is a schema prepared for the codec. It is made once for each resource and does not change.
type Mapping struct {
	// Attributes are those of the schema, with descriptions that say what a change does and where the value goes.
	Attributes map[string]schema.Attribute

	root *node
}

// Class says what a change of an attribute does. Every attribute has exactly one.
type Class int

// The classes.
const (
	// Replace: the service cannot change it, so the object is created anew.
	Replace Class = iota + 1
	// InPlace: the service changes it on the object that is there.
	InPlace
	// ClientOnly: it only steers what this provider does; a change calls nothing.
	ClientOnly
	// Observed: computed, read from the service.
	Observed
)

// node is an attribute beside its place in the body.
type node struct {
	options
	name string
	// at is the path from the enclosing object, nil for what the service does not know; arm is the path from the root.
	at, keyAt, elemAt, kindAt []string
	// kind is what the property at kindAt says, unset what is sent on removal.
	kind     string
	unset    any
	arm      string
	class    Class
	parent   *node
	nodes    []*node // the attributes of an object by name
	item     *node   // what a collection holds
	notation *tf.Notation
	source   schema.Attribute

	required, optional, writeOnly bool
	// hides: it is write-only or holds what is, so it cannot be computed.
	hides bool
	// shared: something that is sent is at the same place, so it is not read-only there.
	shared bool
}

// New prepares a schema. Attributes that are not of this package are client-only. It panics where an option makes no
// sense, as regexp.MustCompile does: a schema is part of the program.
func New(attributes map[string]schema.Attribute) *Mapping {
	root := &node{options: options{shape: object}, at: []string{}}
	return &Mapping{Attributes: root.adopt(attributes), root: root}
}

// adopt makes the nodes of nested attributes, and gives back the attributes with what New adds.
func (n *node) adopt(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(attributes))
	for name, a := range attributes {
		child := &node{name: name, source: a, class: ClientOnly, notation: notationOf(a)}
		if !a.IsRequired() && !a.IsOptional() {
			child.class = Observed
		}
		n.nodes = append(n.nodes, child)
		out[name] = a
		if of, ours := shapeOf(a); ours {
			out[name] = child.take(a, of, n)
		}
	}
	slices.SortFunc(n.nodes, func(a, b *node) int { return cmp.Compare(a.name, b.name) })
	for _, c := range n.nodes {
		c.shared = slices.ContainsFunc(n.nodes, func(o *node) bool { return o.sent() && slices.Equal(o.at, c.at) })
	}
	return out
}

// notationOf is the notation of an attribute, nil for none.
func notationOf(a schema.Attribute) *tf.Notation {
	if t, ok := a.GetType().(tf.NotedType); ok {
		return t.Notation()
	}
	return nil
}

// take takes over what the attribute says.
func (n *node) take(a schema.Attribute, of shape, parent *node) schema.Attribute {
	n.options, n.parent = optionsOf(a, of), parent
	n.replace = n.replace || parent.replace
	n.required, n.optional, n.writeOnly = a.IsRequired(), a.IsOptional(), a.IsWriteOnly()
	n.locate(parent)
	n.class = n.classify()
	inner := n
	if of != leaf && of != object {
		inner = &node{
			options: options{fold: n.fold, replace: n.replace, fixed: n.fixed}, at: []string{}, arm: n.arm + n.step(), class: n.class,
			writeOnly: n.writeOnly,
		}
		if n.item = inner; of == objects || of == objectMap {
			inner.shape = object
		}
	}
	nested := nestedOf(a)
	if kept := inner.adopt(nested); n.at != nil {
		nested = kept
	}
	n.hides = n.writeOnly || slices.ContainsFunc(inner.nodes, func(c *node) bool { return c.hides })
	if text, ok := a.(String); ok && n.raw {
		text.Validators = append(slices.Clip(text.Validators), tf.Refusing("Invalid JSON", n.checkJSON))
		if n.merges() {
			text.Validators = append(text.Validators, tf.Refusing("Property of another attribute", n.checkExtra))
		}
		a = text
	}
	return complete(a, n.describe(a.GetMarkdownDescription()), a.IsComputed() || n.unmanageable() || n.observe, nested)
}

// step leads from a collection to what it holds.
func (n *node) step() string {
	if n.elem == Keys || n.keyAt == nil && (n.shape == dict || n.shape == objectMap) {
		return ".*"
	}
	return "[]"
}

// checkJSON refuses text that cannot be sent.
func (n *node) checkJSON(s string) error {
	v, err := parseJSON(s)
	switch {
	case err != nil:
		return fmt.Errorf("%w: use the function jsonencode", err)
	case v == nil:
		return errors.New("null is no value here: leave the attribute out")
	case n.merges() && entries(v) == nil:
		return errors.New("only an object can be merged with the body: write for example jsonencode({ properties = { name = 1 } })")
	}
	return nil
}

// locate finds the place of the attribute, below that of its parent.
func (n *node) locate(parent *node) {
	n.at, n.keyAt, n.elemAt = split(n.path), split(n.key), split(n.elem)
	if n.at != nil {
		n.arm = strings.Join(slices.DeleteFunc([]string{parent.arm, strings.Join(n.at, ".")}, func(s string) bool { return s == "" }), ".")
	}
	if property, kind, found := strings.Cut(n.discriminator, "="); found {
		n.kindAt, n.kind = split(property), kind
	}
	if n.path == "." && !n.raw && n.kindAt == nil {
		panic(fmt.Sprintf("armschema: %s: the path \".\" is for Raw and for Discriminator", n.name))
	}
	if (n.yes == "") != (n.no == "") {
		panic(fmt.Sprintf("armschema: %s: True and False go together", n.name))
	}
	if n.unsetJSON == "" {
		return
	}
	var err error
	if n.unset, err = parseJSON(n.unsetJSON); err != nil {
		panic(fmt.Sprintf("armschema: Unset of %s: %s", n.arm, err))
	}
}

func (n *node) classify() Class {
	switch {
	case !n.required && !n.optional:
		return Observed
	case n.replace:
		return Replace
	case n.at == nil && !n.action:
		return ClientOnly
	default:
		return InPlace
	}
}

// unmanageable tells whether the value may be there without being configured: the service fills it, and an import shows it.
func (n *node) unmanageable() bool {
	return n.optional && n.at != nil && !n.secret && !n.hides && !n.standard && !n.merges() && !n.observe
}

// sent tells whether the value is part of requests.
func (n *node) sent() bool { return n.at != nil && n.class != Observed }

// merges tells whether it is JSON that is merged with what the other attributes say.
func (n *node) merges() bool { return n.raw && n.at != nil && len(n.at) == 0 }

// FixedDoc is what the description of a Fixed attribute says of changes.
const FixedDoc = " Changed in place as far as what is inside is; adding or removing creates a new object."

// describe adds what every attribute states.
func (n *node) describe(text string) string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(text))
	switch {
	case n.class == InPlace && n.fixed:
		b.WriteString(FixedDoc)
	case n.class == Replace:
		b.WriteString(" Changing this creates a new object.")
	case n.class == InPlace:
		b.WriteString(" Changed in place.")
	case n.class == ClientOnly:
		b.WriteString(" Only steers the provider: changing it calls nothing.")
	}
	if n.writeOnly {
		b.WriteString(" Write-only: it is in no plan and no state.")
	}
	if n.arm != "" {
		b.WriteString(" ARM API: `" + n.arm + "`.")
	}
	return b.String()
}

func split(path string) []string {
	switch path {
	case "":
		return nil
	case ".":
		return []string{}
	default:
		return strings.Split(path, ".")
	}
}
