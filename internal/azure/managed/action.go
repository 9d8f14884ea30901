package managed

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

var _ action.ActionWithConfigure = (*Action)(nil)

// Action does something with an object of a kind that leaves its configuration as it is: a POST, and the wait for its end.
type Action struct {
	*Kind

	// name is what is done, as the service's path and the type of the action have it: "restart".
	name, doc string
	azure     *credentials.Azure
}

// NewAction makes the constructor of an action.
func NewAction(kind *Kind, name, doc string) func() action.Action {
	return func() action.Action { return &Action{Kind: kind, name: name, doc: doc} }
}

// Metadata names the action type.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.Type + "_" + a.name
}

// Schema has the id of the object, and how long it may take.
func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: a.doc, Attributes: map[string]schema.Attribute{
		a.of(): schema.StringAttribute{
			Required: true, Validators: []validator.String{IDOf(a.ARM)}, MarkdownDescription: "The id of the " + a.Thing + ".",
		},
		"timeouts": object.InvokeTimeoutsAttribute(),
	}}
}

// of names the attribute with the id of the object: "container_group_id".
func (a *Action) of() string { return strings.ReplaceAll(a.Thing, " ", "_") + "_id" }

// Configure takes the way into Azure that the provider was configured with.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		a.azure = clients.Azure
	}
}

// Invoke does it, and waits for its end.
func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var text string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(a.of()), &text)...)
	ctx, cancel, diags := object.InvokeDeadline(ctx, req.Config)
	defer cancel()
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	op := &Operation{kind: a.Kind, azure: a.azure, Client: a.azure.Client(), verb: a.name}
	id, err := a.ownID(text)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root(a.of()), "Invalid id", err.Error()+".")
		return
	}
	op.ID = id
	began, err := op.Client.Begin(ctx, http.MethodPost, id.String()+"/"+a.name, a.Version, nil)
	if err == nil {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Azure has accepted the %s of %s %q", a.name, a.Thing, shortID(id))})
		_, err = began.Wait(ctx)
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
	}
}
