package image

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/image"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*imageData)(nil)

type imageData struct {
	managed.Data
}

// NewDataSource is the data source of one image.
func NewDataSource() datasource.DataSource {
	return &imageData{managed.Data{
		Type: "docker_image", Thing: "image", Key: "name",
		Doc:        "An image that a container engine has, by a reference or by its id. Nothing is pulled.",
		Attributes: dataAttributes(),
	}}
}

var wholeID = stringvalidator.RegexMatches(regexp.MustCompile(`^(sha256:)?[0-9a-f]{64}$`), "write the whole id, sha256: and 64 "+
	"hexadecimal digits")

func dataAttributes() map[string]schema.Attribute {
	text := func(doc string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: doc}
	}
	texts := func(doc string) schema.Attribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: doc}
	}
	pairs := func(doc string) schema.Attribute {
		return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: doc}
	}
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Optional: true, CustomType: tf.Reference.Type(), MarkdownDescription: "Reference of the image, for example `nginx:1.27`. Exactly " +
				"one of " +
				"`name` and `id` is needed.",
			Validators: []validator.String{stringvalidator.ExactlyOneOf(path.MatchRoot("id"))},
		},
		"id": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{wholeID},
			MarkdownDescription: "Id of the image, `sha256:` and 64 hexadecimal digits.",
		},
		"repo_tags":    texts("References with a tag that point to the image, sorted."),
		"repo_digests": texts("References with a digest by which registries know the image, sorted."),
		"architecture": text("Processor architecture, for example `amd64`."),
		"variant":      text("Variant of the architecture, for example `v8`; null for most."),
		"os":           text("Operating system, for example `linux`."),
		"size": schema.Int64Attribute{
			Computed: true,
			MarkdownDescription: "Size of all layers in bytes, as the engine counts it: Docker before 29 counts them compressed where it " +
				"keeps its images in containerd.",
		},
		"created":       text("Time at which the image was made, as in RFC 3339; null where it does not say."),
		"author":        text("Author of the image; null where it does not say."),
		"labels":        pairs("Labels of the image."),
		"env":           pairs("Environment variables that containers of the image get."),
		"entrypoint":    texts("Start of the command that containers of the image run."),
		"cmd":           texts("Default arguments of the entrypoint, or the default command."),
		"user":          text("User that containers of the image run as; null for root."),
		"working_dir":   text("Working directory of containers of the image."),
		"exposed_ports": texts("Ports that the image says it listens at, for example `8080/tcp`, sorted."),
		"volumes":       texts("Paths that get a volume in containers of the image, sorted."),
		"stop_signal":   text("Signal that stops containers of the image; null for the engine's default."),
	}
}

// Read costs one call.
func (d *imageData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	wanted := op.Values.String("name") + op.Values.String("id")
	found, err := inspect(ctx, op, wanted)
	if docker.NotFound(err) {
		resp.Diagnostics.Append(missing(op.Values, wanted))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, wanted, err))
		return
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, dataOf(found), &resp.State)...)
}

func missing(values tf.Values, wanted string) diag.Diagnostic {
	at := path.Root("name")
	if values.Null("name") {
		at = path.Root("id")
	}
	return diag.NewAttributeErrorDiagnostic(at, "No such image", fmt.Sprintf(
		"The engine has no image %q, and a data source pulls none: use the resource containers_docker_image for that.", wanted))
}

func dataOf(found *image.InspectResponse) map[string]attr.Value {
	var config ocispec.ImageConfig
	if found.Config != nil {
		config = found.Config.ImageConfig
	}
	env := make(map[string]string, len(config.Env))
	for _, variable := range config.Env {
		name, value, _ := strings.Cut(variable, "=")
		env[name] = value
	}
	return map[string]attr.Value{
		"id": types.StringValue(found.ID), "repo_tags": sorted(found.RepoTags), "repo_digests": sorted(found.RepoDigests),
		"architecture": optionalText(found.Architecture), "variant": optionalText(found.Variant), "os": optionalText(found.Os),
		"size": types.Int64Value(found.Size), "created": optionalText(found.Created), "author": optionalText(found.Author),
		"labels": pairsOf(config.Labels), "env": pairsOf(env),
		"entrypoint": tf.StringList(config.Entrypoint), "cmd": tf.StringList(config.Cmd), "user": optionalText(config.User),
		"working_dir": optionalText(config.WorkingDir), "stop_signal": optionalText(config.StopSignal),
		"exposed_ports": sorted(slices.Collect(maps.Keys(config.ExposedPorts))), "volumes": sorted(slices.Collect(maps.Keys(config.Volumes))),
	}
}

func sorted(list []string) attr.Value {
	return tf.StringList(slices.Sorted(slices.Values(list)))
}

func pairsOf(m map[string]string) attr.Value {
	out := make(map[string]attr.Value, len(m))
	for k, v := range m {
		out[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, out)
}
