package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

var _ datasource.DataSourceWithConfigure = (*volumeData)(nil)

type volumeData struct {
	managed.Data
}

// NewDataSource is the data source of one volume.
func NewDataSource() datasource.DataSource {
	attributes := fields().DataAttributes()
	attributes["name"] = schema.StringAttribute{
		Required: true, MarkdownDescription: "Name of the volume.", Validators: []validator.String{validName},
	}
	attributes["created_at"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Time at which the volume was made, as in RFC 3339; null where the driver does not know.",
	}
	return &volumeData{managed.Data{
		Type: "docker_volume", Thing: "volume", Key: "name",
		Doc: "A volume that a container engine has.", Attributes: attributes,
	}}
}

// Read costs one call.
func (d *volumeData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	name := op.Values.String("name")
	found, err := inspect(ctx, op, name)
	if docker.NotFound(err) {
		resp.Diagnostics.Append(op.Missing(path.Root("name"), name))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, name, err))
		return
	}
	data := fields().Data(ctx, shown(ctx, op, nil, found))
	data["created_at"] = types.StringNull()
	if found.CreatedAt != "" {
		data["created_at"] = types.StringValue(found.CreatedAt)
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, data, &resp.State)...)
}
