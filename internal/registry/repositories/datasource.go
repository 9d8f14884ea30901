// Package repositories is the data source of the repositories of a registry.
package repositories

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*repositoriesData)(nil)

type repositoriesData struct {
	lookup.Data
}

// NewDataSource is the data source of the repositories of a registry.
func NewDataSource() datasource.DataSource {
	return &repositoriesData{lookup.Data{
		Type: "registry_repositories", Thing: "repositories", Key: lookup.HostKey,
		Doc: "The repositories of a registry, all pages of them, as far as the credentials may see them. An Azure Container Registry is " +
			"entered with the provider's `azure` settings. Some registries have no such list, among them Docker Hub.",
		Attributes: map[string]schema.Attribute{
			lookup.HostKey: schema.StringAttribute{
				Required: true, Validators: []validator.String{login.Host()},
				MarkdownDescription: "Host of the registry, for example `example.azurecr.io` or `registry.example.com:5000`.",
			},
			"pattern": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1), lookup.Pattern()},
				MarkdownDescription: "Regular expression of RE2 that repositories must match, anywhere: write `^` and `$` for the whole name. " +
					"Default: all repositories.",
			},
			"repositories": schema.ListAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "The repositories without the host, sorted: `team/app`.",
			},
		},
	}}
}

// Read asks for all pages.
func (d *repositoriesData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	filter, err := lookup.TagFilterOf(op.Values)
	if err != nil {
		resp.Diagnostics.AddError("Invalid filter", tf.Sentence(err.Error()))
		return
	}
	found, err := op.Registries.Repositories(ctx, op.Key())
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	found = slices.DeleteFunc(found, func(name string) bool { return filter.Pattern != nil && !filter.Pattern.MatchString(name) })
	slices.Sort(found)
	if found == nil {
		found = []string{}
	}
	resp.Diagnostics.Append(d.Finish(ctx, req.Config, map[string]any{"repositories": found}, &resp.State)...)
}
