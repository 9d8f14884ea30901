package planning

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// The framework has a request, a response and an interface for the validators of each kind of attribute, which are the same
// but for their names.

// anotherKind is about a value that is not of the kind of its attribute. The framework tells what that is.
var anotherKind = diag.Diagnostics{diag.NewErrorDiagnostic("Another kind of value", "")}

func boolCheck(one validator.Bool) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.BoolValuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToBoolValue(ctx)
		resp := validator.BoolResponse{Diagnostics: diags}
		one.ValidateBool(ctx, validator.BoolRequest{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func floatCheck(one validator.Float64) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.Float64Valuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToFloat64Value(ctx)
		resp := validator.Float64Response{Diagnostics: diags}
		one.ValidateFloat64(ctx, validator.Float64Request{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func intCheck(one validator.Int64) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.Int64Valuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToInt64Value(ctx)
		resp := validator.Int64Response{Diagnostics: diags}
		one.ValidateInt64(ctx, validator.Int64Request{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func listCheck(one validator.List) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.ListValuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToListValue(ctx)
		resp := validator.ListResponse{Diagnostics: diags}
		one.ValidateList(ctx, validator.ListRequest{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func mapCheck(one validator.Map) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.MapValuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToMapValue(ctx)
		resp := validator.MapResponse{Diagnostics: diags}
		one.ValidateMap(ctx, validator.MapRequest{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func objectCheck(one validator.Object) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.ObjectValuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToObjectValue(ctx)
		resp := validator.ObjectResponse{Diagnostics: diags}
		one.ValidateObject(ctx, validator.ObjectRequest{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func setCheck(one validator.Set) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.SetValuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToSetValue(ctx)
		resp := validator.SetResponse{Diagnostics: diags}
		one.ValidateSet(ctx, validator.SetRequest{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}

func stringCheck(one validator.String) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(basetypes.StringValuable)
		if !ok {
			return anotherKind
		}
		plain, diags := typed.ToStringValue(ctx)
		resp := validator.StringResponse{Diagnostics: diags}
		one.ValidateString(ctx, validator.StringRequest{
			Path: at.path, PathExpression: at.expression, Config: v.config, ConfigValue: plain, ClientCapabilities: v.client,
		}, &resp)
		return resp.Diagnostics
	}
}
