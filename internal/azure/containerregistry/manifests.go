package containerregistry

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*manifestsData)(nil)

type manifestsData struct {
	lookup.Data
}

// NewManifestsDataSource is the data source of the manifests of a repository.
func NewManifestsDataSource() datasource.DataSource {
	return &manifestsData{lookup.Data{
		Type: "azure_container_registry_manifests", Thing: "manifests", Key: "repository",
		Doc: "What a repository of an Azure Container Registry has, with a tag or without, the newest first: one request for each page. Other " +
			"registries do not show that; `containers_registry_tags` has the tags of any.",
		Attributes: map[string]schema.Attribute{
			"repository": schema.StringAttribute{
				Required: true, Validators: []validator.String{lookup.Repository()},
				MarkdownDescription: "The repository, with the host of the registry: `example.azurecr.io/team/app`.",
			},
			"untagged": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether only manifests without a tag are given (`true`), or only those with one (`false`). " +
					"Default: all.",
			},
			"manifests": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The manifests, the newest first.",
				NestedObject: schema.NestedAttributeObject{Attributes: manifestAttributes()},
			},
		},
	}}
}

func manifestAttributes() map[string]schema.Attribute {
	text := func(doc string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: doc}
	}
	flag := func(doc string) schema.Attribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: doc}
	}
	return map[string]schema.Attribute{
		"digest":         text("The digest."),
		"tags":           schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The tags that point to it."},
		"media_type":     text("The media type, which tells an image from an index."),
		"architecture":   text("The architecture of an image; null for what is none."),
		"os":             text("The operating system of an image; null for what is none."),
		"size":           schema.Int64Attribute{Computed: true, MarkdownDescription: "The size in bytes, as Azure counts it."},
		"created_at":     text("When it was pushed, in RFC 3339."),
		"updated_at":     text("When it or its tags changed last, in RFC 3339."),
		"delete_enabled": flag("Whether it can be deleted."),
		"write_enabled":  flag("Whether it can be changed."),
		"list_enabled":   flag("Whether it is shown in lists."),
		"read_enabled":   flag("Whether it can be pulled."),
	}
}

// manifest is one of them as the schema has it.
type manifest struct {
	Digest        string   `tfsdk:"digest"`
	Tags          []string `tfsdk:"tags"`
	MediaType     *string  `tfsdk:"media_type"`
	Architecture  *string  `tfsdk:"architecture"`
	OS            *string  `tfsdk:"os"`
	Size          int64    `tfsdk:"size"`
	CreatedAt     *string  `tfsdk:"created_at"`
	UpdatedAt     *string  `tfsdk:"updated_at"`
	DeleteEnabled bool     `tfsdk:"delete_enabled"`
	WriteEnabled  bool     `tfsdk:"write_enabled"`
	ListEnabled   bool     `tfsdk:"list_enabled"`
	ReadEnabled   bool     `tfsdk:"read_enabled"`
}

// manifestOf shows what Azure tells.
func manifestOf(e registry.ManifestEntry) manifest {
	stamp := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := t.UTC().Format(time.RFC3339Nano)
		return &text
	}
	return manifest{
		Digest: e.Digest, Tags: append([]string{}, e.Tags...), MediaType: lookup.Optional(e.MediaType),
		Architecture: lookup.Optional(e.Architecture), OS: lookup.Optional(e.OS), Size: e.Size,
		CreatedAt: stamp(e.Created), UpdatedAt: stamp(e.Updated),
		DeleteEnabled: e.Locks.Delete, WriteEnabled: e.Locks.Write, ListEnabled: e.Locks.List, ReadEnabled: e.Locks.Read,
	}
}

// Read asks for all pages.
func (d *manifestsData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	repository, err := lookup.ParseRepository(op.Key())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("repository"), "Invalid repository", tf.Sentence(err.Error()))
		return
	}
	all, err := op.Registries.AzureManifests(ctx, repository)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	found := []manifest{}
	for _, one := range all {
		if op.Values.Null("untagged") || op.Values.Bool("untagged") == (len(one.Tags) == 0) {
			found = append(found, manifestOf(one))
		}
	}
	resp.Diagnostics.Append(d.Finish(ctx, req.Config, map[string]any{"manifests": found}, &resp.State)...)
}
