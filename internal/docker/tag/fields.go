package tag

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// spec is what the engine keeps of a reference.
type spec struct {
	Target, ID string
}

func fields() field.Table {
	return field.Table{
		{
			Name: "source_image", Class: field.InPlace, Required: true, Kind: field.String{Notation: tf.ImageName},
			Doc: "The image that gets the reference: the id of one, such as `image_id` of a `containers_docker_image`, whose change is " +
				"carried out " +
				"in the same apply; or a reference, whose move every plan notices.",
		},
		{
			Name: "target_image", API: "Target", Class: field.Replace, Required: true,
			Kind: field.String{Notation: tf.Reference, Validators: []validator.String{withoutDigest{}}},
			Doc: "The reference that the image gets, for example `registry.example.com/app:v1`. Without a tag it is `latest`. A reference that is " +
				"already there is never moved: import it.",
		},
		{
			Name: "image_id", API: "ID", Class: field.Observed, Follows: []string{"target_image"}, Kind: field.String{},
			Doc: "Id of the image that the reference points to.",
		},
		managed.EngineField(),
		object.TimeoutsField(),
	}
}

// withoutDigest refuses references that cannot be given to an image.
type withoutDigest struct{}

func (withoutDigest) Description(context.Context) string { return "must have no digest" }

func (v withoutDigest) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (withoutDigest) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if strings.Contains(req.ConfigValue.ValueString(), "@") {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid image reference",
			fmt.Sprintf("%q has a digest, which nobody can choose: leave it out.", req.ConfigValue.ValueString()))
	}
}

// askFor is how an engine is asked for an image. With its tag, a name cannot be taken for the beginning of an id; without
// the default registry, Podman finds what it keeps as localhost/name too.
func askFor(name string) string {
	if tf.IsImageID(name) {
		return name
	}
	return tf.FamiliarReference(name)
}
