package lookup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Ephemeral is what an ephemeral resource on a registry embeds. What is special to it is Open: Begin, ask, object.Opened.
type Ephemeral struct {
	// Type is the type without the provider's name: "registry_credentials".
	Type string
	// Thing is what messages call the object: "credentials".
	Thing string
	// Key is the attribute that names the object.
	Key string
	// Doc is the description of the ephemeral resource.
	Doc string
	// Attributes are all attributes.
	Attributes map[string]schema.Attribute

	clients *clients.Clients
}

// Metadata names the type.
func (e *Ephemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.Type
}

// Schema is made of the attributes.
func (e *Ephemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: e.Doc, Attributes: e.Attributes}
}

// Configure takes the clients that the provider was configured with.
func (e *Ephemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.clients = object.ClientsOf(req.ProviderData, &resp.Diagnostics)
}

// Begin opens a look-up with a deadline. The caller must call the returned function at the end. It returns no operation
// and adds an error where the configuration cannot be read.
func (e *Ephemeral) Begin(
	ctx context.Context, config tf.Source, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *Operation) {
	return begin(ctx, e.clients, e.Thing, e.Key, config, diags)
}
