package lookup

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Data is what a data source on a registry embeds. What is special to it is Read: Begin, ask the registry, Finish.
type Data struct {
	// Type is the data source's type without the provider's name: "registry_tags".
	Type string
	// Thing is what messages call the object: "tags".
	Thing string
	// Key is the attribute that names the object.
	Key string
	// Doc is the description of the data source.
	Doc string
	// Attributes are all attributes, but for credentials, which all have.
	Attributes map[string]schema.Attribute

	clients *clients.Clients
}

// Metadata names the data source type.
func (d *Data) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Type
}

// Schema is made of the attributes.
func (d *Data) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := maps.Clone(d.Attributes)
	attributes[login.Name] = login.DataAttribute()
	resp.Schema = schema.Schema{MarkdownDescription: d.Doc, Attributes: attributes}
}

// Configure takes the clients that the provider was configured with.
func (d *Data) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clients = object.ClientsOf(req.ProviderData, &resp.Diagnostics)
}

// Begin opens a read with a deadline. The caller must call the returned function at the end. It returns no operation and
// adds an error where the configuration cannot be read.
func (d *Data) Begin(ctx context.Context, config tf.Source, diags *diag.Diagnostics) (context.Context, context.CancelFunc, *Operation) {
	ctx, cancel, op := begin(ctx, d.clients, d.Thing, d.Key, config, diags)
	if op != nil {
		op.enter()
	}
	return ctx, cancel, op
}

// Finish writes what was found, plain Go values by attribute, beside what was configured. What is in neither is null.
func (d *Data) Finish(ctx context.Context, config tfsdk.Config, found map[string]any, state *tfsdk.State) diag.Diagnostics {
	state.Raw = config.Raw
	var diags diag.Diagnostics
	for _, name := range slices.Sorted(maps.Keys(found)) {
		diags.Append(state.SetAttribute(ctx, path.Root(name), found[name])...)
	}
	return diags
}
