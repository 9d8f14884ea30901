package armschema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Applied is the state after a create or update: what was known in the plan stays, what was unknown is filled from the
// body. What only the provider keeps and is unknown stays so: the resource fills it. Errors say what the body shows that
// this provider cannot read.
func (m *Mapping) Applied(plan tftypes.Value, body map[string]any) (tftypes.Value, error) {
	seen, err := m.show(body)
	out, errValue := value(plan.Type(), m.root.fill(tree(plan), seen))
	return out, errors.Join(err, errValue)
}

// Refresh is the state after a read: what is configured and what is computed is looked up, null stays null, and what
// means the same keeps its spelling. Errors are those of Applied.
func (m *Mapping) Refresh(prior tftypes.Value, body map[string]any) (tftypes.Value, error) {
	seen, err := m.show(body)
	out, errValue := value(prior.Type(), m.root.reconcile(tree(prior), seen))
	return out, errors.Join(err, errValue)
}

// Import is the state after an import: all that the body shows. What only the provider keeps, and secrets, are as begun, or
// the default. The second result is what the import filled without being asked; Plan wants it back. Errors are those of
// Applied.
func (m *Mapping) Import(ctx context.Context, begun tftypes.Value, body map[string]any) (tftypes.Value, Unclaimed, error) {
	seen, err := m.show(body)
	out, unclaimed, from := entries(seen), Unclaimed{}, entries(tree(begun))
	for _, n := range m.root.nodes {
		out[n.name] = n.tidy(n.withSecrets(out[n.name], from[n.name]))
		if n.at == nil && out[n.name] == nil {
			out[n.name] = defaultOf(ctx, n.source)
		}
		if text, isText := out[n.name].(string); isText && text == "" && n.absent(text) {
			out[n.name] = nil // Nobody configures this.
		}
		if n.sent() && out[n.name] != nil && (n.unmanageable() || n.shape >= object) {
			unclaimed[n.name] = nil
		}
	}
	state, errValue := value(begun.Type(), out)
	return state, unclaimed, errors.Join(err, errValue)
}

// tidy leaves out empty collections that cannot be unclaimed, since something in them is write-only: a configuration without them
// would take away what is not there.
func (n *node) tidy(seen any) any {
	if n.hides && n.optional && n.shape != object && n.absent(seen) {
		return nil
	}
	switch n.shape {
	case object:
		for _, c := range n.nodes {
			if o := entries(seen); o[c.name] != nil {
				o[c.name] = c.tidy(o[c.name])
			}
		}
	case objectMap:
		for key, e := range entries(seen) {
			entries(seen)[key] = n.item.tidy(e)
		}
	case objects:
		for i, e := range items(seen) {
			items(seen)[i] = n.item.tidy(e)
		}
	}
	return seen
}

// withSecrets is what a body shows, with the secrets that an import begins with.
func (n *node) withSecrets(seen, begun any) any {
	switch {
	case n.at == nil, n.secret && !n.writeOnly:
		return begun
	case begun == nil || entries(seen) == nil || n.shape != object && n.shape != objectMap:
		return seen
	}
	out := maps.Clone(entries(seen))
	for name, v := range out {
		of := n.item
		if n.shape == object {
			of = n.child(name)
		}
		out[name] = of.withSecrets(v, entries(begun)[name])
	}
	return out
}

// show is all that a body shows, in the shape of the schema.
func (m *Mapping) show(body map[string]any) (any, error) {
	var errs []error
	return m.root.show(body, &errs), errors.Join(errs...)
}

// read is what an object of the body shows for an attribute, nil for nothing.
func (n *node) read(in any) any {
	switch {
	case n.at == nil, n.secret, n.writeOnly:
		return nil
	case n.merges():
		return document{in}
	}
	v := lookup(in, n.at)
	if n.shape != object || v == nil {
		return v
	}
	if kind, _ := scalar(lookup(v, n.kindAt)); n.kindAt != nil && !strings.EqualFold(kind, n.kind) {
		return nil
	}
	if n.unset != nil && covers(v, n.unset) {
		return nil
	}
	return v
}

// covers tells whether a JSON object has all that another one has.
func covers(o, part any) bool {
	for k, v := range entries(part) {
		if !sameJSON(entries(o)[k], v) {
			return false
		}
	}
	return entries(o) != nil
}

func (n *node) show(raw any, errs *[]error) any {
	if raw == nil {
		return nil
	}
	switch n.shape {
	case object:
		if entries(raw) == nil {
			return n.refuse(raw, errs)
		}
		out := make(map[string]any, len(n.nodes))
		for _, c := range n.nodes {
			out[c.name] = c.show(c.read(raw), errs)
		}
		return out
	case dict, objectMap:
		return n.showKeys(raw, errs)
	case list, set, objects:
		return n.showItems(raw, errs)
	}
	switch x := raw.(type) {
	case document:
		return x
	case json.Number:
		if f, err := parseNumber(string(x)); err == nil && !n.raw {
			return f
		}
	}
	if n.raw {
		return jsonText(raw)
	}
	text, ok := scalar(raw)
	switch {
	case !ok:
		return n.refuse(raw, errs)
	case n.yes != "" && strings.EqualFold(text, n.yes):
		return true
	case n.no != "" && strings.EqualFold(text, n.no):
		return false
	}
	return raw
}

// showKeys leaves out wrappers without a value: they are those of another attribute.
func (n *node) showKeys(raw any, errs *[]error) any {
	live, ok := n.index(raw, n.keyAt)
	if !ok {
		return n.refuse(raw, errs)
	}
	out := make(map[string]any, len(live.keys))
	for _, key := range live.keys {
		if v := n.item.show(lookup(live.get(key), n.elemAt), errs); v != nil {
			out[key] = v
		}
	}
	return out
}

