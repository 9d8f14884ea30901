package planning

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// place is where the walk is in the configuration, beside what is planned.
type place struct {
	// value is what is configured there, or the last value on the way there.
	value tftypes.Value
	// there tells which of both it is.
	there bool
}

// step goes on to an attribute or element, as far as there is one.
func (p place) step(to tftypes.AttributePathStep) place {
	if !p.there {
		return p
	}
	next, err := p.value.ApplyTerraform5AttributePathStep(to)
	v, ok := next.(tftypes.Value)
	if err != nil || !ok {
		return place{p.value, false}
	}
	return place{v, true}
}

// visit gives the value to plan for an attribute.
type visit func(ctx context.Context, a *attribute, v tftypes.Value, config place) (tftypes.Value, error)

// walk plans an object attribute by attribute.
func (s *shape) walk(ctx context.Context, object tftypes.Value, config place, f visit) (tftypes.Value, error) {
	if object.IsNull() || !object.IsKnown() {
		return object, nil
	}
	attributes := map[string]tftypes.Value{}
	if err := object.As(&attributes); err != nil {
		return object, fmt.Errorf("reading an object: %w", err)
	}
	for _, a := range s.attributes {
		v, err := f(ctx, a, attributes[a.name], config.step(tftypes.AttributeName(a.name)))
		if err != nil {
			return object, err
		}
		attributes[a.name] = v
	}
	return tftypes.NewValue(s.wire, attributes), nil
}

// descend plans what is inside a nested attribute.
func (a *attribute) descend(ctx context.Context, v tftypes.Value, config place, f visit) (tftypes.Value, error) {
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	switch a.wire.(type) {
	case tftypes.Map:
		return a.descendMap(ctx, v, config, f)
	case tftypes.List:
		return a.descendList(ctx, v, f, func(i int, _ tftypes.Value) place { return config.step(tftypes.ElementKeyInt(i)) })
	case tftypes.Set:
		return a.descendList(ctx, v, f, func(_ int, e tftypes.Value) place { return config.step(tftypes.ElementKeyValue(e)) })
	default:
		return a.nested.walk(ctx, v, config, f)
	}
}

func (a *attribute) descendMap(ctx context.Context, v tftypes.Value, config place, f visit) (tftypes.Value, error) {
	elements := map[string]tftypes.Value{}
	if err := v.As(&elements); err != nil {
		return v, fmt.Errorf("reading %s: %w", a.name, err)
	}
	for key, e := range elements {
		planned, err := a.nested.walk(ctx, e, config.step(tftypes.ElementKeyString(key)), f)
		if err != nil {
			return v, err
		}
		elements[key] = planned
	}
	return tftypes.NewValue(a.wire, elements), nil
}

func (a *attribute) descendList(
	ctx context.Context, v tftypes.Value, f visit, config func(int, tftypes.Value) place,
) (tftypes.Value, error) {
	var elements []tftypes.Value
	if err := v.As(&elements); err != nil {
		return v, fmt.Errorf("reading %s: %w", a.name, err)
	}
	for i, e := range elements {
		planned, err := a.nested.walk(ctx, e, config(i, e), f)
		if err != nil {
			return v, err
		}
		elements[i] = planned
	}
	return tftypes.NewValue(a.wire, elements), nil
}

// withDefault gives what is not configured its default. To the framework, what is below an unknown value or an element that
// is not there is not configured. It returns an error for an invalid configuration.
func withDefault(ctx context.Context, a *attribute, v tftypes.Value, config place) (tftypes.Value, error) {
	if a.inside.defaults {
		inner, err := a.descend(ctx, v, config, withDefault)
		if err != nil {
			return v, err
		}
		v = inner
	}
	if !config.there || config.value.IsNull() {
		if a.constant != nil {
			return *a.constant, nil
		}
		return v, nil
	}
	if !a.checks {
		return v, nil
	}
	_, err := a.value(ctx, config.value, true)
	return v, err
}

// withoutSecret takes write-only values out.
func withoutSecret(ctx context.Context, a *attribute, v tftypes.Value, config place) (tftypes.Value, error) {
	if a.writeOnly {
		return a.null, nil
	}
	if !a.inside.writeOnly {
		return v, nil
	}
	return a.descend(ctx, v, config, withoutSecret)
}

// withUnknown makes unknown what is not configured and may change. To the framework, what is below an unknown value or an
// element that is not there is configured.
func withUnknown(ctx context.Context, a *attribute, v tftypes.Value, config place) (tftypes.Value, error) {
	if a.computed && a.constant == nil && config.value.IsNull() {
		return tftypes.NewValue(a.wire, tftypes.UnknownValue), nil
	}
	if !a.inside.computed {
		return v, nil
	}
	return a.descend(ctx, v, config, withUnknown)
}
