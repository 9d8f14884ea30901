package armtypes

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// At is a property with the path that leads to it. Paths are written like properties.containers[].properties.image: []
// stands for every element of an array, and * for every free key of an object (tags.*).
type At struct {
	Path string
	*Property
	// Kinds are the values of the nearest discriminator above for which the property is there; empty is for all.
	Kinds []string
}

// Kinds lists the values that a discriminator may have, sorted; none for types without one.
func (t *Type) Kinds() []string { return slices.Sorted(maps.Keys(t.Variants)) }

// Properties walks every property at every depth, each before those inside it. A type inside itself is not walked again.
func (r *Resource) Properties() iter.Seq[At] {
	return func(yield func(At) bool) { walk("", r.Body, nil, yield) }
}

// Property finds the property at a path, in any variant of the objects on the way. Indices may be written in brackets.
func (r *Resource) Property(path string) (At, bool) {
	found := At{}
	t := r.Body
	for name := range strings.SplitSeq(path, ".") {
		name, elements, _ := strings.Cut(name, "[")
		next, ok := t.member(name)
		if !ok {
			return At{}, false
		}
		found, t = next, next.Type
		for range strings.Count(elements, "]") {
			if t.Kind != Array {
				return At{}, false
			}
			t = t.Item
		}
	}
	found.Path = path
	return found, true
}

// Member finds a property of an object by name: one of its own, one of any of its variants, or that of a free key.
func (t *Type) Member(name string) (*Property, bool) {
	found, ok := t.member(name)
	return found.Property, ok
}

// member finds a property of an object, or the type of its free keys, or anything within a value of any type.
func (t *Type) member(name string) (At, bool) {
	if p, ok := t.Properties[name]; ok {
		return At{Property: p}, true
	}
	var found At
	for _, kind := range t.Kinds() {
		if p, ok := t.Variants[kind].Properties[name]; ok {
			found.Property = p
			found.Kinds = append(found.Kinds, kind)
		}
	}
	if found.Property != nil {
		return found, true
	}
	if t.Kind == Any {
		return At{Property: &Property{Name: name, Type: t}}, true
	}
	if t.Additional != nil {
		return At{Property: &Property{Name: name, Type: t.Additional}}, true
	}
	return At{}, false
}

func walk(path string, t *Type, within []*Type, yield func(At) bool) bool {
	if slices.Contains(within, t) {
		return true
	}
	within = append(slices.Clip(within), t)
	for name := range names(t) {
		p, _ := t.member(name)
		p.Path = join(path, name)
		if !yield(p) || !descend(p.Path, p.Type, within, yield) {
			return false
		}
	}
	return true
}

func descend(path string, t *Type, within []*Type, yield func(At) bool) bool {
	for t.Kind == Array {
		path, t = path+"[]", t.Item
	}
	return walk(path, t, within, yield)
}

// names lists the members of an object: its properties, those of its variants, and * for its free keys.
func names(t *Type) iter.Seq[string] {
	all := map[string]bool{}
	for _, properties := range append([]map[string]*Property{t.Properties}, variantProperties(t)...) {
		for name := range properties {
			all[name] = true
		}
	}
	if t.Additional != nil {
		all["*"] = true
	}
	return slices.Values(slices.Sorted(maps.Keys(all)))
}

func variantProperties(t *Type) []map[string]*Property {
	var all []map[string]*Property
	for _, variant := range t.Variants {
		all = append(all, variant.Properties)
	}
	return all
}
