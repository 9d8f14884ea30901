package image

import (
	"strings"

	"github.com/docker/docker/api/types/image"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/login"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// spec is what the engine keeps of an image under a reference.
type spec struct {
	Name        string
	ID          string
	RepoDigests string
}

// specOf prefers the digest that was seen before, where an image has several in the same repository.
func specOf(name string, found *image.InspectResponse, before string) *spec {
	return &spec{Name: name, ID: found.ID, RepoDigests: repoDigest(found.RepoDigests, name, before)}
}

// repoDigest chooses the digest of the reference's repository.
func repoDigest(digests []string, name, before string) string {
	chosen := ""
	for _, d := range digests {
		if repositoryOf(d) != repositoryOf(name) {
			continue
		}
		if chosen == "" || d == before {
			chosen = d
		}
	}
	return chosen
}

func fields() field.Table {
	// The planner decides when computed values change, since that depends on more than the configuration.
	planned := []string{"name"}
	return field.Table{
		{
			Name: "name", API: "Name", Class: field.Replace, Required: true, Kind: field.String{Notation: tf.Reference},
			Doc: "Reference of the image, for example `nginx:1.27` or `registry.example.com/app:v1`. Without a tag it is `latest`. A reference " +
				"with a digest can only be pulled.",
		},
		{Name: "pull", Class: field.InPlace, Kind: field.Other{Attribute: pullAttribute()}},
		{Name: "build", Class: field.InPlace, Kind: field.Other{Attribute: buildAttribute()}},
		{Name: "load", Class: field.InPlace, Kind: field.Other{Attribute: loadAttribute()}},
		{Name: login.Name, Class: field.ClientOnly, Kind: field.Other{Attribute: login.Attribute()}},
		{
			Name: "triggers", Class: field.InPlace, Kind: field.StringMap{},
			Doc: "Any values; when one of them changes, the image is pulled, built or loaded again.",
		},
		{
			Name: "keep_on_destroy", Class: field.ClientOnly, Kind: field.Bool{Default: new(bool)},
			Doc: "Whether the image stays on the engine when the resource is destroyed. An image that was there before stays in any case. " +
				"Default: `false`.",
		},
		{
			Name: "force_remove", Class: field.ClientOnly, Kind: field.Bool{Default: new(bool)},
			Doc: "Whether destroying removes the image although stopped containers use it. Default: `false`.",
		},
		{
			Name: "image_id", API: "ID", Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "Id of the image that the reference points to. Refer to it where a change of the image has to have consequences, as in " +
				"`image` of a `containers_docker_container`.",
		},
		{
			Name: "repo_digest", API: "RepoDigests", Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "The image by its digest in the registry, for example `nginx@sha256:…`. Null for an image that never was in a registry.",
		},
		{
			Name: "context_hash", Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "Hash of what the image was made of: all files of the build context that `.dockerignore` lets through, with the Dockerfile " +
				"and local `additional_contexts`, or the content of the archive. When what is there hashes to something else, the image " +
				"is made again. A context that is written in the same apply is noticed by the plan after it.",
		},
		{
			Name: "secrets_revision", Class: field.Observed, Follows: planned, Kind: field.String{},
			Doc: "Changes whenever a `content_wo` of `build.secrets` does; nothing else can be told from it.",
		},
		{
			Name: "owned", Class: field.Observed, Follows: planned, Kind: field.Bool{},
			Doc: "Whether the reference was made or imported by this resource, so that destroying takes it away. `false` where `pull` found an " +
				"image of that name.",
		},
		managed.EngineField(),
		object.TimeoutsField(),
	}
}

// Policies of pulling.
const (
	policyMissing = "missing"
	policyAlways  = "always"
	policyDigest  = "digest"
)

const inPlace = " Changed in place."

func pullAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Takes the image from its registry, through the engine. Conflicts with `build` and `load`; it is what happens " +
			"where none of the three is set." + inPlace,
		Validators: []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("build"), path.MatchRoot("load"))},
		Attributes: map[string]schema.Attribute{
			"policy": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "When to pull. `missing`: when the engine has no image of this reference; whatever it has is used. `always`: " +
					"at creation, and whenever the registry has another digest than the engine, which every plan looks up: once for all " +
					"images of a reference, and through the engine where this machine cannot reach the registry. `digest`: " +
					"at creation, and from then on the reference is pinned to that digest: when it points elsewhere on the engine, the digest is " +
					"pulled again, whatever the registry's tag means by then. `triggers` choose anew. Default: `missing`." + inPlace,
				Validators: []validator.String{stringvalidator.OneOf(policyMissing, policyAlways, policyDigest)},
			},
			"platform": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Platform of the image to choose, as `os/architecture[/variant]`, for example `linux/arm64`. Default: the " +
					"engine's." + inPlace,
				Validators: []validator.String{tf.Platform()},
			},
		},
	}
}

func loadAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Takes the image from an archive as `docker save` writes it. It gets the reference `name`, whatever it is " +
			"called in " +
			"the archive; no other reference is touched." + inPlace,
		Attributes: map[string]schema.Attribute{
			"archive": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Path of the archive on the machine that runs Terraform, plain or compressed with gzip. An archive of several " +
					"images must have one called `name`." + inPlace,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// The sources of an image.
const (
	sourcePull  = "pull"
	sourceBuild = "build"
	sourceLoad  = "load"
)

// sourceOf is where the image comes from.
func sourceOf(values tf.Values) string {
	for _, source := range []string{sourceBuild, sourceLoad} {
		if v, ok := values[source]; ok && !v.IsNull() {
			return source
		}
	}
	return sourcePull
}

// policyOf is the policy of pulling.
func policyOf(values tf.Values) string {
	if policy := values.Object("pull").String("policy"); policy != "" {
		return policy
	}
	return policyMissing
}

// repositoryOf is the whole name of a reference without its tag and digest.
func repositoryOf(reference string) string {
	canonical, err := tf.CanonicalReference(reference)
	if err != nil {
		return reference
	}
	name, _, _ := strings.Cut(canonical, "@")
	if at := strings.LastIndex(name, ":"); at > strings.LastIndex(name, "/") {
		name = name[:at]
	}
	return name
}

// digestOf is the digest in a reference, empty if it has none.
func digestOf(reference string) string {
	_, digest, _ := strings.Cut(reference, "@")
	return digest
}

// canonical is the spelling in which references are compared and sent: an engine cannot take it for an id.
func canonical(reference string) string {
	whole, err := tf.CanonicalReference(reference)
	if err != nil {
		return reference
	}
	return whole
}

// tagsOf are the further references of a built image.
func tagsOf(values tf.Values) []string {
	return values.Object("build").Strings("tags")
}

// optionalText is null for an empty text.
func optionalText(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
