package field

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// need is a capability that a configured value needs.
type need struct {
	at         path.Path
	capability docker.Capability
}

// AnyNeeds tells whether a configured attribute, at any depth, needs a capability of the engine.
func (t Table) AnyNeeds(values tf.Values) bool {
	return len(t.needs(values, path.Root)) > 0
}

// CheckNeeds returns an error on each configured attribute, at any depth, that the engine is too old for, and the
// errors of connecting.
func (t Table) CheckNeeds(ctx context.Context, values tf.Values, engine *docker.Engine) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, n := range t.needs(values, path.Root) {
		if err := engine.Require(ctx, n.capability); err != nil {
			diags.AddAttributeError(n.at, "Not supported by the engine", sentence(err))
		}
	}
	return diags
}

// needs are the capabilities that the values need; at is the path of an attribute among them. A default needs
// nothing: an engine that does not know the attribute does the same.
func (t Table) needs(values tf.Values, at func(name string) path.Path) []need {
	var out []need
	for _, f := range t {
		if values.Null(f.Name) {
			continue
		}
		here, v := at(f.Name), values[f.Name]
		if f.needed(v) {
			out = append(out, need{at: here, capability: f.Needs})
		}
		out = append(out, f.nestedNeeds(v, here)...)
	}
	return out
}

func (f Field) needed(v attr.Value) bool {
	if f.Needs == (docker.Capability{}) || f.isDefault(v) {
		return false
	}
	return f.NeededBy == nil || f.NeededBy(v)
}

func (f Field) nestedNeeds(v attr.Value, at path.Path) []need {
	var out []need
	switch k := f.Kind.(type) {
	case Object:
		out = k.Fields.elementNeeds(v, at)
	case Objects:
		list, _ := v.(types.List)
		for i, elem := range list.Elements() {
			out = append(out, k.Fields.elementNeeds(elem, at.AtListIndex(i))...)
		}
	case Keyed:
		elements, _ := v.(types.Map)
		for _, key := range slices.Sorted(maps.Keys(elements.Elements())) {
			out = append(out, k.Fields.elementNeeds(elements.Elements()[key], at.AtMapKey(key))...)
		}
	}
	return out
}

// elementNeeds are the needs of one nested object, none where it is null, unknown or a plain value.
func (t Table) elementNeeds(v attr.Value, at path.Path) []need {
	object, _ := v.(types.Object)
	return t.needs(object.Attributes(), at.AtName)
}
