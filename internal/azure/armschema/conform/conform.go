// Package conform checks the schema of a resource against the types that Microsoft publishes for it. It is for tests.
package conform

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

// Variable names the folder of published types.
const Variable = "CONTAINERS_AZURE_TYPES"

// Spec is a resource to check.
type Spec struct {
	// Type and Version are those of ARM: "Microsoft.ContainerRegistry/registries", "2025-11-01".
	Type, Version string
	Mapping       *armschema.Mapping
	// Secrets are properties that are secret although the published types do not say so, each with the page that does.
	Secrets map[string]string
	// ReadOnly are the properties that the resource strips from live documents, beside those that the schema shows.
	ReadOnly armschema.ReadOnly
	// Filled are required properties that the resource itself sends, and of which the schema says nothing.
	Filled []string
}

// Check fails the test for each way in which the schema does not fit, and logs what the service has beyond it. Without
// the published types, it skips the test.
func Check(t *testing.T, s Spec) {
	t.Helper()
	dir := os.Getenv(Variable)
	if dir == "" {
		t.Skipf("%s names no folder of published types", Variable)
	}
	all, err := armtypes.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := all.Resource(s.Type, s.Version)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range Problems(r, s) {
		t.Error(problem)
	}
	if rest := Unmapped(r, s.Mapping); len(rest) > 0 {
		t.Logf("%s@%s has, and the schema has not:\n  %s", s.Type, s.Version, strings.Join(rest, "\n  "))
	}
}

// Problems are the ways in which the schema does not fit the type.
func Problems(r *armtypes.Resource, s Spec) []string {
	c := &checker{
		r: r, spec: s, sure: map[string]bool{}, sent: map[string]bool{}, hidden: map[string]bool{},
		stripped: map[string]bool{"systemData": true},
	}
	s.Mapping.Walk(func(l armschema.Leaf) {
		if l.Secret {
			c.hidden[l.Elem] = l.Elem != ""
		}
	})
	s.Mapping.Walk(c.leaf)
	for _, path := range s.Filled {
		c.place(path, true)
	}
	c.required()
	c.echoed()
	c.followed()
	for path, source := range s.Secrets {
		if _, ok := r.Property(path); !ok || source == "" {
			c.problem("%s is in the list of secrets and is no property, or no source says that it is secret", path)
		}
	}
	slices.Sort(c.problems)
	return c.problems
}

type checker struct {
	r        *armtypes.Resource
	spec     Spec
	problems []string
	// sent are the paths in requests, with those that lead to them; sure are those of them that are in every request
	// that has the object they are in.
	sent, sure map[string]bool
	// stripped are the paths that no update sends back.
	stripped map[string]bool
	// hidden are the places of secrets, where something that is none may be as well: the elements of an array may be one or the other.
	hidden map[string]bool
}

func (c *checker) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// followed wants attributes to follow others that there are.
func (c *checker) followed() {
	there := map[string]bool{}
	c.spec.Mapping.Walk(func(l armschema.Leaf) { there[l.Attribute] = true })
	c.spec.Mapping.Walk(func(l armschema.Leaf) {
		for _, name := range l.Follows {
			if !there[name] {
				c.problem("%s follows %s, which is no attribute", l.Attribute, name)
			}
		}
	})
}

func (c *checker) leaf(l armschema.Leaf) {
	if l.ARM == "" {
		return
	}
	switch plain := l.Kind == armschema.Array && l.Key == "" && l.Elem == ""; {
	case l.Class == armschema.Observed:
		c.stripped[l.ARM] = true
	case plain:
		c.stripped[l.ARM+"[]"] = true
	case l.Keys:
		c.stripped[l.ARM+".*"] = true
	}
	p, ok := c.exists(l.Attribute, l.ARM, l.Kind)
	if !ok {
		return
	}
	if l.Elem != "" {
		p, ok = c.exists(l.Attribute, l.Elem, l.ElemKind)
	}
	if l.Key != "" {
		c.exists(l.Attribute, l.Key, armschema.Text)
	}
	if c.readOnly(l.ARM) {
		if l.Class != armschema.Observed {
			c.problem("%s is sent although %s is read-only", l.Attribute, l.ARM)
		}
		return
	}
	if l.Class == armschema.Observed {
		return
	}
	for _, path := range []string{l.ARM, l.Elem, l.Key, l.Discriminator} {
		if path != "" {
			c.place(path, l.Required || l.Default || path != l.ARM)
		}
	}
	if l.Variant != "" && !c.variant(l) {
		c.problem("%s: the service knows no kind %s of %s", l.Attribute, l.Variant, l.ARM)
	}
	if ok {
		c.secret(l, p.Secret())
	}
}

