// Package provider is the Terraform provider: its settings, and the list of what it offers.
package provider

import (
	"context"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/functions"
	"github.com/containerhosts/terraform-provider-containers/internal/planning"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// Address is where Terraform finds the provider.
const Address = "registry.terraform.io/containerhosts/containers"

// product is what the provider calls itself in requests.
const product = "terraform-provider-containers"

// Name is the prefix of every type that the provider offers.
const Name = "containers"

var (
	_ provider.Provider                       = (*containersProvider)(nil)
	_ provider.ProviderWithListResources      = (*containersProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*containersProvider)(nil)
	_ provider.ProviderWithActions            = (*containersProvider)(nil)
	_ provider.ProviderWithFunctions          = (*containersProvider)(nil)
	_ planning.Provider                       = (*containersProvider)(nil)
)

type containersProvider struct {
	version string
	clients atomic.Pointer[clients.Clients]
}

// NewServer makes the constructor of the provider of that version, as it is served to Terraform.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return planning.NewServer(&containersProvider{version: version})
	}
}

// New makes the constructor of the provider of that version as the framework knows it.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &containersProvider{version: version}
	}
}

// Metadata names the provider.
func (p *containersProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = Name
	resp.Version = p.version
}

// Schema describes the provider's settings.
func (p *containersProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Build, publish and run containers: on Docker engines, in any OCI registry, and on their hosts.",
		Attributes: map[string]schema.Attribute{
			"azure": credentials.Schema(), "docker": dockerSchema(), "registries": registriesSchema(),
		},
	}
}

// Configure reads the settings and connects to nothing.
func (p *containersProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	p.clients.Store(nil)
	settings, diags := dockerSettings(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	logins, diags := registrySettings(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	entrance, diags := credentials.Read(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	azure := credentials.Open(entrance, product+"/"+p.version)
	all := &clients.Clients{Engines: docker.NewEngines(settings), Registries: registry.New(logins, azure), Azure: azure}
	p.clients.Store(all)
	resp.ResourceData = all
	resp.DataSourceData = all
	resp.ListResourceData = all
	resp.EphemeralResourceData = all
	resp.ActionData = all
}

// ResourceData is what resources are configured with, nil before the provider is.
func (p *containersProvider) ResourceData() any {
	if all := p.clients.Load(); all != nil {
		return all
	}
	return nil
}

// Resources lists the resource types.
func (p *containersProvider) Resources(context.Context) []func() resource.Resource {
	return withAzure(resources, managed.NewResource)
}

// DataSources lists the data source types.
func (p *containersProvider) DataSources(context.Context) []func() datasource.DataSource {
	return withAzure(dataSources, managed.NewDataSource)
}

// ListResources lists the types that can be listed.
func (p *containersProvider) ListResources(context.Context) []func() list.ListResource {
	return withAzure(listResources, managed.NewListResource)
}

// EphemeralResources lists the ephemeral resource types.
func (p *containersProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return ephemeralResources
}

// Actions lists the action types.
func (p *containersProvider) Actions(context.Context) []func() action.Action {
	return actions
}

// Functions lists the functions.
func (p *containersProvider) Functions(context.Context) []func() function.Function {
	return functions.All()
}
