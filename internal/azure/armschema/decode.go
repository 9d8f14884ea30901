package armschema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Applied is the state after a create or update: what was known in the plan stays, what was unknown is filled from the
// body. What only the provider keeps and is unknown stays so: the resource fills it. Errors say what the body shows that
// this provider cannot read.
func (m *Mapping) Applied(plan tftypes.Value, body map[string]any) (tftypes.Value, error) {
	r := &reading{}
	return r.attributes(m.root, applied, plan.Type(), entries(plan), body), errors.Join(r.errs...)
}

// Refresh is the state after a read: what is configured and what is computed is looked up, null stays null, and what
// means the same keeps its spelling. Errors are those of Applied.
func (m *Mapping) Refresh(prior tftypes.Value, body map[string]any) (tftypes.Value, error) {
	r := &reading{}
	return r.attributes(m.root, refresh, prior.Type(), entries(prior), body), errors.Join(r.errs...)
}

// Import is the state after an import: all that the body shows. What only the provider keeps is as begun, or its
// default. The second result is what the import filled without being asked; Plan wants it back.
func (m *Mapping) Import(ctx context.Context, begun tftypes.Value, body map[string]any) (tftypes.Value, Unclaimed, error) {
	r := &reading{}
	out := entries(r.attributes(m.root, everything, begun.Type(), entries(begun), body))
	unclaimed := Unclaimed{}
	for _, n := range m.root.nodes {
		v := out[n.name]
		if n.at == nil && v.IsNull() {
			out[n.name] = n.defaultValue(ctx, v.Type())
		}
		if n.unmanageable() && !v.IsNull() {
			unclaimed[n.name] = nil
		}
	}
	return tftypes.NewValue(begun.Type(), out), unclaimed, errors.Join(r.errs...)
}

// mode is how a value is decoded.
type mode int

const (
	applied    mode = iota // what is known stays
	refresh                // what is not null is looked up
	everything             // all is looked up
	nothing                // what is there stays
)

// mode is how a nested value is decoded in one that is decoded so.
func (n *node) mode(outer mode, v tftypes.Value) mode {
	switch {
	case n.at == nil:
		return nothing
	case outer == everything, outer == applied && !v.IsKnown():
		return everything
	case n.secret || n.writeOnly, outer == applied && v.IsFullyKnown():
		return nothing
	case outer == refresh && (n.class == Observed || n.observe && v.IsNull()):
		return everything
	case v.IsNull():
		return nothing
	default:
		return outer
	}
}

// reading collects what cannot be read, so that the rest still can.
type reading struct{ errs []error }

// attributes are those of an object in which known is known.
func (r *reading) attributes(
	n *node, outer mode, t tftypes.Type, known map[string]tftypes.Value, in map[string]any,
) tftypes.Value {
	types := attributeTypes(t)
	out := make(map[string]tftypes.Value, len(types))
	for _, c := range n.nodes {
		v, there := known[c.name]
		if !there {
			v = tftypes.NewValue(types[c.name], nil)
		}
		if how := c.mode(outer, v); how != nothing {
			v = r.one(c, how, v, c.read(in))
		}
		out[c.name] = v
	}
	return tftypes.NewValue(t, out)
}

func (r *reading) one(n *node, how mode, known tftypes.Value, raw any) tftypes.Value {
	switch {
	case n.merges():
		return n.project(known, raw)
	case raw == nil && how == refresh && n.absent(known):
		return known
	case raw == nil && (how != applied || len(n.nodes) == 0):
		return tftypes.NewValue(known.Type(), nil)
	}
	switch n.shape {
	case object:
		o, _ := raw.(map[string]any)
		return r.attributes(n, how, known.Type(), entries(known), o)
	case objects:
		return r.objects(n, how, known, raw)
	case objectMap:
		return r.objectMap(n, how, known, raw)
	}
	seen := r.value(n, known.Type(), raw)
	switch {
	case how != refresh:
		return seen
	case n.same(known, seen) || n.absent(known) && n.absent(seen):
		return known
	case n.absent(seen):
		return tftypes.NewValue(known.Type(), nil)
	default:
		return n.respell(known, seen)
	}
}

