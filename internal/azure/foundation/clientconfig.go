package foundation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
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
	who, err := d.claims(ctx)
	if err != nil {
		resp.Diagnostics.AddError("Unable to read client config", tf.Sentence(armerr.Describe(err)))
		return
	}
	values := tf.Values{
		"subscription_id": types.StringValue(subscription), "tenant_id": types.StringValue(who.Tenant),
		"client_id": types.StringValue(who.Client), "object_id": types.StringValue(who.Object),
	}
	resp.Diagnostics.Append(values.WriteTo(ctx, &resp.State)...)
}

// claims are those of an access token that say whose it is.
type claims struct {
	Tenant string `json:"tid"`
	Client string `json:"appid"`
	Object string `json:"oid"`
}

func (d *clientConfig) claims(ctx context.Context) (who claims, err error) {
	in, err := d.azure.Cloud(ctx)
	if err != nil {
		return claims{}, err
	}
	// Exactly the scope that requests ask for, whose token is kept.
	audience := in.Services[cloud.ResourceManager].Audience
	token, err := d.azure.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{audience + "/.default"}})
	if err != nil {
		return claims{}, err
	}
	parts := strings.Split(token.Token, ".")
	if len(parts) != 3 {
		return claims{}, errors.New("the access token is no JWT, so it does not say whose it is")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(payload, &who)
	}
	if err != nil {
		return claims{}, errors.New("the access token cannot be read, so it does not say whose it is")
	}
	return who, nil
}
