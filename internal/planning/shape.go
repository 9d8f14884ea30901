package planning

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// shape is all that a plan has to know of a schema, or of the objects in a nested attribute.
type shape struct {
	wire       tftypes.Object
	attributes []*attribute
	// unplanned, unread and unchecked are the reasons why plans, reads and configurations are left to the framework, nil if
	// they are not. modified is one for plans, too, unless a resource makes whole plans.
	unplanned, modified, unread, unchecked error
}

// attribute is one of the attributes of a shape.
type attribute struct {
	name string
	typ  attr.Type
	wire tftypes.Type
	// null is the null value, on the wire and in Go. Most attributes of most objects are null.
	null      tftypes.Value
	nullValue attr.Value
	// constant is the default, if any.
	constant            *tftypes.Value
	computed, writeOnly bool
	// checks says that values of the type can be found to be invalid by themselves.
	checks bool
	// rules are what its configuration has to keep to.
	rules rules
	// nested are the objects of a nested attribute, nil for others.
	nested *shape
	// inside says what there is to do below the attribute.
	inside tasks
}

// tasks are the parts of a plan that concern an attribute.
type tasks struct{ defaults, writeOnly, computed bool }

// shapeOf compiles a schema. Its error says why the schema is left to the framework.
func shapeOf(ctx context.Context, s schema.Schema) (*shape, error) {
	if len(s.Blocks) > 0 {
		return nil, errBlocks
	}
	return objectOf(ctx, s.Attributes)
}

// objectOf is generic because the framework names the type of nested attributes in an internal package.
func objectOf[A schema.Attribute](ctx context.Context, attributes map[string]A) (*shape, error) {
	s := &shape{wire: tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a, err := s.attributeOf(ctx, name, attributes[name])
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
		s.attributes = append(s.attributes, a)
		s.wire.AttributeTypes[name] = a.wire
	}
	return s, nil
}

func (s *shape) attributeOf(ctx context.Context, name string, of schema.Attribute) (a *attribute, err error) {
	a = &attribute{name: name, typ: of.GetType(), computed: of.IsComputed(), writeOnly: of.IsWriteOnly()}
	a.wire = a.typ.TerraformType(ctx)
	a.null, a.nullValue = tftypes.NewValue(a.wire, nil), tf.NullOf(ctx, a.typ)
	_, checksValue := a.nullValue.(xattr.ValidateableAttribute)
	_, checksType := a.typ.(checkingType)
	a.checks = checksValue || checksType
	if a.constant, err = wireConstant(ctx, of); err != nil {
		s.unplanned = cmp.Or(s.unplanned, fmt.Errorf("%s: %w", name, err))
	}
	if hasModifiers(of) {
		s.modified = cmp.Or(s.modified, fmt.Errorf("%s: %w", name, errModifiers))
	}
	if a.rules, err = a.rulesOf(of); err != nil {
		s.unchecked = cmp.Or(s.unchecked, fmt.Errorf("%s: %w", name, err))
	}
	if !settles(ctx, a.nullValue) {
		s.unread = cmp.Or(s.unread, fmt.Errorf("%s: %w", name, errKind))
	}
	if n, ok := of.(schema.NestedAttribute); ok {
		if a.nested, err = objectOf(ctx, n.GetNestedObject().GetAttributes()); err != nil {
			return nil, err
		}
		s.take(a)
	}
	return a, nil
}

// take takes what is to be known of a nested attribute.
func (s *shape) take(a *attribute) {
	inner := a.nested
	s.unplanned, s.modified = cmp.Or(s.unplanned, inner.unplanned), cmp.Or(s.modified, inner.modified)
	s.unread, s.unchecked = cmp.Or(s.unread, inner.unread), cmp.Or(s.unchecked, inner.unchecked)
	for _, one := range inner.attributes {
		a.inside.defaults = a.inside.defaults || one.inside.defaults || one.constant != nil || one.checks
		a.inside.writeOnly = a.inside.writeOnly || one.inside.writeOnly || one.writeOnly
		a.inside.computed = a.inside.computed || one.inside.computed || one.computed
	}
}

// values turns an object from the wire into Go values; null has none. Where asked to, it returns an error for invalid ones.
func (s *shape) values(ctx context.Context, object tftypes.Value, check bool) (tf.Values, error) {
	if object.IsNull() {
		return nil, nil
	}
	attributes := map[string]tftypes.Value{}
	if err := object.As(&attributes); err != nil {
		return nil, fmt.Errorf("reading an object: %w", err)
	}
	out := make(tf.Values, len(s.attributes))
	for _, a := range s.attributes {
		v := attributes[a.name]
		if v.IsNull() {
			out[a.name] = a.nullValue
			continue
		}
		value, err := a.value(ctx, v, check)
		if err != nil {
			return nil, err
		}
		out[a.name] = value
	}
	return out, nil
}

// object turns Go values into an object for the wire; without values it is null.
func (s *shape) object(ctx context.Context, values tf.Values) (tftypes.Value, error) {
	if values == nil {
		return tftypes.NewValue(s.wire, nil), nil
	}
	if len(values) != len(s.attributes) {
		return tftypes.Value{}, fmt.Errorf("%w: %d attributes of %d are planned", errUnusual, len(values), len(s.attributes))
	}
	out := make(map[string]tftypes.Value, len(s.attributes))
	for _, a := range s.attributes {
		value, ok := values[a.name]
		if !ok || value == nil || !value.Type(ctx).Equal(a.typ) {
			return tftypes.Value{}, fmt.Errorf("%w: %s is planned as a %T", errUnusual, a.name, value)
		}
		if value.IsNull() {
			out[a.name] = a.null
			continue
		}
		v, err := value.ToTerraformValue(ctx)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("writing %s: %w", a.name, err)
		}
		out[a.name] = v
	}
	return tftypes.NewValue(s.wire, out), nil
}

// checkingType is a type that finds out by itself whether a value is valid, as sets do.
type checkingType interface {
	Validate(ctx context.Context, v tftypes.Value, at path.Path) diag.Diagnostics
}

// value turns a value from the wire into one of Go. Where asked to, it returns an error for one that is found to be invalid
// by itself: the framework then says so in its own words.
func (a *attribute) value(ctx context.Context, wire tftypes.Value, check bool) (attr.Value, error) {
	value, err := a.typ.ValueFromTerraform(ctx, wire)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", a.name, err)
	}
	if !check || !a.checks {
		return value, nil
	}
	var resp xattr.ValidateAttributeResponse
	if v, ok := value.(xattr.ValidateableAttribute); ok {
		v.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{}, &resp)
	} else if t, ok := a.typ.(checkingType); ok {
		resp.Diagnostics = t.Validate(ctx, wire, path.Empty())
	}
	if len(resp.Diagnostics) > 0 {
		return nil, fmt.Errorf("%w: %s is invalid", errUnusual, a.name)
	}
	return value, nil
}
