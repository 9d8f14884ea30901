package containerinstance

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*logs)(nil)

type logs struct {
	azure *credentials.Azure
}

// NewLogsDataSource is the data source of what a container has written.
func NewLogsDataSource() datasource.DataSource { return &logs{} }

// Metadata names the data source type.
func (d *logs) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_azure_container_group_logs"
}

// Schema describes where the log is from, and how much of it.
func (d *logs) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a container of a container group has written since it was started last.",
		Attributes: map[string]schema.Attribute{
			"container_group_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{managed.IDOf(groupType)}, MarkdownDescription: "The id of the container group.",
			},
			"container": schema.StringAttribute{
				Required: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, MarkdownDescription: "The name of the container.",
			},
			"tail": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "How many of the last lines. Default: all that Azure keeps, which is 4 MB. ARM API: `tail`.",
			},
			"timestamps": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether each line begins with its time. Default: `false`. ARM API: `timestamps`.",
			},
			"content": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The log. ARM API: `content`.",
			},
		},
	}
}

// Configure takes the way into Azure that the provider was configured with.
func (d *logs) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if clients := object.ClientsOf(req.ProviderData, &resp.Diagnostics); clients != nil {
		d.azure = clients.Azure
	}
}

// Read asks for the log: one GET.
func (d *logs) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, object.Read, nil))
	defer cancel()
	var group, container string
	var tail types.Int64
	var timestamps types.Bool
	for name, into := range map[string]any{"container_group_id": &group, "container": &container, "tail": &tail, "timestamps": &timestamps} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), into)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	query := url.Values{}
	if !tail.IsNull() {
		query.Set("tail", strconv.FormatInt(tail.ValueInt64(), 10))
	}
	if timestamps.ValueBool() {
		query.Set("timestamps", "true")
	}
	log, err := d.azure.Client().GetWith(ctx, logsOf(group, container), version, query)
	if err != nil {
		resp.Diagnostics.AddError("Unable to read log", fmt.Sprintf("Container %q: %s", container, tf.Sentence(armerr.Describe(err))))
		return
	}
	content, _ := log["content"].(string)
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("content"), content)...)
}

// logsOf is the path of a container's log.
func logsOf(group, container string) string { return group + "/containers/" + container + "/logs" }