// exists wants a property of a type at a path.
func (c *checker) exists(attribute, path string, kind armschema.Kind) (armtypes.At, bool) {
	collection, isItem := strings.CutSuffix(path, "[]")
	p, ok := c.r.Property(collection)
	if !ok {
		c.problem("%s: the service has no property %s", attribute, path)
		return p, false
	}
	have := p.Type
	for isItem && have.Kind == armtypes.Array {
		have, isItem = have.Item, false
	}
	if kind != armschema.Any && have.Kind != armtypes.Any && string(have.Kind) != string(kind) {
		c.problem("%s: %s is of type %s, not %s", attribute, path, have.Kind, kind)
	}
	return p, true
}

// readOnly tells whether a property or one that leads to it is read-only.
func (c *checker) readOnly(path string) bool {
	for prefix := range prefixes(path) {
		if p, ok := c.r.Property(strings.TrimSuffix(prefix, "[]")); ok && p.ReadOnly() {
			return true
		}
	}
	return false
}

func (c *checker) variant(l armschema.Leaf) bool {
	p, ok := c.r.Property(l.ARM)
	return ok && (p.Type.Discriminator == "" || slices.Contains(p.Type.Kinds(), l.Variant))
}

// secret wants secrets to be marked, and what is marked to be secret by the types or by the list.
func (c *checker) secret(l armschema.Leaf, known bool) {
	path := l.ARM
	if l.Elem != "" {
		path = l.Elem
	}
	listed := c.spec.Secrets[path] != ""
	switch {
	case listed && !known && !l.Secret && c.hidden[l.Elem]:
	case (known || listed) && (!l.Secret || !l.Hidden):
		c.problem("%s holds the secret %s, and has to be Secret and sensitive or write-only", l.Attribute, path)
	case l.Secret && !known && !listed:
		c.problem("%s is Secret, but neither the published types nor the list of secrets says so of %s", l.Attribute, path)
	}
}

// place notes that a path is sent. What is sure is so with all that leads to it up to the next object of its own.
func (c *checker) place(path string, sure bool) {
	for prefix := range prefixes(path) {
		c.sent[prefix] = true
		c.sure[prefix] = c.sure[prefix] || sure
	}
}

// required wants every property that the service requires in what the schema sends.
func (c *checker) required() {
	for p := range c.r.Properties() {
		parent, name := "", p.Path
		if i := strings.LastIndexByte(p.Path, '.'); i >= 0 {
			parent, name = p.Path[:i], p.Path[i+1:]
		}
		inURL := parent == "" && (name == "name" || name == "type" || name == "apiVersion")
		if !p.Required() || p.ReadOnly() || inURL || name == "*" || len(p.Kinds) > 0 && !c.sent[p.Path] || c.sure[p.Path] {
			continue
		}
		if parent == "" || c.sent[parent] {
			c.problem("%s is required by the service and may be missing", p.Path)
		}
	}
}

// echoed wants an update to send nothing back that is read-only and that it has found in the live document.
func (c *checker) echoed() {
	for p := range c.r.Properties() {
		if !p.ReadOnly() || slices.Contains([]string{"id", "name", "type", "apiVersion"}, p.Path) {
			continue
		}
		found := false
		for prefix := range prefixes(p.Path) {
			plain := strings.ReplaceAll(prefix, "[]", "")
			found = found || c.stripped[prefix] || c.spec.ReadOnly != nil && c.spec.ReadOnly(plain)
		}
		if !found {
			c.stripped[p.Path] = true // what is inside goes with it
			c.problem("%s is read-only, and an update would send it back: show it or name it in ReadOnly", p.Path)
		}
	}
}

// prefixes are the paths that lead to one, and it: "a", "a[]", "a[].b".
func prefixes(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := range path {
			if (path[i] == '.' || path[i] == '[') && !yield(path[:i]) {
				return
			}
			if path[i] == ']' && i+1 < len(path) && !yield(path[:i+1]) {
				return
			}
		}
		yield(path)
	}
}

// Unmapped are the properties that the service has and the schema has not, without those inside them.
func Unmapped(r *armtypes.Resource, m *armschema.Mapping) []string {
	mapped, whole := map[string]bool{}, map[string]bool{}
	m.Walk(func(l armschema.Leaf) {
		for _, path := range []string{l.ARM, l.Elem, l.Key, l.Discriminator} {
			for prefix := range prefixes(path) {
				mapped[prefix] = true
			}
		}
		whole[l.ARM] = whole[l.ARM] || l.Kind == armschema.Any
	})
	var out []string
	skip := func(path string) bool {
		for prefix := range prefixes(path) {
			if prefix == "systemData" || whole[prefix] || slices.Contains(out, prefix) || slices.Contains(out, prefix+" (read-only)") {
				return true
			}
		}
		return false
	}
	for p := range r.Properties() {
		inURL := slices.Contains([]string{"id", "type", "apiVersion", "name"}, p.Path)
		if mapped[strings.TrimSuffix(p.Path, ".*")] || inURL || skip(p.Path) {
			continue
		}
		path := p.Path
		if p.ReadOnly() {
			path += " (read-only)"
		}
		out = append(out, path)
	}
	return out
}
