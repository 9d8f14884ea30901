package container

import (
	"regexp"
	"strings"

	"github.com/containerd/platforms"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var validName = tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]+$`),
	"write at least two letters, digits, underscores, dots or hyphens, starting with a letter or digit")

// identityFields say which container it is and what it is made of.
func identityFields() field.Table {
	return field.Table{
		{
			Name: "id", API: "ID", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Id of the container, 64 hexadecimal digits.",
		},
		{
			Name: "name", API: "Name", Class: field.InPlace, ServerSet: true, Stable: true,
			Kind: field.String{Validators: []validator.String{validName}},
			Doc:  "Name of the container. Default: a unique name, which starts with `name_prefix` if that is set.",
		},
		{
			Name: "name_prefix", Class: field.Replace,
			Kind: field.String{Validators: []validator.String{validName, tf.ConflictsWith("name")}},
			Doc:  "How the unique name of the container starts. Conflicts with `name`.",
		},
		{
			Name: "image", API: "Config.Image", Class: field.Replace, Required: true, Fulfilled: runsImage, SamePodman: sameLocalImage,
			Kind: field.String{Notation: tf.ImageName},
			Doc: "Image to run: a reference such as `nginx:1.27`, or the id of an image. Refer to `image_id` of a " +
				"`containers_docker_image` to have the container replaced when the image changes. An image that the engine does not " +
				"have is pulled. Terraform takes the container away before it changes the image, so that it is missing while the image is " +
				"built, and if that fails: with `create_before_destroy` and `name_prefix` the old one stays until the new one is up.",
		},
		{
			Name: "image_id", API: "ImageID", Class: field.Observed, Stable: true, Kind: field.String{},
			Doc: "Id of the image that the container was made of.",
		},
		{
			Name: "platform", API: "Platform", Class: field.Replace, Respelt: true, Same: samePlatform,
			Kind: field.String{Validators: []validator.String{tf.Platform()}}, OmitOnImport: always,
			Doc: "Platform of the image to choose, as `os/architecture[/variant]`, for example `linux/arm64`. Default: the engine's.",
		},
		{
			Name: "labels", API: "Config.Labels", Class: field.Replace, Kind: field.StringMap{}, Narrow: onlyConfigured,
			Doc: "Labels of the container, beside those of the image.",
		},
		{
			Name: "annotations", API: "HostConfig.Annotations", Class: field.Replace, Kind: field.StringMap{}, Needs: docker.Annotations,
			Doc: "Annotations that are passed to the OCI runtime.",
		},
	}
}

// runsImage tells whether the container already runs the image that is asked for by its id.
func runsImage(prior tf.Values, will attr.Value) bool {
	name, ok := tf.TextOf(will)
	return ok && isID(name, prior.String("image_id"))
}

// showImage shows the image by the id that is asked for, where the container was made of it under another name.
func (s *spec) showImage(asked string) {
	if isID(asked, s.ImageID) {
		s.Config.Image = asked
	}
}

// isID tells whether a name of an image is that id.
func isID(name, id string) bool {
	return tf.IsImageID(name) && strings.TrimPrefix(name, "sha256:") == strings.TrimPrefix(id, "sha256:")
}

// samePlatform compares by meaning. Engines show an operating system alone, which says nothing of the rest.
func samePlatform(a, b attr.Value) bool {
	x, _ := tf.TextOf(a)
	y, _ := tf.TextOf(b)
	system, _, whole := strings.Cut(x, "/")
	other, _, otherWhole := strings.Cut(y, "/")
	if !whole || !otherWhole {
		return system == other
	}
	p, errP := platforms.Parse(x)
	q, errQ := platforms.Parse(y)
	return errP == nil && errQ == nil && platforms.Format(platforms.Normalize(p)) == platforms.Format(platforms.Normalize(q))
}
