package armtypes

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Reason says what kind of mistake a Problem is.
type Reason string

// The reasons for refusing a body.
const (
	Unknown   Reason = "unknown property"
	WrongType Reason = "wrong type"
	Missing   Reason = "missing required property"
	ReadOnly  Reason = "read-only property"
	BadValue  Reason = "value not allowed"
)

// Problem is one mistake in a body.
type Problem struct {
	// Path is where it is: properties.containers[0].properties.image.
	Path   string
	Reason Reason
	Detail string
}

func (p Problem) String() string { return fmt.Sprintf("%s: %s (%s)", p.Path, p.Reason, p.Detail) }

// CheckRequest finds the mistakes in the body of a PUT. JSON null is the same as leaving a property out.
func (r *Resource) CheckRequest(body json.RawMessage) []Problem {
	problems := check(r.Body, body, checker{root: true})
	if len(problems) == 0 && r.lacksProperties(body) {
		problems = append(problems, Problem{"properties", Missing, "this type does not work without it"})
	}
	return problems
}

// CheckPatch finds the mistakes in the body of a PATCH, which may leave out what is required.
func (r *Resource) CheckPatch(body json.RawMessage) []Problem {
	return check(r.Body, body, checker{root: true, partial: true})
}

// CheckReply finds the mistakes in what a service answered, where read-only properties are in their place and required
// ones may be left out: secrets are.
func (r *Resource) CheckReply(body json.RawMessage) []Problem {
	return check(r.Body, body, checker{root: true, partial: true, reply: true})
}

// CheckName finds what is wrong with the name in the path of a request.
func (r *Resource) CheckName(name string) []Problem {
	p, ok := r.Body.Properties["name"]
	if !ok {
		return nil
	}
	c := checker{}
	c.value("name", p.Type, name)
	return c.found
}

// CheckBody finds the mistakes in the body of a POST action. A nil type takes nothing but an empty body.
func CheckBody(t *Type, body json.RawMessage) []Problem {
	if t != nil {
		return check(t, body, checker{})
	}
	if text := strings.TrimSpace(string(body)); text != "" && text != "{}" && text != "null" {
		return []Problem{{"", Unknown, "nothing is to be sent here"}}
	}
	return nil
}

// lacksProperties is for types that call their properties optional though some of those are required.
func (r *Resource) lacksProperties(body json.RawMessage) bool {
	p, ok := r.Body.Properties["properties"]
	if !ok || p.ReadOnly() || p.Type.Kind != Object {
		return false
	}
	var sent struct{ Properties map[string]any }
	if err := json.Unmarshal(body, &sent); err != nil || sent.Properties != nil {
		return false
	}
	for _, inner := range p.Type.Properties {
		if inner.Required() && !inner.ReadOnly() {
			return true
		}
	}
	return p.Type.Discriminator != ""
}

type checker struct {
	root, partial, reply bool
	found                []Problem
}

func check(t *Type, body json.RawMessage, c checker) []Problem {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return []Problem{{"", WrongType, "not JSON: " + err.Error()}}
	}
	if value == nil {
		return []Problem{{"", WrongType, "a JSON object is needed"}}
	}
	c.value("", t, value)
	return c.found
}

func (c *checker) add(path string, reason Reason, format string, args ...any) {
	c.found = append(c.found, Problem{path, reason, fmt.Sprintf(format, args...)})
}

func (c *checker) value(path string, t *Type, value any) {
	if value == nil || t.Kind == Any {
		return
	}
	if got := kindOf(value); got != t.Kind {
		c.add(path, WrongType, "%s is needed, not %s", t.Kind, got)
		return
	}
	switch v := value.(type) {
	case map[string]any:
		c.object(path, t, v)
	case []any:
		c.bounds(path, "number of elements", float64(len(v)), t.MinLength, t.MaxLength)
		for i, element := range v {
			c.value(fmt.Sprintf("%s[%d]", path, i), t.Item, element)
		}
	case string:
		c.text(path, t, v)
	case float64:
		c.bounds(path, "value", v, t.MinValue, t.MaxValue)
	}
}

func kindOf(value any) Kind {
	switch value.(type) {
	case map[string]any:
		return Object
	case []any:
		return Array
	case string:
		return String
	case float64:
		return Number
	default:
		return Boolean
	}
}

// text checks a string that is sent. Replies are free: services answer values older and newer than their description.
func (c *checker) text(path string, t *Type, v string) {
	if c.reply {
		return
	}
	c.bounds(path, "length", float64(utf8.RuneCountInString(v)), t.MinLength, t.MaxLength)
	if t.Pattern != nil && !t.Pattern.MatchString(v) {
		c.add(path, BadValue, "%q does not match %s", v, t.Pattern)
	}
	if !t.takes(v) {
		c.add(path, BadValue, "%q is none of %s", v, strings.Join(t.Enum, ", "))
	}
}

func (c *checker) bounds(path, what string, v float64, least, most *float64) {
	if c.reply {
		return
	}
	if least != nil && v < *least {
		c.add(path, BadValue, "the %s is %v, at least %v is needed", what, v, *least)
	}
	if most != nil && v > *most {
		c.add(path, BadValue, "the %s is %v, at most %v is allowed", what, v, *most)
	}
}

func (c *checker) object(path string, t *Type, sent map[string]any) {
	root := c.root && path == ""
	known, ok := c.known(path, t, sent)
	if !ok {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		c.property(join(path, name), known[name], t.Additional, sent[name])
	}
	if c.partial {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		p := known[name]
		if p.Required() && !p.ReadOnly() && sent[name] == nil && !named(p, root) {
			c.add(join(path, name), Missing, "%s", firstSentence(p.Description))
		}
	}
}

func (c *checker) property(path string, p *Property, additional *Type, value any) {
	switch {
	case p == nil && additional != nil:
		c.value(path, additional, value)
	case p == nil:
		c.add(path, Unknown, "no such property")
	case p.ReadOnly() && !c.reply && value != nil:
		c.add(path, ReadOnly, "the service sets it")
	default:
		c.value(path, p.Type, value)
	}
}

// named says that the path of the request gives the value: the name of a resource.
func named(p *Property, root bool) bool { return root && p.flags&flagConstant != 0 }

// known lists the properties that an object may have, given the value of its discriminator.
func (c *checker) known(path string, t *Type, sent map[string]any) (map[string]*Property, bool) {
	if t.Discriminator == "" {
		return t.Properties, true
	}
	value, _ := sent[t.Discriminator].(string)
	if value == "" {
		if !c.partial {
			c.add(join(path, t.Discriminator), Missing, "one of %s", strings.Join(t.Kinds(), ", "))
		}
		return nil, false
	}
	for name, variant := range t.Variants {
		if strings.EqualFold(name, value) {
			all := maps.Clone(t.Properties)
			maps.Copy(all, variant.Properties)
			return all, true
		}
	}
	if !c.reply {
		c.add(join(path, t.Discriminator), BadValue, "%q is none of %s", value, strings.Join(t.Kinds(), ", "))
	}
	return nil, false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func firstSentence(text string) string {
	first, _, _ := strings.Cut(text, ". ")
	return first
}
