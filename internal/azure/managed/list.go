package managed

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

var _ list.ListResourceWithConfigure = (*List)(nil)

// List is the list resource of a Kind, for "terraform query" and imports in bulk.
type List struct {
	Resource
}

// NewListResource makes the constructor of a kind's list resource.
func NewListResource(kind *Kind) func() list.ListResource {
	return func() list.ListResource { return &List{Resource{Kind: kind}} }
}

// ListResourceConfigSchema has one attribute: where to look.
func (l *List) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	where := schema.StringAttribute{
		Optional: true, Validators: []validator.String{IDOf("")},
		MarkdownDescription: "The id of what the objects are in: of a resource group, or of a subscription, as `/subscriptions/UUID`. " +
			"Default: the subscription of the provider's `azure` settings.",
	}
	if l.isChild() {
		where = schema.StringAttribute{
			Required: true, Validators: []validator.String{IDOf(l.parentType())},
			MarkdownDescription: "The id of what the objects are in, of type `" + l.parentType() + "`.",
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists what Azure has of the type " + l.Thing + ", to be imported.",
		Attributes:          map[string]schema.Attribute{l.whereName(): where},
	}
}

// isChild tells whether the objects are parts of other objects.
func (k *Kind) isChild() bool { return strings.Count(k.ARM, "/") > 1 }

func (k *Kind) parentType() string { return k.ARM[:strings.LastIndex(k.ARM, "/")] }

func (l *List) whereName() string {
	if l.isChild() {
		return l.Parent
	}
	return "scope"
}

// List streams what there is, as Azure gives it.
func (l *List) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var where *string
	diags := req.Config.GetAttribute(ctx, path.Root(l.whereName()), &where)
	collection, err := l.collection(ctx, where)
	if err != nil {
		diags.AddError("Unable to list "+l.Thing, err.Error()+".")
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, object.Read, nil))
		defer cancel()
		count := int64(0)
		for found, err := range l.azure.Client().List(ctx, collection, l.Version, nil) {
			if req.Limit > 0 && count == req.Limit {
				return
			}
			count++
			if !push(l.result(ctx, req, found, err)) {
				return
			}
		}
	}
}

// collection is the path that lists the objects.
func (l *List) collection(ctx context.Context, where *string) (string, error) {
	if where == nil {
		subscription, err := l.azure.SubscriptionID(ctx)
		if err != nil {
			return "", err
		}
		in := "/subscriptions/" + subscription
		where = &in
	}
	in, err := parseScope(*where)
	if err != nil {
		return "", err
	}
	return in.Collection(l.ARM)
}

// result describes one object.
func (l *List) result(ctx context.Context, req list.ListRequest, found arm.Object, err error) list.ListResult {
	result := req.NewListResult(ctx)
	op := &Operation{kind: l.Kind, azure: l.azure, Client: l.azure.Client(), verb: object.Read}
	text, _ := found["id"].(string)
	if err == nil {
		op.ID, err = l.ownID(text)
	}
	if err != nil {
		result.Diagnostics.Append(diag.NewErrorDiagnostic("Unable to list "+l.Thing, err.Error()+"."))
		return result
	}
	result.DisplayName = shortID(op.ID)
	result.Diagnostics.Append(setIdentity(ctx, result.Identity, op.ID)...)
	if !req.IncludeResource {
		return result
	}
	op.prior = l.begun(result.Resource.Raw.Type(), op.ID)
	whole, _, err := l.Mapping().Import(ctx, op.prior, normal(found, op.ID))
	if err != nil {
		result.Diagnostics.Append(op.Failed(err))
		return result
	}
	result.Resource.Raw = op.ownTags(whole)
	return result
}
