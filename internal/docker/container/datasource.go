package container

import (
	"context"
	"regexp"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*containerData)(nil)

type containerData struct {
	managed.Data
}

// dataSpec is what a data source shows beside what a resource has: what changes by itself.
type dataSpec struct {
	CreatedAt, StartedAt, FinishedAt string
	Error                            string
	ExitCode                         *int
	PID                              *int
	OOMKilled                        bool
	RestartCount                     int
	Health                           *healthSpec
	MountPoints                      []container.MountPoint
}

// healthSpec is the outcome of the health checks, with the last of them.
type healthSpec struct {
	Status        string
	FailingStreak int
	ExitCode      *int
	Output        string
}

func dataSpecOf(c container.InspectResponse) *dataSpec {
	s := &dataSpec{MountPoints: c.Mounts}
	if c.ContainerJSONBase == nil {
		return s
	}
	s.CreatedAt, s.RestartCount = c.Created, c.RestartCount
	if c.State == nil {
		return s
	}
	s.StartedAt, s.FinishedAt = unlessZero(c.State.StartedAt), unlessZero(c.State.FinishedAt)
	s.Error, s.OOMKilled = c.State.Error, c.State.OOMKilled
	if c.State.Running {
		s.PID = &c.State.Pid
	} else if c.State.Status != container.StateCreated {
		s.ExitCode = &c.State.ExitCode
	}
	if h := c.State.Health; h != nil && h.Status != "" && h.Status != container.NoHealthcheck {
		s.Health = &healthSpec{Status: h.Status, FailingStreak: h.FailingStreak}
		if n := len(h.Log); n > 0 {
			s.Health.ExitCode, s.Health.Output = &h.Log[n-1].ExitCode, strings.TrimSpace(h.Log[n-1].Output)
		}
	}
	return s
}

// unlessZero leaves out the time by which engines say never.
func unlessZero(at string) string {
	if strings.HasPrefix(at, "0001-01-01T") {
		return ""
	}
	return at
}

func dataFields() field.Table {
	return field.Table{
		{Name: "created_at", API: "CreatedAt", Kind: field.String{}, Doc: "Time at which the container was made, as in RFC 3339."},
		{Name: "started_at", API: "StartedAt", Kind: field.String{}, Doc: "Time of its last start, as in RFC 3339; null if it never ran."},
		{
			Name: "finished_at", API: "FinishedAt", Kind: field.String{},
			Doc: "Time at which it last stopped, as in RFC 3339; null if it never did.",
		},
		{Name: "exit_code", API: "ExitCode", Kind: field.Int{}, Doc: "Exit code with which it stopped; null while it runs, and if it never ran."},
		{Name: "pid", API: "PID", Kind: field.Int{}, Doc: "Number of its first process on the engine's machine; null while it does not run."},
		{Name: "oom_killed", API: "OOMKilled", Kind: field.Bool{}, Doc: "Whether the kernel killed it for want of memory."},
		{Name: "error", API: "Error", Kind: field.String{}, Doc: "What the engine said when it could not start it."},
		{Name: "restart_count", API: "RestartCount", Kind: field.Int{}, Doc: "How often the engine has restarted it by itself."},
		{
			Name: "health", API: "Health", Doc: "Outcome of the health checks; null if there are none.",
			Kind: field.Object{Fields: field.Table{
				{Name: "status", API: "Status", Kind: field.String{}, Doc: "`starting`, `healthy` or `unhealthy`."},
				{Name: "failing_streak", API: "FailingStreak", Kind: field.Int{}, Doc: "How many checks in a row have failed."},
				{Name: "exit_code", API: "ExitCode", Kind: field.Int{}, Doc: "Exit code of the last check; null before the first one."},
				{Name: "output", API: "Output", Kind: field.String{}, Doc: "What the last check wrote."},
			}},
		},
		{
			Name: "mount_points", API: "MountPoints", Doc: "What is really mounted, anonymous volumes and those of the image too, by path in " +
				"the container.",
			Kind: field.Keyed{By: "Destination", Fields: field.Table{
				{Name: "type", API: "Type", Kind: field.String{}, Doc: "`bind`, `volume`, `tmpfs` and so on."},
				{Name: "name", API: "Name", Kind: field.String{}, Doc: "Name of the volume."},
				{Name: "source", API: "Source", Kind: field.String{}, Doc: "Path on the engine's machine."},
				{Name: "driver", API: "Driver", Kind: field.String{}, Doc: "Driver of the volume."},
				{Name: "writable", API: "RW", Kind: field.Bool{}, Doc: "Whether the container can write to it."},
				{Name: "propagation", API: "Propagation", Kind: field.String{}, Doc: "Which mounts below it are seen on the other side."},
			}},
		},
	}
}

// shownFields are those of the resource that make sense to somebody who only reads.
func shownFields() field.Table {
	var out field.Table
	for _, f := range fields() {
		if f.Name == "uploads_revision" {
			continue
		}
		f.Sensitive = f.Sensitive || f.Name == "env"
		out = append(out, f)
	}
	return out
}

var wholeID = tf.Matching(regexp.MustCompile(`^[0-9a-f]{64}$`), "write the whole id, 64 hexadecimal digits")

// NewDataSource is the data source of one container.
func NewDataSource() datasource.DataSource {
	attributes := append(shownFields(), dataFields()...).DataAttributes()
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "Name of the container. Exactly one of `name` and `id` is needed.",
		Validators: []validator.String{validName, stringvalidator.ExactlyOneOf(path.MatchRoot("id"))},
	}
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{wholeID},
		MarkdownDescription: "Id of the container, 64 hexadecimal digits.",
	}
	attributes["state"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "What it does, in the engine's words: `created`, `running`, `paused`, `restarting`, `removing`, " +
			"`exited` or `dead`.",
	}
	attributes["env"] = schema.MapAttribute{
		Computed: true, Sensitive: true, ElementType: types.StringType,
		MarkdownDescription: "Environment variables by name, with those of the image. Sensitive, since many of them are.",
	}
	return &containerData{managed.Data{
		Type: "docker_container", Thing: "container", Key: "name",
		Doc: "A container that a container engine has, whoever made it: how it is configured, what of that comes from its image included, " +
			"and how it is doing.",
		Attributes: attributes,
	}}
}

// Read costs one call.
func (d *containerData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
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
	found, err := op.Client.ContainerInspect(ctx, wanted)
	// An engine takes the beginning of an id for a name, too.
	another := err == nil && trimSlash(found.Name) != wanted && found.ID != wanted
	if another || docker.NotFound(err) {
		resp.Diagnostics.Append(op.Missing(path.Root(key), wanted))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, wanted, err))
		return
	}
	data := shownFields().Data(ctx, shown(ctx, op, nil, found))
	for name, v := range dataFields().Data(ctx, dataSpecOf(found)) {
		data[name] = v
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, data, &resp.State)...)
}
