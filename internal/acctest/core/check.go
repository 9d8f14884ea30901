package core

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const invalidPlan = "Provider produced invalid plan"

// checkPlan holds a plan against the configuration and the prior state: what is configured is planned as configured or
// stays as it was; what is not configured is the provider's choice where it is computed, and null where it is not.
func checkPlan(attrs []*tfprotov6.SchemaAttribute, prior, config, planned tftypes.Value) Diagnostics {
	if planned.IsNull() {
		return Diagnostics{errorDiag(invalidPlan, "Provider planned an absent object although the configuration has one.")}
	}
	diags := checkPlanObject(attrs, prior, config, planned, tftypes.NewAttributePath())
	return append(diags, checkWriteOnly(attrs, planned)...)
}

func checkPlanObject(
	attrs []*tfprotov6.SchemaAttribute, prior, config, planned tftypes.Value, path *tftypes.AttributePath,
) Diagnostics {
	var diags Diagnostics
	before, configured, after := attributesOf(prior), attributesOf(config), attributesOf(planned)
	for _, attr := range attrs {
		p, ok := before[attr.Name]
		if !ok {
			p = tftypes.NewValue(attr.ValueType(), nil)
		}
		at := path.WithAttributeName(attr.Name)
		diags = append(diags, checkPlanAttribute(attr, p, configured[attr.Name], after[attr.Name], at)...)
	}
	return diags
}

func checkPlanAttribute(
	attr *tfprotov6.SchemaAttribute, prior, config, planned tftypes.Value, path *tftypes.AttributePath,
) Diagnostics {
	switch {
	case attr.WriteOnly: // Checked by itself: the plan has null whatever is configured.
		return nil
	case planned.Equal(config):
		return nil
	case !config.IsNull() && !prior.IsNull() && planned.Equal(prior):
		return nil
	case config.IsNull() && attr.Computed:
		return nil
	case config.IsNull():
		return Diagnostics{attributeDiag(path, invalidPlan,
			"Provider planned %s for %s, which is not configured and not computed.", formatValue(planned), formatPath(path))}
	case attr.NestedType != nil && config.IsKnown() && !planned.IsNull() && planned.IsKnown():
		return checkPlanNested(attr, prior, config, planned, path)
	default:
		return Diagnostics{attributeDiag(path, invalidPlan, "Provider planned %s for %s; configured is %s, before it was %s.",
			formatValue(planned), formatPath(path), formatValue(config), formatValue(prior))}
	}
}

// checkPlanNested wants the same objects in plan and configuration and goes into each.
func checkPlanNested(
	attr *tfprotov6.SchemaAttribute, prior, config, planned tftypes.Value, path *tftypes.AttributePath,
) Diagnostics {
	configured, after, before := members(attr, config), members(attr, planned), members(attr, prior)
	if len(configured) != len(after) {
		return Diagnostics{attributeDiag(path, invalidPlan, "Provider planned %d elements for %s; configured are %d.",
			len(after), formatPath(path), len(configured))}
	}
	inner := attr.NestedType.Attributes
	if attr.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSet {
		return checkPlanSet(inner, before, configured, after, path)
	}
	var diags Diagnostics
	for _, c := range configured {
		at := under(path, c.step)
		a, ok := memberAt(after, c.step)
		if !ok {
			diags = append(diags, attributeDiag(at, invalidPlan, "Provider planned no %s, which is configured.", formatPath(at)))
			continue
		}
		b, _ := memberAt(before, c.step)
		if c.value.IsNull() || !c.value.IsKnown() || a.IsNull() || !a.IsKnown() {
			if !a.Equal(c.value) {
				diags = append(diags, attributeDiag(at, invalidPlan, "Provider planned %s for %s; configured is %s.",
					formatValue(a), formatPath(at), formatValue(c.value)))
			}
			continue
		}
		diags = append(diags, checkPlanObject(inner, b, c.value, a, at)...)
	}
	return diags
}

func memberAt(in []member, step tftypes.AttributePathStep) (tftypes.Value, bool) {
	i := slices.IndexFunc(in, func(m member) bool { return m.step == step || (m.step != nil && m.step.Equal(step)) })
	if i < 0 {
		return tftypes.Value{}, false
	}
	return in[i].value, true
}

