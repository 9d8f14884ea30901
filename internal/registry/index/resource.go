package index

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure   = (*indexResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*indexResource)(nil)
	_ resource.ResourceWithImportState = (*indexResource)(nil)
	_ resource.ResourceWithIdentity    = (*indexResource)(nil)
)

type indexResource struct {
	publish.Resource
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one index.
func NewResource() resource.Resource {
	r := &indexResource{publish.Resource{Base: base(), OriginAttribute: images}}
	r.Origin = r
	return r
}

func base() managed.Base {
	return managed.In(object.Base{
		Type: "registry_index", Thing: "index",
		Doc: "An index in a registry: one reference for the images of several platforms, of which each engine takes its own. Images in other " +
			"repositories are copied into that of the index. Changes are made in place: the tags point to the new index once it is there. A " +
			"tag that somebody moved is moved back, one that is gone is made again. A tag that was there before is never moved unless " +
			"`overwrite` says so: import it. An imported index is taken to be what the configuration makes of it until something of that " +
			"changes. Destroying takes away the tags that still point to the index, and the index; the images stay.",
		Table:   table(),
		NewSpec: publish.NewSpec,
	})
}

// images is the attribute of what the index is made of.
const images = "images"

func fields() field.Table {
	return publish.Fields(
		"Reference to publish the index under, for example `registry.example.com/app:v1`. Without a tag it is `latest`.",
		"Hash of the digests of all images, by platform. When one of them has another digest, the index is published again.",
		field.Table{
			{
				Name: images, Class: field.InPlace, Required: true,
				Kind: field.Other{Attribute: schema.MapAttribute{
					Required: true, ElementType: tf.Reference.Type(),
					MarkdownDescription: "References of the images by platform, as `os/architecture[/variant]`: " +
						"`{ \"linux/amd64\" = containers_registry_image.amd64.reference }`. Best by digest; a tag is looked up by every plan. Of a " +
						"reference to an index, the image of that platform is taken. Changed in place.",
					Validators: []validator.Map{
						mapvalidator.SizeAtLeast(1), mapvalidator.KeysAre(tf.WholePlatform()),
						onePerPlatform{},
						tf.NoNulls{},
						mapvalidator.ValueStringsAre(tf.InNotation(tf.Reference)),
					},
				}},
			},
			{
				Name: "annotations", Class: field.InPlace, Kind: field.StringMap{},
				Doc: "Annotations of the index, for example `org.opencontainers.image.source`. They need the media type of OCI.",
			},
			{
				Name: "index_type", Class: field.InPlace,
				Kind: field.String{Default: string(types.OCIImageIndex), Validators: []validator.String{
					stringvalidator.OneOf(string(types.OCIImageIndex), string(types.DockerManifestList)),
				}},
				Doc: "Media type of the index: `" + string(types.OCIImageIndex) + "`, or `" + string(types.DockerManifestList) +
					"` for registries and engines that know only that. Default: the former.",
			},
		},
	)
}

var errAnnotations = errors.New("an index of the type " + string(types.DockerManifestList) + " has no annotations: leave them, or " +
	"index_type, out")

// Revision is part of publish.Origin.
func (r *indexResource) Revision(ctx context.Context, q publish.Question) (string, error) {
	planned := q.Planned
	if planned.String("index_type") == string(types.DockerManifestList) && !planned.Null("annotations") {
		return "", &tf.InputError{At: path.Root("annotations"), Summary: "No place for annotations", Err: errAnnotations}
	}
	if tf.HasUnknown(planned[images]) {
		return "", nil
	}
	sum := sha256.New()
	references := planned.StringMap(images)
	for _, platform := range slices.Sorted(maps.Keys(references)) {
		ref, err := registry.Parse(references[platform])
		if err != nil {
			return "", err
		}
		digest := ref.Identifier()
		if _, pinned := ref.(interface{ DigestStr() string }); !pinned {
			found, err := q.Registries.Head(ctx, ref)
			if err != nil {
				entry := transfer.IndexEntry{Reference: ref, Platform: platform}
				return "", &publish.AskError{
					At: path.Root(images).AtMapKey(platform), Err: &transfer.EntryError{Entry: entry, Err: err},
				}
			}
			digest = found.Digest.String()
		}
		_, _ = fmt.Fprintf(sum, "%q %q\n", platform, digest) // A hash takes everything.
	}
	return fmt.Sprintf("sha256:%x", sum.Sum(nil)), nil
}

// Publish is part of publish.Origin.
func (r *indexResource) Publish(ctx context.Context, op *managed.Operation, tags []string) (publish.Published, error) {
	revision, err := r.Revision(ctx, publish.Question{Registries: op.Registries, Planned: op.Values})
	if err != nil {
		return publish.Published{}, blame(err)
	}
	entries, err := entriesOf(op.Values)
	if err != nil {
		return publish.Published{}, err
	}
	media := types.MediaType(op.Values.String("index_type"))
	content, err := transfer.NewIndex(ctx, op.Registries, entries, op.Values.StringMap("annotations"), media)
	if err != nil {
		return publish.Published{}, blame(err)
	}
	made, err := publish.Push(ctx, op, content, tags)
	made.Revision = revision
	return made, errors.Join(err, content.Close())
}

func entriesOf(values tf.Values) ([]transfer.IndexEntry, error) {
	references := values.StringMap(images)
	var entries []transfer.IndexEntry
	for _, platform := range slices.Sorted(maps.Keys(references)) {
		ref, err := registry.Parse(references[platform])
		if err != nil {
			return nil, err
		}
		entries = append(entries, transfer.IndexEntry{Reference: ref, Platform: platform})
	}
	return entries, nil
}

// blame puts an error on the attribute that it is about.
func blame(err error) error {
	var entry *transfer.EntryError
	if !errors.As(err, &entry) || managed.Stopped(err) {
		return err
	}
	return &tf.InputError{At: path.Root(images).AtMapKey(entry.Entry.Platform), Summary: "Unable to use the image", Err: err}
}
