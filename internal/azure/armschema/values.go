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

// The codec works on trees of Go values: map[string]any for objects and maps, []any for lists and sets, string, bool,
// *big.Float, nil and unknown. Beside numbers, which a tree keeps to the last bit, it is what JSON is decoded to.

type unknownValue struct{}

var unknown = unknownValue{}

// tree is a value as a tree.
func tree(v tftypes.Value) any {
	switch {
	case v.IsNull():
		return nil
	case !v.IsKnown():
		return unknown
	}
	switch t := v.Type(); {
	case t.Is(tftypes.String):
		return as[string](v)
	case t.Is(tftypes.Bool):
		return as[bool](v)
	case t.Is(tftypes.Number):
		return as[*big.Float](v)
	case t.Is(tftypes.Object{}), t.Is(tftypes.Map{}):
		parts := as[map[string]tftypes.Value](v)
		out := make(map[string]any, len(parts))
		for k, e := range parts {
			out[k] = tree(e)
		}
		return out
	default:
		parts := as[[]tftypes.Value](v)
		out := make([]any, len(parts))
		for i, e := range parts {
			out[i] = tree(e)
		}
		return out
	}
}

// as is a value as the Go value of its type.
func as[T any](v tftypes.Value) T {
	var out T
	if err := v.As(&out); err != nil {
		panic(err) // the type was asked for
	}
	return out
}

// value is a tree as a value of a type. Services write numbers and booleans as strings here and there, and that is
// understood. It returns an error for what has no such meaning.
func value(t tftypes.Type, v any) (tftypes.Value, error) {
	switch v.(type) {
	case nil, document:
		return tftypes.NewValue(t, nil), nil
	case unknownValue:
		return tftypes.NewValue(t, tftypes.UnknownValue), nil
	}
	switch c := t.(type) {
	case tftypes.Object:
		return parts(t, v, func(name string) tftypes.Type { return c.AttributeTypes[name] }, c.AttributeTypes)
	case tftypes.Map:
		return parts(t, v, func(string) tftypes.Type { return c.ElementType }, entries(v))
	case tftypes.List:
		return elements(t, v, c.ElementType)
	case tftypes.Set:
		return elements(t, v, c.ElementType)
	}
	s, ok := scalar(v)
	switch {
	case !ok:
	case t.Is(tftypes.String):
		return tftypes.NewValue(t, s), nil
	case t.Is(tftypes.Bool):
		if b, err := strconv.ParseBool(s); err == nil {
			return tftypes.NewValue(t, b), nil
		}
	default:
		if f, isNumber := v.(*big.Float); isNumber {
			return tftypes.NewValue(t, f), nil
		}
		if f, err := parseNumber(s); err == nil {
			return tftypes.NewValue(t, f), nil
		}
	}
	return tftypes.NewValue(t, nil), fmt.Errorf("a value of type %s was expected", t)
}

