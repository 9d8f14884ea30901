package armschema

import (
	"fmt"
	"maps"
	"slices"
)

// keyed is a JSON object, or an array whose elements hold their key, as a map.
type keyed struct {
	n      *node
	in     map[string]any
	object map[string]any
	list   []any
	index  map[string]int // by canonical key
}

// collect finds the collection of a node in an object.
func (n *node) collect(in map[string]any) *keyed {
	k := &keyed{n: n, in: in}
	raw := lookup(in, n.at)
	if n.key == "" {
		if k.object, _ = raw.(map[string]any); k.object == nil {
			k.object = map[string]any{}
		}
		return k
	}
	k.list, _ = raw.([]any)
	k.index = make(map[string]int, len(k.list))
	for i, e := range k.list {
		if o, ok := e.(map[string]any); ok {
			k.index[n.canonicalText(keyOf(o, n.keyAt))] = i
		}
	}
	return k
}

func keyOf(o map[string]any, at []string) string {
	if v := lookup(o, at); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

// get is an element, nil for none.
func (k *keyed) get(key string) any {
	if k.object != nil {
		return k.object[key]
	}
	if i, ok := k.index[k.n.canonicalText(key)]; ok {
		return k.list[i]
	}
	return nil
}

// item is an element to write to, made where there is none.
func (k *keyed) item(key string) map[string]any {
	if o, ok := k.get(key).(map[string]any); ok {
		return o
	}
	o := map[string]any{}
	if k.object != nil {
		k.object[key] = o
		return o
	}
	assign(o, k.n.keyAt, key)
	k.index[k.n.canonicalText(key)] = len(k.list)
	k.list = append(k.list, o)
	return o
}

func (k *keyed) remove(key string) {
	delete(k.object, key)
	if i, ok := k.index[k.n.canonicalText(key)]; ok {
		k.list[i] = nil
		delete(k.index, k.n.canonicalText(key))
	}
}

func (k *keyed) len() int { return len(k.object) + len(k.index) }

// keys are those of the elements, in the order of the service.
func (k *keyed) keys() []string {
	if k.object != nil {
		return slices.Sorted(maps.Keys(k.object))
	}
	var out []string
	for _, e := range k.list {
		if o, ok := e.(map[string]any); ok {
			out = append(out, keyOf(o, k.n.keyAt))
		}
	}
	return out
}

// store writes the collection back.
func (k *keyed) store() {
	if k.object != nil {
		assign(k.in, k.n.at, k.object)
		return
	}
	kept := []any{}
	for _, e := range k.list {
		if e != nil {
			kept = append(kept, e)
		}
	}
	assign(k.in, k.n.at, kept)
}
