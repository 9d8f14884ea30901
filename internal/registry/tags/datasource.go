// Package tags is the data source of the tags of a repository.
package tags

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*tagsData)(nil)

type tagsData struct {
	lookup.Data
}

// NewDataSource is the data source of the tags of a repository.
func NewDataSource() datasource.DataSource {
	return &tagsData{lookup.Data{
		Type: "registry_tags", Thing: "tags", Key: "repository",
		Doc: "The tags of a repository in a registry, all pages of them: one request for each 1000 tags, or as many as the registry " +
			"gives at once.\n\n" +
			"Registries give no dates, so the newest is told by the name. First come versions, the highest first: numbers with dots, with or " +
			"without a `v` before them (`1`, `v1.27.3`), and with a dash before the name of a pre-release (`1.27.3-rc.1`); of tags for the " +
			"same version, the one with more numbers. Then come all other tags (`latest`, `edge`, `sha-1a2b3c`) in natural order, the last " +
			"first: `build-10`, `build-9`, `build-1`.",
		Attributes: attributes(),
	}}
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"repository": schema.StringAttribute{
			Required: true, Validators: []validator.String{lookup.Repository()},
			MarkdownDescription: "The repository, a reference without tag and digest, for example `registry.example.com/app` or `nginx`.",
		},
		"pattern": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1), lookup.Pattern()},
			MarkdownDescription: "Regular expression of RE2 that tags must match, anywhere: write `^` and `$` for the whole tag. A group named " +
				"`version` says which part of the tag is its version, as in `^(?P<version>[0-9.]+)-alpine$`. Default: all tags.",
		},
		"semver": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1), lookup.Semver()},
			MarkdownDescription: "Constraint that the tag's version must meet, as Terraform writes them: `>= 1.2, < 2`, or `~> 1.27` for any " +
				"`1.x` from there on. Tags that are no versions are left out. Pre-releases are left out, too, but those that the constraint " +
				"names (`>= 1.3.0-rc.1`); a suffix such as that of `1.27-alpine` makes a pre-release, unless `pattern` says otherwise. " +
				"Default: no constraint.",
		},
		"include_prereleases": schema.BoolAttribute{
			Optional: true, Validators: []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot("semver"))},
			MarkdownDescription: "Whether a pre-release meets `semver` where the version that it leads to does: `1.3.0-rc.1` meets `>= 1.3`, and " +
				"`2.0.0-rc.1` does not meet `< 2`. Default: `false`.",
		},
		"limit": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
			MarkdownDescription: "How many tags to give at most, the newest. Default: all.",
		},
		"tags": schema.ListAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "The tags, the newest first.",
		},
		"latest": schema.StringAttribute{
			Computed: true, MarkdownDescription: "The first of `tags`, which need not be the tag `latest`; null where there is none.",
		},
	}
}

// Read asks for all pages.
func (d *tagsData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
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
	filter, err := lookup.TagFilterOf(op.Values)
	if err != nil {
		resp.Diagnostics.AddError("Invalid filter", tf.Sentence(err.Error()))
		return
	}
	tags, err := lookup.FindTags(ctx, op.Registries, repository, filter)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	found := map[string]any{"tags": tags}
	if len(tags) > 0 {
		found["latest"] = tags[0]
	}
	resp.Diagnostics.Append(d.Finish(ctx, req.Config, found, &resp.State)...)
}
