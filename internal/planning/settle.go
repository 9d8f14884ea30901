package planning

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// settle does to what was read what the framework does to every state: what means the same as before stays as it was, and
// write-only values are taken out. It returns an error for invalid values, in the state of what is gone as well.
func (s *shape) settle(ctx context.Context, before, found tftypes.Value) (tftypes.Value, error) {
	was, err := s.entries(before)
	if err != nil {
		return found, err
	}
	is, err := s.entries(found)
	if err != nil {
		return found, err
	}
	for _, a := range s.attributes {
		if is[a.name], err = a.settle(ctx, was[a.name], is[a.name]); err != nil {
			return found, err
		}
	}
	if found.IsNull() {
		return found, nil
	}
	return s.walk(ctx, tftypes.NewValue(s.wire, is), place{}, withoutSecret)
}

// entries are the attributes of an object, all null if that is.
func (s *shape) entries(object tftypes.Value) (map[string]tftypes.Value, error) {
	out := make(map[string]tftypes.Value, len(s.attributes))
	if object.IsNull() {
		for _, a := range s.attributes {
			out[a.name] = a.null
		}
		return out, nil
	}
	if err := object.As(&out); err != nil {
		return nil, fmt.Errorf("reading an object: %w", err)
	}
	return out, nil
}

// settle returns an error for invalid values, too.
func (a *attribute) settle(ctx context.Context, before, found tftypes.Value) (tftypes.Value, error) {
	if before.IsNull() && found.IsNull() || !a.checks && before.Equal(found) {
		return found, nil
	}
	was, err := a.value(ctx, before, true)
	if err != nil {
		return found, err
	}
	is, err := a.value(ctx, found, true)
	if err != nil {
		return found, err
	}
	settled, err := settle(ctx, was, is)
	if err != nil || settled.Equal(is) {
		return found, err
	}
	return settled.ToTerraformValue(ctx)
}

// settle is what was found, or what was before where that means the same. It goes into everything; an element of a set is
// compared with all that were there, of which each stays once. It returns an error for types that the framework does not
// have itself.
func settle(ctx context.Context, before, found attr.Value) (attr.Value, error) {
	if isOpen(before) || isOpen(found) {
		return found, nil
	}
	switch is := found.(type) {
	case basetypes.StringValuableWithSemanticEquals:
		if was, ok := before.(basetypes.StringValuable); ok {
			same, said := is.StringSemanticEquals(ctx, was)
			return choose(before, found, same, said)
		}
	case types.Float64:
		if was, ok := before.(types.Float64); ok {
			same, said := is.Float64SemanticEquals(ctx, was)
			return choose(before, found, same, said)
		}
	case types.List:
		if was, ok := before.(types.List); ok {
			return settleList(ctx, was, is)
		}
	case types.Set:
		if was, ok := before.(types.Set); ok {
			return settleSet(ctx, was, is)
		}
	case types.Map:
		if was, ok := before.(types.Map); ok {
			elements, err := settleNamed(ctx, was.Elements(), is.Elements())
			return types.MapValueMust(is.ElementType(ctx), elements), err
		}
	case types.Object:
		if was, ok := before.(types.Object); ok {
			attributes, err := settleNamed(ctx, was.Attributes(), is.Attributes())
			return types.ObjectValueMust(is.AttributeTypes(ctx), attributes), err
		}
	case types.String, types.Bool, types.Int64:
		return found, nil
	}
	return found, fmt.Errorf("%w: what a %T means is not known here", errUnusual, found)
}

// settles tells whether settle knows what values of the type of v mean. Elements of a set that have parts with several
// spellings are left to the framework: it gives them the spellings of others, even if nothing has changed. A read leaves
// timeouts as they are.
func settles(ctx context.Context, v attr.Value) bool {
	switch v := v.(type) {
	case basetypes.StringValuableWithSemanticEquals, types.Float64, types.String, types.Bool, types.Int64:
		return true
	case types.List:
		return settles(ctx, tf.NullOf(ctx, v.ElementType(ctx)))
	case types.Set:
		of := v.ElementType(ctx)
		return settles(ctx, tf.NullOf(ctx, of)) && (isLeaf(of) || !isSpelt(ctx, of))
	case types.Map:
		return settles(ctx, tf.NullOf(ctx, v.ElementType(ctx)))
	case types.Object:
		for _, typ := range v.AttributeTypes(ctx) {
			if !settles(ctx, tf.NullOf(ctx, typ)) {
				return false
			}
		}
		return true
	default:
		_, known := v.(timeouts.Value)
		return known
	}
}

// isSpelt tells whether values of a type can differ and mean the same.
func isSpelt(ctx context.Context, typ attr.Type) bool {
	switch typ := typ.(type) {
	case attr.TypeWithElementType:
		return isSpelt(ctx, typ.ElementType())
	case attr.TypeWithAttributeTypes:
		for _, part := range typ.AttributeTypes() {
			if isSpelt(ctx, part) {
				return true
			}
		}
		return false
	}
	switch tf.NullOf(ctx, typ).(type) {
	case basetypes.StringValuableWithSemanticEquals, types.Float64:
		return true
	default:
		return false
	}
}

// isLeaf tells whether there is nothing inside of values of a type.
func isLeaf(typ attr.Type) bool {
	_, collects := typ.(attr.TypeWithElementType)
	_, composes := typ.(attr.TypeWithAttributeTypes)
	return !collects && !composes
}

func isOpen(v attr.Value) bool { return v.IsNull() || v.IsUnknown() }

func choose(before, found attr.Value, same bool, said diag.Diagnostics) (attr.Value, error) {
	if len(said) > 0 {
		return found, fmt.Errorf("%w: whether it means the same is not clear", errUnusual)
	}
	if same {
		return before, nil
	}
	return found, nil
}

func settleList(ctx context.Context, before, found types.List) (attr.Value, error) {
	was, is := before.Elements(), found.Elements()
	for i := range min(len(was), len(is)) {
		settled, err := settle(ctx, was[i], is[i])
		if err != nil {
			return found, err
		}
		is[i] = settled
	}
	return types.ListValueMust(found.ElementType(ctx), is), nil
}

func settleSet(ctx context.Context, before, found types.Set) (attr.Value, error) {
	if !isLeaf(found.ElementType(ctx)) {
		return found, nil // Nothing in it has several spellings.
	}
	was, is := before.Elements(), found.Elements()
	for i, element := range is {
		for j, candidate := range was {
			settled, err := settle(ctx, candidate, element)
			if err != nil {
				return found, err
			}
			if !settled.Equal(element) {
				is[i], was = settled, slices.Delete(was, j, j+1)
				break
			}
		}
	}
	return types.SetValueMust(found.ElementType(ctx), is), nil
}

func settleNamed(ctx context.Context, before, found map[string]attr.Value) (map[string]attr.Value, error) {
	for name, is := range found {
		was, there := before[name]
		if !there {
			continue
		}
		settled, err := settle(ctx, was, is)
		if err != nil {
			return found, err
		}
		found[name] = settled
	}
	return found, nil
}
