package planning

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// question is the framework's request to a validator of any kind: it has one type for each, with the same fields but for the
// type of the value.
type question[V attr.Value] struct {
	Path               path.Path
	PathExpression     path.Expression
	Config             tfsdk.Config
	ConfigValue        V
	ClientCapabilities validator.ValidateSchemaClientCapabilities
}

// verdict is the framework's response of a validator of any kind.
type verdict struct {
	Diagnostics diag.Diagnostics
}

// anotherKind is about a value that is not of the kind of its attribute. The framework tells what that is.
var anotherKind = diag.Diagnostics{diag.NewErrorDiagnostic("Another kind of value", "")}

// checkOf asks a validator about values that can be made plain.
func checkOf[A, V attr.Value](
	plain func(A, context.Context) (V, diag.Diagnostics), validate func(context.Context, question[V], *verdict),
) check {
	return func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics {
		typed, ok := value.(A)
		if !ok {
			return anotherKind
		}
		known, diags := plain(typed, ctx)
		a := verdict{diags}
		validate(ctx, question[V]{at.path, at.expression, v.config, known, v.client}, &a)
		return a.Diagnostics
	}
}

func boolCheck(one validator.Bool) check {
	return checkOf(basetypes.BoolValuable.ToBoolValue, func(ctx context.Context, q question[basetypes.BoolValue], a *verdict) {
		one.ValidateBool(ctx, validator.BoolRequest(q), (*validator.BoolResponse)(a))
	})
}

func floatCheck(one validator.Float64) check {
	return checkOf(basetypes.Float64Valuable.ToFloat64Value, func(ctx context.Context, q question[basetypes.Float64Value], a *verdict) {
		one.ValidateFloat64(ctx, validator.Float64Request(q), (*validator.Float64Response)(a))
	})
}

func intCheck(one validator.Int64) check {
	return checkOf(basetypes.Int64Valuable.ToInt64Value, func(ctx context.Context, q question[basetypes.Int64Value], a *verdict) {
		one.ValidateInt64(ctx, validator.Int64Request(q), (*validator.Int64Response)(a))
	})
}

func listCheck(one validator.List) check {
	return checkOf(basetypes.ListValuable.ToListValue, func(ctx context.Context, q question[basetypes.ListValue], a *verdict) {
		one.ValidateList(ctx, validator.ListRequest(q), (*validator.ListResponse)(a))
	})
}

func mapCheck(one validator.Map) check {
	return checkOf(basetypes.MapValuable.ToMapValue, func(ctx context.Context, q question[basetypes.MapValue], a *verdict) {
		one.ValidateMap(ctx, validator.MapRequest(q), (*validator.MapResponse)(a))
	})
}

func objectCheck(one validator.Object) check {
	return checkOf(basetypes.ObjectValuable.ToObjectValue, func(ctx context.Context, q question[basetypes.ObjectValue], a *verdict) {
		one.ValidateObject(ctx, validator.ObjectRequest(q), (*validator.ObjectResponse)(a))
	})
}

func setCheck(one validator.Set) check {
	return checkOf(basetypes.SetValuable.ToSetValue, func(ctx context.Context, q question[basetypes.SetValue], a *verdict) {
		one.ValidateSet(ctx, validator.SetRequest(q), (*validator.SetResponse)(a))
	})
}

func stringCheck(one validator.String) check {
	return checkOf(basetypes.StringValuable.ToStringValue, func(ctx context.Context, q question[basetypes.StringValue], a *verdict) {
		one.ValidateString(ctx, validator.StringRequest(q), (*validator.StringResponse)(a))
	})
}
