package object

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Found is one object of a list.
type Found struct {
	// Key is the value of the resource's key.
	Key string
	// Name is what users know the object by.
	Name string
	// Spec gives what an import shows of the object, in the API types that the table maps to; begun is what the import
	// starts from, and may be completed. It is called only where the whole resource is asked for, and may ask the platform.
	Spec func(ctx context.Context, begun tf.Values) (any, error)
}

// Listing is what a list has found.
type Listing struct {
	Found []Found
	// Place is where the objects are, empty for the usual place.
	Place string
	// Done is called at the end.
	Done func()
	// Gone recognises the error of an object that has vanished meanwhile, and Failed describes all others.
	Gone   func(error) bool
	Failed func(name string, err error) diag.Diagnostic
}

// Stream gives the results of a list, in the order of the names.
func (b *Base) Stream(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, all Listing) {
	slices.SortFunc(all.Found, func(a, b Found) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key)) })
	stream.Results = func(push func(list.ListResult) bool) {
		defer all.Done()
		count := int64(0)
		for _, one := range all.Found {
			if req.Limit > 0 && count == req.Limit {
				return
			}
			result, there := b.result(ctx, req, all, one)
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
func (b *Base) result(ctx context.Context, req list.ListRequest, all Listing, one Found) (list.ListResult, bool) {
	result := req.NewListResult(ctx)
	result.DisplayName = one.Name
	begun := b.Whole(ctx, b.Begun(ctx, all.Place, one.Key))
	result.Diagnostics.Append(b.SetIdentity(ctx, result.Identity, begun)...)
	if !req.IncludeResource {
		return result, true
	}
	spec, err := one.Spec(ctx, begun)
	if err != nil {
		result.Diagnostics.Append(all.Failed(one.Name, err))
		return result, !all.Gone(err)
	}
	imported := b.Table.Import(ctx, begun, b.Table.Get(ctx, spec))
	result.Diagnostics.Append(imported.WriteTo(ctx, result.Resource)...)
	return result, true
}
