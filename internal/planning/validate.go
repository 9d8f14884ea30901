package planning

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// errSays is the reason why a configuration about which there is something to say is left to the framework, which then says it.
var errSays = fmt.Errorf("%w: there is something to say", errUnusual)

// ValidateResourceConfig finds configurations that are as they should be, and has the framework say what there is to say of
// others.
func (s *server) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	stoppable, done := s.begin(ctx)
	defer done()
	err := s.validate(stoppable, req)
	if err == nil {
		return &tfprotov6.ValidateResourceConfigResponse{}, nil
	}
	resp, err := s.leave(ctx, err).ValidateResourceConfig(ctx, req)
	if resp != nil {
		locate(resp.Diagnostics)
	}
	return resp, err
}

// validate returns an error for what is left to the framework.
func (s *server) validate(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) error {
	t, err := s.typeOf(ctx, req.TypeName)
	if err != nil {
		return err
	}
	if t.shape.unchecked != nil {
		return t.shape.unchecked
	}
	if req.Config == nil {
		return errMissing
	}
	config, err := req.Config.Unmarshal(t.shape.wire)
	if err != nil {
		return err
	}
	v := &validation{config: tfsdk.Config{Schema: t.schema, Raw: config}}
	if c := req.ClientCapabilities; c != nil {
		v.client.WriteOnlyAttributesAllowed = c.WriteOnlyAttributesAllowed
	}
	if err := v.ask(ctx, t.construct(), s.provider.ResourceData()); err != nil {
		return err
	}
	return v.object(ctx, t.shape, config, spot{})
}

// validation is one configuration.
type validation struct {
	config tfsdk.Config
	client validator.ValidateSchemaClientCapabilities
}

// ask asks a resource, which may be configured.
func (v *validation) ask(ctx context.Context, r resource.Resource, data any) error {
	if with, ok := r.(resource.ResourceWithConfigure); ok {
		var configured resource.ConfigureResponse
		with.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &configured)
		if len(configured.Diagnostics) > 0 {
			return errSays
		}
	}
	req := resource.ValidateConfigRequest{Config: v.config}
	req.ClientCapabilities.WriteOnlyAttributesAllowed = v.client.WriteOnlyAttributesAllowed
	var resp resource.ValidateConfigResponse
	if with, ok := r.(resource.ResourceWithConfigValidators); ok {
		for _, one := range with.ConfigValidators(ctx) {
			one.ValidateResource(ctx, req, &resp)
		}
	}
	if with, ok := r.(resource.ResourceWithValidateConfig); ok {
		with.ValidateConfig(ctx, req, &resp)
	}
	if len(resp.Diagnostics) > 0 {
		return errSays
	}
	return nil
}

// spot is where in a configuration an object is.
type spot struct {
	path       path.Path
	expression path.Expression
}

func (s spot) attribute(name string) spot {
	if len(s.path.Steps()) == 0 {
		return spot{path.Root(name), path.MatchRoot(name)}
	}
	return spot{s.path.AtName(name), s.expression.AtName(name)}
}

// object looks at an object attribute by attribute.
func (v *validation) object(ctx context.Context, s *shape, object tftypes.Value, at spot) error {
	attributes := map[string]tftypes.Value{}
	if err := object.As(&attributes); err != nil {
		return fmt.Errorf("reading an object: %w", err)
	}
	for _, a := range s.attributes {
		if err := v.attribute(ctx, a, attributes[a.name], at); err != nil {
			return err
		}
	}
	return nil
}

func (v *validation) attribute(ctx context.Context, a *attribute, wire tftypes.Value, in spot) error {
	if wire.IsNull() && a.rules.required || !wire.IsNull() && v.unwanted(a, wire.IsKnown()) {
		return fmt.Errorf("%w of %s", errSays, in.attribute(a.name).path)
	}
	if !a.rules.looks {
		return nil
	}
	at, value := in.attribute(a.name), a.nullValue
	if !wire.IsNull() {
		var err error
		if value, err = a.value(ctx, wire, true); err != nil {
			return err
		}
	}
	for _, check := range a.rules.checks {
		if len(check(ctx, v, at, value)) > 0 {
			return fmt.Errorf("%w of %s", errSays, at.path)
		}
	}
	if a.nested == nil || wire.IsNull() || !wire.IsKnown() {
		return nil
	}
	return v.nested(ctx, a, wire, value, at)
}

// unwanted tells whether there is something to say about any value.
func (v *validation) unwanted(a *attribute, known bool) bool {
	return a.rules.readOnly || a.rules.deprecated && known || a.writeOnly && !v.client.WriteOnlyAttributesAllowed
}

// nested looks at the objects in a nested attribute.
func (v *validation) nested(ctx context.Context, a *attribute, wire tftypes.Value, value attr.Value, at spot) error {
	switch value := value.(type) {
	case basetypes.ObjectValuable:
		return v.object(ctx, a.nested, wire, at)
	case types.List:
		for i, element := range value.Elements() {
			if err := v.element(ctx, a, element, spot{at.path.AtListIndex(i), at.expression.AtListIndex(i)}); err != nil {
				return err
			}
		}
	case types.Set:
		for _, element := range value.Elements() {
			if err := v.element(ctx, a, element, spot{at.path.AtSetValue(element), at.expression.AtSetValue(element)}); err != nil {
				return err
			}
		}
	case types.Map:
		for key, element := range value.Elements() {
			if err := v.element(ctx, a, element, spot{at.path.AtMapKey(key), at.expression.AtMapKey(key)}); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("%w: objects in a %T", errUnusual, value)
	}
	return nil
}

// element looks at one of the objects in a nested attribute. The framework has its own ideas of what is in one that is null or
// not known yet.
func (v *validation) element(ctx context.Context, a *attribute, element attr.Value, at spot) error {
	if isOpen(element) {
		return fmt.Errorf("%w: an element that is null or unknown", errUnusual)
	}
	for _, check := range a.rules.elements {
		if len(check(ctx, v, at, element)) > 0 {
			return fmt.Errorf("%w of %s", errSays, at.path)
		}
	}
	wire, err := element.ToTerraformValue(ctx)
	if err != nil {
		return fmt.Errorf("reading an element: %w", err)
	}
	return v.object(ctx, a.nested, wire, at)
}

// check says what is wrong with a value.
type check func(ctx context.Context, v *validation, at spot, value attr.Value) diag.Diagnostics
