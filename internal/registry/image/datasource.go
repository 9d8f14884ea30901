package image

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/lookup"
)

var _ datasource.DataSourceWithConfigure = (*imageData)(nil)

type imageData struct {
	lookup.Data
}

// NewDataSource is the data source of one image or index.
func NewDataSource() datasource.DataSource {
	return &imageData{lookup.Data{
		Type: "registry_image", Thing: "image", Key: "name",
		Doc: "What a reference leads to in a registry, without an engine and without a download of layers: the digest to pin, the " +
			"platforms, the configuration.\n\n" +
			"It costs one request for the manifest and one for the configuration of an image; with `platform`, one more for the index. " +
			"An index without `platform` costs one request in all. In one run the same is asked for once, however many data sources want it.",
		Attributes: dataAttributes(),
	}}
}

// Read asks for the manifest, for the one of the platform if that is another, and for its configuration.
func (d *imageData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	found := find(ctx, op, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(d.Finish(ctx, req.Config, found.attributes(), &resp.State)...)
}

// find looks up what is configured. It adds an error on the attribute that cannot be.
func find(ctx context.Context, op *lookup.Operation, diags *diag.Diagnostics) *found {
	ref, ok := op.Reference(diags)
	if !ok {
		return nil
	}
	top, err := read(ctx, op.Registries, ref)
	if err != nil {
		diags.Append(op.Failed(err))
		return nil
	}
	out := &found{repository: ref.Context(), manifest: top}
	out.platforms, out.attestations = top.contents()
	wanted := op.Values.String("platform")
	if wanted != "" && top.isIndex() {
		chosen, problem := choose(out.platforms, wanted)
		if problem != "" {
			diags.Append(noPlatform(problem))
			return nil
		}
		if out.manifest, err = read(ctx, op.Registries, ref.Context().Digest(chosen.Digest)); err != nil {
			diags.Append(op.Failed(err))
			return nil
		}
	}
	if err := out.configure(ctx, op.Registries); err != nil {
		diags.Append(op.Failed(err))
		return nil
	}
	if wanted != "" && !top.isIndex() {
		if _, problem := choose(out.platforms, wanted); problem != "" {
			diags.Append(noPlatform(problem))
			return nil
		}
	}
	return out
}

func noPlatform(problem string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("platform"), "No image for the platform", problem)
}

// attributes are what the data source shows.
func (f *found) attributes() map[string]any {
	artifactType, annotations := f.manifest.About()
	if annotations == nil {
		annotations = map[string]string{}
	}
	out := map[string]any{
		"digest":        f.manifest.Digest.String(),
		"reference":     registry.Show(f.repository.Digest(f.manifest.Digest.String())),
		"media_type":    string(f.manifest.MediaType),
		"size":          f.manifest.Size,
		"annotations":   annotations,
		"artifact_type": lookup.Optional(artifactType),
		"subject":       f.manifest.subject(),
		"platforms":     f.platforms,
		"attestations":  f.attestations,
		"config":        f.config,
		"manifest":      string(f.manifest.Raw),
	}
	if !f.manifest.isIndex() {
		out["layers"], out["total_size"] = f.manifest.layers()
	}
	return out
}
