package planning

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Reasons why a schema is left to the framework.
var (
	errBlocks    = errors.New("it has blocks")
	errModifiers = errors.New("it has plan modifiers")
	errDefault   = errors.New("its default is no constant text, whole number or truth value")
	errKind      = errors.New("attributes of its kind are not known here")
)

// wireConstant is constantOf for the wire.
func wireConstant(ctx context.Context, a schema.Attribute) (*tftypes.Value, error) {
	constant, err := constantOf(ctx, a)
	if constant == nil || err != nil {
		return nil, err
	}
	v, err := constant.ToTerraformValue(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDefault, err)
	}
	return &v, nil
}

// constantOf is the default of an attribute, nil where it has none. It returns an error for an attribute whose plan depends
// on more than its configuration and prior value. The framework's kinds of attributes have the same fields, but nothing
// that could ask for these.
func constantOf(ctx context.Context, a schema.Attribute) (attr.Value, error) {
	kind := reflect.ValueOf(a)
	if kind.Kind() != reflect.Struct || kind.Type().PkgPath() != reflect.TypeFor[schema.Schema]().PkgPath() {
		return nil, fmt.Errorf("%w: %T", errKind, a)
	}
	if kind.FieldByName("PlanModifiers").Len() > 0 {
		return nil, errModifiers
	}
	if n := kind.FieldByName("NestedObject"); n.IsValid() && n.FieldByName("PlanModifiers").Len() > 0 {
		return nil, errModifiers
	}
	if _, dynamic := a.(schema.DynamicAttribute); dynamic {
		return nil, fmt.Errorf("%w: %T", errKind, a)
	}
	return constant(ctx, kind.FieldByName("Default").Interface())
}

// constant takes the framework's own defaults alone: others could depend on where they are asked.
func constant(ctx context.Context, from any) (attr.Value, error) {
	if from == nil {
		return nil, nil
	}
	if !strings.HasPrefix(reflect.TypeOf(from).PkgPath(), reflect.TypeFor[schema.Schema]().PkgPath()+"/") {
		return nil, errDefault
	}
	switch d := from.(type) {
	case defaults.Bool:
		var made defaults.BoolResponse
		d.DefaultBool(ctx, defaults.BoolRequest{}, &made)
		return made.PlanValue, nil
	case defaults.Int64:
		var made defaults.Int64Response
		d.DefaultInt64(ctx, defaults.Int64Request{}, &made)
		return made.PlanValue, nil
	case defaults.String:
		var made defaults.StringResponse
		d.DefaultString(ctx, defaults.StringRequest{}, &made)
		return made.PlanValue, nil
	default:
		return nil, errDefault
	}
}
