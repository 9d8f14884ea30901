package armschema

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// entries are the attributes of an object or the elements of a map, nil for null and unknown.
func entries(v tftypes.Value) map[string]tftypes.Value {
	var out map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&out) != nil {
		return nil
	}
	return out
}

// elements are the elements of a list or set, nil for null and unknown.
func elements(v tftypes.Value) []tftypes.Value {
	var out []tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&out) != nil {
		return nil
	}
	return out
}

// at is an element, null where the list is shorter.
func at(list []tftypes.Value, i int) tftypes.Value {
	if i < len(list) {
		return list[i]
	}
	return tftypes.Value{}
}

// text is a string's text, "" for null, unknown and other types.
func text(v tftypes.Value) string {
	var s string
	if v.IsNull() || !v.IsKnown() || v.As(&s) != nil {
		return ""
	}
	return s
}

// attributeTypes are the types of an object's attributes.
func attributeTypes(t tftypes.Type) map[string]tftypes.Type {
	o, _ := t.(tftypes.Object)
	return o.AttributeTypes
}

// elementType is the type of a collection's elements.
func elementType(t tftypes.Type) tftypes.Type {
	switch c := t.(type) {
	case tftypes.List:
		return c.ElementType
	case tftypes.Set:
		return c.ElementType
	case tftypes.Map:
		return c.ElementType
	default:
		return nil
	}
}

// same tells whether two values mean the same to the service.
func (n *node) same(a, b tftypes.Value) bool {
	if a.IsNull() || b.IsNull() || !a.IsKnown() || !b.IsKnown() {
		return a.IsNull() && b.IsNull()
	}
	switch t := a.Type(); {
	case t.Is(tftypes.String):
		return n.sameText(text(a), text(b))
	case t.Is(tftypes.Number):
		return sameNumber(a, b)
	case t.Is(tftypes.Bool):
		var x, y bool
		return a.As(&x) == nil && b.As(&y) == nil && x == y
	case t.Is(tftypes.List{}):
		return slices.EqualFunc(elements(a), elements(b), n.same)
	case t.Is(tftypes.Set{}):
		return n.sameSet(elements(a), elements(b))
	default:
		return sameEntries(entries(a), entries(b), func(key string, a, b tftypes.Value) bool {
			if t.Is(tftypes.Object{}) {
				return n.child(key).same(a, b)
			}
			return n.same(a, b)
		})
	}
}

// child is the node of a nested attribute, or the node itself in values that have none.
func (n *node) child(name string) *node {
	i, found := slices.BinarySearchFunc(n.nodes, name, func(c *node, name string) int { return strings.Compare(c.name, name) })
	if !found {
		return n
	}
	return n.nodes[i]
}

func sameEntries[V any](a, b map[string]V, same func(key string, a, b V) bool) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || !same(k, v, w) {
			return false
		}
	}
	return true
}

// sameSet counts: elements that mean the same have one spelling in common.
func (n *node) sameSet(a, b []tftypes.Value) bool {
	count := map[string]int{}
	for _, v := range a {
		count[n.canonical(v)]++
	}
	for _, v := range b {
		count[n.canonical(v)]--
	}
	for _, c := range count {
		if c != 0 {
			return false
		}
	}
	return true
}

// canonical is the spelling that primitive values of one meaning share.
func (n *node) canonical(v tftypes.Value) string {
	switch {
	case v.Type().Is(tftypes.String):
		return n.canonicalText(text(v))
	case v.Type().Is(tftypes.Number):
		var f big.Float
		if v.As(&f) != nil {
			return ""
		}
		g, _ := f.Float64()
		return strconv.FormatFloat(g, 'g', -1, 64)
	default:
		return v.String()
	}
}

func (n *node) canonicalText(s string) string {
	if n.fold {
		return strings.ToLower(s)
	}
	if n.notation != nil {
		if c, err := n.notation.Canonical(s); err == nil {
			return c
		}
	}
	return s
}

func (n *node) sameText(a, b string) bool {
	if a == b || n.canonicalText(a) == n.canonicalText(b) {
		return true
	}
	if !n.raw {
		return false
	}
	x, errX := parseJSON(a)
	y, errY := parseJSON(b)
	return errX == nil && errY == nil && sameJSON(x, y)
}

// sameNumber compares as JSON would: two floats that are written alike are the same.
func sameNumber(a, b tftypes.Value) bool {
	var x, y big.Float
	if a.As(&x) != nil || b.As(&y) != nil {
		return false
	}
	if x.Cmp(&y) == 0 {
		return true
	}
	f, _ := x.Float64()
	g, _ := y.Float64()
	return f == g && !x.IsInt()
}

