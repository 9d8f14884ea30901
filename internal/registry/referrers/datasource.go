// Package referrers is the data source of what refers to an image: signatures, SBOMs, attestations.
package referrers

import (
	"context"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var _ datasource.DataSourceWithConfigure = (*referrersData)(nil)

type referrersData struct {
	lookup.Data
}

// NewDataSource is the data source of what refers to an image.
func NewDataSource() datasource.DataSource {
	return &referrersData{lookup.Data{
		Type: "registry_referrers", Thing: "referrers", Key: "name",
		Doc: "What refers to an image in a registry: signatures, SBOMs, attestations. Nothing of it is verified.\n\n" +
			"They are found by the OCI's referrers API, or where the registry does not have that by the tag that stands in for it, and by the " +
			"tags of cosign (`sha256-….sig`, `.att`, `.sbom`). Attestations that builders put into the index itself are in " +
			"`attestations` of the data source `containers_registry_image`. It costs five requests, or six without the API.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required: true, CustomType: tf.Reference.Type(),
				MarkdownDescription: "Reference of the image or index, with a tag or a digest, for example `registry.example.com/app:v1`.",
			},
			"artifact_type": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Type of what to give, for example `application/spdx+json`. Default: all types.",
			},
			"digest": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Digest that `name` leads to, which the referrers are about.",
			},
			"referrers": schema.ListNestedAttribute{
				Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: referrerAttributes()},
				MarkdownDescription: "What refers to the image, in the order of the registry, and then what cosign tagged.",
			},
		},
	}}
}

func referrerAttributes() map[string]schema.Attribute {
	text := func(doc string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: doc}
	}
	return map[string]schema.Attribute{
		"digest":        text("Digest of the referrer's manifest."),
		"media_type":    text("Media type of the manifest."),
		"artifact_type": text("Type of the artifact, or of its configuration where it names none; null for images, as cosign's are."),
		"size":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the manifest in bytes."},
		"annotations": schema.MapAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Annotations of the referrer.",
		},
		"kind": text("How it refers to the image: `subject` if its manifest says so; `signature`, `attestation` or `sbom` if cosign tagged " +
			"it as one."),
		"tag": text("Tag that it was found by; null where the registry has the referrers API."),
	}
}

// referrer is one of them, as the data source shows it.
type referrer struct {
	Digest       string            `tfsdk:"digest"`
	MediaType    string            `tfsdk:"media_type"`
	ArtifactType *string           `tfsdk:"artifact_type"`
	Size         int64             `tfsdk:"size"`
	Annotations  map[string]string `tfsdk:"annotations"`
	Kind         string            `tfsdk:"kind"`
	Tag          *string           `tfsdk:"tag"`
}

// Read asks which digest it is about, and what refers to that.
func (d *referrersData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	ref, ok := op.Reference(&resp.Diagnostics)
	if !ok {
		return
	}
	about, all, err := find(ctx, op, ref)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(err))
		return
	}
	resp.Diagnostics.Append(d.Finish(ctx, req.Config, map[string]any{
		"digest": about.DigestStr(), "referrers": shown(all),
	}, &resp.State)...)
}

func find(ctx context.Context, op *lookup.Operation, ref name.Reference) (name.Digest, []registry.Referrer, error) {
	// Registries answer with an empty list for what is not there.
	head, err := op.Registries.Head(ctx, ref)
	if err != nil {
		return name.Digest{}, nil, err
	}
	about := ref.Context().Digest(head.Digest.String())
	all, err := op.Registries.Referrers(ctx, about, op.Values.String("artifact_type"))
	return about, all, err
}

func shown(all []registry.Referrer) []referrer {
	out := make([]referrer, len(all))
	for i, one := range all {
		out[i] = referrer{
			Digest: one.Digest.String(), MediaType: string(one.MediaType), ArtifactType: lookup.Optional(one.ArtifactType), Size: one.Size,
			Annotations: one.Annotations, Kind: one.Kind, Tag: lookup.Optional(one.Tag),
		}
		if out[i].Annotations == nil {
			out[i].Annotations = map[string]string{}
		}
	}
	return out
}
