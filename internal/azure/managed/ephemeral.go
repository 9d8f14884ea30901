package managed

import (
	"context"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*Ephemeral)(nil)

// Opening says what an ephemeral resource makes of an object of a kind.
type Opening struct {
	// Name is what follows the kind's type: "password".
	Name string
	// Doc is the description of the ephemeral resource.
	Doc string
	// Attributes are all but id.
	Attributes map[string]schema.Attribute
	// Open makes it, and gives plain Go values for computed attributes. What is configured is in config.
	Open func(ctx context.Context, op *Operation, config tf.Values) (map[string]any, error)
}

// Ephemeral is something of an object that is in no plan and no state.
type Ephemeral struct {
	*Kind
	Opening

	azure *credentials.Azure
}

// NewEphemeral makes the constructor of an ephemeral resource.
func NewEphemeral(kind *Kind, opening Opening) func() ephemeral.EphemeralResource {
	return func() ephemeral.EphemeralResource { return &Ephemeral{Kind: kind, Opening: opening} }
}

// Metadata names the type.
func (e *Ephemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.Type + "_" + e.Name
}

// Schema has the id of the object, and what is made.
func (e *Ephemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := maps.Clone(e.Opening.Attributes)
	attributes["id"] = schema.StringAttribute{
		Required: true, Validators: []validator.String{IDOf(e.ARM)}, MarkdownDescription: "The id of the " + e.Thing + ".",
	}
	resp.Schema = schema.Schema{MarkdownDescription: e.Opening.Doc, Attributes: attributes}
}

// Configure takes the way into Azure that the provider was configured with.
func (e *Ephemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		e.azure = clients.Azure
	}
}

// Open makes it. Where the provider's settings are not known yet, what is made is not either.
func (e *Ephemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	config, diags := tf.ValuesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	op := &Operation{kind: e.Kind, azure: e.azure, Client: e.azure.Client(), verb: "open a " + e.Name + " of"}
	id, err := e.ownID(config.String("id"))
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Invalid id", err.Error()+".")
		return
	}
	op.ID = id
	ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, object.Update, nil))
	defer cancel()
	made, err := e.Opening.Open(ctx, op, config)
	switch {
	case errors.Is(err, credentials.ErrNotReady):
		made = object.Later(ctx, e.Opening.Attributes)
	case err != nil:
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	resp.Diagnostics.Append(object.Opened(ctx, made, &resp.Result)...)
}
