package armschema

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Input are the values of an update. They are objects of the resource's type.
type Input struct {
	// Prior is the state, Plan what it shall be, Config what is configured.
	Prior, Plan, Config tftypes.Value
}

// ReadOnly tells whether the service alone writes a property, named by its path without indexes
// ("properties.containers.instanceView"). Nil for a service of which the schema knows all.
type ReadOnly func(path string) bool

// Paths is the ReadOnly of the named properties.
func Paths(paths ...string) ReadOnly {
	return func(path string) bool { return slices.Contains(paths, path) }
}

// alwaysReadOnly are properties of every resource.
var alwaysReadOnly = []string{"id", "name", "type", "systemData"}

// Encode is the body of a create. It returns an error on required values that are unknown.
func (m *Mapping) Encode(plan, config tftypes.Value) (map[string]any, error) {
	body := map[string]any{}
	err := m.root.putAll(body, tree(plan), tree(config))
	return m.whole(body), err
}

// Overlay is the body of an update by PUT: the live document without what is read-only and without what prior had and
// the plan lacks, and with what the plan has. The live document is not changed. Errors are those of Encode.
func (m *Mapping) Overlay(live map[string]any, in Input, readOnly ReadOnly) (map[string]any, error) {
	body, plan := m.writable(live, readOnly), tree(in.Plan)
	m.root.clearAll(body, tree(in.Prior), plan)
	err := m.root.putAll(body, plan, tree(in.Config))
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
		was, isObject := from[k].(map[string]any)
		will, both := v.(map[string]any)
		switch {
		case isObject && both:
			if inner := MergePatch(was, will); len(inner) > 0 {
				patch[k] = inner
			}
		case !sameJSON(from[k], v):
			patch[k] = v
		}
	}
	return patch
}

// whole adds the object that ARM wants in every body, even if it is empty.
func (m *Mapping) whole(body map[string]any) map[string]any {
	if slices.ContainsFunc(m.root.nodes, func(n *node) bool { return len(n.at) > 1 && n.at[0] == "properties" }) {
		descend(body, []string{"properties"})
	}
	return body
}

// writable is a copy of the live document without what is read-only or null.
func (m *Mapping) writable(live map[string]any, readOnly ReadOnly) map[string]any {
	body := entries(normal(live))
	for _, name := range alwaysReadOnly {
		delete(body, name)
	}
	m.root.strip(body)
	prune(body, "", readOnly)
	return body
}

// prune takes away nulls, and what the predicate names, at every depth.
func prune(v any, at string, readOnly ReadOnly) {
	for _, e := range items(v) {
		prune(e, at, readOnly)
	}
	for name, e := range entries(v) {
		here := name
		if at != "" {
			here = at + "." + name
		}
		if e == nil || readOnly != nil && readOnly(here) {
			delete(entries(v), name)
			continue
		}
		prune(e, here, readOnly)
	}
}

// strip takes away what the schema knows to be read-only, at every depth.
func (n *node) strip(raw any) {
	switch {
	case n.elem == Keys:
		for k := range entries(raw) {
			entries(raw)[k] = map[string]any{}
		}
	case n.shape == objects, n.shape == objectMap:
		for _, e := range items(raw) {
			n.item.strip(e)
		}
		for _, e := range entries(raw) {
			n.item.strip(e)
		}
	}
	for _, c := range n.nodes {
		switch {
		case c.at == nil || raw == nil:
		case c.secret && c.keyAt != nil && c.elemAt != nil:
			c.stripShadows(entries(raw))
		case c.sent():
			c.strip(lookup(raw, c.at))
		case !c.shared:
			remove(entries(raw), c.at)
		}
	}
}

// stripShadows takes away wrappers that show nothing but the key of a secret. All secrets are sent again.
func (n *node) stripShadows(in map[string]any) {
	live, _ := n.index(lookup(in, n.at), n.keyAt)
	before := len(live.items)
	maps.DeleteFunc(live.items, func(_ string, e any) bool { return len(entries(e)) == 1 })
	switch len(live.items) {
	case before:
	case 0:
		remove(in, n.at)
	default:
		assign(in, n.at, live.json())
	}
}

// clearAll takes away what prior had and the plan lacks.
func (n *node) clearAll(in map[string]any, prior, plan any) {
	for _, c := range n.nodes {
		was, will := entries(prior)[c.name], entries(plan)[c.name]
		if c.sent() && was != nil && will != unknown {
			c.clear(in, was, will)
		}
	}
}

func (n *node) clear(in map[string]any, prior, plan any) {
	switch {
	case n.merges():
		was, errPrior := n.toJSON(prior)
		will, errPlan := n.toJSON(plan)
		if errPrior == nil && errPlan == nil {
			unmerge(in, was, will)
		}
	case n.shape == dict, n.shape == objectMap:
		n.clearKeys(in, prior, plan)
	case plan == nil:
		n.erase(in, prior)
	case n.shape == object && lookup(in, n.at) != nil:
		n.clearAll(descend(in, n.at), prior, plan)
	}
}

