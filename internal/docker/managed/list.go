package managed

import (
	"cmp"
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
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ list.ListResourceWithConfigure = (*List)(nil)

// List is a list resource: it finds what an engine has, for "terraform query" and imports in bulk.
type List struct {
	// Base is the resource that is listed.
	Base
	// Command is the Docker CLI's command that takes the same filters: "docker volume ls".
	Command string
	// Find asks the engine for all objects that the filters let through.
	Find func(ctx context.Context, op *Operation, by filters.Args) ([]Found, error)
}

// Found is one object of a list.
type Found struct {
	// Key is the value of the resource's key.
	Key string
	// Name is what users know the object by.
	Name string
	// Spec gives what an import shows of the object, in the API types that the table maps to; begun is what the import
	// starts from, and may be completed. It is called only where the whole resource is asked for, and may ask the engine.
	Spec func(ctx context.Context, begun tf.Values) (any, error)
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
	slices.SortFunc(found, func(a, b Found) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key)) })
	stream.Results = func(push func(list.ListResult) bool) {
		defer cancel()
		count := int64(0)
		for _, one := range found {
			if req.Limit > 0 && count == req.Limit {
				return
			}
			result, there := l.result(ctx, req, op, one)
			if !there {
				continue
			}
			if count++; !push(result) {
				return
			}
		}
	}
}

// result describes one object. An object that has vanished meanwhile is not there.
func (l *List) result(ctx context.Context, req list.ListRequest, op *Operation, one Found) (list.ListResult, bool) {
	result := req.NewListResult(ctx)
	result.DisplayName = one.Name
	begun := l.Whole(ctx, l.Begun(ctx, op.Values.String("engine"), one.Key))
	result.Diagnostics.Append(l.SetIdentity(ctx, result.Identity, begun)...)
	if !req.IncludeResource {
		return result, true
	}
	spec, err := one.Spec(ctx, begun)
	if docker.NotFound(err) {
		return result, false
	}
	if err != nil {
		result.Diagnostics.Append(op.Engine.Failed(Read, l.Thing, one.Name, err))
		return result, true
	}
	imported := l.Table.Import(ctx, begun, l.Table.Get(ctx, spec))
	result.Diagnostics.Append(imported.WriteTo(ctx, result.Resource)...)
	return result, true
}

// TagsOf are the references with a tag among those that an engine shows of an image. Some engines write "<none>:<none>" for
// an image without one, some show references by digest here too.
func TagsOf(references []string) []string {
	return slices.DeleteFunc(slices.Clone(references), func(reference string) bool {
		return strings.Contains(reference, "<none>") || strings.Contains(reference, "@")
	})
}
