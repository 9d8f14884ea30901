package image

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure   = (*imageResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*imageResource)(nil)
	_ resource.ResourceWithImportState = (*imageResource)(nil)
	_ resource.ResourceWithIdentity    = (*imageResource)(nil)
)

type imageResource struct {
	publish.Resource
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one published image.
func NewResource() resource.Resource {
	r := &imageResource{publish.Resource{Base: base(), OriginAttribute: "source"}}
	r.Origin = r
	return r
}

func base() managed.Base {
	return managed.In(object.Base{
		Type: "registry_image", MovedType: "docker_registry_image", Thing: "image",
		Doc: "An image in a registry, published from a container engine, from an archive or OCI layout, from another registry, or straight " +
			"from a build. Changes " +
			"are made in place: the tags point to the new digest once all of it is there. A tag that somebody moved is moved back, one that " +
			"is gone is made again. A tag that was there before is never moved unless `overwrite` says so: import it. An imported image is " +
			"taken to be what the configuration makes of it until something of that changes.\n\nDestroying takes away the tags that still " +
			"point to what was published, and then the digests that came by this resource, where no other tag of the repository points " +
			"to them. The parts of an index, which other indexes may share, and the layers are left to the registry's garbage collection.",
		Table:   table(),
		NewSpec: publish.NewSpec,
	})
}

// Revision is part of publish.Origin.
func (r *imageResource) Revision(ctx context.Context, q publish.Question) (string, error) {
	if q.Planned["source"].IsUnknown() {
		return "", nil
	}
	from, source := sourceOf(q.Planned)
	for _, v := range source {
		if tf.HasUnknown(v) {
			return "", nil
		}
	}
	switch from {
	case fromArchive:
		return fingerprint(ctx, source)
	case fromRegistry:
		return remoteDigest(ctx, q.Registries, source)
	case fromBuild:
		return buildRevision(ctx, q)
	default:
		return r.engineID(ctx, source)
	}
}

// Publish is part of publish.Origin.
func (r *imageResource) Publish(ctx context.Context, op *managed.Operation, tags []string) (publish.Published, error) {
	from, source := sourceOf(op.Values)
	switch from {
	case fromEngine:
		return r.publishFromEngine(ctx, op, source, tags)
	case fromBuild:
		return r.publishBuild(ctx, op, source, tags)
	}
	content, revision, err := open(ctx, op, from, source)
	if err != nil {
		return publish.Published{}, err
	}
	made, err := pushContent(ctx, op, content, tags)
	made.Revision = revision
	if errors.Is(err, transfer.ErrArchive) {
		err = unreadable(err)
	}
	return made, errors.Join(err, content.Close())
}

// open opens the content of a source without an engine, and says which revision that is.
func open(ctx context.Context, op *managed.Operation, from string, source tf.Values) (*transfer.Content, string, error) {
	if from == fromRegistry {
		return openRemote(ctx, op, source)
	}
	return openArchive(ctx, source)
}

// pushContent uploads what is wished of the content.
func pushContent(ctx context.Context, op *managed.Operation, content *transfer.Content, tags []string) (publish.Published, error) {
	wished, err := content.Select(ctx, op.Values.Strings("platforms"))
	if errors.Is(err, transfer.ErrPlatform) {
		return publish.Published{}, &tf.InputError{At: path.Root("platforms"), Summary: "No such platform", Err: err}
	}
	if err != nil {
		return publish.Published{}, err
	}
	return publish.Push(ctx, op, wished, tags)
}
