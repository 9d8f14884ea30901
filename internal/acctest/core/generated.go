package core

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Generated is the configuration that Terraform writes of an object that it imports: all that can be configured and is no secret, as the
// state has it.
func (r *Resource) Generated() map[string]any {
	if r.state == nil {
		return nil
	}
	return generated(r.schema.Block.Attributes, attributesOf(r.state.value))
}

func generated(attrs []*tfprotov6.SchemaAttribute, values map[string]tftypes.Value) map[string]any {
	out := map[string]any{}
	for _, a := range attrs {
		v := values[a.Name]
		if !a.Required && !a.Optional || a.Sensitive || a.WriteOnly || v.IsNull() {
			continue
		}
		if a.NestedType == nil {
			out[a.Name] = v
			continue
		}
		out[a.Name] = generatedNested(a.NestedType, v)
	}
	return out
}

func generatedNested(nested *tfprotov6.SchemaObject, v tftypes.Value) any {
	switch nested.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return generated(nested.Attributes, attributesOf(v))
	case tfprotov6.SchemaObjectNestingModeMap:
		out := map[string]any{}
		for key, e := range attributesOf(v) {
			out[key] = generated(nested.Attributes, attributesOf(e))
		}
		return out
	}
	var elements []tftypes.Value
	if err := v.As(&elements); err != nil {
		return nil
	}
	out := make([]any, len(elements))
	for i, e := range elements {
		out[i] = generated(nested.Attributes, attributesOf(e))
	}
	return out
}