// toJSON is a known value as JSON. It returns an error for unknown values and for JSON in a string that cannot be read.
func (n *node) toJSON(v tftypes.Value) (any, error) {
	switch t := v.Type(); {
	case !v.IsKnown():
		return nil, errors.New("its value is unknown")
	case v.IsNull():
		return nil, nil //nolint:nilnil // null is a value of JSON.
	case t.Is(tftypes.String) && n.raw:
		return parseJSON(text(v))
	case t.Is(tftypes.String):
		return text(v), nil
	case t.Is(tftypes.Number):
		var f big.Float
		err := v.As(&f)
		return json.Number(f.Text('f', -1)), err
	case t.Is(tftypes.Bool):
		var b bool
		err := v.As(&b)
		return b, err
	case t.Is(tftypes.Map{}):
		out := map[string]any{}
		for k, e := range entries(v) {
			j, err := n.toJSON(e)
			if err != nil {
				return nil, err
			}
			out[k] = j
		}
		return out, nil
	default:
		out := []any{}
		for _, e := range elements(v) {
			j, err := n.toJSON(e)
			if err != nil {
				return nil, err
			}
			out = append(out, j)
		}
		return out, nil
	}
}

// fromJSON is JSON as a primitive value. Services write numbers and booleans as strings here and there, so that is
// understood. It returns an error for what has no such meaning.
func (n *node) fromJSON(t tftypes.Type, raw any) (tftypes.Value, error) {
	switch {
	case raw == nil:
		return tftypes.NewValue(t, nil), nil
	case t.Is(tftypes.String) && n.raw:
		b, err := json.Marshal(raw)
		return tftypes.NewValue(t, string(b)), err
	}
	s := fmt.Sprint(raw)
	switch raw.(type) {
	case map[string]any, []any:
		return tftypes.NewValue(t, nil), n.unexpected(raw)
	}
	switch {
	case t.Is(tftypes.String):
		return tftypes.NewValue(t, s), nil
	case t.Is(tftypes.Bool):
		b, err := strconv.ParseBool(s)
		if err != nil {
			return tftypes.NewValue(t, nil), n.unexpected(raw)
		}
		return tftypes.NewValue(t, b), nil
	default:
		f, _, err := big.ParseFloat(s, 10, 512, big.ToNearestEven)
		if err != nil {
			return tftypes.NewValue(t, nil), n.unexpected(raw)
		}
		return tftypes.NewValue(t, f), nil
	}
}

// unexpected is the error of a reply with another type than the schema has. Values are left out: they may be secret.
func (n *node) unexpected(raw any) error {
	return fmt.Errorf("the service shows %s as %s, which is not what this provider knows there", n.arm, jsonKind(raw))
}

func jsonKind(raw any) string {
	switch raw.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	default:
		return "a number"
	}
}

// parseJSON keeps numbers as they are written.
func parseJSON(s string) (any, error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it is no JSON: something follows the value")
	}
	return out, nil
}

// sameJSON compares by value: 1 and 1.0 are the same.
func sameJSON(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && sameEntries(x, y, func(_ string, a, b any) bool { return sameJSON(a, b) })
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameJSON)
	case json.Number:
		y, ok := b.(json.Number)
		return ok && (x == y || asFloat(x).Cmp(asFloat(y)) == 0)
	default:
		return reflect.DeepEqual(a, b)
	}
}

func asFloat(n json.Number) *big.Float {
	f, _, err := big.ParseFloat(string(n), 10, 512, big.ToNearestEven)
	if err != nil {
		return new(big.Float)
	}
	return f
}

// clone copies JSON.
func clone(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = clone(e)
		}
		return out
	default:
		return v
	}
}

// lookup is what is at a path, nil for nothing.
func lookup(in map[string]any, at []string) any {
	var v any = in
	for _, name := range at {
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// assign writes to a path, making the objects on the way.
func assign(in map[string]any, at []string, v any) {
	for _, name := range at[:len(at)-1] {
		next, ok := in[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			in[name] = next
		}
		in = next
	}
	in[at[len(at)-1]] = v
}

// remove takes away what is at a path, and the objects on the way that are empty then.
func remove(in map[string]any, at []string) {
	if len(at) > 1 {
		next, ok := in[at[0]].(map[string]any)
		if !ok {
			return
		}
		if remove(next, at[1:]); len(next) > 0 {
			return
		}
	}
	delete(in, at[0])
}

// descend is the object at a path, made where there is none.
func descend(in map[string]any, at []string) map[string]any {
	if len(at) == 0 {
		return in
	}
	if o, ok := lookup(in, at).(map[string]any); ok {
		return o
	}
	o := map[string]any{}
	assign(in, at, o)
	return o
}
