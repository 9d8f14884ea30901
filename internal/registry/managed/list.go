package managed

import (
	"context"
	"errors"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/sync/errgroup"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ list.ListResourceWithConfigure = (*List)(nil)

// jobs is how many tags a list looks up at once.
const jobs = 6

// List is a list resource: it finds the tags of a repository, for "terraform query" and imports in bulk.
type List struct {
	// Base is the resource that is listed.
	Base
	// Only, if set, tells whether what a tag points to is one of the resource's. Then each tag is looked up.
	Only func(v1.Descriptor) bool
	// Spec gives what an import shows of a tag, in the API types that the table maps to; begun is what the import starts from,
	// and may be completed.
	Spec func(tag name.Tag, found v1.Descriptor, begun tf.Values) any
}

// ListResourceConfigSchema is the same for all: a repository, and a pattern.
func (l *List) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists what the tags of a repository point to, to be imported.",
		Attributes: map[string]schema.Attribute{
			"repository": schema.StringAttribute{
				Required: true, Validators: []validator.String{lookup.Repository()},
				MarkdownDescription: "The repository, a reference without tag and digest, for example `registry.example.com/app`.",
			},
			"pattern": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1), lookup.Pattern()},
				MarkdownDescription: "Regular expression of RE2 that tags must match, anywhere: write `^` and `$` for the whole tag. " +
					"Default: all tags.",
			},
		},
	}
}

// List streams what there is, in the order of the names.
func (l *List) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	config, diags := tf.ValuesOf(ctx, req.Config)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	found, err := l.find(ctx, config)
	if err != nil {
		diags.Append(diag.WithPath(path.Root("repository"), registry.Failed("list", l.Thing, config.String("repository"), err)))
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	l.Stream(ctx, req, stream, object.Listing{
		Found: found, Done: func() {}, Gone: func(err error) bool { return errors.Is(err, registry.ErrNotFound) },
		Failed: func(name string, err error) diag.Diagnostic { return registry.Failed(object.Read, l.Thing, name, err) },
	})
}

// find asks for the tags, and what they point to where that decides.
func (l *List) find(ctx context.Context, config tf.Values) ([]object.Found, error) {
	repository, err := lookup.ParseRepository(config.String("repository"))
	if err != nil {
		return nil, err
	}
	filter, err := lookup.TagFilterOf(config)
	if err != nil {
		return nil, err
	}
	tags, err := lookup.FindTags(ctx, l.Clients().Registries, repository, filter)
	if err == nil {
		tags, err = l.ours(ctx, repository, tags)
	}
	found := make([]object.Found, 0, len(tags))
	for _, tag := range tags {
		found = append(found, l.found(repository.Tag(tag)))
	}
	return found, err
}

// ours are the tags that point to what the resource is about.
func (l *List) ours(ctx context.Context, repository name.Repository, tags []string) ([]string, error) {
	if l.Only == nil {
		return tags, nil
	}
	var mu sync.Mutex
	var ours []string
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for _, tag := range tags {
		group.Go(func() error {
			found, err := l.Clients().Registries.Head(ctx, repository.Tag(tag))
			if errors.Is(err, registry.ErrNotFound) || err == nil && !l.Only(found) {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			ours = append(ours, tag)
			return err
		})
	}
	return ours, group.Wait()
}

func (l *List) found(tag name.Tag) object.Found {
	return object.Found{
		Key: registry.Show(tag), Name: registry.Show(tag),
		Spec: func(ctx context.Context, begun tf.Values) (any, error) {
			found, err := l.Clients().Registries.Head(ctx, tag)
			return l.Spec(tag, found, begun), err
		},
	}
}
