package planning_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// lab is a provider of one resource, lab_thing.
type lab struct {
	resource resource.Resource
	data     any
}

func (l *lab) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "lab"
}

func (l *lab) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (l *lab) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.ResourceData = l.data
}

func (l *lab) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (l *lab) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return l.resource }}
}

func (l *lab) ResourceData() any { return l.data }

// plain is a resource that is no planner.
type plain struct{ schema schema.Schema }

func (p *plain) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_thing"
}

func (p *plain) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = p.schema
}

func (p *plain) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (p *plain) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (p *plain) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (p *plain) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// thing is a resource that plans and reads by functions.
type thing struct {
	plain

	plan func(ctx context.Context, change *object.Change)
	read func(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse)
	// broken cannot be configured.
	broken bool
}

func (r *thing) Configure(_ context.Context, _ resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if r.broken {
		resp.Diagnostics.AddError("Broken", "It cannot be configured.")
	}
}

func (r *thing) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.read(ctx, req, resp)
}

func (r *thing) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

func (r *thing) PlanChange(ctx context.Context, change *object.Change) { r.plan(ctx, change) }

// identified is a thing that has an identity.
type identified struct{ *thing }

func (r identified) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{"name": identityschema.StringAttribute{RequiredForImport: true}},
	}
}

// labServer serves a resource, configured with data.
func labServer(t *testing.T, r resource.Resource, data any) (tfprotov6.ProviderServer, *tfprotov6.Schema) {
	t.Helper()
	s := planning.NewServer(&lab{resource: r, data: data})
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if said := diagnostics(schemas.Diagnostics); said != "" {
		t.Fatal(said)
	}
	none := tftypes.Object{}
	wire, err := tfprotov6.NewDynamicValue(none, tftypes.NewValue(none, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &wire}); err != nil {
		t.Fatal(err)
	}
	return s, schemas.ResourceSchemas["lab_thing"]
}