func (n *node) showItems(raw any, errs *[]error) any {
	out := []any{}
	if n.elem == Keys && entries(raw) != nil {
		live, _ := n.index(raw, nil)
		for _, key := range live.keys {
			out = append(out, key)
		}
		return out
	}
	list, ok := raw.([]any)
	if !ok {
		return n.refuse(raw, errs)
	}
	for _, e := range list {
		if v := n.item.show(lookup(e, n.elemAt), errs); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// refuse notes that the body shows something of another kind. Values are left out of messages: they may be secret.
func (n *node) refuse(raw any, errs *[]error) any {
	kind := "a plain value"
	switch raw.(type) {
	case map[string]any:
		kind = "an object"
	case []any:
		kind = "an array"
	}
	*errs = append(*errs, fmt.Errorf("the service shows %s as %s, which this provider does not know there", n.arm, kind))
	return nil
}

// fill keeps what is known.
func (n *node) fill(plan, seen any) any {
	switch {
	case n.at == nil: // What only the provider keeps, or a hook fills.
		return plan
	case plan == unknown:
		return seen
	case n.shape == object && entries(plan) != nil:
		out := map[string]any{}
		for _, c := range n.nodes {
			out[c.name] = c.fill(entries(plan)[c.name], entries(seen)[c.name])
		}
		return out
	case n.shape == objectMap && entries(plan) != nil:
		out, there := map[string]any{}, n.spelt(seen)
		for key, v := range entries(plan) {
			out[key] = n.item.fill(v, there[n.canonical(key)])
		}
		return out
	case n.shape == objects && items(plan) != nil:
		out := make([]any, len(items(plan)))
		for i, v := range items(plan) {
			out[i] = n.item.fill(v, at(items(seen), i))
		}
		return out
	default:
		return plan
	}
}

// spelt are the elements of a map by canonical key.
func (n *node) spelt(v any) map[string]any {
	out := make(map[string]any, len(entries(v)))
	for key, e := range entries(v) {
		out[n.canonical(key)] = e
	}
	return out
}

// reconcile keeps what is not configured and what is there as it was.
func (n *node) reconcile(prior, seen any) any {
	switch {
	case n.same(prior, seen), n.absent(prior) && n.absent(seen):
		return prior
	case n.absent(seen):
		return nil
	}
	switch n.shape {
	case object:
		out := map[string]any{}
		for _, c := range n.nodes {
			out[c.name] = c.reconcilePart(entries(prior)[c.name], entries(seen)[c.name])
		}
		return out
	case objectMap:
		return n.reconcileKeys(entries(prior), entries(seen))
	case list, set, objects:
		return n.reconcileItems(items(prior), items(seen))
	default:
		return seen
	}
}

func (n *node) reconcilePart(prior, seen any) any {
	d, isDocument := seen.(document)
	switch {
	case n.at == nil, n.secret, n.writeOnly:
		return prior
	case isDocument:
		return n.project(prior, d)
	case n.class == Observed, n.observe && prior == nil:
		return seen
	case prior == nil:
		return nil
	default:
		return n.reconcile(prior, seen)
	}
}

// reconcileKeys keeps the prior spelling of keys. Elements that prior lacks are shown in full.
func (n *node) reconcileKeys(prior, seen map[string]any) any {
	words, out := map[string]string{}, make(map[string]any, len(seen))
	for key := range prior {
		words[n.canonical(key)] = key
	}
	for key, e := range seen {
		if word, there := words[n.canonical(key)]; there {
			key, e = word, n.item.reconcile(prior[word], e)
		}
		out[key] = e
	}
	return out
}

// reconcileItems goes by position for objects. Plain values of the same meaning keep their spelling wherever they are.
func (n *node) reconcileItems(prior, seen []any) any {
	words, out := map[string]any{}, make([]any, len(seen))
	if n.shape != objects {
		for _, v := range prior {
			words[n.item.canonical(v)] = v
		}
	}
	for i, e := range seen {
		out[i] = e
		if n.shape == objects && i < len(prior) {
			out[i] = n.item.reconcile(prior[i], e)
		}
		if word, there := words[n.item.canonical(e)]; there {
			out[i] = word
		}
	}
	return out
}

// absent tells whether a value says no more than null does: it is null, an empty collection, or what Unset says.
func (n *node) absent(v any) bool {
	switch {
	case v == nil:
		return true
	case v == unknown: // It may turn out to say something.
		return false
	case n.shape == list || n.shape == set || n.shape == objects:
		return len(items(v)) == 0
	case n.shape == dict || n.shape == objectMap:
		return len(entries(v)) == 0
	case n.unset == nil || n.shape == object:
		return false
	}
	j, err := n.toJSON(v)
	return err == nil && sameJSON(j, n.unset)
}

// empty tells whether a value is a collection without elements, or none.
func (n *node) empty(v any) bool { return n.shape != leaf && n.absent(v) }

// document is the object that JSON with the path "." is merged with. It is no value of the attribute.
type document struct{ in any }

// project is what the body shows of the properties that merged JSON names.
func (n *node) project(prior any, d document) any {
	was, err := n.toJSON(prior)
	if prior == nil || err != nil {
		return prior
	}
	seen := projection(was, d.in)
	if sameJSON(was, seen) {
		return prior
	}
	return jsonText(seen)
}

func projection(was, seen any) any {
	if entries(was) == nil || entries(seen) == nil {
		return seen
	}
	out := map[string]any{}
	for k, v := range entries(was) {
		if e, ok := entries(seen)[k]; ok {
			out[k] = projection(v, e)
		}
	}
	return out
}
