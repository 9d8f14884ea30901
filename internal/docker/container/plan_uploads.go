package container

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

const uploadsRevisionName = "uploads_revision"

var (
	uploadsPath  = path.Root("uploads")
	revisionPath = path.Root(uploadsRevisionName)
)

// planUploads reads the files to upload, refuses those that are not there, and replaces the container when
// their contents differ from what was copied into it, or may do so since they are not known yet.
func planUploads(ctx context.Context, change *object.Change) {
	uploads, known, err := uploadsOf(change.Config)
	if err != nil {
		change.Diagnostics.AddAttributeError(uploadsPath, "Invalid upload", err.Error()+".")
		return
	}
	if known && len(uploads) == 0 {
		return
	}
	revision, err := uploadsRevision(ctx, uploads, salt(ctx, change.Private))
	if err != nil {
		change.Diagnostics.AddAttributeError(uploadsPath, "Unable to read a file to upload", err.Error()+".")
		return
	}
	if change.Creates() || known && change.Prior.String(uploadsRevisionName) == revision {
		return
	}
	change.Planned[uploadsRevisionName] = types.StringUnknown()
	if !change.Prior[uploadsRevisionName].IsNull() {
		change.RequiresReplace = append(change.RequiresReplace, revisionPath)
	}
}
