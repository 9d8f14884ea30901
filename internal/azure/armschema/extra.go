package armschema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkExtra refuses properties of JSON that is merged with the body where attributes have them: the two would fight over them.
func (n *node) checkExtra(text string) error {
	document, err := parseJSON(text)
	if err != nil {
		return nil //nolint:nilerr // checkJSON refuses it.
	}
	var errs []error
	eachProperty(entries(document), "", func(at string) {
		switch owners := n.parent.owners(at); {
		case slices.Contains(alwaysReadOnly, strings.ToLower(at)), len(owners) > 0 && owners[0] == "":
			errs = append(errs, fmt.Errorf("%s is what Azure alone writes: leave it out", at))
		case len(owners) > 0:
			errs = append(errs, fmt.Errorf("%s has an attribute of its own: set %s instead", at, strings.Join(owners, " or ")))
		}
	})
	return errors.Join(errs...)
}

// eachProperty visits the paths of all in an object that is no object itself.
func eachProperty(in map[string]any, above string, visit func(at string)) {
	for _, name := range slices.Sorted(maps.Keys(in)) {
		at := strings.TrimPrefix(above+"."+name, ".")
		if inner := entries(in[name]); inner != nil {
			eachProperty(inner, at, visit)
			continue
		}
		visit(at)
	}
}

// owners are the attributes that a property belongs to, "" alone for those that the service alone writes.
func (n *node) owners(at string) (names []string) {
	var computed bool
	n.claims(strings.ToLower(at), "", func(name string, c *node) {
		if c.class == Observed {
			computed = true
			return
		}
		names = append(names, name)
	})
	if len(names) == 0 && computed {
		return []string{""}
	}
	return names
}

// claims visits the attributes of which a property, in lower case, is the place, a part of it, or what it is in.
func (n *node) claims(at, above string, visit func(name string, c *node)) {
	for _, c := range n.nodes {
		name, place := strings.TrimPrefix(above+"."+c.name, "."), strings.ToLower(c.arm)
		inside := strings.HasPrefix(at, place+".")
		switch {
		case len(c.at) == 0 && c.kindAt == nil:
		case at == place, strings.HasPrefix(place, at+"."), inside && c.shape != object:
			visit(name, c)
		case inside && c.kindAt != nil && at == place+"."+strings.ToLower(strings.Join(c.kindAt, ".")):
			visit(name, c)
		case inside:
			c.claims(at, name, visit)
		}
	}
}
