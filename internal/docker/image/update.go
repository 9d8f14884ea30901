package image

import (
	"context"

	"github.com/docker/docker/api/types/image"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Update makes the image again where the plan says that its id may change, moves the further references, and
// removes what was superseded and is not in use any more.
func (r *imageResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Update, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	m, diags := recall(ctx, req.Private, prior)
	resp.Diagnostics.Append(diags...)
	j, diags := newJob(ctx, op, req.Config, m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	j.before, j.had = prior.String("repo_digest"), prior.String("image_id")
	made, err := j.update(ctx, prior)
	if err != nil {
		j.memory.Pending = j.memory.Pending || j.lost(err)
		resp.Diagnostics.Append(j.memory.save(ctx, resp.Private)...)
		resp.Diagnostics.Append(failed(op, managed.Update, err))
		return
	}
	j.memory.Loose = nil
	if err := j.moveTags(ctx, prior); err != nil {
		// Whatever may be there stays in the state; the next read finds out which references are missing.
		j.memory.Loose = without(tagsOf(prior), tagsOf(j.Values))
		j.Values["build"] = withTags(ctx, j.Values, append(tagsOf(j.Values), j.memory.Loose...))
		resp.Diagnostics.Append(failed(op, managed.Update, err))
	}
	if _, err := j.memory.tidy(ctx, op); err != nil {
		resp.Diagnostics.AddWarning("Unable to remove a superseded image", tf.Sentence(err.Error())+" The next update or destroy tries again.")
	}
	resp.Diagnostics.Append(r.finish(ctx, j, made, &resp.State, resp.Identity, resp.Private)...)
}

// update makes the image again if it has to be. It returns no image where it stays as it is.
func (j *job) update(ctx context.Context, prior tf.Values) (*image.InspectResponse, error) {
	name := j.Values.String("name")
	if err := j.mustBeFreeAll(ctx, tagsOf(j.Values), append(tagsOf(prior), j.memory.Tags...)); err != nil {
		return nil, err
	}
	if !j.Values["image_id"].IsUnknown() {
		return nil, j.keep(ctx, prior)
	}
	if !j.memory.Owned && sourceOf(j.Values) != sourcePull {
		return nil, &takenError{reference: name}
	}
	if err := j.bring(ctx, j.pinned(prior)); err != nil {
		return nil, err
	}
	made, err := j.look(ctx)
	if err != nil {
		return nil, err
	}
	j.memory.point(made.ID, repoDigest(made.RepoDigests, name, ""))
	return made, nil
}

// keep leaves the image as it is. An imported one is from now on taken for what is configured.
func (j *job) keep(ctx context.Context, prior tf.Values) (err error) {
	j.memory.Adopted = false
	if policyOf(prior) != policyDigest {
		j.memory.Digest = j.before
	}
	if j.Values["context_hash"].IsUnknown() {
		j.hash, err = fingerprint(ctx, j.Values)
	}
	return err
}

// pinned is the digest to pull where the reference was moved behind our back; a new choice pins nothing.
func (j *job) pinned(prior tf.Values) string {
	if policyOf(j.Values) != policyDigest || policyOf(prior) != policyDigest || chosenAnew(prior, j.Values) {
		return ""
	}
	return digestOf(j.memory.Digest)
}

// moveTags gives the further references to the image, and takes away those that are not configured any more.
func (j *job) moveTags(ctx context.Context, prior tf.Values) error {
	if err := j.tagFurther(ctx, tagsOf(prior)); err != nil {
		return err
	}
	for _, reference := range without(without(tagsOf(prior), tagsOf(j.Values)), []string{j.Values.String("name")}) {
		short, cancel := docker.Short(ctx)
		err := untag(short, j.Operation, reference, j.memory.ours, false)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// tagFurther gives the further references to the image. Those that are there already cost nothing where the image
// has not changed.
func (j *job) tagFurther(ctx context.Context, there []string) error {
	references := tagsOf(j.Values)
	if !j.Values["image_id"].IsUnknown() {
		references = without(references, there)
	}
	for _, reference := range references {
		if err := j.tag(ctx, j.memory.Made, reference); err != nil {
			return err
		}
	}
	return nil
}

// Delete takes away the references that are ours, and the image with the last of them.
func (r *imageResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Delete, req.State, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	m, diags := recall(ctx, req.Private, op.Values)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancelShort := docker.Short(ctx)
	defer cancelShort()
	left, err := destroy(ctx, op, &m)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Delete, op.Values.String("name"), err))
		return
	}
	for _, id := range left {
		resp.Diagnostics.AddWarning("Image left on the engine",
			"The image "+id+" was called "+op.Values.String("name")+" before it was made anew, and a container still uses it. Remove both by hand.")
	}
}
