package core

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const invalidOpen = "Provider produced invalid ephemeral resource instance"

// Ephemeral opens an ephemeral resource, and closes it again. It stops the test on errors.
func (s *Server) Ephemeral(t testing.TB, typeName string, config map[string]any) Object {
	t.Helper()
	out, diags := s.TryEphemeral(t.Context(), typeName, config)
	diags.must(t, "opening the ephemeral resource "+typeName)
	return out
}

// TryEphemeral is Ephemeral that returns errors. A configuration with something unknown is validated and not opened, as in
// a plan: the object is null then.
func (s *Server) TryEphemeral(ctx context.Context, typeName string, config map[string]any) (Object, Diagnostics) {
	schema, diags := findSchema("ephemeral resource", typeName, s.schemas.EphemeralResourceSchemas)
	if diags.HasError() {
		return Object{}, diags
	}
	encoded, diags := encodeConfig(schema, config)
	if diags.HasError() {
		return Object{}, diags
	}
	validated, err := s.bare.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: typeName, Config: encoded,
	})
	if err != nil {
		return Object{}, rpcFailed("ValidateEphemeralResourceConfig", err)
	}
	diags = append(diags, validated.Diagnostics...)
	configured, err := decode(schema.ValueType(), encoded)
	if err != nil {
		return Object{}, append(diags, errorDiag(invalidOpen, "%s", err))
	}
	if diags.HasError() || !configured.IsFullyKnown() {
		return Object{}, diags
	}
	out, opened := s.open(ctx, typeName, schema, configured, encoded)
	return out, append(diags, opened...)
}

func (s *Server) open(
	ctx context.Context, typeName string, schema *tfprotov6.Schema, configured tftypes.Value, encoded *tfprotov6.DynamicValue,
) (Object, Diagnostics) {
	resp, err := s.provider.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: typeName, Config: encoded, ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{},
	})
	if err != nil {
		return Object{}, rpcFailed("OpenEphemeralResource", err)
	}
	diags := Diagnostics(resp.Diagnostics)
	if diags.HasError() {
		return Object{}, diags
	}
	value, err := decode(schema.ValueType(), resp.Result)
	if err != nil {
		return Object{}, append(diags, errorDiag(invalidOpen, "%s", err))
	}
	diags = append(diags, checkKnown(value, invalidOpen, "After the opening")...)
	diags = append(diags, checkKept(schema.Block.Attributes, configured, value)...)
	closed, err := s.provider.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{
		TypeName: typeName, Private: resp.Private,
	})
	if err != nil {
		return Object{}, append(diags, rpcFailed("CloseEphemeralResource", err)...)
	}
	return Object{value}, append(diags, closed.Diagnostics...)
}

// checkKept wants what is configured to be in the result as it is.
func checkKept(attrs []*tfprotov6.SchemaAttribute, configured, result tftypes.Value) Diagnostics {
	var before, after map[string]tftypes.Value
	if err := configured.As(&before); err != nil {
		return Diagnostics{errorDiag(invalidOpen, "%s", err)}
	}
	if err := result.As(&after); err != nil {
		return Diagnostics{errorDiag(invalidOpen, "%s", err)}
	}
	var diags Diagnostics
	for _, attr := range attrs {
		if v := before[attr.Name]; !v.IsNull() && !v.Equal(after[attr.Name]) {
			diags = append(diags, attributeDiag(tftypes.NewAttributePath().WithAttributeName(attr.Name), invalidOpen,
				"The configured value is not in the result."))
		}
	}
	return diags
}
