package armschema

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Input are the values of an update, or with Prior left out of a create. They are objects of the resource's type.
type Input struct {
	// Prior is the state, Plan what it shall be, Config what is configured (for write-only values).
	Prior, Plan, Config tftypes.Value
}

// ReadOnly tells whether the service alone writes a property, named by its path without indexes
// ("properties.containers.instanceView"). Nil for a service of which the schema knows all.
type ReadOnly func(path string) bool

// alwaysReadOnly are properties of every resource.
var alwaysReadOnly = []string{"id", "name", "type", "systemData"}

// Encode is the body of a create. It returns an error on required values that are unknown.
func (m *Mapping) Encode(plan, config tftypes.Value) (map[string]any, error) {
	body := map[string]any{}
	err := m.root.putAll(body, plan, config)
	return m.whole(body), err
}

// Overlay is the body of an update by PUT: the live document without what is read-only and without what prior had and
// the plan lacks, and with what the plan has. The live document is not changed. Errors are those of Encode.
func (m *Mapping) Overlay(live map[string]any, in Input, readOnly ReadOnly) (map[string]any, error) {
	body := m.writable(live, readOnly)
	m.root.clearAll(body, in.Prior, in.Plan)
	err := m.root.putAll(body, in.Plan, in.Config)
	return m.whole(body), err
}

// Diff is the body of an update by PATCH where the service merges (RFC 7396): what turns the live document into that of
// Overlay. Errors are those of Encode.
func (m *Mapping) Diff(live map[string]any, in Input, readOnly ReadOnly) (map[string]any, error) {
	target, err := m.Overlay(live, in, readOnly)
	return MergePatch(m.whole(m.writable(live, readOnly)), target), err
}

// MergePatch is the RFC 7396 patch that turns one object into another.
func MergePatch(from, to map[string]any) map[string]any {
	patch := map[string]any{}
	for k := range from {
		if _, ok := to[k]; !ok {
			patch[k] = nil
		}
	}
	for k, v := range to {
		was, ok := from[k]
		if ok && sameJSON(was, v) {
			continue
		}
		patch[k] = v
		if a, isObject := was.(map[string]any); isObject {
			if b, isObject := v.(map[string]any); isObject {
				patch[k] = MergePatch(a, b)
			}
		}
	}
	return patch
}

// whole adds the object that ARM wants in every body, even if it is empty.
func (m *Mapping) whole(body map[string]any) map[string]any {
	for _, n := range m.root.nodes {
		if len(n.at) > 1 && n.at[0] == "properties" {
			descend(body, n.at[:1])
		}
	}
	return body
}

// writable is a copy of the live document without what is read-only, null or kept by the service for itself.
func (m *Mapping) writable(live map[string]any, readOnly ReadOnly) map[string]any {
	body, _ := clone(live).(map[string]any)
	if body == nil {
		body = map[string]any{}
	}
	for _, name := range alwaysReadOnly {
		delete(body, name)
	}
	m.root.stripAll(body)
	prune(body, "", readOnly)
	return body
}

// prune takes away nulls, and what the predicate says at every depth.
func prune(v any, at string, readOnly ReadOnly) {
	switch x := v.(type) {
	case map[string]any:
		for name, e := range x {
			here := name
			if at != "" {
				here = at + "." + name
			}
			if e == nil || readOnly != nil && readOnly(here) {
				delete(x, name)
				continue
			}
			prune(e, here, readOnly)
		}
	case []any:
		for _, e := range x {
			prune(e, at, readOnly)
		}
	}
}

// stripAll takes away what the schema knows to be read-only, at every depth.
func (n *node) stripAll(in map[string]any) {
	for _, c := range n.nodes {
		c.strip(in)
	}
}

func (n *node) strip(in map[string]any) {
	switch {
	case n.at == nil, n.shared && !n.sent():
	case !n.sent():
		remove(in, n.at)
	case n.elem == Keys:
		keys, _ := lookup(in, n.at).(map[string]any)
		for k := range keys {
			keys[k] = map[string]any{}
		}
	case n.shape == object:
		if o, ok := lookup(in, n.at).(map[string]any); ok {
			n.stripAll(o)
		}
	case n.shape == objects || n.shape == objectMap:
		for _, e := range jsonElements(lookup(in, n.at)) {
			if o, ok := e.(map[string]any); ok {
				n.stripAll(o)
			}
		}
	}
}

func jsonElements(raw any) []any {
	switch x := raw.(type) {
	case []any:
		return x
	case map[string]any:
		return slices.Collect(maps.Values(x))
	default:
		return nil
	}
}

// clearAll takes away what prior had and the plan lacks.
func (n *node) clearAll(in map[string]any, prior, plan tftypes.Value) {
	was, will := entries(prior), entries(plan)
	for _, c := range n.nodes {
		if v := was[c.name]; c.sent() && !v.IsNull() && v.IsKnown() && will[c.name].IsKnown() {
			c.clear(in, v, will[c.name])
		}
	}
}

func (n *node) clear(in map[string]any, prior, plan tftypes.Value) {
	switch {
	case n.merges():
		if was, err := parseJSON(text(prior)); err == nil {
			will, _ := parseJSON(text(plan))
			unmerge(in, was, will)
		}
	case n.shape == dict || n.shape == objectMap:
		n.clearKeys(in, entries(prior), plan)
	case plan.IsNull():
		n.erase(in, prior)
	case n.shape == object:
		if o, ok := lookup(in, n.at).(map[string]any); ok {
			n.clearAll(o, prior, plan)
		}
	}
}

