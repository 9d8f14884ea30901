// Package schemadump writes a provider's schemas in the format of `terraform providers schema -json`, from the provider
// itself.
//
// The command of the Terraform CLI shows only what that version of the CLI knows; the documentation also needs actions,
// list resources and identities.
package schemadump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ErrProvider is wrapped by the errors of a provider that cannot tell its schemas.
var ErrProvider = errors.New("provider reported an error")

// JSON returns the schemas of the provider behind server, filed under name.
// It fails with the server's own error, or with ErrProvider if the answer has an error diagnostic.
func JSON(ctx context.Context, name string, server tfprotov6.ProviderServer) ([]byte, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("getting the provider's schemas: %w", err)
	}
	if err := firstError(schemas.Diagnostics); err != nil {
		return nil, fmt.Errorf("getting the provider's schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("getting the provider's identity schemas: %w", err)
	}
	if err := firstError(identities.Diagnostics); err != nil {
		return nil, fmt.Errorf("getting the provider's identity schemas: %w", err)
	}
	return json.MarshalIndent(document{
		FormatVersion: "1.0",
		Providers:     map[string]provider{name: newProvider(schemas, identities)},
	}, "", "  ")
}

func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%w: %s: %s", ErrProvider, d.Summary, d.Detail)
		}
	}
	return nil
}

func newProvider(r *tfprotov6.GetProviderSchemaResponse, ids *tfprotov6.GetResourceIdentitySchemasResponse) provider {
	p := provider{
		Resources:          convert(r.ResourceSchemas, newSchema),
		DataSources:        convert(r.DataSourceSchemas, newSchema),
		EphemeralResources: convert(r.EphemeralResourceSchemas, newSchema),
		ListResources:      convert(r.ListResourceSchemas, newSchema),
		Actions:            convert(r.ActionSchemas, func(a *tfprotov6.ActionSchema) schema { return newSchema(a.Schema) }),
		Functions:          convert(r.Functions, newFunction),
		Identities:         convert(ids.IdentitySchemas, newIdentity),
	}
	if r.Provider != nil {
		config := newSchema(r.Provider)
		p.Config = &config
	}
	return p
}

func newSchema(s *tfprotov6.Schema) schema {
	return schema{Version: s.Version, Block: newBlock(s.Block)}
}

func newBlock(b *tfprotov6.SchemaBlock) block {
	out := block{
		Attributes:      newAttributes(b.Attributes),
		Description:     b.Description,
		DescriptionKind: kind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
	for _, nested := range b.BlockTypes {
		if out.Blocks == nil {
			out.Blocks = map[string]nestedBlock{}
		}
		out.Blocks[nested.TypeName] = nestedBlock{
			Nesting:  blockNesting(nested.Nesting),
			Block:    newBlock(nested.Block),
			MinItems: nested.MinItems,
			MaxItems: nested.MaxItems,
		}
	}
	return out
}

func newAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	out := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		out[a.Name] = newAttribute(a)
	}
	return out
}

func newAttribute(a *tfprotov6.SchemaAttribute) attribute {
	out := attribute{
		Type:            a.Type,
		Description:     a.Description,
		DescriptionKind: kind(a.DescriptionKind),
		Deprecated:      a.Deprecated,
		Required:        a.Required,
		Optional:        a.Optional,
		Computed:        a.Computed,
		Sensitive:       a.Sensitive,
		WriteOnly:       a.WriteOnly,
	}
	if a.NestedType != nil {
		out.Nested = &nestedType{Attributes: newAttributes(a.NestedType.Attributes), Nesting: objectNesting(a.NestedType.Nesting)}
	}
	return out
}

func newIdentity(s *tfprotov6.ResourceIdentitySchema) identity {
	out := identity{Version: s.Version, Attributes: map[string]identityAttribute{}}
	for _, a := range s.IdentityAttributes {
		out.Attributes[a.Name] = identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return out
}

func newFunction(f *tfprotov6.Function) function {
	out := function{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		ReturnType:         f.Return.Type,
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, newParameter(p))
	}
	if f.VariadicParameter != nil {
		variadic := newParameter(f.VariadicParameter)
		out.Variadic = &variadic
	}
	return out
}

func newParameter(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: p.Type}
}

// convert maps the values of m, and an empty map to none, so that the section is left out.
func convert[K comparable, V, W any](m map[K]V, f func(V) W) map[K]W {
	if len(m) == 0 {
		return nil
	}
	out := make(map[K]W, len(m))
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

func blockNesting(n tfprotov6.SchemaNestedBlockNestingMode) string {
	switch n {
	case tfprotov6.SchemaNestedBlockNestingModeSingle:
		return "single"
	case tfprotov6.SchemaNestedBlockNestingModeList:
		return "list"
	case tfprotov6.SchemaNestedBlockNestingModeSet:
		return "set"
	case tfprotov6.SchemaNestedBlockNestingModeMap:
		return "map"
	case tfprotov6.SchemaNestedBlockNestingModeGroup:
		return "group"
	default:
		return ""
	}
}

func objectNesting(n tfprotov6.SchemaObjectNestingMode) string {
	switch n {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return "single"
	case tfprotov6.SchemaObjectNestingModeList:
		return "list"
	case tfprotov6.SchemaObjectNestingModeSet:
		return "set"
	case tfprotov6.SchemaObjectNestingModeMap:
		return "map"
	default:
		return ""
	}
}