// objects are as many as the body shows, or as were planned.
func (r *reading) objects(n *node, how mode, known tftypes.Value, raw any) tftypes.Value {
	items, ok := raw.([]any)
	if !ok && raw != nil {
		return r.fail(n, known, raw)
	}
	was := elements(known)
	count := len(items)
	if how == applied {
		count = len(was)
	}
	out := make([]tftypes.Value, count)
	for i := range out {
		var o map[string]any
		if i < len(items) {
			o, _ = items[i].(map[string]any)
		}
		out[i] = r.attributes(n, how.of(i < len(was)), elementType(known.Type()), entries(at(was, i)), o)
	}
	return tftypes.NewValue(known.Type(), out)
}

// objectMap has the keys that the body shows, in their prior spelling, or those that were planned.
func (r *reading) objectMap(n *node, how mode, known tftypes.Value, raw any) tftypes.Value {
	items, ok := n.index(raw)
	if !ok {
		return r.fail(n, known, raw)
	}
	was, words := entries(known), map[string]string{}
	for key := range was {
		words[n.canonicalText(key)] = key
	}
	keys := items.keys()
	if how == applied {
		keys = slices.Collect(maps.Keys(was))
	}
	out := make(map[string]tftypes.Value, len(keys))
	for _, key := range keys {
		o, _ := items.get(key).(map[string]any)
		word, there := words[n.canonicalText(key)]
		if !there {
			word = key
		}
		out[word] = r.attributes(n, how.of(there), elementType(known.Type()), entries(was[word]), o)
	}
	return tftypes.NewValue(known.Type(), out)
}

// of is how an element is decoded: one that nobody knows is shown in full.
func (how mode) of(known bool) mode {
	if !known {
		return everything
	}
	return how
}

// read is what the body shows for an attribute, nil for nothing.
func (n *node) read(in map[string]any) any {
	switch {
	case n.secret || n.writeOnly:
		return nil
	case n.merges():
		return in
	}
	v := lookup(in, n.at)
	if n.shape != object {
		return v
	}
	o, ok := v.(map[string]any)
	kind, value := n.discriminate()
	other := kind != nil && !strings.EqualFold(fmt.Sprint(lookup(o, kind)), value)
	if !ok || other || n.unsetTo != nil && covers(o, n.unsetTo) {
		return nil
	}
	return o
}

// discriminate splits "type=Docker" into the path of the property that tells the kind, and the kind.
func (n *node) discriminate() (at []string, kind string) {
	property, kind, found := strings.Cut(n.discriminator, "=")
	if !found {
		return nil, ""
	}
	return split(property), kind
}

// covers tells whether a JSON object has all that another one has.
func covers(o map[string]any, part any) bool {
	p, ok := part.(map[string]any)
	if !ok {
		return false
	}
	for k, v := range p {
		if !sameJSON(o[k], v) {
			return false
		}
	}
	return true
}

// value is a primitive value or a collection of such in full.
func (r *reading) value(n *node, t tftypes.Type, raw any) tftypes.Value {
	null := tftypes.NewValue(t, nil)
	if raw == nil {
		return null
	}
	switch n.shape {
	case list, set:
		items, ok := n.unwrap(raw)
		if !ok {
			return r.fail(n, null, raw)
		}
		out := make([]tftypes.Value, len(items))
		for i, e := range items {
			out[i] = r.primitive(n, elementType(t), e)
		}
		return tftypes.NewValue(t, out)
	case dict:
		return r.dict(n, t, raw)
	default:
		return r.primitive(n, t, raw)
	}
}

