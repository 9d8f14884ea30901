package container

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	timetypes "github.com/docker/docker/api/types/time"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	// defaultTail is how many lines logs have where nothing is configured.
	defaultTail = 100
	// defaultLogBytes and mostLogBytes bound what of logs gets into the state.
	defaultLogBytes = 1 << 20
	mostLogBytes    = 16 << 20
)

var _ datasource.DataSourceWithConfigure = (*logsData)(nil)

type logsData struct {
	managed.Data
}

var logTime = tf.Refusing("Invalid time", func(s string) error {
	if _, err := timetypes.GetTimestamp(s, time.Unix(0, 0)); err != nil || s == "" {
		return fmt.Errorf("%q is no time: write one as in RFC 3339, a Unix time stamp, or a duration before now such as %q", s, "10m")
	}
	return nil
})

// NewLogsDataSource is the data source of what a container has written.
func NewLogsDataSource() datasource.DataSource {
	return &logsData{managed.Data{
		Type: "docker_logs", Thing: "container", Key: "container",
		Doc: "The last lines that a container has written, as they are at the moment: it never waits for more. They are kept in the state, " +
			"so they are bounded in lines and in bytes.",
		Attributes: logsAttributes(),
	}}
}

func logsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"container": schema.StringAttribute{
			Required: true, MarkdownDescription: "Name or id of the container.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"stdout": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether to take what it wrote to standard output. With a terminal that is all. Default: `true`.",
		},
		"stderr": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether to take what it wrote to standard error. Default: `true`.",
		},
		"since": schema.StringAttribute{
			Optional: true, Validators: []validator.String{logTime},
			MarkdownDescription: "Leave older lines out: a time as in RFC 3339, a Unix time stamp, or a duration before now such as `10m`.",
		},
		"until": schema.StringAttribute{
			Optional: true, Validators: []validator.String{logTime},
			MarkdownDescription: "Leave newer lines out: a time as in RFC 3339, a Unix time stamp, or a duration before now such as `10m`.",
		},
		"tail": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(-1)},
			MarkdownDescription: "How many of the last lines; `-1` for all that `max_bytes` lets through. Default: `" +
				strconv.Itoa(defaultTail) + "`.",
		},
		"timestamps": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether each line begins with its time. Default: `false`.",
		},
		"max_bytes": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(1, mostLogBytes)},
			MarkdownDescription: fmt.Sprintf("How many bytes the lines may have together, with a line end each; the oldest are left out. At "+
				"most `%d`. Default: `%d`.",
				mostLogBytes, defaultLogBytes),
		},
		"lines": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The lines, without their ends. Those of the two streams stand in the order in which the engine noted them.",
		},
		"truncated": schema.BoolAttribute{
			Computed: true, MarkdownDescription: "Whether `max_bytes` has left something out.",
		},
	}
}

// Read costs two calls: only the container itself tells whether its output has one stream or two.
func (d *logsData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	name := op.Values.String("container")
	found, err := op.Client.ContainerInspect(ctx, name)
	if docker.NotFound(err) {
		resp.Diagnostics.Append(op.Missing(path.Root("container"), name))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, name, err))
		return
	}
	logs, err := readLogs(ctx, op, found)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, name, fmt.Errorf("logs: %w", err)))
		return
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, map[string]attr.Value{
		"lines": tf.StringList(logs.lines), "truncated": types.BoolValue(logs.truncated()),
	}, &resp.State)...)
}

func readLogs(ctx context.Context, op *managed.Operation, found container.InspectResponse) (*boundedLines, error) {
	tail := int64(defaultTail)
	if !op.Values.Null("tail") {
		tail = op.Values.Int("tail")
	}
	options := container.LogsOptions{
		ShowStdout: orTrue(op.Values, "stdout"), ShowStderr: orTrue(op.Values, "stderr"), Timestamps: op.Values.Bool("timestamps"),
		Since: op.Values.String("since"), Until: op.Values.String("until"), Tail: strconv.FormatInt(tail, 10),
	}
	out := &boundedLines{limit: defaultLogBytes}
	if !op.Values.Null("max_bytes") {
		out.limit = int(op.Values.Int("max_bytes"))
	}
	if !options.ShowStdout && !options.ShowStderr || tail == 0 {
		return out, nil
	}
	// Engines count the lines of both streams, also where only one is asked for.
	terminal := found.Config != nil && found.Config.Tty
	if one := options.ShowStdout != options.ShowStderr && !terminal; tail < 0 || one {
		options.Tail = "all"
		out.most = int(max(tail, 0))
	}
	stream, err := op.Client.ContainerLogs(ctx, found.ID, options)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	stdout, stderr := &lineWriter{to: out}, &lineWriter{to: out}
	if terminal {
		_, err = io.Copy(stdout, stream)
	} else {
		_, err = stdcopy.StdCopy(stdout, stderr, stream)
	}
	stdout.flush()
	stderr.flush()
	return out, err
}

func orTrue(values tf.Values, name string) bool { return values.Null(name) || values.Bool(name) }

// boundedLines keeps the last lines: so many of them, if that is bounded, that have no more bytes together with an end
// each than the limit.
type boundedLines struct {
	lines []string
	bytes int
	limit int
	most  int
	// seen counts the lines, lastCut is the last of them that the limit of bytes has shortened or left out.
	seen, lastCut int
}

func (b *boundedLines) add(line string, cut bool) {
	b.seen++
	line = strings.ToValidUTF8(strings.TrimSuffix(line, "\r"), "\uFFFD")
	if over := len(line) + 1 - b.limit; over > 0 {
		line = strings.ToValidUTF8(line[over:], "")
		cut = true
	}
	if cut {
		b.lastCut = b.seen
	}
	b.lines = append(b.lines, line)
	b.bytes += len(line) + 1
	if b.most > 0 && len(b.lines) > b.most {
		b.drop()
	}
	for b.bytes > b.limit {
		b.lastCut = max(b.lastCut, b.seen-len(b.lines)+1)
		b.drop()
	}
}

func (b *boundedLines) drop() {
	b.bytes -= len(b.lines[0]) + 1
	b.lines = b.lines[1:]
}

// truncated tells whether the limit of bytes has taken something away that the number of lines had left.
func (b *boundedLines) truncated() bool {
	return b.lastCut > 0 && (b.most == 0 || b.lastCut > b.seen-b.most)
}

// lineWriter cuts one stream into lines.
type lineWriter struct {
	to   *boundedLines
	rest []byte
	cut  bool
}

func (w *lineWriter) Write(p []byte) (int, error) {
	written := len(p)
	for {
		line, more, found := bytes.Cut(p, []byte("\n"))
		w.rest = append(w.rest, line...)
		if over := len(w.rest) - w.to.limit; over > 0 {
			w.rest = append(w.rest[:0], w.rest[over:]...)
			w.cut = true
		}
		if !found {
			return written, nil
		}
		w.end()
		p = more
	}
}

func (w *lineWriter) end() {
	w.to.add(string(w.rest), w.cut)
	w.rest, w.cut = w.rest[:0], false
}

// flush adds a last line that has no end.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.end()
	}
}
