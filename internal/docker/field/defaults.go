package field

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// isDefault tells whether the value is what an engine does when nothing is configured: null, an empty collection, what
// the field says, or false where the field says nothing.
func (f Field) isDefault(v attr.Value) bool {
	return f.isZero(v) || matches(f.IsDefault, v)
}

// isZero tells whether the value is what every engine does when nothing is configured.
func (f Field) isZero(v attr.Value) bool {
	switch {
	case v.IsNull():
		return true
	case v.IsUnknown():
		return false
	case f.IsDefault != nil:
		return f.Constant && f.IsDefault(v) || f.isNothing(v)
	}
	b, ok := v.(types.Bool)
	return ok && !b.ValueBool() || f.isNothing(v)
}

// isNothing tells whether the value is an empty collection or object that asks for no more than none does.
func (f Field) isNothing(v attr.Value) bool {
	return !f.EmptyCounts && (tf.IsEmptyCollection(v) || tf.AllNull(v))
}

// means tells whether an object made with one value is what the other asks for, at every depth: what was spelt out and
// is the default may be left out, and what every engine does by itself may be spelt out.
func (f Field) means(was, will attr.Value) bool {
	switch {
	case f.same(was, will):
		return true
	case will.IsNull():
		return f.isDefault(was)
	case was.IsNull():
		return f.isZero(will)
	}
	nested, ok := f.Kind.(nesting)
	return ok && !tf.HasUnknown(will) && nested.elementsMean(was, will)
}

// bare is the value without the defaults of engines, at every depth. Defaults of the schema stay: a plan has them too.
func (f Field) bare(ctx context.Context, v attr.Value) attr.Value {
	if v.IsUnknown() || !f.defaultValue(ctx).IsNull() {
		return v
	}
	if f.isDefault(v) {
		return tf.NullOf(ctx, v.Type(ctx))
	}
	nested, ok := f.Kind.(nesting)
	if !ok {
		return v
	}
	return nested.bareElements(ctx, v)
}

// nesting is a Kind with attributes inside.
type nesting interface {
	// bareElements is bare for each attribute inside.
	bareElements(ctx context.Context, v attr.Value) attr.Value
	// elementsMean is means for each attribute inside of values that are not null.
	elementsMean(was, will attr.Value) bool
}

// bareObject drops the defaults of a nested object, which stays an object even if nothing is left.
func (t Table) bareObject(ctx context.Context, v attr.Value) attr.Value {
	o, ok := v.(types.Object)
	if !ok || o.IsNull() || o.IsUnknown() {
		return v
	}
	out := o.Attributes()
	for _, f := range t {
		out[f.Name] = f.bare(ctx, out[f.Name])
	}
	return types.ObjectValueMust(o.AttributeTypes(ctx), out)
}

// objectMeans compares attribute by attribute.
func (t Table) objectMeans(was, will attr.Value) bool {
	a, okA := was.(types.Object)
	b, okB := will.(types.Object)
	if !okA || !okB || a.IsNull() || b.IsNull() {
		return tf.Same(was, will)
	}
	for _, f := range t {
		if !f.means(a.Attributes()[f.Name], b.Attributes()[f.Name]) {
			return false
		}
	}
	return true
}

func (k Object) elementsMean(was, will attr.Value) bool { return k.Fields.objectMeans(was, will) }

func (k Object) bareElements(ctx context.Context, v attr.Value) attr.Value {
	return k.Fields.bareObject(ctx, v)
}

func (k Objects) elementsMean(was, will attr.Value) bool {
	a, okA := was.(types.List)
	b, okB := will.(types.List)
	if !okA || !okB || len(a.Elements()) != len(b.Elements()) {
		return false
	}
	for i, v := range a.Elements() {
		if !k.Fields.objectMeans(v, b.Elements()[i]) {
			return false
		}
	}
	return true
}

func (k Objects) bareElements(ctx context.Context, v attr.Value) attr.Value {
	l, ok := v.(types.List)
	if !ok {
		return v
	}
	out := l.Elements()
	for i := range out {
		out[i] = k.Fields.bareObject(ctx, out[i])
	}
	return types.ListValueMust(l.ElementType(ctx), out)
}

func (k Keyed) elementsMean(was, will attr.Value) bool {
	a, okA := was.(types.Map)
	b, okB := will.(types.Map)
	if !okA || !okB || k.Value || len(a.Elements()) != len(b.Elements()) {
		return false
	}
	for key, v := range a.Elements() {
		w, ok := b.Elements()[key]
		if !ok || !k.Fields.objectMeans(v, w) {
			return false
		}
	}
	return true
}

func (k Keyed) bareElements(ctx context.Context, v attr.Value) attr.Value {
	m, ok := v.(types.Map)
	if !ok || k.Value {
		return v
	}
	out := m.Elements()
	for key := range out {
		out[key] = k.Fields.bareObject(ctx, out[key])
	}
	return types.MapValueMust(m.ElementType(ctx), out)
}