// checkPlanSet cannot pair elements by a key: each planned element must be valid for one configured element.
func checkPlanSet(inner []*tfprotov6.SchemaAttribute, before, configured, after []member, path *tftypes.AttributePath) Diagnostics {
	null := member{}
	for _, a := range after {
		fits := slices.ContainsFunc(configured, func(c member) bool {
			return slices.ContainsFunc(append(slices.Clone(before), null), func(b member) bool {
				return !checkPlanObject(inner, b.value, c.value, a.value, path).HasError()
			})
		})
		if !fits {
			return Diagnostics{attributeDiag(path, invalidPlan, "Provider planned the element %s of %s, which is not configured.",
				formatValue(a.value), formatPath(path))}
		}
	}
	return nil
}

// checkConforms holds a later value against an earlier promise: whatever was known must have stayed, unknown may have
// become anything.
func checkConforms(summary string, promised, actual tftypes.Value) Diagnostics {
	return conforms(summary, promised, actual, tftypes.NewAttributePath())
}

func conforms(summary string, promised, actual tftypes.Value, path *tftypes.AttributePath) Diagnostics {
	name := formatPath(path)
	if name == "" {
		name = "the object"
	}
	differs := Diagnostics{attributeDiag(path, summary, "%s: was %s, but now %s.", name, formatValue(promised), formatValue(actual))}
	switch {
	case !promised.IsKnown():
		return nil
	case promised.IsNull() != actual.IsNull(), !actual.IsKnown():
		return differs
	case promised.IsNull():
		return nil
	case promised.Type().Is(tftypes.Set{}):
		if !setConforms(promised, actual) {
			return differs
		}
		return nil
	case isSequence(promised.Type()):
		return sequenceConforms(summary, promised, actual, path)
	case promised.Type().Is(tftypes.Map{}), promised.Type().Is(tftypes.Object{}):
		return attributesConform(summary, promised, actual, path)
	case !promised.Equal(actual):
		return differs
	default:
		return nil
	}
}

func sequenceConforms(summary string, promised, actual tftypes.Value, path *tftypes.AttributePath) Diagnostics {
	before, after := elementsOf(promised), elementsOf(actual)
	if len(before) != len(after) {
		return Diagnostics{attributeDiag(path, summary, "%s: had %d elements, but now has %d.", formatPath(path), len(before), len(after))}
	}
	var diags Diagnostics
	for i := range before {
		diags = append(diags, conforms(summary, before[i], after[i], path.WithElementKeyInt(i))...)
	}
	return diags
}

func attributesConform(summary string, promised, actual tftypes.Value, path *tftypes.AttributePath) Diagnostics {
	var diags Diagnostics
	before, after := attributesOf(promised), attributesOf(actual)
	isMap := promised.Type().Is(tftypes.Map{})
	at := func(key string) *tftypes.AttributePath {
		if isMap {
			return path.WithElementKeyString(key)
		}
		return path.WithAttributeName(key)
	}
	for key, b := range before {
		a, ok := after[key]
		if !ok {
			diags = append(diags, attributeDiag(at(key), summary, "%s: was %s, but has vanished.", formatPath(at(key)), formatValue(b)))
			continue
		}
		diags = append(diags, conforms(summary, b, a, at(key))...)
	}
	for key, a := range after {
		if _, ok := before[key]; !ok {
			diags = append(diags, attributeDiag(at(key), summary, "%s: new element %s has appeared.", formatPath(at(key)), formatValue(a)))
		}
	}
	return diags
}

// setConforms wants a partner for every element on both sides. Elements that were not wholly known may have become equal.
func setConforms(promised, actual tftypes.Value) bool {
	before, after := elementsOf(promised), elementsOf(actual)
	if promised.IsFullyKnown() && len(before) != len(after) {
		return false
	}
	fits := func(b, a tftypes.Value) bool { return !checkConforms("", b, a).HasError() }
	for _, b := range before {
		if !slices.ContainsFunc(after, func(a tftypes.Value) bool { return fits(b, a) }) {
			return false
		}
	}
	return !slices.ContainsFunc(after, func(a tftypes.Value) bool {
		return !slices.ContainsFunc(before, func(b tftypes.Value) bool { return fits(b, a) })
	})
}
