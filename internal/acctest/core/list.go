package core

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ListOptions are the arguments of a list block beside its configuration.
type ListOptions struct {
	Limit           int64 // 0 means 100, as in Terraform.
	IncludeResource bool
}

// ListResult is one object that a list resource found.
type ListResult struct {
	DisplayName string
	Identity    Object
	Resource    Object // Null unless ListOptions.IncludeResource.
	Diagnostics Diagnostics
}

// List runs a list resource. It stops the test on errors, also on those of single results.
func (s *Server) List(t testing.TB, typeName string, config map[string]any, options ListOptions) []ListResult {
	t.Helper()
	out, diags := s.TryList(t.Context(), typeName, config, options)
	diags.must(t, "listing "+typeName)
	for _, result := range out {
		result.Diagnostics.must(t, "listing "+typeName)
	}
	return out
}

// TryList is List that returns errors. Errors of single results are in these.
func (s *Server) TryList(
	ctx context.Context, typeName string, config map[string]any, options ListOptions,
) ([]ListResult, Diagnostics) {
	schema, diags := findSchema("list resource", typeName, s.schemas.ListResourceSchemas)
	if diags.HasError() {
		return nil, diags
	}
	provider, canList := s.provider.(tfprotov6.ListResourceServer)
	validator, canValidate := s.bare.(tfprotov6.ListResourceServer)
	if !canList || !canValidate {
		return nil, Diagnostics{errorDiag("Plugin error", "The provider server (%T) does not list.", s.provider)}
	}
	encoded, diags := encodeConfig(schema, config)
	if diags.HasError() {
		return nil, diags
	}
	validated, err := validator.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName, Config: encoded,
	})
	if err != nil {
		return nil, rpcFailed("ValidateListResourceConfig", err)
	}
	diags = append(diags, validated.Diagnostics...)
	if diags.HasError() {
		return nil, diags
	}
	if options.Limit == 0 {
		options.Limit = 100
	}
	stream, err := provider.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: encoded, IncludeResource: options.IncludeResource, Limit: options.Limit,
	})
	if err != nil {
		return nil, rpcFailed("ListResource", err)
	}
	return s.collectList(typeName, stream, options)
}

func (s *Server) collectList(
	typeName string, stream *tfprotov6.ListResourceServerStream, options ListOptions,
) ([]ListResult, Diagnostics) {
	schema, diags := findSchema("resource", typeName, s.schemas.ResourceSchemas)
	if diags.HasError() {
		return nil, diags
	}
	r := s.resource(typeName, schema)
	var out []ListResult
	for event := range stream.Results {
		result := ListResult{DisplayName: event.DisplayName, Diagnostics: event.Diagnostics}
		if event.Identity == nil && event.Resource == nil && result.Diagnostics.HasError() {
			diags = append(diags, result.Diagnostics...)
			continue
		}
		decoded, err := r.decodeState(event.Resource, event.Identity)
		if err != nil {
			return out, append(diags, errorDiag("Invalid list result", "%s", err))
		}
		if !result.Diagnostics.HasError() {
			diags = append(diags, r.checkIdentity("In a list result", tftypes.Value{}, decoded.identity)...)
		}
		if options.IncludeResource && decoded.value.IsNull() && !result.Diagnostics.HasError() {
			diags = append(diags, errorDiag("Invalid list result", "The resource was asked for and is missing from %q.", event.DisplayName))
		}
		result.Identity, result.Resource = Object{decoded.identity}, Object{decoded.value}
		out = append(out, result)
		if int64(len(out)) > options.Limit {
			return out, append(diags, errorDiag("Invalid list result", "The provider returned more than %d results.", options.Limit))
		}
	}
	return out, diags
}
