package containerinstance

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ action.ActionWithConfigure = (*execute)(nil)

// execute is the action that runs a command.
type execute struct {
	azure *credentials.Azure
}

// NewExec is the action that runs a command in a container of a group.
func NewExec() action.Action { return &execute{} }

// Metadata names the action type.
func (e *execute) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_azure_container_group_exec"
}

// defaultShell is in nearly every image of Linux.
const defaultShell = "/bin/sh"

// Schema describes what is run, and where.
func (e *execute) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a command in a running container of a container group, shows what it writes while it runs, and fails " +
			"unless it ends with exit code 0. Azure starts programs without arguments and tells no exit code, so the command is typed " +
			"into a shell of the container: the image needs one. The command has a terminal for its output, and no input. It is " +
			"interrupted, as by Ctrl-C, when its time is over or Terraform is stopped. What it writes is in Terraform's output, and the end " +
			"of it in errors: it must not write secrets. Containers of Windows are not supported.",
		Attributes: map[string]schema.Attribute{
			"container_group_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{managed.IDOf(groupType)}, MarkdownDescription: "The id of the container group.",
			},
			"container": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "The name of the container. Default: the only one of the group.",
			},
			"command": schema.ListAttribute{
				Required: true, ElementType: types.StringType,
				Validators: []validator.List{listvalidator.SizeAtLeast(1), tf.NoNulls{}, listvalidator.ValueStringsAre(
					tf.Matching(regexp.MustCompile(`^[^\x00]*$`), "programs take no NUL in arguments"),
				)},
				MarkdownDescription: "The program and its arguments, each of which arrives as it is written here: nothing in it means " +
					"anything to the shell. For what a shell does (`&&`, `$VARIABLE`), write `[\"sh\", \"-c\", \"…\"]`.",
			},
			"shell": schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					tf.Matching(regexp.MustCompile(`^[^\s\x00]+$`), "write the path of a shell without arguments, such as /bin/bash"),
				},
				MarkdownDescription: "The shell in the image, one that POSIX describes. Default: `/bin/sh`. ARM API: `command`.",
			},
			"timeouts": object.InvokeTimeoutsAttribute(),
		},
	}
}

// Configure takes the way into Azure that the provider was configured with.
func (e *execute) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		e.azure = clients.Azure
	}
}

// Invoke costs a GET of the group, a POST that begins, and a socket for as long as the command runs.
func (e *execute) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var container, shell types.String
	run := &command{client: e.azure.Client()}
	for name, into := range map[string]any{
		"container_group_id": &run.group, "container": &container, "command": &run.words, "shell": &shell,
	} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), into)...)
	}
	ctx, cancel, diags := object.InvokeDeadline(ctx, req.Config)
	defer cancel()
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	run.container, run.shell = container.ValueString(), shell.ValueString()
	if run.shell == "" {
		run.shell = defaultShell
	}
	run.output.show = func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: text}) }
	if at, err := run.do(ctx); err != nil {
		resp.Diagnostics.AddAttributeError(at, "Unable to run command", run.said(err))
	}
}
