package foundation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*clientConfig)(nil)

type clientConfig struct {
	azure *credentials.Azure
}

// NewClientConfig is the data source of who the provider is in Azure.
func NewClientConfig() datasource.DataSource { return &clientConfig{} }

// Metadata names the data source type.
func (d *clientConfig) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_azure_client_config"
}

// Schema describes what a token says.
func (d *clientConfig) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(doc string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: doc}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Who this provider is in Azure: what its access token for the Resource Manager says. It logs in, and asks for " +
			"nothing else.",
		Attributes: map[string]schema.Attribute{
			"subscription_id": text("UUID of the subscription for objects that name none: that of the settings, else the Azure CLI's."),
			"tenant_id":       text("UUID of the tenant that was logged in to. Claim: `tid`."),
			"client_id":       text("Client id of the application or managed identity. Claim: `appid`."),
			"object_id":       text("Object id of the user, service principal or managed identity, for role assignments. Claim: `oid`."),
		},
	}
}

// Configure takes the way into Azure that the provider was configured with.
func (d *clientConfig) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		d.azure = clients.Azure
	}
}

// Read logs in.
func (d *clientConfig) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	subscription, err := d.azure.SubscriptionID(ctx)
	if err != nil {
		resp.Diagnostics.AddError("Unable to read client config", tf.Sentence(armerr.Describe(err)))
		return
	}
	who, err := d.azure.Principal(ctx)
	if err != nil {
		resp.Diagnostics.AddError("Unable to read client config", tf.Sentence(armerr.Describe(err)))
		return
	}
	values := tf.Values{
		"subscription_id": types.StringValue(subscription), "tenant_id": types.StringValue(who.TenantID),
		"client_id": types.StringValue(who.ClientID), "object_id": types.StringValue(who.ObjectID),
	}
	resp.Diagnostics.Append(values.WriteTo(ctx, &resp.State)...)
}
