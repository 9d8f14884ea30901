package container

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/docker/docker/api/types/container"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Keys in private state.
const (
	// saltKey is the salt of uploads_revision.
	saltKey = "uploads_salt"
	// pendingKey marks a container whose files may not all have been copied yet.
	pendingKey = "uploads_pending"
	// startingKey marks a container that was started and that nobody has seen healthy yet, though that was asked for.
	startingKey = "starting"
)

// remember keeps, before the files are copied, that they are still to be copied.
func (j *job) remember(ctx context.Context, p object.Private) diag.Diagnostics {
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

func salt(ctx context.Context, p object.Private) string {
	kept, _ := p.GetKey(ctx, saltKey)
	var s string
	if len(kept) == 0 || json.Unmarshal(kept, &s) != nil {
		return ""
	}
	return s
}

func pending(ctx context.Context, p object.Private) bool {
	mark, _ := p.GetKey(ctx, pendingKey)
	return len(mark) > 0
}

// unfinished shows files that may not all have been copied as absent, so that the next apply copies them.
func (r *containerResource) unfinished(ctx context.Context, prior tf.Values, p object.Private) tf.Values {
	if pending(ctx, p) {
		prior["uploads"] = tf.NullOf(ctx, prior["uploads"].Type(ctx))
		prior["uploads_revision"] = types.StringNull()
	}
	return prior
}

// rememberStart keeps, before a start that waits until the container is healthy, that it is to be waited for.
func (j *job) rememberStart(ctx context.Context, p object.Private) diag.Diagnostics {
	to := j.Values.String("state")
	if to != stateRunning && to != statePaused || !j.Values.Object("wait").Bool("healthy") {
		return nil
	}
	j.starting = true
	return p.SetKey(ctx, startingKey, []byte("true"))
}

// stillStarting tells whether a start that was interrupted is still to be waited for, so that the next apply goes on with
// it. Once the container was seen in any other state, it is not.
func stillStarting(ctx context.Context, asked tf.Values, found *container.State, p object.Private) (bool, diag.Diagnostics) {
	mark, diags := p.GetKey(ctx, startingKey)
	if len(mark) == 0 {
		return false, diags
	}
	if found != nil && found.Running && !found.Paused && found.Health != nil && found.Health.Status != container.Healthy {
		return asked.Object("wait").Bool("healthy"), diags
	}
	diags.Append(p.SetKey(ctx, startingKey, nil)...)
	return false, diags
}

// keepUnfinished lets files that were to be copied before an interrupt be copied into the container that is there:
// its process has not seen it without them.
func keepUnfinished(ctx context.Context, change *object.Change) {
	if !pending(ctx, change.Private) {
		return
	}
	change.RequiresReplace = slices.DeleteFunc(change.RequiresReplace, func(p path.Path) bool {
		return p.Equal(uploadsPath) || p.Equal(revisionPath)
	})
}
