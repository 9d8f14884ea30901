package planning

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// rules are what a configuration of an attribute has to keep to.
type rules struct {
	required, readOnly, deprecated bool
	// checks are of the attribute, elements of each object in a nested one.
	checks, elements []check
	// looks says that the value has to be looked at, for rules of its own or for those of what is inside.
	looks bool
}

// rulesOf returns an error for an attribute with validators of a kind that is not known here, or that is defined in a way
// that the framework has something to say about.
func (a *attribute) rulesOf(of schema.Attribute) (r rules, err error) {
	r = rules{required: of.IsRequired(), readOnly: of.IsComputed() && !of.IsOptional(), deprecated: of.GetDeprecationMessage() != ""}
	settable := of.IsRequired() || of.IsOptional()
	if !settable && !of.IsComputed() || a.writeOnly && (of.IsComputed() || of.IsRequired() && of.IsOptional()) {
		return r, fmt.Errorf("%w: it is defined in an odd way", errUnusual)
	}
	if r.checks, err = checksOf(of); err != nil {
		return r, err
	}
	r.looks = len(r.checks) > 0 || a.checks
	if nested, ok := of.(schema.NestedAttribute); ok {
		r.looks = true
		r.elements, err = checksOf(nested.GetNestedObject())
	}
	return r, err
}

// The framework's interfaces of attributes with validators are in an internal package.
type (
	withBools   interface{ BoolValidators() []validator.Bool }
	withFloats  interface{ Float64Validators() []validator.Float64 }
	withInts    interface{ Int64Validators() []validator.Int64 }
	withLists   interface{ ListValidators() []validator.List }
	withMaps    interface{ MapValidators() []validator.Map }
	withObjects interface{ ObjectValidators() []validator.Object }
	withSets    interface{ SetValidators() []validator.Set }
	withStrings interface{ StringValidators() []validator.String }
)

// checksOf turns validators of every kind into checks. It returns an error for other kinds.
func checksOf(of any) ([]check, error) {
	switch with := of.(type) {
	case withBools:
		return each(with.BoolValidators(), boolCheck), nil
	case withFloats:
		return each(with.Float64Validators(), floatCheck), nil
	case withInts:
		return each(with.Int64Validators(), intCheck), nil
	case withLists:
		return each(with.ListValidators(), listCheck), nil
	case withMaps:
		return each(with.MapValidators(), mapCheck), nil
	case withObjects:
		return each(with.ObjectValidators(), objectCheck), nil
	case withSets:
		return each(with.SetValidators(), setCheck), nil
	case withStrings:
		return each(with.StringValidators(), stringCheck), nil
	default:
		return nil, fmt.Errorf("%w: validators of a %T", errUnusual, of)
	}
}

func each[V any](validators []V, checkOf func(V) check) (out []check) {
	for _, one := range validators {
		out = append(out, checkOf(one))
	}
	return out
}