func parts[V any](t tftypes.Type, v any, of func(string) tftypes.Type, names map[string]V) (tftypes.Value, error) {
	in := entries(v)
	out := make(map[string]tftypes.Value, len(names))
	var errs []error
	for name := range names {
		e, err := value(of(name), in[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		out[name] = e
	}
	return tftypes.NewValue(t, out), errors.Join(errs...)
}

func elements(t tftypes.Type, v any, of tftypes.Type) (tftypes.Value, error) {
	in, _ := v.([]any)
	out := make([]tftypes.Value, len(in))
	var errs []error
	for i, e := range in {
		var err error
		out[i], err = value(of, e)
		errs = append(errs, err)
	}
	return tftypes.NewValue(t, out), errors.Join(errs...)
}

// entries are the parts of an object or map, nil for all else.
func entries(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// items are the parts of a list or set, nil for all else.
func items(v any) []any {
	l, _ := v.([]any)
	return l
}

// at is an item, nil where the list is shorter.
func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// scalar is the text of a string, bool or number, and whether it is one.
func scalar(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case bool:
		return strconv.FormatBool(x), true
	case json.Number:
		return string(x), true
	case *big.Float:
		return number(x), true
	default:
		return "", false
	}
}

func parseNumber(s string) (*big.Float, error) {
	f, _, err := big.ParseFloat(s, 10, 512, big.ToNearestEven)
	return f, err
}

// number is the shortest text that means the same as a float64: 0.1 is 0.1, however exactly.
func number(f *big.Float) string {
	if f.IsInt() {
		return f.Text('f', 0)
	}
	g, _ := f.Float64()
	return strconv.FormatFloat(g, 'f', -1, 64)
}

// same tells whether two values mean the same to the service.
func (n *node) same(a, b any) bool {
	if a == nil || b == nil || a == unknown || b == unknown {
		return a == nil && b == nil
	}
	switch n.shape {
	case object:
		return sameEntries(entries(a), entries(b), func(name string, a, b any) bool { return n.child(name).same(a, b) })
	case dict, objectMap:
		return sameEntries(entries(a), entries(b), func(_ string, a, b any) bool { return n.item.same(a, b) })
	case list, objects:
		return slices.EqualFunc(items(a), items(b), n.item.same)
	case set:
		return n.sameSet(items(a), items(b))
	default:
		return n.canonical(a) == n.canonical(b)
	}
}

func sameEntries(a, b map[string]any, same func(name string, a, b any) bool) bool {
	for k, v := range a {
		if w, ok := b[k]; !ok || !same(k, v, w) {
			return false
		}
	}
	return len(a) == len(b)
}

func (n *node) sameSet(a, b []any) bool {
	count := map[string]int{}
	for _, v := range a {
		count[n.item.canonical(v)]++
	}
	for _, v := range b {
		key := n.item.canonical(v)
		if count[key]--; count[key] < 0 {
			return false
		}
	}
	return len(a) == len(b)
}

// child is the node of a nested attribute.
func (n *node) child(name string) *node {
	i, found := slices.BinarySearchFunc(n.nodes, name, func(c *node, name string) int { return strings.Compare(c.name, name) })
	if !found {
		return &node{}
	}
	return n.nodes[i]
}

// canonical is the spelling that values of one meaning share.
func (n *node) canonical(v any) string {
	s, ok := scalar(v)
	switch {
	case !ok:
		return fmt.Sprint(v)
	case n.fold:
		return strings.ToLower(s)
	case n.notation != nil:
		if c, err := n.notation.Canonical(s); err == nil {
			return c
		}
	case n.raw:
		if j, err := parseJSON(s); err == nil {
			return jsonText(normal(j))
		}
	}
	return s
}

// toJSON is a tree as JSON. It returns an error for unknown values and for text that is no JSON where that is expected.
func (n *node) toJSON(v any) (any, error) {
	switch x := v.(type) {
	case unknownValue:
		return nil, errors.New("its value is unknown")
	case *big.Float:
		return json.Number(number(x)), nil
	case bool:
		switch {
		case x && n.yes != "":
			return n.yes, nil
		case !x && n.no != "":
			return n.no, nil
		}
	case string:
		if n.raw {
			return parseJSON(x)
		}
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			var err error
			if out[i], err = n.toJSON(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
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

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// normal is a copy of JSON in which the same numbers are written the same: 1.0 is 1.
func normal(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = normal(e)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = normal(e)
		}
		return out
	case json.Number:
		if f, err := parseNumber(string(x)); err == nil {
			return json.Number(number(f))
		}
	}
	return v
}

// sameJSON compares by value.
func sameJSON(a, b any) bool { return reflect.DeepEqual(normal(a), normal(b)) }

// lookup is what is at a path, nil for nothing.
func lookup(v any, at []string) any {
	for _, name := range at {
		v = entries(v)[name]
	}
	return v
}

// assign writes to a path, making the objects on the way.
func assign(in map[string]any, at []string, v any) {
	in = descend(in, at[:len(at)-1])
	in[at[len(at)-1]] = v
}

// descend is the object at a path, made where there is none.
func descend(in map[string]any, at []string) map[string]any {
	for _, name := range at {
		next, ok := in[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			in[name] = next
		}
		in = next
	}
	return in
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
