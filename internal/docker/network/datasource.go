package network

import (
	"context"
	"regexp"
	"time"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

var _ datasource.DataSourceWithConfigure = (*networkData)(nil)

type networkData struct {
	managed.Data
}

// dataSpec is what a data source shows beside what a resource has.
type dataSpec struct {
	CreatedAt  string
	Containers []attachment
}

// attachment is a container on the network, with the id that the engine keeps as a key.
type attachment struct {
	ID string
	network.EndpointResource
}

func dataSpecOf(n network.Inspect) *dataSpec {
	s := &dataSpec{CreatedAt: n.Created.Format(time.RFC3339Nano)}
	for id, endpoint := range n.Containers {
		s.Containers = append(s.Containers, attachment{ID: id, EndpointResource: endpoint})
	}
	return s
}

func dataFields() field.Table {
	return field.Table{
		{Name: "created_at", API: "CreatedAt", Kind: field.String{}, Doc: "Time at which the network was made, as in RFC 3339."},
		{
			Name: "containers", API: "Containers", Doc: "Running containers on the network, by their names.",
			Kind: field.Keyed{By: "Name", Fields: field.Table{
				{Name: "container_id", API: "ID", Kind: field.String{}, Doc: "Id of the container."},
				{Name: "endpoint_id", API: "EndpointID", Kind: field.String{}, Doc: "Id of the container's endpoint on the network."},
				{Name: "mac_address", API: "MacAddress", Kind: field.String{}, Doc: "Hardware address of the container on the network."},
				{Name: "ipv4_address", API: "IPv4Address", Kind: field.String{}, Doc: "IPv4 address with the length of its subnet, `10.5.0.2/24`."},
				{Name: "ipv6_address", API: "IPv6Address", Kind: field.String{}, Doc: "IPv6 address with the length of its subnet, `fd00:5::2/64`."},
			}},
		},
	}
}

var wholeID = stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-z]{25,64}$`), "write the whole id")

// NewDataSource is the data source of one network.
func NewDataSource() datasource.DataSource {
	attributes := append(fields(), dataFields()...).DataAttributes()
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "Name of the network. Exactly one of `name` and `id` is needed.",
		Validators: []validator.String{validName, stringvalidator.ExactlyOneOf(path.MatchRoot("id"))},
	}
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "Id of the network, 64 hexadecimal digits.", Validators: []validator.String{wholeID},
	}
	return &networkData{managed.Data{
		Type: "docker_network", Thing: "network", Key: "name",
		Doc:        "A network that a container engine has, with the containers on it.",
		Attributes: attributes,
	}}
}

// Read costs one call.
func (d *networkData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	key := "name"
	if op.Values.Null(key) {
		key = "id"
	}
	wanted := op.Values.String(key)
	found, err := inspect(ctx, op, wanted)
	// An engine takes the beginning of an id for a name, too.
	another := err == nil && found.Name != wanted && found.ID != wanted
	if another || docker.NotFound(err) {
		resp.Diagnostics.Append(op.Missing(path.Root(key), wanted))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, wanted, err))
		return
	}
	data := fields().Data(ctx, shown(ctx, op, nil, found))
	for name, v := range dataFields().Data(ctx, dataSpecOf(found)) {
		data[name] = v
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, data, &resp.State)...)
}
