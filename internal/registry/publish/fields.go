package publish

import (
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// spec is what a registry shows of a tag and of the further tags that a resource asks about.
type spec struct {
	Name, Digest, Reference, MediaType string
	Size                               int64
	Tags                               []string
}

func specOf(tag name.Tag, found v1.Descriptor, tags []string) *spec {
	digest := found.Digest.String()
	return &spec{
		Name: registry.Show(tag), Digest: digest, Reference: registry.Show(tag.Digest(digest)),
		MediaType: string(found.MediaType), Size: found.Size, Tags: tags,
	}
}

// The computed attributes that change with what is published.
const (
	digest       = "digest"
	sourceDigest = "source_digest"
	created      = "created"
)

// Fields are the attributes of everything that is published under tags: those before and those after what is special to
// the resource.
func Fields(nameDoc, sourceDoc string, own field.Table) field.Table {
	target := managed.NameField(nameDoc)
	target.API, target.Quiet = "Name", true
	tags := managed.TagsField()
	tags.API, tags.Quiet = "Tags", true
	// The planner decides when the computed values change, since that depends on more than the configuration.
	planned := []string{"name"}
	table := append(field.Table{target, tags}, own...)
	return append(table, field.Table{
		{
			Name: "triggers", Class: field.InPlace, Kind: field.StringMap{},
			Doc: "Any values; when one of them changes, everything is published again.",
		},
		managed.OverwriteField(),
		managed.KeepField("the tags and what they point to stay"),
		managed.CredentialsField(),
		{
			Name: digest, API: "Digest", Quiet: true, Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "Digest of the manifest or index that the tag points to (`Docker-Content-Digest` of the registry). It stays the same for " +
				"the same content.",
		},
		{
			Name: "reference", API: "Reference", Quiet: true, Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "What was published, pinned: `repository@digest`. Refer to it where a change has to have consequences, as in `image` of a " +
				"`containers_docker_container`.",
		},
		{
			Name: "media_type", API: "MediaType", Quiet: true, Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "Media type of the manifest or index, for example `application/vnd.oci.image.index.v1+json`.",
		},
		{
			Name: "size", API: "Size", Quiet: true, Class: field.Observed, Follows: planned, Kind: field.Int{},
			Doc: "Size of the manifest or index itself, in bytes.",
		},
		{Name: sourceDigest, Class: field.Observed, Follows: planned, Kind: field.String{}, Doc: sourceDoc},
		{
			Name: created, Class: field.Observed, Follows: planned, Kind: field.Bool{},
			Doc: "Whether the digest came into the repository by this resource, by another one in the same apply, or was taken over with the " +
				"tag by `overwrite`: then destroying deletes it, unless another tag leads to it. `false` where it was there before, as far as " +
				"the one who uploads can tell (an engine knows only digests that it has pulled or pushed itself): then only the tags are taken " +
				"away, but for the digest of a resource that is destroyed in the same run and leaves it to the last one.",
		},
		object.TimeoutsField(),
	}...)
}

// tagsOf are the further tags.
func tagsOf(values tf.Values) []string { return values.Strings("tags") }

// tagSet is the attribute tags: null where there are none, which is as good as an empty set.
func tagSet(tags []string) attr.Value {
	if len(tags) == 0 {
		return types.SetNull(types.StringType)
	}
	elements := make([]attr.Value, len(tags))
	for i, tag := range tags {
		elements[i] = types.StringValue(tag)
	}
	return types.SetValueMust(types.StringType, elements)
}
