package publish

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Update publishes again where the plan says that the digest may change, else points the tags that are missing to what is
// there; then it takes away the tags that are not configured any more.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Update, req.Plan, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	m, diags := recall(ctx, req.Private, prior, op.Target.TagStr())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	j := newJob(op, m)
	resp.Diagnostics.Append(j.mustBeFree(ctx, object.Update, j.missing(prior))...)
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.bring(ctx, j, prior)
	if err == nil {
		err = j.takeAway(ctx)
	}
	j.stay()
	if err != nil {
		j.fallBack(ctx, prior)
		resp.Diagnostics.Append(j.failed(object.Update, err))
	}
	resp.Diagnostics.Append(j.memory.save(ctx, resp.Private)...)
	found, err := j.look(ctx)
	if err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(j.failed(object.Update, err))
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, found, &resp.State, resp.Identity)...)
}

// missing are the wished tags that do not point to what was published.
func (j *job) missing(prior tf.Values) []string {
	return slices.DeleteFunc(slices.Clone(j.wished), func(tag string) bool {
		return tag == j.Target.TagStr() || slices.Contains(tagsOf(prior), tag)
	})
}

// bring has all wished tags point to what is wished.
func (r *Resource) bring(ctx context.Context, j *job, prior tf.Values) error {
	if j.Values[digest].IsUnknown() {
		j.Values[created] = prior[created]
		made, err := r.Origin.Publish(ctx, j.Operation, j.wished)
		if made.Digest != "" {
			j.note(made, false)
		}
		return err
	}
	if j.Values[sourceDigest].IsUnknown() {
		revision, err := r.Origin.Revision(ctx, j.question())
		if err != nil {
			return err
		}
		j.memory.Adopted, j.Values[sourceDigest] = false, types.StringValue(revision)
	}
	for _, tag := range j.missing(prior) {
		if _, err := transfer.Retag(ctx, j.Registries, j.Target.Digest(j.memory.Made), tag); err != nil {
			return err
		}
		j.own(tag)
	}
	return nil
}

// takeAway removes the tags that are ours and not wished any more.
func (j *job) takeAway(ctx context.Context) error {
	for _, tag := range slices.Clone(j.memory.Tags) {
		if slices.Contains(j.wished, tag) {
			continue
		}
		if len(j.Release(j.memory.Salt, []string{tag})) == 0 {
			j.memory.disown(tag)
			continue
		}
		// It may point to what was published before.
		for _, digest := range append([]string{j.memory.Made}, j.memory.Superseded...) {
			if err := j.Remove(ctx, digest, []string{tag}, false, "Leave it in tags, if it may stay in the registry."); err != nil {
				return &tf.InputError{At: path.Root("tags"), Summary: "Unable to remove a tag", Err: err}
			}
		}
		j.memory.disown(tag)
	}
	return nil
}

// stay notes the tags of ours that should be gone and are not.
func (j *job) stay() {
	j.memory.Staying = slices.DeleteFunc(slices.Clone(j.memory.Tags), func(tag string) bool { return slices.Contains(j.wished, tag) })
}

// fallBack writes the state of an update that failed half-way: the tags that are there, also those that were to go, and no
// source, so that the next plan goes on.
func (j *job) fallBack(ctx context.Context, prior tf.Values) {
	if j.Values[digest].IsUnknown() && j.memory.Made == prior.String(digest) {
		j.Values[created], j.Values[sourceDigest] = prior[created], prior[sourceDigest]
	}
	there, err := tagsAt(context.WithoutCancel(ctx), j.Operation, j.memory)
	if err != nil {
		there = tagsOf(prior)
	}
	j.Values["tags"] = tagSet(there)
}

// Delete takes the tags away, and what they pointed to where it came by the resource.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, object.Delete, req.State, nil, &resp.Diagnostics)
	defer cancel()
	if op == nil || op.Values.Bool("keep_on_destroy") {
		return
	}
	m, diags := recall(ctx, req.Private, op.Values, op.Target.TagStr())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	tags := op.Release(m.Salt, m.Tags)
	err := op.Remove(ctx, m.Made, tags, op.Values.Bool(created), managed.KeepOnDestroy)
	for _, digest := range m.Superseded {
		err = errors.Join(err, op.Remove(ctx, digest, tags, true, managed.KeepOnDestroy))
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(object.Delete, err))
	}
}