func (r *reading) primitive(n *node, t tftypes.Type, raw any) tftypes.Value {
	v, err := n.fromJSON(t, raw)
	if err != nil {
		r.errs = append(r.errs, err)
	}
	return v
}

func (r *reading) fail(n *node, v tftypes.Value, raw any) tftypes.Value {
	r.errs = append(r.errs, n.unexpected(raw))
	return v
}

// unwrap are the values in an array, in wrappers or in the keys of an object.
func (n *node) unwrap(raw any) ([]any, bool) {
	if o, ok := raw.(map[string]any); ok && n.elem == Keys {
		keys := (&keyed{n: n, object: o}).keys()
		out := make([]any, len(keys))
		for i, k := range keys {
			out[i] = k
		}
		return out, true
	}
	items, ok := raw.([]any)
	if n.elem == "" {
		return items, ok
	}
	out := []any{}
	for _, e := range items {
		o, _ := e.(map[string]any)
		if v := lookup(o, n.elemAt); v != nil {
			out = append(out, v)
		}
	}
	return out, ok
}

// dict leaves out wrappers without a value: they are those of another attribute.
func (r *reading) dict(n *node, t tftypes.Type, raw any) tftypes.Value {
	out := map[string]tftypes.Value{}
	items, ok := n.index(raw)
	if !ok {
		return r.fail(n, tftypes.NewValue(t, nil), raw)
	}
	for _, key := range items.keys() {
		v := items.get(key)
		if n.elem != "" {
			o, _ := v.(map[string]any)
			v = lookup(o, n.elemAt)
		}
		if v != nil {
			out[key] = r.primitive(n, elementType(t), v)
		}
	}
	return tftypes.NewValue(t, out)
}

// index is a collection by key, and whether it is one.
func (n *node) index(raw any) (*keyed, bool) {
	holder := map[string]any{}
	assign(holder, n.at, raw)
	_, isObject := raw.(map[string]any)
	_, isArray := raw.([]any)
	return n.collect(holder), raw == nil || isObject && n.key == "" || isArray && n.key != ""
}

// absent tells whether a value says no more than null does: it is null, an empty collection, or what Unset says.
func (n *node) absent(v tftypes.Value) bool {
	if v.IsNull() {
		return true
	}
	switch n.shape {
	case list, set, objects:
		return len(elements(v)) == 0
	case dict, objectMap:
		return len(entries(v)) == 0
	}
	if n.unsetTo == nil {
		return false
	}
	j, err := n.toJSON(v)
	return err == nil && sameJSON(j, n.unsetTo)
}

// respell keeps the prior spelling of the elements of a set or list that mean the same.
func (n *node) respell(prior, seen tftypes.Value) tftypes.Value {
	if n.shape != list && n.shape != set {
		return seen
	}
	words := map[string]tftypes.Value{}
	for _, v := range elements(prior) {
		words[n.canonical(v)] = v
	}
	out := slices.Clone(elements(seen))
	for i, v := range out {
		if w, ok := words[n.canonical(v)]; ok {
			out[i] = w
		}
	}
	return tftypes.NewValue(seen.Type(), out)
}

// project is what the body shows of the properties that merged JSON names.
func (n *node) project(prior tftypes.Value, in any) tftypes.Value {
	was, err := parseJSON(text(prior))
	if prior.IsNull() || err != nil {
		return prior
	}
	seen := projection(was, in)
	if sameJSON(was, seen) {
		return prior
	}
	b, err := json.Marshal(seen)
	if err != nil {
		return prior
	}
	return tftypes.NewValue(prior.Type(), string(b))
}

func projection(was, seen any) any {
	shape, ok := was.(map[string]any)
	o, both := seen.(map[string]any)
	if !ok || !both {
		return seen
	}
	out := map[string]any{}
	for k, v := range shape {
		if e, ok := o[k]; ok {
			out[k] = projection(v, e)
		}
	}
	return out
}
