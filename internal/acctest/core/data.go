package core

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Data reads a data source. It stops the test on errors.
func (s *Server) Data(t testing.TB, typeName string, config map[string]any) Object {
	t.Helper()
	out, diags := s.TryData(t.Context(), typeName, config)
	diags.must(t, "reading the data source "+typeName)
	return out
}

// TryData is Data that returns errors.
func (s *Server) TryData(ctx context.Context, typeName string, config map[string]any) (Object, Diagnostics) {
	schema, diags := findSchema("data source", typeName, s.schemas.DataSourceSchemas)
	if diags.HasError() {
		return Object{}, diags
	}
	encoded, diags := encodeConfig(schema, config)
	if diags.HasError() {
		return Object{}, diags
	}
	validated, err := s.bare.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: encoded,
	})
	if err != nil {
		return Object{}, rpcFailed("ValidateDataResourceConfig", err)
	}
	diags = append(diags, validated.Diagnostics...)
	if diags.HasError() {
		return Object{}, diags
	}
	resp, err := s.provider.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName, Config: encoded, ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{},
	})
	if err != nil {
		return Object{}, rpcFailed("ReadDataSource", err)
	}
	diags = append(diags, resp.Diagnostics...)
	if diags.HasError() {
		return Object{}, diags
	}
	value, err := decode(schema.ValueType(), resp.State)
	if err != nil {
		return Object{}, append(diags, errorDiag(invalidRead, "%s", err))
	}
	if value.IsNull() {
		return Object{}, append(diags, errorDiag(invalidRead, "The data source returned a null object."))
	}
	return Object{value}, append(diags, checkKnown(value, invalidRead, "After the read operation")...)
}

func encodeConfig(schema *tfprotov6.Schema, config map[string]any) (*tfprotov6.DynamicValue, Diagnostics) {
	if config == nil {
		config = map[string]any{}
	}
	value, err := toValue("", schema.ValueType(), config)
	if err != nil {
		return nil, Diagnostics{errorDiag("Invalid configuration", "%s", err)}
	}
	if diags := checkConfig(schema.Block.Attributes, value); diags.HasError() {
		return nil, diags
	}
	encoded, err := encode(value)
	if err != nil {
		return nil, rpcFailed("encoding the configuration", err)
	}
	return encoded, nil
}
