package managed

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/containerhosts/terraform-provider-containers/internal/clients"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Data is what a data source on an engine embeds. What is special to it is Read: Begin, ask the engine, Finish.
type Data struct {
	// Type is the data source's type without the provider's name: "docker_volume".
	Type string
	// Thing is what messages call the object: "volume".
	Thing string
	// Key is the attribute by which messages name the object, if there is one.
	Key string
	// Doc is the description of the data source.
	Doc string
	// Attributes are all attributes but engine, which every data source on an engine has.
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
	attributes["engine"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Key of the engine in the provider's `docker.engines`. Default: the provider's own engine.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{MarkdownDescription: d.Doc, Attributes: attributes}
}

// Configure takes the clients that the provider was configured with.
func (d *Data) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clients = object.ClientsOf(req.ProviderData, &resp.Diagnostics)
}

// Begin opens a read with a deadline. The caller must call the returned function at the end. It returns no
// operation and adds an error where the engine cannot be had.
func (d *Data) Begin(ctx context.Context, config tf.Source, diags *diag.Diagnostics) (context.Context, context.CancelFunc, *Operation) {
	return begin(ctx, d.clients, d.Thing, d.Key, Read, config, diags)
}

// Missing is the answer of a data source whose object is not there.
func (o *Operation) Missing(at path.Path, wanted string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "No such "+o.thing, fmt.Sprintf(
		"The engine has no %s %q, and a data source makes none: correct it, or use the resource for that.", o.thing, wanted))
}

// Finish writes what was found beside what was configured. An attribute that is in neither is null.
func (d *Data) Finish(ctx context.Context, op *Operation, found map[string]attr.Value, state *tfsdk.State) diag.Diagnostics {
	after := make(tf.Values, len(op.Values))
	for name, configured := range op.Values {
		after[name] = configured
		if v, ok := found[name]; ok {
			after[name] = v
		}
	}
	return after.WriteTo(ctx, state)
}
