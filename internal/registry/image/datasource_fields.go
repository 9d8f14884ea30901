package image

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func dataAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true, CustomType: tf.Reference.Type(),
			MarkdownDescription: "Reference of the image, with a tag or a digest, for example `registry.example.com/app:v1`.",
		},
		"platform": schema.StringAttribute{
			Optional: true, Validators: []validator.String{tf.WholePlatform()},
			MarkdownDescription: "Platform to describe the image of, `os/architecture` with an optional variant, for example `linux/arm64`. " +
				"Default: an index itself is described. A reference that leads to one image must be for this platform.",
		},
		"digest": text("Digest of the manifest that is described: of the index, or of the image for `platform`."),
		"reference": text("The image pinned to `digest`, for example `registry.example.com/app@sha256:...`: engines and hosts take it as an " +
			"image."),
		"media_type":  text("Media type of the manifest."),
		"size":        number("Size of the manifest in bytes."),
		"annotations": pairs("Annotations of the manifest."),
		"artifact_type": text("Type of an artifact that is no image, or of its configuration where it names none; null for images and most " +
			"indexes."),
		"subject": schema.SingleNestedAttribute{
			Computed: true, Attributes: descriptorAttributes("manifest"),
			MarkdownDescription: "The manifest that this one is about, as signatures and SBOMs are; null for images.",
		},
		"platforms": schema.MapNestedAttribute{
			Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: descriptorAttributes("manifest")},
			MarkdownDescription: "Images of the index by platform: `linux/amd64`, `linux/arm/v7`, `linux/arm64` (whose usual variant `v8` is left " +
				"out), `windows(10.0.20348.2700)/amd64`. A reference that leads to one image has that.",
		},
		"attestations": schema.ListNestedAttribute{
			Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: attestationAttributes()},
			MarkdownDescription: "Manifests of the index that are about its images, as builders make them for provenance and SBOMs.",
		},
		"config": schema.SingleNestedAttribute{
			Computed: true, Attributes: configAttributes(),
			MarkdownDescription: "Configuration of the image; null for an index without `platform`, and for artifacts that are no images.",
		},
		"layers": schema.ListNestedAttribute{
			Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: descriptorAttributes("layer")},
			MarkdownDescription: "Layers of the image, the lowest first; null for an index without `platform`.",
		},
		"total_size": number("Size of all layers and the configuration in bytes, compressed as in the registry; null for an index without " +
			"`platform`."),
		"manifest": text("The manifest as the registry has it, in JSON; `digest` is of this text."),
	}
}

func text(doc string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: doc}
}

func number(doc string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: doc}
}

func texts(doc string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: doc}
}

func pairs(doc string) schema.Attribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: doc}
}

func descriptorAttributes(thing string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"digest":     text("Digest of the " + thing + "."),
		"size":       number("Size of the " + thing + " in bytes, as the registry has it."),
		"media_type": text("Media type of the " + thing + "."),
	}
}

func attestationAttributes() map[string]schema.Attribute {
	attributes := maps.Clone(descriptorAttributes("attestation's manifest"))
	attributes["about"] = text("Digest of the manifest that the attestation is about; null where the index does not say.")
	return attributes
}

func configAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"architecture":  text("Processor architecture, for example `amd64`."),
		"os":            text("Operating system, for example `linux`."),
		"variant":       text("Variant of the architecture, for example `v8`; null for most."),
		"created":       text("Time at which the image was made, as in RFC 3339; null where it does not say."),
		"author":        text("Author of the image; null where it does not say."),
		"env":           pairs("Environment variables that containers of the image get."),
		"entrypoint":    texts("Start of the command that containers of the image run."),
		"cmd":           texts("Default arguments of the entrypoint, or the default command."),
		"working_dir":   text("Working directory of containers of the image; null for `/`."),
		"user":          text("User that containers of the image run as; null for root."),
		"exposed_ports": texts("Ports that the image says it listens at, for example `8080/tcp`, sorted."),
		"volumes":       texts("Paths that get a volume in containers of the image, sorted."),
		"labels":        pairs("Labels of the image."),
		"stop_signal":   text("Signal that stops containers of the image; null for the engine's default."),
		"healthcheck": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "How engines check that a container of the image is healthy; null where the image does not say.",
			Attributes: map[string]schema.Attribute{
				"test":           texts("The check: `[\"CMD\", program, arguments…]`, `[\"CMD-SHELL\", command]`, or `[\"NONE\"]`."),
				"interval":       text("Time between two checks, such as `30s`; null for the engine's default."),
				"timeout":        text("How long a check may take; null for the engine's default."),
				"start_period":   text("Time after the start in which failures do not count; null for none."),
				"start_interval": text("Time between two checks within `start_period`; null for the engine's default."),
				"retries":        number("How many failures in a row make a container unhealthy; null for the engine's default."),
			},
		},
	}
}
