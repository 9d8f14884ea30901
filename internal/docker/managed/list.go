package managed

import (
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/filters"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

var _ list.ListResourceWithConfigure = (*List)(nil)

// List is a list resource: it finds what an engine has, for "terraform query" and imports in bulk.
type List struct {
	// Base is the resource that is listed.
	Base
	// Command is the Docker CLI's command that takes the same filters: "docker volume ls".
	Command string
	// Find asks the engine for all objects that the filters let through.
	Find func(ctx context.Context, op *Operation, by filters.Args) ([]object.Found, error)
}

// listing is the operation as messages name it.
const listing = "list"

// ListResourceConfigSchema is the same for all: an engine, and filters.
func (l *List) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the " + l.Thing + "s that a container engine has, to be imported.",
		Attributes: map[string]schema.Attribute{
			"engine": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Key of the engine in the provider's `docker.engines`. Default: the provider's own engine.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"filters": schema.MapAttribute{
				Optional: true, ElementType: types.ListType{ElemType: types.StringType},
				MarkdownDescription: filtersDoc(l.Command), Validators: filtersChecks(),
			},
		},
	}
}

// List streams what there is, in the order of the names.
func (l *List) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var diags diag.Diagnostics
	ctx, cancel, op := begin(ctx, l.Clients(), l.Thing+"s", "", listing, req.Config, &diags)
	if op == nil {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	found, err := l.Find(ctx, op, FiltersOf(op.Values))
	if err != nil {
		cancel()
		diags.Append(op.Failed(listing, "", err))
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	l.Stream(ctx, req, stream, object.Listing{
		Found: found, Place: op.Values.String("engine"), Done: cancel, Gone: docker.NotFound,
		Failed: func(name string, err error) diag.Diagnostic { return op.Engine.Failed(Read, l.Thing, name, err) },
	})
}

// TagsOf are the references with a tag among those that an engine shows of an image. Some engines write "<none>:<none>" for
// an image without one, some show references by digest here too.
func TagsOf(references []string) []string {
	return slices.DeleteFunc(slices.Clone(references), func(reference string) bool {
		return strings.Contains(reference, "<none>") || strings.Contains(reference, "@")
	})
}
