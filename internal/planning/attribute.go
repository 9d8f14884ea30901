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
	errDefault   = errors.New("its default is no constant of a kind that is known here")
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
// on more than its configuration and prior value.
func constantOf(ctx context.Context, a schema.Attribute) (attr.Value, error) {
	kind, ok := kindOf(a)
	if !ok {
		return nil, fmt.Errorf("%w: %T", errKind, a)
	}
	return constant(ctx, kind.FieldByName("Default").Interface())
}

// hasModifiers tells whether there are plan modifiers of an attribute, or of the objects in it.
func hasModifiers(a schema.Attribute) bool {
	kind, ok := kindOf(a)
	if !ok {
		return false
	}
	n := kind.FieldByName("NestedObject")
	return kind.FieldByName("PlanModifiers").Len() > 0 || n.IsValid() && n.FieldByName("PlanModifiers").Len() > 0
}

// kindOf is an attribute of one of the framework's kinds, or of a kind that embeds one, as armschema's do. The framework's have
// the same fields, but nothing that could ask for these.
func kindOf(a schema.Attribute) (reflect.Value, bool) {
	kind := reflect.ValueOf(a)
	if kind.Kind() != reflect.Struct {
		return kind, false
	}
	if kind.Type().PkgPath() != reflect.TypeFor[schema.Schema]().PkgPath() {
		last := kind.NumField() - 1
		if last < 0 || !kind.Type().Field(last).Anonymous {
			return kind, false
		}
		embedded, ok := kind.Field(last).Interface().(schema.Attribute)
		if !ok {
			return kind, false
		}
		return kindOf(embedded)
	}
	_, dynamic := a.(schema.DynamicAttribute)
	return kind, !dynamic
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
	case defaults.List:
		var made defaults.ListResponse
		d.DefaultList(ctx, defaults.ListRequest{}, &made)
		return made.PlanValue, nil
	case defaults.String:
		var made defaults.StringResponse
		d.DefaultString(ctx, defaults.StringRequest{}, &made)
		return made.PlanValue, nil
	default:
		return nil, errDefault
	}
}
