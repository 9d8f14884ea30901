package container

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	uploadsPath  = path.Root("uploads")
	revisionPath = path.Root("uploads_revision")
)

// planUploads reads the files to upload, refuses those that are not there, and replaces the container when
// their contents differ from what was copied into it, or may do so since they are not known yet.
func (r *containerResource) planUploads(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	configured, diags := tf.ValuesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	uploads, known, err := uploadsOf(configured)
	if err != nil {
		resp.Diagnostics.AddAttributeError(uploadsPath, "Invalid upload", err.Error()+".")
	}
	if known && len(uploads) == 0 || resp.Diagnostics.HasError() {
		return
	}
	revision, err := uploadsRevision(ctx, uploads, salt(ctx, req.Private))
	if err != nil {
		resp.Diagnostics.AddAttributeError(uploadsPath, "Unable to read a file to upload", err.Error()+".")
		return
	}
	var copied types.String
	if req.State.Raw.IsNull() {
		return
	}
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, revisionPath, &copied)...)
	if known && copied.ValueString() == revision {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, revisionPath, types.StringUnknown())...)
	if !copied.IsNull() {
		resp.RequiresReplace = append(resp.RequiresReplace, revisionPath)
	}
}