// erase takes the whole value away.
func (n *node) erase(in map[string]any, prior tftypes.Value) {
	switch {
	case n.unsetTo != nil:
		assign(in, n.at, clone(n.unsetTo))
	case len(n.at) == 0:
		n.clearAll(in, prior, tftypes.Value{})
		if kind, _ := n.discriminate(); kind != nil {
			remove(in, kind)
		}
	default:
		remove(in, n.at)
	}
}

// clearKeys takes elements away. Elements that hold what another attribute says lose only what this one says.
func (n *node) clearKeys(in map[string]any, prior map[string]tftypes.Value, plan tftypes.Value) {
	live, will := n.collect(in), entries(plan)
	for key, was := range prior {
		v, stays := will[key]
		item, _ := live.get(key).(map[string]any)
		switch {
		case stays && n.shape == objectMap && item != nil:
			n.clearAll(item, was, v)
		case stays:
		case n.key != "" && n.elem != "" && item != nil:
			if remove(item, n.elemAt); len(item) <= 1 {
				live.remove(key)
			}
		default:
			live.remove(key)
		}
	}
	if plan.IsNull() && live.len() == 0 {
		n.erase(in, tftypes.Value{})
		return
	}
	live.store()
}

// unmerge takes away the leaves that one JSON document has and another lacks.
func unmerge(in map[string]any, was, will any) {
	old, _ := was.(map[string]any)
	stay, _ := will.(map[string]any)
	for k, v := range old {
		inner, nested := in[k].(map[string]any)
		_, stays := stay[k]
		if _, both := v.(map[string]any); both && nested {
			if unmerge(inner, v, stay[k]); len(inner) > 0 {
				continue
			}
		}
		if !stays {
			delete(in, k)
		}
	}
}

// putAll writes what the plan has.
func (n *node) putAll(into map[string]any, plan, config tftypes.Value) error {
	var errs []error
	will, configured := entries(plan), entries(config)
	for _, c := range n.nodes {
		v := will[c.name]
		if c.writeOnly {
			v = configured[c.name]
		}
		if c.at == nil || c.asks(configured[c.name]) || v.IsNull() || !v.IsKnown() && !c.required {
			continue
		}
		if err := c.put(into, v, configured[c.name]); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(errs...)
}

func (n *node) put(into map[string]any, plan, config tftypes.Value) error {
	switch n.shape {
	case object:
		o := descend(into, n.at)
		if kind, value := n.discriminate(); kind != nil {
			assign(o, kind, value)
		}
		return n.putAll(o, plan, config)
	case objects:
		return n.putObjects(into, elements(plan), elements(config))
	case dict, objectMap:
		return n.putKeys(into, entries(plan), entries(config))
	}
	v, err := n.toJSON(plan)
	if err != nil {
		return err
	}
	switch {
	case n.merges():
		merge(into, v)
	case n.elem != "":
		assign(into, n.at, n.wrap(lookup(into, n.at), v))
	default:
		assign(into, n.at, v)
	}
	return nil
}

func (n *node) putObjects(into map[string]any, plan, config []tftypes.Value) error {
	out := []any{}
	var errs []error
	for i, v := range plan {
		o := map[string]any{}
		errs = append(errs, n.putAll(o, v, at(config, i)))
		out = append(out, o)
	}
	assign(into, n.at, out)
	return errors.Join(errs...)
}

func (n *node) putKeys(into map[string]any, plan, config map[string]tftypes.Value) error {
	live := n.collect(into)
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(plan)) {
		if n.shape == objectMap {
			errs = append(errs, n.putAll(live.item(key), plan[key], config[key]))
			continue
		}
		v, err := n.toJSON(plan[key])
		errs = append(errs, err)
		if n.elemAt == nil {
			live.object[key] = v
			continue
		}
		assign(live.item(key), n.elemAt, v)
	}
	live.store()
	return errors.Join(errs...)
}

// wrap puts values into the wrappers that are there already, or into new ones.
func (n *node) wrap(live, values any) any {
	list, _ := values.([]any)
	if n.elem == Keys {
		return n.wrapKeys(live, list)
	}
	there := map[string]map[string]any{}
	for _, e := range jsonElements(live) {
		if o, ok := e.(map[string]any); ok {
			there[n.canonicalText(fmt.Sprint(lookup(o, n.elemAt)))] = o
		}
	}
	out := []any{}
	for _, v := range list {
		o, ok := there[n.canonicalText(fmt.Sprint(v))]
		if !ok {
			o = map[string]any{}
		}
		assign(o, n.elemAt, v)
		out = append(out, o)
	}
	return out
}

// wrapKeys keeps the spelling of keys that are there: a service that merges would take another one for another key.
func (n *node) wrapKeys(live any, values []any) any {
	there := map[string]string{}
	o, _ := live.(map[string]any)
	for k := range o {
		there[n.canonicalText(k)] = k
	}
	out := map[string]any{}
	for _, v := range values {
		key := fmt.Sprint(v)
		if k, ok := there[n.canonicalText(key)]; ok {
			key = k
		}
		out[key] = map[string]any{}
	}
	return out
}

// merge writes all of a JSON document over another.
func merge(into map[string]any, v any) {
	o, _ := v.(map[string]any)
	for k, e := range o {
		inner, ok := into[k].(map[string]any)
		if _, nested := e.(map[string]any); ok && nested {
			merge(inner, e)
			continue
		}
		into[k] = e
	}
}
