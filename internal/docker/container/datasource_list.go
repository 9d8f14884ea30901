package container

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

var _ datasource.DataSourceWithConfigure = (*containersData)(nil)

type containersData struct {
	managed.Data
}

// summaries are containers as a list shows them.
type summaries struct {
	Containers []summary
}

type summary struct {
	container.Summary
	Name      string
	CreatedAt string
	Networks  []string
}

func summaryFields() field.Table {
	return field.Table{{
		Name: "containers", API: "Containers", Doc: "The containers, in the order of their names.",
		Kind: field.Objects{Fields: field.Table{
			{Name: "id", API: "ID", Kind: field.String{}, Doc: "Id of the container."},
			{Name: "name", API: "Name", Kind: field.String{}, Doc: "Name of the container."},
			{Name: "image", API: "Image", Kind: field.String{}, Doc: "Image, as the container was made of it."},
			{Name: "image_id", API: "ImageID", Kind: field.String{}, Doc: "Id of the image."},
			{Name: "command", API: "Command", Kind: field.String{}, Doc: "Program and arguments that it runs, in one text."},
			{Name: "created_at", API: "CreatedAt", Kind: field.String{}, Doc: "Time at which it was made, as in RFC 3339."},
			{
				Name: "state", API: "State", Kind: field.String{},
				Doc: "What it does: `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.",
			},
			{
				Name: "status", API: "Status", Kind: field.String{},
				Doc: "The same for human eyes, with times, exit code and health: `Up 2 hours (healthy)`.",
			},
			{Name: "labels", API: "Labels", Kind: field.StringMap{}, Doc: "Its labels, with those of the image."},
			{Name: "networks", API: "Networks", Kind: field.Strings{}, Doc: "Names of the networks that it is on, in order."},
			{
				Name: "ports", API: "Ports", Doc: "Ports that it declares and those that the host publishes.",
				Kind: field.Objects{Fields: field.Table{
					{Name: "protocol", API: "Type", Kind: field.String{}, Doc: "`tcp`, `udp` or `sctp`."},
					{Name: "port", API: "PrivatePort", Kind: field.Int{}, Doc: "Port in the container."},
					{Name: "host_ip", API: "IP", Kind: field.String{}, Doc: "Address of the host; null for a port that is not published."},
					{Name: "host_port", API: "PublicPort", Kind: field.Int{}, Doc: "Port of the host; `0` for a port that is not published."},
				}},
			},
		}},
	}}
}

// NewContainersDataSource is the data source of all containers that filters let through.
func NewContainersDataSource() datasource.DataSource {
	attributes := summaryFields().DataAttributes()
	attributes["filters"] = managed.FiltersAttribute("docker ps")
	attributes["all"] = schema.BoolAttribute{
		Optional: true, MarkdownDescription: "Whether containers that do not run are listed too. Default: `false`.",
	}
	return &containersData{managed.Data{
		Type: "docker_containers", Thing: "containers",
		Doc:        "The containers that a container engine has, as `docker ps` lists them, in one call.",
		Attributes: attributes,
	}}
}

// Read costs one call.
func (d *containersData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	found, err := op.Client.ContainerList(ctx, container.ListOptions{All: op.Values.Bool("all"), Filters: managed.FiltersOf(op.Values)})
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, "", err))
		return
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, summaryFields().Data(ctx, summariesOf(found)), &resp.State)...)
}

func summariesOf(found []container.Summary) *summaries {
	out := &summaries{Containers: make([]summary, len(found))}
	for i, c := range found {
		s := summary{Summary: c, Name: nameOf(c), CreatedAt: time.Unix(c.Created, 0).UTC().Format(time.RFC3339)}
		if c.NetworkSettings != nil {
			for name := range c.NetworkSettings.Networks {
				s.Networks = append(s.Networks, name)
			}
		}
		slices.Sort(s.Networks)
		slices.SortFunc(s.Ports, func(a, b container.Port) int {
			return cmp.Or(cmp.Compare(a.PrivatePort, b.PrivatePort), cmp.Compare(a.Type, b.Type), cmp.Compare(a.IP, b.IP),
				cmp.Compare(a.PublicPort, b.PublicPort))
		})
		out.Containers[i] = s
	}
	slices.SortFunc(out.Containers, func(a, b summary) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}
