package field

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// DataAttributes is the table as the schema of a data source: all that the engine shows, to be read only. A data source
// replaces the attributes by which it looks up its object, and adds what a resource does not have.
func (t Table) DataAttributes() map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(t))
	for _, f := range t {
		if f.API != "" {
			out[f.Name] = f.dataAttribute()
		}
	}
	return out
}

// Data is what the spec shows, for a data source. Collections are empty rather than null, so that configurations can walk
// them without asking first.
func (t Table) Data(ctx context.Context, spec any) map[string]attr.Value {
	out := make(map[string]attr.Value, len(t))
	for _, f := range t {
		if f.API != "" {
			out[f.Name] = walkable(ctx, f.shown(ctx, spec))
		}
	}
	return out
}

func (f Field) dataAttribute() schema.Attribute {
	doc := f.dataDoc()
	switch k := f.Kind.(type) {
	case Object:
		return schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: doc, Sensitive: f.Sensitive, Attributes: k.Fields.DataAttributes(),
		}
	case Objects:
		return schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: doc, Sensitive: f.Sensitive,
			NestedObject: schema.NestedAttributeObject{Attributes: k.Fields.DataAttributes()},
		}
	case Keyed:
		if !k.Value {
			return schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: doc, Sensitive: f.Sensitive,
				NestedObject: schema.NestedAttributeObject{Attributes: k.Fields.DataAttributes()},
			}
		}
	}
	return tf.DataAttribute(f.Kind.Type(), doc, f.Sensitive)
}

// dataDoc is the description without what only matters to those who write the attribute.
func (f Field) dataDoc() string {
	doc := strings.TrimSpace(f.Doc)
	for _, start := range []string{" Default:", " Conflicts with", " Needs ", " Removing it"} {
		if i := strings.Index(doc, start); i > 0 {
			doc = doc[:i]
		}
	}
	return doc
}

// walkable turns null collections into empty ones, at every depth.
func walkable(ctx context.Context, v attr.Value) attr.Value {
	switch x := v.(type) {
	case types.List:
		return types.ListValueMust(x.ElementType(ctx), walkableElements(ctx, x.Elements()))
	case types.Set:
		return types.SetValueMust(x.ElementType(ctx), walkableElements(ctx, x.Elements()))
	case types.Map:
		return types.MapValueMust(x.ElementType(ctx), walkableEntries(ctx, x.Elements()))
	case types.Object:
		if x.IsNull() {
			return x
		}
		return types.ObjectValueMust(x.AttributeTypes(ctx), walkableEntries(ctx, x.Attributes()))
	default:
		return v
	}
}

func walkableElements(ctx context.Context, in []attr.Value) []attr.Value {
	out := make([]attr.Value, len(in))
	for i, v := range in {
		out[i] = walkable(ctx, v)
	}
	return out
}

func walkableEntries(ctx context.Context, in map[string]attr.Value) map[string]attr.Value {
	out := make(map[string]attr.Value, len(in))
	for k, v := range in {
		out[k] = walkable(ctx, v)
	}
	return out
}
