package tf

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// DataAttribute is the attribute of a data source that shows a value of a type, without attributes inside.
func DataAttribute(t attr.Type, doc string, sensitive bool) schema.Attribute {
	switch typ := t.(type) {
	case types.ListType:
		return schema.ListAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive, ElementType: typ.ElemType}
	case types.SetType:
		return schema.SetAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive, ElementType: typ.ElemType}
	case types.MapType:
		return schema.MapAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive, ElementType: typ.ElemType}
	case types.ObjectType:
		return schema.ObjectAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive, AttributeTypes: typ.AttrTypes}
	case basetypes.BoolType:
		return schema.BoolAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive}
	case basetypes.Int64Type:
		return schema.Int64Attribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive}
	case basetypes.Float64Type:
		return schema.Float64Attribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive}
	case NotedType:
		return schema.StringAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive, CustomType: typ}
	default:
		return schema.StringAttribute{Computed: true, MarkdownDescription: doc, Sensitive: sensitive}
	}
}
