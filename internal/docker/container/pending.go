package container

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Keys in private state.
const (
	// saltKey is the salt of uploads_revision.
	saltKey = "uploads_salt"
	// pendingKey marks a container whose files may not all have been copied yet.
	pendingKey = "uploads_pending"
)

// remember keeps, before the files are copied, that they are still to be copied.
func (j *job) remember(ctx context.Context, p managed.Private) diag.Diagnostics {
	if len(j.uploads) == 0 {
		return nil
	}
	if j.salt == "" {
		j.salt = tf.NewSalt()
	}
	salt, err := json.Marshal(j.salt)
	var diags diag.Diagnostics
	if err != nil {
		diags.AddError("Unable to keep the salt of uploads", err.Error())
		return diags
	}
	diags.Append(p.SetKey(ctx, saltKey, salt)...)
	diags.Append(p.SetKey(ctx, pendingKey, []byte("true"))...)
	return diags
}

func salt(ctx context.Context, p managed.Private) string {
	kept, _ := p.GetKey(ctx, saltKey)
	var s string
	if len(kept) == 0 || json.Unmarshal(kept, &s) != nil {
		return ""
	}
	return s
}

func pending(ctx context.Context, p managed.Private) bool {
	mark, _ := p.GetKey(ctx, pendingKey)
	return len(mark) > 0
}

// unfinished shows files that may not all have been copied as absent, so that the next apply copies them.
func (r *containerResource) unfinished(ctx context.Context, prior tf.Values, p managed.Private) tf.Values {
	if pending(ctx, p) {
		prior["uploads"] = tf.NullOf(ctx, prior["uploads"].Type(ctx))
		prior["uploads_revision"] = types.StringNull()
	}
	return prior
}

// keepUnfinished lets files that were to be copied before an interrupt be copied into the container that is there:
// its process has not seen it without them.
func keepUnfinished(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !pending(ctx, req.Private) {
		return
	}
	resp.RequiresReplace = slices.DeleteFunc(resp.RequiresReplace, func(p path.Path) bool {
		return p.Equal(uploadsPath) || p.Equal(revisionPath)
	})
}
