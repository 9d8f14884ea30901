package armschema

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// withoutNulls is a collection that refuses elements that are null. The service shows none, so they would differ from what is there in
// every plan; and Terraform itself crashes on objects that are null and have write-only attributes.
func withoutNulls(a schema.Attribute) schema.Attribute {
	switch x := a.(type) {
	case List:
		x.Validators = append([]validator.List{noNulls{}}, x.Validators...)
		return x
	case Set:
		x.Validators = append([]validator.Set{noNulls{}}, x.Validators...)
		return x
	case Map:
		x.Validators = append([]validator.Map{noNulls{}}, x.Validators...)
		return x
	case Objects:
		x.Validators = append([]validator.List{noNulls{}}, x.Validators...)
		return x
	case ObjectMap:
		x.Validators = append([]validator.Map{noNulls{}}, x.Validators...)
		return x
	default:
		return a
	}
}

// noNulls refuses elements that are null.
type noNulls struct{}

// Description says what is allowed.
func (noNulls) Description(context.Context) string { return "must have no element that is null" }

// MarkdownDescription says what is allowed.
func (v noNulls) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList refuses lists with nulls.
func (noNulls) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, e := range req.ConfigValue.Elements() {
		refuseNull(&resp.Diagnostics, req.Path.AtListIndex(i), e, "[for v in LIST : v if v != null]")
	}
}

// ValidateSet refuses sets with nulls.
func (noNulls) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, e := range req.ConfigValue.Elements() {
		refuseNull(&resp.Diagnostics, req.Path, e, "[for v in LIST : v if v != null]")
	}
}

// ValidateMap refuses maps with nulls.
func (noNulls) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for key, e := range req.ConfigValue.Elements() {
		refuseNull(&resp.Diagnostics, req.Path.AtMapKey(key), e, "{for k, v in MAP : k => v if v != null}")
	}
}

func refuseNull(diags *diag.Diagnostics, at path.Path, e attr.Value, instead string) {
	if e.IsNull() {
		diags.AddAttributeError(at, "Null is no element", "Leave the element out, for example by "+instead+".")
	}
}
