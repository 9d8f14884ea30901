package schemadump_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/schemadump"
)

// server answers the two requests that a dump makes; any other call fails the test with a nil pointer.
type server struct {
	tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
	err        error
}

func (s server) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas, s.err
}

func (s server) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return s.identities, s.err
}

func described(name string, set func(*tfprotov6.SchemaAttribute)) *tfprotov6.SchemaAttribute {
	a := &tfprotov6.SchemaAttribute{
		Name: name, Type: tftypes.String, Description: "The " + name + ".", DescriptionKind: tfprotov6.StringKindMarkdown,
	}
	set(a)
	return a
}

func oneAttribute(name string) *tfprotov6.Schema {
	a := described(name, func(a *tfprotov6.SchemaAttribute) { a.Required = true })
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{a}}}
}

// resource has each flag, each kind of type and each nesting of attributes and blocks.
func resource() *tfprotov6.Schema {
	attributes := []*tfprotov6.SchemaAttribute{
		described("required", func(a *tfprotov6.SchemaAttribute) { a.Required = true }),
		described("optional", func(a *tfprotov6.SchemaAttribute) { a.Optional, a.Computed, a.Deprecated = true, true, true }),
		described("secret", func(a *tfprotov6.SchemaAttribute) { a.Optional, a.Sensitive, a.WriteOnly = true, true, true }),
		described("map", func(a *tfprotov6.SchemaAttribute) { a.Type = tftypes.Map{ElementType: tftypes.Number} }),
		described("object", func(a *tfprotov6.SchemaAttribute) {
			a.Type = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"on": tftypes.Bool}}
		}),
	}
	for name, nesting := range map[string]tfprotov6.SchemaObjectNestingMode{
		"n_single": tfprotov6.SchemaObjectNestingModeSingle, "n_list": tfprotov6.SchemaObjectNestingModeList,
		"n_set": tfprotov6.SchemaObjectNestingModeSet, "n_map": tfprotov6.SchemaObjectNestingModeMap,
	} {
		attributes = append(attributes, described(name, func(a *tfprotov6.SchemaAttribute) {
			a.Type, a.Optional = nil, true
			a.NestedType = &tfprotov6.SchemaObject{Nesting: nesting, Attributes: oneAttribute("leaf").Block.Attributes}
		}))
	}
	blocks := []*tfprotov6.SchemaNestedBlock{}
	for name, nesting := range map[string]tfprotov6.SchemaNestedBlockNestingMode{
		"b_single": tfprotov6.SchemaNestedBlockNestingModeSingle, "b_list": tfprotov6.SchemaNestedBlockNestingModeList,
		"b_set": tfprotov6.SchemaNestedBlockNestingModeSet, "b_map": tfprotov6.SchemaNestedBlockNestingModeMap,
		"b_group": tfprotov6.SchemaNestedBlockNestingModeGroup,
	} {
		blocks = append(blocks, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Nesting: nesting, MinItems: 1, MaxItems: 2, Block: oneAttribute("leaf").Block,
		})
	}
	return &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{
		Description: "A thing.", Attributes: attributes, BlockTypes: blocks, Deprecated: true,
	}}
}

func complete() server {
	text := &tfprotov6.FunctionParameter{Name: "text", Description: "Text.", Type: tftypes.String, AllowNullValue: true}
	return server{
		schemas: &tfprotov6.GetProviderSchemaResponse{
			Diagnostics:              []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "harmless"}},
			Provider:                 oneAttribute("host"),
			ResourceSchemas:          map[string]*tfprotov6.Schema{"x_thing": resource()},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"x_data": oneAttribute("data")},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"x_ephemeral": oneAttribute("ephemeral")},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"x_list": oneAttribute("list")},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"x_action": {Schema: oneAttribute("action")}},
			Functions: map[string]*tfprotov6.Function{"parse": {
				Summary: "Parse", Description: "Parses.", DeprecationMessage: "Stop.",
				Parameters: []*tfprotov6.FunctionParameter{text}, VariadicParameter: text,
				Return: &tfprotov6.FunctionReturn{Type: tftypes.List{ElementType: tftypes.String}},
			}},
		},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{
			IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"x_thing": {
				Version: 1, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
					{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "The id."},
					{Name: "engine", Type: tftypes.String, OptionalForImport: true, Description: "The engine."},
				},
			}},
		},
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	got, err := schemadump.JSON(t.Context(), "x", complete())
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/complete.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, want), decode(t, got)); diff != "" {
		t.Errorf("schemas differ from the golden file (-want +got):\n%s", diff)
	}
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

func TestJSONOfEmptyProvider(t *testing.T) {
	t.Parallel()
	got, err := schemadump.JSON(t.Context(), "x", server{
		schemas: &tfprotov6.GetProviderSchemaResponse{}, identities: &tfprotov6.GetResourceIdentitySchemasResponse{},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"format_version":"1.0","provider_schemas":{"x":{}}}`
	if diff := cmp.Diff(decode(t, []byte(want)), decode(t, got)); diff != "" {
		t.Errorf("schemas differ (-want +got):\n%s", diff)
	}
}

func TestJSONErrors(t *testing.T) {
	t.Parallel()
	broken := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "broken"}}
	transport := errors.New("transport")
	for name, test := range map[string]struct {
		edit func(*server)
		want error
	}{
		"call fails":        {func(s *server) { s.err = transport }, transport},
		"schemas broken":    {func(s *server) { s.schemas.Diagnostics = broken }, schemadump.ErrProvider},
		"identities broken": {func(s *server) { s.identities.Diagnostics = broken }, schemadump.ErrProvider},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := complete()
			test.edit(&s)
			if _, err := schemadump.JSON(t.Context(), "x", s); !errors.Is(err, test.want) {
				t.Errorf("error is %v, want %v", err, test.want)
			}
		})
	}
}
