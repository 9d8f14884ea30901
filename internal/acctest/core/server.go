package core

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TerraformVersion is the version that the provider is told.
const TerraformVersion = "1.11.4"

// Factory makes a fresh instance of the provider, as a new provider process would be.
type Factory func() tfprotov6.ProviderServer

// Server is one configured instance of a provider. It may be used by many goroutines.
type Server struct {
	factory    Factory
	config     tftypes.Value
	provider   tfprotov6.ProviderServer // Configured.
	bare       tfprotov6.ProviderServer // Never configured: validates and moves.
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// NewServer starts a provider and configures it. It stops the test when that fails.
func NewServer(t testing.TB, factory Factory, config map[string]any) *Server {
	t.Helper()
	s, diags := Configure(t.Context(), factory, config)
	diags.must(t, "configuring the provider")
	return s
}

// Configure starts a provider, validates its configuration and configures it. The server is nil if there are errors.
func Configure(ctx context.Context, factory Factory, config map[string]any) (*Server, Diagnostics) {
	s := &Server{factory: factory, provider: factory(), bare: factory()}
	diags := s.loadSchemas(ctx)
	if diags.HasError() {
		return nil, diags
	}
	if config == nil {
		config = map[string]any{}
	}
	schema := s.schemas.Provider
	if schema == nil {
		schema = &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}
	}
	value, err := toValue("", schema.ValueType(), config)
	if err != nil {
		return nil, append(diags, errorDiag("Invalid provider configuration", "%s", err))
	}
	s.config = value
	diags = append(diags, checkConfig(schema.Block.Attributes, value)...)
	if diags.HasError() {
		return nil, diags
	}
	diags = append(diags, s.configure(ctx)...)
	if diags.HasError() {
		return nil, diags
	}
	return s, diags
}

// Restart replaces the provider by a fresh instance with the same configuration, as happens between plan and apply and
// between two runs of Terraform. Resources keep their state.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.provider, s.bare = s.factory(), s.factory()
	s.loadSchemas(t.Context()).must(t, "reading the schemas again")
	s.configure(t.Context()).must(t, "configuring the provider again")
}

// Stop interrupts everything that the provider is doing, as core does on the first SIGINT.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	resp, err := s.provider.StopProvider(context.WithoutCancel(t.Context()), &tfprotov6.StopProviderRequest{})
	if err != nil {
		t.Fatalf("stopping the provider: %s", err)
	}
	if resp.Error != "" {
		t.Fatalf("stopping the provider: %s", resp.Error)
	}
}

// Schemas are the provider's schemas as core receives them.
func (s *Server) Schemas() *tfprotov6.GetProviderSchemaResponse { return s.schemas }

// IdentitySchemas are the identity schemas by resource type.
func (s *Server) IdentitySchemas() map[string]*tfprotov6.ResourceIdentitySchema { return s.identities }

func (s *Server) loadSchemas(ctx context.Context) Diagnostics {
	schemas, err := s.provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return rpcFailed("GetProviderSchema", err)
	}
	identities, err := s.provider.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return rpcFailed("GetResourceIdentitySchemas", err)
	}
	s.schemas, s.identities = schemas, identities.IdentitySchemas
	return slices.Concat(Diagnostics(schemas.Diagnostics), Diagnostics(identities.Diagnostics))
}

func (s *Server) configure(ctx context.Context) Diagnostics {
	config, err := encode(s.config)
	if err != nil {
		return rpcFailed("encoding the configuration", err)
	}
	validated, err := s.bare.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		return rpcFailed("ValidateProviderConfig", err)
	}
	diags := Diagnostics(validated.Diagnostics)
	if diags.HasError() {
		return diags
	}
	configured, err := s.provider.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion:   TerraformVersion,
		Config:             config,
		ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{},
	})
	if err != nil {
		return append(diags, rpcFailed("ConfigureProvider", err)...)
	}
	return append(diags, configured.Diagnostics...)
}

// findSchema finds a schema by type name. Schemas with blocks are refused, since nothing here handles blocks.
func findSchema(kind, typeName string, in map[string]*tfprotov6.Schema) (*tfprotov6.Schema, Diagnostics) {
	schema, ok := in[typeName]
	if !ok {
		return nil, Diagnostics{errorDiag("Invalid "+kind+" type", "The provider has no %s %q; it has %s.",
			kind, typeName, strings.Join(slices.Sorted(maps.Keys(in)), ", "))}
	}
	if len(schema.Block.BlockTypes) > 0 {
		return nil, Diagnostics{errorDiag("Invalid "+kind+" type", "The schema of %q has blocks.", typeName)}
	}
	return schema, nil
}

func encode(v tftypes.Value) (*tfprotov6.DynamicValue, error) {
	out, err := tfprotov6.NewDynamicValue(v.Type(), v)
	return &out, err
}

// decode gives null for a missing value, as the protocol means it.
func decode(typ tftypes.Type, v *tfprotov6.DynamicValue) (tftypes.Value, error) {
	if v == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	return v.Unmarshal(typ)
}
