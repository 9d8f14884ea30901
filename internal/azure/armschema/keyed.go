package armschema

import "slices"

// keyed are the elements of a JSON object, or of an array whose elements hold their key, by that key.
type keyed struct {
	keyAt     []string // nil for an object
	canonical func(any) string
	keys      []string       // in their order, as they are written
	items     map[string]any // by canonical key
}

// index makes elements findable. It returns false for JSON of another kind.
func (n *node) index(raw any, keyAt []string) (*keyed, bool) {
	k := &keyed{keyAt: keyAt, canonical: (&node{options: options{fold: n.fold}}).canonical, items: map[string]any{}}
	if keyAt == nil {
		for key, e := range entries(raw) {
			k.add(key, e)
		}
		slices.Sort(k.keys)
		_, ok := raw.(map[string]any)
		return k, ok || raw == nil
	}
	for _, e := range items(raw) {
		if key, ok := scalar(lookup(e, keyAt)); ok {
			k.add(key, e)
		}
	}
	_, ok := raw.([]any)
	return k, ok || raw == nil
}

func (k *keyed) add(key string, e any) {
	k.keys = append(k.keys, key)
	k.items[k.canonical(key)] = e
}

func (k *keyed) get(key string) any { return k.items[k.canonical(key)] }

// open is an element to write to, made where there is none.
func (k *keyed) open(key string) map[string]any {
	if o, ok := k.get(key).(map[string]any); ok {
		return o
	}
	o := map[string]any{}
	if k.keyAt != nil {
		assign(o, k.keyAt, key)
	}
	k.add(key, o)
	return o
}

// json are the elements as they were, without those that were deleted and with those that were added.
func (k *keyed) json() any {
	object, array := map[string]any{}, []any{}
	for _, key := range k.keys {
		if e, ok := k.items[k.canonical(key)]; ok {
			object[key] = e
			array = append(array, e)
		}
	}
	if k.keyAt == nil {
		return object
	}
	return array
}
