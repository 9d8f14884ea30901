package armschema_test

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// words are the values that strings are drawn from, by attribute; others are drawn from few letters.
var words = map[string][]string{
	"location": {"westeurope"}, "extra_properties": {`{"properties":{"soft":{"days":7}}}`, `{"properties":{"soft":{"on":true}},"x":1}`},
	"settings": {`{"a":[1,2.5]}`, `"text"`, `[]`}, "identity_ids": {"/ids/One", "/ids/Two"},
	"secrets": {"hidden"},
}

// keys are those of maps.
var keys = map[string][]string{"secrets": {"S", "T"}}

// draw makes a configuration of a schema: what is required, and of the rest some.
func draw(t *rapid.T, label string, attributes map[string]schema.Attribute) obj {
	out := obj{}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		at := label + "." + name
		if !a.IsRequired() && (!a.IsOptional() || rapid.Bool().Draw(t, at+"?")) {
			continue
		}
		out[name] = drawValue(t, at, name, a)
	}
	if out["docker"] != nil {
		delete(out, "encoded")
	}
	return out
}

func drawValue(t *rapid.T, at, name string, a schema.Attribute) any {
	switch x := a.(type) {
	case armschema.Bool, schema.BoolAttribute:
		return rapid.Bool().Draw(t, at)
	case armschema.Int64:
		return rapid.Int64Range(-1, 1<<60).Draw(t, at)
	case armschema.Float64:
		return rapid.Float64Range(0, 100).Draw(t, at)
	case armschema.List:
		return drawItems(t, at, name, rapid.SliceOfN(rapid.Just(0), 0, 3).Draw(t, at))
	case armschema.Set:
		return drawSet(t, at, name)
	case armschema.Map:
		return drawMap(t, at, name, func(at string) any { return drawText(t, at, name) })
	case armschema.Object:
		return draw(t, at, x.Attributes)
	case armschema.Objects:
		out := []any{}
		for range rapid.IntRange(0, 3).Draw(t, at) {
			out = append(out, draw(t, at, x.NestedObject.Attributes))
		}
		return out
	case armschema.ObjectMap:
		return drawMap(t, at, name, func(at string) any { return draw(t, at, x.NestedObject.Attributes) })
	default:
		return drawText(t, at, name)
	}
}

func drawText(t *rapid.T, at, name string) string {
	of, ok := words[name]
	if !ok {
		of = []string{"", "a", "b", "image", "1.0"}
	}
	return rapid.SampledFrom(of).Draw(t, at)
}

func drawItems(t *rapid.T, at, name string, slots []int) []any {
	out := []any{}
	for range slots {
		out = append(out, drawText(t, at, name))
	}
	return out
}

func drawSet(t *rapid.T, at, name string) []any {
	of, ok := words[name]
	if !ok {
		of = []string{"a", "b", "c"}
	}
	out := []any{}
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(t, at) {
		out = append(out, s)
	}
	return out
}

func drawMap(t *rapid.T, at, name string, element func(at string) any) obj {
	of, ok := keys[name]
	if !ok {
		of = []string{"a", "image", "B"}
	}
	out := obj{}
	for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(t, at) {
		out[key] = element(at + "[" + key + "]")
	}
	return out
}

// proposed is what the framework makes of a configuration for a create: computed values are unknown, defaults are there,
// write-only values are not.
func proposed(attributes map[string]schema.Attribute, config obj) obj {
	out := obj{}
	for name, a := range attributes {
		v, ok := config[name]
		switch {
		case a.IsWriteOnly():
		case !ok && standard(name) != nil && a.IsComputed():
			out[name] = standard(name)
		case !ok && a.IsComputed():
			out[name] = unknown{}
		case ok:
			out[name] = proposedValue(a, v)
		}
	}
	return out
}

// standard are the defaults of the schemas.
func standard(name string) any {
	return obj{
		"delete_contents": false, "role_assignment_mode": "LegacyRegistryPermissions", "protocol": "TCP", "period_seconds": 10,
	}[name]
}

func proposedValue(a schema.Attribute, v any) any {
	switch x := a.(type) {
	case armschema.Object:
		return proposed(x.Attributes, v.(map[string]any))
	case armschema.Objects:
		out := []any{}
		for _, e := range v.([]any) {
			out = append(out, proposed(x.NestedObject.Attributes, e.(map[string]any)))
		}
		return out
	case armschema.ObjectMap:
		out := obj{}
		for key, e := range v.(map[string]any) {
			out[key] = proposed(x.NestedObject.Attributes, e.(map[string]any))
		}
		return out
	default:
		return v
	}
}
