package tf

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// NoNulls is a validator of collections that refuses elements that are null.
type NoNulls struct{}

// Description says what is allowed.
func (NoNulls) Description(context.Context) string { return "must have no element that is null" }

// MarkdownDescription says what is allowed.
func (v NoNulls) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList refuses lists with nulls.
func (NoNulls) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, e := range req.ConfigValue.Elements() {
		refuseNull(&resp.Diagnostics, req.Path.AtListIndex(i), e, "[for v in LIST : v if v != null]")
	}
}

// ValidateSet refuses sets with nulls.
func (NoNulls) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, e := range req.ConfigValue.Elements() {
		refuseNull(&resp.Diagnostics, req.Path, e, "[for v in LIST : v if v != null]")
	}
}

// ValidateMap refuses maps with nulls.
func (NoNulls) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for key, e := range req.ConfigValue.Elements() {
		refuseNull(&resp.Diagnostics, req.Path.AtMapKey(key), e, "{for k, v in MAP : k => v if v != null}")
	}
}

func refuseNull(diags *diag.Diagnostics, at path.Path, e attr.Value, instead string) {
	if e.IsNull() {
		diags.AddAttributeError(at, "Null is no element", "Leave the element out, for example by "+instead+".")
	}
}