// erase takes the whole value away.
func (n *node) erase(in map[string]any, prior any) {
	switch {
	case n.unset != nil:
		assign(in, n.at, normal(n.unset))
	case len(n.at) > 0:
		remove(in, n.at)
	default:
		n.clearAll(in, prior, nil)
		if n.kindAt != nil {
			remove(in, n.kindAt)
		}
	}
}

// clearKeys takes elements away. Elements that hold what another attribute says lose only what this one says.
func (n *node) clearKeys(in map[string]any, prior, plan any) {
	live, _ := n.index(lookup(in, n.at), n.keyAt)
	for key, was := range entries(prior) {
		will, stays := entries(plan)[key]
		item := entries(live.get(key))
		switch {
		case stays && n.shape == objectMap && item != nil:
			n.item.clearAll(item, was, will)
		case stays:
		case n.keyAt != nil && n.elemAt != nil && item != nil:
			if remove(item, n.elemAt); len(item) > 1 {
				continue
			}
			fallthrough
		default:
			delete(live.items, live.canonical(key))
		}
	}
	if plan == nil && len(live.items) == 0 {
		n.erase(in, prior)
		return
	}
	assign(in, n.at, live.json())
}

// unmerge takes away the leaves that one JSON document has and another lacks.
func unmerge(in map[string]any, was, will any) {
	for k, v := range entries(was) {
		stay, stays := entries(will)[k]
		if inner := entries(in[k]); inner != nil && entries(v) != nil {
			if unmerge(inner, v, stay); len(inner) > 0 {
				continue
			}
		}
		if !stays {
			delete(in, k)
		}
	}
}

// putAll writes what the plan has.
func (n *node) putAll(into map[string]any, plan, config any) error {
	var errs []error
	for _, c := range n.nodes {
		v, asked := entries(plan)[c.name], entries(config)[c.name]
		if c.writeOnly {
			v = asked
		}
		if c.at == nil || c.asks(asked) || v == nil || v == unknown && !c.required {
			continue
		}
		if err := c.put(into, v, asked); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(errs...)
}

func (n *node) put(into map[string]any, plan, config any) error {
	switch {
	case plan == unknown:
		return errors.New("its value is unknown")
	case n.shape == object:
		o := descend(into, n.at)
		if n.kindAt != nil {
			assign(o, n.kindAt, n.kind)
		}
		return n.putAll(o, plan, config)
	case n.shape == objects:
		return n.putObjects(into, items(plan), items(config))
	case n.shape == dict || n.shape == objectMap:
		return n.putKeys(into, entries(plan), entries(config))
	}
	if there, ok := lookup(into, n.at).(string); ok && n.shape == leaf && n.canonical(there) == n.canonical(plan) {
		// The service's own spelling stays: another one would look like a change.
		return nil
	}
	v, err := n.toJSON(plan)
	switch {
	case err != nil:
		return err
	case n.merges():
		merge(into, v)
	case n.elem != "":
		n.putWrapped(into, items(v))
	default:
		assign(into, n.at, v)
	}
	return nil
}

func (n *node) putObjects(into map[string]any, plan, config []any) error {
	out := make([]any, len(plan))
	var errs []error
	for i, v := range plan {
		o := map[string]any{}
		errs = append(errs, n.item.putAll(o, v, at(config, i)))
		out[i] = o
	}
	assign(into, n.at, out)
	return errors.Join(errs...)
}

func (n *node) putKeys(into, plan, config map[string]any) error {
	live, _ := n.index(lookup(into, n.at), n.keyAt)
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(plan)) {
		switch v, err := n.toJSON(plan[key]); {
		case n.shape == objectMap:
			errs = append(errs, n.item.putAll(live.open(key), plan[key], config[key]))
		case err != nil:
			errs = append(errs, err)
		case n.elemAt != nil:
			assign(live.open(key), n.elemAt, v)
		case live.items[key] == nil:
			live.add(key, v)
		default:
			live.items[key] = v
		}
	}
	assign(into, n.at, live.json())
	return errors.Join(errs...)
}

// putWrapped puts values into the wrappers that are there already, or into new ones. Keys that are there keep their
// spelling: a service that merges would take another one for another key.
func (n *node) putWrapped(into map[string]any, values []any) {
	keyAt := n.elemAt
	if n.elem == Keys {
		keyAt = nil
	}
	live, _ := n.item.index(lookup(into, n.at), keyAt)
	next := *live
	next.keys, next.items = nil, map[string]any{}
	for _, v := range values {
		key, _ := scalar(v)
		wrapper := entries(live.get(key))
		for _, k := range live.keys {
			if keyAt == nil && live.canonical(k) == live.canonical(key) {
				key = k
			}
		}
		if wrapper == nil {
			wrapper = map[string]any{}
		}
		if keyAt != nil {
			assign(wrapper, keyAt, v)
		}
		next.add(key, wrapper)
	}
	assign(into, n.at, next.json())
}

// merge writes all of a JSON document over another.
func merge(into map[string]any, v any) {
	for k, e := range entries(v) {
		if inner := entries(into[k]); inner != nil && entries(e) != nil {
			merge(inner, e)
			continue
		}
		into[k] = e
	}
}
