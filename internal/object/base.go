package object

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Base is what a resource embeds.
type Base struct {
	// Type is the resource's type without the provider's name: "docker_volume".
	Type string
	// MovedType is the type of the provider kreuzwerker/docker that can be moved here, where it is not Type.
	MovedType string
	// Thing is what messages call the object: "volume".
	Thing string
	// Key is the attribute that finds the object, in imports and in the identity too: "name" or "id".
	Key string
	// Place is the attribute that says where the object is, for platforms of which there can be several.
	Place Place
	// Platform is what messages call what keeps the object: "engine", "registry".
	Platform string
	// WhyIgnored says, in a whole sentence, why the platform may make an object other than asked for, and what to do.
	WhyIgnored string
	// Doc is the description of the resource.
	Doc string
	// Table are all attributes.
	Table field.Table
	// NewSpec makes an empty value of the API types that the table maps to.
	NewSpec func() any

	clients *clients.Clients
}

// Place is an attribute of the identity beside the key.
type Place struct {
	// Name is the attribute's name, Doc its description in the identity.
	Name, Doc string
}

// The operations, as timeouts and messages name them.
const (
	Create = "create"
	Read   = "read"
	Update = "update"
	Delete = "delete"
)

// Metadata names the resource type.
func (b *Base) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + b.Type
}

// Schema is the table as a schema.
func (b *Base) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: b.Doc, Attributes: b.Table.Attributes()}
}

// Fields are all attributes of the resource.
func (b *Base) Fields() field.Table { return b.Table }

// Configure takes the clients that the provider was configured with.
func (b *Base) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.clients = ClientsOf(req.ProviderData, &resp.Diagnostics)
}

// Clients are the clients that the provider was configured with, nil before it was.
func (b *Base) Clients() *clients.Clients { return b.clients }

// ClientsOf are the clients in what a provider hands to its resources, nil before it is configured.
func ClientsOf(providerData any, diags *diag.Diagnostics) *clients.Clients {
	if providerData == nil {
		return nil
	}
	c, ok := providerData.(*clients.Clients)
	if !ok {
		diags.AddError("Unexpected provider data", "This is an error in the provider. Please report it.")
	}
	return c
}

// UpdateClientOnly is the update of an object of which the platform can change nothing: the plan becomes the state
// without a call.
func (b *Base) UpdateClientOnly(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	planned, diags := tf.ValuesOf(ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	after := b.Table.Applied(ctx, planned, prior)
	resp.Diagnostics.Append(b.SetIdentity(ctx, resp.Identity, after)...)
	resp.Diagnostics.Append(after.WriteTo(ctx, &resp.State)...)
}
