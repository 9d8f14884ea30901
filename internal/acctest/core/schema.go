package core

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// member is one object inside the value of a nested attribute, with the step that leads to it (nil for a single object).
type member struct {
	step  tftypes.AttributePathStep
	value tftypes.Value
}

// members lists the objects inside the value of a nested attribute; nothing for null and unknown values.
func members(attr *tfprotov6.SchemaAttribute, v tftypes.Value) []member {
	if attr.NestedType == nil || v.IsNull() || !v.IsKnown() {
		return nil
	}
	var out []member
	switch attr.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeList:
		for i, e := range elementsOf(v) {
			out = append(out, member{tftypes.ElementKeyInt(i), e})
		}
	case tfprotov6.SchemaObjectNestingModeSet:
		for _, e := range elementsOf(v) {
			out = append(out, member{tftypes.ElementKeyValue(e), e})
		}
	case tfprotov6.SchemaObjectNestingModeMap:
		for key, e := range attributesOf(v) {
			out = append(out, member{tftypes.ElementKeyString(key), e})
		}
	default:
		out = append(out, member{nil, v})
	}
	return out
}

// under is path plus the step to a member.
func under(path *tftypes.AttributePath, step tftypes.AttributePathStep) *tftypes.AttributePath {
	if step == nil {
		return path
	}
	return tftypes.NewAttributePathWithSteps(append(path.Steps(), step))
}

// eachAttribute calls visit for every attribute of an object and of the objects nested in it, with its value.
func eachAttribute(
	attrs []*tfprotov6.SchemaAttribute, v tftypes.Value, path *tftypes.AttributePath,
	visit func(attr *tfprotov6.SchemaAttribute, v tftypes.Value, path *tftypes.AttributePath),
) {
	if v.IsNull() || !v.IsKnown() {
		return
	}
	values := attributesOf(v)
	for _, attr := range attrs {
		at := path.WithAttributeName(attr.Name)
		visit(attr, values[attr.Name], at)
		for _, m := range members(attr, values[attr.Name]) {
			eachAttribute(attr.NestedType.Attributes, m.value, under(at, m.step), visit)
		}
	}
}

// checkConfig is what core itself refuses before it asks the provider.
func checkConfig(attrs []*tfprotov6.SchemaAttribute, config tftypes.Value) Diagnostics {
	var diags Diagnostics
	eachAttribute(attrs, config, tftypes.NewAttributePath(),
		func(attr *tfprotov6.SchemaAttribute, v tftypes.Value, path *tftypes.AttributePath) {
			if attr.Required && v.IsNull() {
				diags = append(diags, attributeDiag(path, "Missing required argument",
					"The argument %q is required, but no definition was found.", attr.Name))
			}
			if attr.Computed && !attr.Optional && !v.IsNull() {
				diags = append(diags, attributeDiag(path, "Value for unconfigurable attribute",
					"Can't configure a value for %q: its value will be decided automatically based on the result of applying this configuration.",
					formatPath(path)))
			}
		})
	return diags
}

// checkWriteOnly reports write-only values that made it into a plan or a state.
func checkWriteOnly(attrs []*tfprotov6.SchemaAttribute, v tftypes.Value) Diagnostics {
	var diags Diagnostics
	eachAttribute(attrs, v, tftypes.NewAttributePath(),
		func(attr *tfprotov6.SchemaAttribute, v tftypes.Value, path *tftypes.AttributePath) {
			if attr.WriteOnly && !v.IsNull() {
				diags = append(diags, attributeDiag(path, "Write-only attribute set",
					"Provider produced an invalid object: the write-only attribute %s must be null.", formatPath(path)))
			}
		})
	return diags
}

// checkKnown reports unknown values where none may be.
func checkKnown(v tftypes.Value, summary, when string) Diagnostics {
	if v.IsFullyKnown() {
		return nil
	}
	var diags Diagnostics
	err := tftypes.Walk(v, func(path *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if !v.IsKnown() {
			diags = append(diags, attributeDiag(path, summary, "%s, the provider returned an unknown value for %s.", when, formatPath(path)))
		}
		return v.IsKnown(), nil
	})
	if err != nil {
		diags = append(diags, errorDiag(summary, "%s", err))
	}
	return diags
}
