package core

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ProposedNewState is what core proposes to the provider for a configuration and a prior state, of which either may be null.
func ProposedNewState(schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	return proposedNewState(schema.ValueType(), schema.Block.Attributes, prior, config)
}

// proposedNewState merges the prior state into the configuration: what the configuration says wins; what it leaves null
// comes from the prior state where the provider may choose the value (computed), and is null everywhere else. Write-only
// values are in it; it is for the provider to leave them out of the plan.
//
// Both values are objects with these attributes; either may be null.
func proposedNewState(typ tftypes.Type, attrs []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}
	configured, known := attributesOf(config), attributesOf(prior)
	out := make(map[string]tftypes.Value, len(attrs))
	for _, attr := range attrs {
		before, ok := known[attr.Name]
		if !ok {
			before = tftypes.NewValue(attr.ValueType(), nil)
		}
		out[attr.Name] = proposedAttribute(attr, before, configured[attr.Name])
	}
	return tftypes.NewValue(typ, out)
}

func proposedAttribute(attr *tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() {
		if attr.Computed && !cameFromConfig(attr, prior) {
			return prior
		}
		return config
	}
	if attr.NestedType == nil || !config.IsKnown() {
		return config
	}
	return proposedNested(attr, prior, config)
}

// cameFromConfig says that a prior value must have been configured, since there is something in it that a provider cannot
// choose by itself. When such a value disappears from the configuration it has been removed.
func cameFromConfig(attr *tfprotov6.SchemaAttribute, prior tftypes.Value) bool {
	if !attr.Optional || attr.NestedType == nil {
		return false
	}
	found := false
	for _, m := range members(attr, prior) {
		eachAttribute(attr.NestedType.Attributes, m.value, tftypes.NewAttributePath(),
			func(inner *tfprotov6.SchemaAttribute, v tftypes.Value, _ *tftypes.AttributePath) {
				found = found || (!inner.Computed && !v.IsNull())
			})
	}
	return found
}

// proposedNested pairs the objects of a nested attribute with prior ones: list elements by index, map elements by key, set
// elements with one that has the same configured values.
func proposedNested(attr *tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	inner := attr.NestedType.Attributes
	typ := attr.ValueType()
	before := members(attr, prior)
	switch typ := typ.(type) {
	case tftypes.List:
		var out []tftypes.Value
		for i, e := range elementsOf(config) {
			match := tftypes.NewValue(typ.ElementType, nil)
			if i < len(before) {
				match = before[i].value
			}
			out = append(out, proposedNewState(typ.ElementType, inner, match, e))
		}
		return tftypes.NewValue(typ, out)
	case tftypes.Map:
		out := map[string]tftypes.Value{}
		for key, e := range attributesOf(config) {
			match, ok := attributesOf(prior)[key]
			if !ok {
				match = tftypes.NewValue(typ.ElementType, nil)
			}
			out[key] = proposedNewState(typ.ElementType, inner, match, e)
		}
		return tftypes.NewValue(typ, out)
	case tftypes.Set:
		var out []tftypes.Value
		for _, e := range elementsOf(config) {
			match := tftypes.NewValue(typ.ElementType, nil)
			i := slices.IndexFunc(before, func(m member) bool { return sameConfigured(inner, m.value, e) })
			if i >= 0 {
				match = before[i].value
				before = slices.Delete(slices.Clone(before), i, i+1)
			}
			out = append(out, proposedNewState(typ.ElementType, inner, match, e))
		}
		return tftypes.NewValue(typ, distinct(out))
	default:
		return proposedNewState(typ, inner, prior, config)
	}
}

// sameConfigured says that a prior object may be the one configured: they agree in all that is configured.
func sameConfigured(attrs []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) bool {
	if !config.IsKnown() || config.IsNull() || prior.IsNull() {
		return false
	}
	before := attributesOf(prior)
	for name, want := range attributesOf(config) {
		i := slices.IndexFunc(attrs, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
		attr := attrs[i]
		if attr.WriteOnly || (attr.Computed && want.IsNull()) {
			continue
		}
		if attr.NestedType != nil && !want.IsNull() {
			want = proposedNested(attr, before[name], want)
		}
		if !want.Equal(before[name]) {
			return false
		}
	}
	return true
}
