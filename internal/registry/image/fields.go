package image

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/publish"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func fields() field.Table {
	return publish.Fields(
		"Reference to publish under, for example `registry.example.com/app:v1`. Without a tag it is `latest`. The registry is entered with "+
			"the provider's `registries`, or as the Docker CLI does.",
		"What was published, as its source knows it: the id of the image on its engine, the hash of the archive, the digest in the "+
			"other registry, or the hashes of what a build is made of. When the source holds something else, it is published again.",
		field.Table{
			{Name: "source", Class: field.InPlace, Kind: field.Other{Attribute: sourceAttribute()}},
			{
				Name: "platforms", Class: field.InPlace,
				Kind: field.StringSet{Validators: []validator.Set{
					setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(tf.WholePlatform()),
				}},
				Doc: "Platforms to publish of a source that has several, as `os/architecture[/variant]`: one gives an image, several an index " +
					"of just these. Default: all that the source has.",
			},
		},
	)
}

const inPlace = " Changed in place."

// The sources.
const (
	fromEngine   = "engine"
	fromArchive  = "archive"
	fromRegistry = "registry"
	fromBuild    = "build"
)

func sourceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Where the image comes from: exactly one of `engine`, `archive`, `registry` and `build`. Default: the image " +
			"that the provider's own engine has under `name`." + inPlace,
		Validators: []validator.Object{tf.ExactlyOneOf(fromEngine, fromArchive, fromRegistry, fromBuild)},
		Attributes: map[string]schema.Attribute{
			fromEngine: schema.SingleNestedAttribute{
				Optional: true, Attributes: engineAttributes(),
				MarkdownDescription: "An image that a container engine has." + inPlace,
			},
			fromArchive: schema.SingleNestedAttribute{
				Optional: true, Attributes: archiveAttributes(),
				MarkdownDescription: "An image in a file or folder of the machine that runs Terraform. No engine is needed." + inPlace,
			},
			fromRegistry: schema.SingleNestedAttribute{
				Optional: true, Attributes: registryAttributes(),
				MarkdownDescription: "An image in a registry, which is copied. No engine is needed; within one registry nothing is downloaded " +
					"where it can mount layers." + inPlace,
			},
			fromBuild: buildAttribute(),
		},
	}
}

// Who uploads an image of an engine.
const (
	byEngine   = "engine"
	byProvider = "provider"
)

func engineAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image": schema.StringAttribute{
			Required: true, CustomType: tf.ImageName.Type(), Validators: []validator.String{tf.InNotation(tf.ImageName)},
			MarkdownDescription: "The image: an id, such as `image_id` of a `containers_docker_image`, whose change is published in the same " +
				"apply; or a reference, of which every plan asks the engine what it means." + inPlace,
		},
		"engine": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Key of the engine in the provider's `docker.engines`. Default: the provider's own engine." + inPlace,
		},
		"upload": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf(byEngine, byProvider)},
			MarkdownDescription: "Who uploads. `engine`: the engine, as `docker push` does; it has to reach and trust the registry itself, and " +
				"gets the credentials. The image is called `name` on the engine while it uploads. `provider`: this provider, which takes the " +
				"image from the engine as `docker save` does; compressed anew, the layers may get other digests than a push of the engine " +
				"gives them. Default: `engine`, but `provider` with Podman, with `platforms`, and where the engine has another image called " +
				"`name`." + inPlace,
		},
	}
}

func archiveAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"path": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Path of an archive as `docker save` or `podman save` writes it, or of an OCI layout: a folder, or an archive of " +
				"one. Archives may be compressed with gzip or zstd." + inPlace,
		},
		"image": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Which image of an archive of several: its reference, or its `org.opencontainers.image.ref.name`. Default: the " +
				"only one." + inPlace,
		},
	}
}

func registryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"reference": schema.StringAttribute{
			Required: true, CustomType: tf.Reference.Type(), Validators: []validator.String{tf.InNotation(tf.Reference)},
			MarkdownDescription: "Reference of the image, best by digest. It is looked up by every plan, which warns where it is not there, and " +
				"copied again when a tag points elsewhere." + inPlace,
		},
	}
}

// at is the path of an attribute of the source.
func at(source, name string) path.Path { return path.Root("source").AtName(source).AtName(name) }

// sourceOf is where the image comes from, and the attributes of that.
func sourceOf(values tf.Values) (string, tf.Values) {
	source := values.Object("source")
	for _, from := range []string{fromArchive, fromRegistry, fromBuild, fromEngine} {
		if v, ok := source[from]; ok && !v.IsNull() {
			return from, source.Object(from)
		}
	}
	return fromEngine, tf.Values{"image": values["name"]}
}
