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

// Need is a capability that a configured value needs.
type Need struct {
	// At is where the value is.
	At path.Path
	// Capability is what an engine must have for it.
	Capability docker.Capability
}

// Needs are the capabilities that the configured attributes need, at any depth. A default needs nothing: an engine
// that does not know the attribute does the same.
func (t Table) Needs(values tf.Values) []Need { return t.needs(values, path.Root) }

// CheckNeeds returns an error on each value that the engine is too old for, and the errors of connecting.
func CheckNeeds(ctx context.Context, needs []Need, engine *docker.Engine) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, n := range needs {
		if err := engine.Require(ctx, n.Capability); err != nil {
			diags.AddAttributeError(n.At, "Not supported by the engine", tf.Sentence(err.Error()))
		}
	}
	return diags
}

// needs is Needs for the attributes of an object, whose path at tells.
func (t Table) needs(values tf.Values, at func(name string) path.Path) []Need {
	var out []Need
	for _, f := range t {
		if values.Null(f.Name) {
			continue
		}
		here, v := at(f.Name), values[f.Name]
		if f.needed(v) {
			out = append(out, Need{At: here, Capability: f.Needs})
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

func (f Field) nestedNeeds(v attr.Value, at path.Path) []Need {
	var out []Need
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
func (t Table) elementNeeds(v attr.Value, at path.Path) []Need {
	object, _ := v.(types.Object)
	return t.needs(object.Attributes(), at.AtName)
}
