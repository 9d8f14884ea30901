package image

import (
	"context"
	"sync"

	"github.com/docker/docker/api/types/image"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure      = (*imageResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*imageResource)(nil)
	_ resource.ResourceWithImportState    = (*imageResource)(nil)
	_ resource.ResourceWithIdentity       = (*imageResource)(nil)
	_ resource.ResourceWithValidateConfig = (*imageResource)(nil)
)

type imageResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one image.
func NewResource() resource.Resource { return &imageResource{base()} }

func base() managed.Base {
	b := managed.On(object.Base{
		Type: "docker_image", Thing: "image", Key: "name",
		Doc: "An image on a container engine, by its reference: pulled from a registry, built from a Dockerfile or loaded from an archive. " +
			"Changes are made in place: `image_id` changes, what refers to it follows, and the image before is removed as soon as nothing " +
			"uses it. An image that was there before is used by `pull` and stays when the resource is destroyed; `build` and `load` refuse " +
			"to take its name: import it. An imported image is taken to be what the configuration makes of it until something of that changes.",
		Table:   table(),
		NewSpec: func() any { return new(spec) },
	})
	b.MoreNeeds = podmanNeeds
	return b
}

// newJob begins a create or update with what is remembered.
func newJob(ctx context.Context, op *managed.Operation, config tfsdk.Config, m memory) (*job, diag.Diagnostics) {
	configured, diags := tf.ValuesOf(ctx, config)
	op.Registries = entered(op.Registries, op.Values, configured)
	return &job{Operation: op, config: configured, memory: m}, diags
}

// Create uses the image that is there, where it is pulled, or makes it under a reference that has to be free.
// Calls: inspect; pull, load, or build and tag; inspect; a tag for each further reference.
func (r *imageResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Create, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	j, diags := newJob(ctx, op, req.Config, memory{})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	made, err := j.create(ctx)
	if err != nil && !j.memory.Owned {
		resp.Diagnostics.Append(failed(op, managed.Create, err))
		return
	}
	resp.Diagnostics.Append(r.finish(ctx, j, made, &resp.State, resp.Identity, resp.Private)...)
	if err == nil {
		err = j.tagFurther(ctx, nil)
	}
	if err != nil {
		resp.Diagnostics.Append(failed(op, managed.Create, err))
	}
}

// create makes the image. From the moment the reference is ours, the memory owns it, even if an error follows.
func (j *job) create(ctx context.Context) (*image.InspectResponse, error) {
	name := j.Values.String("name")
	found, err := j.find(ctx, name)
	if err != nil {
		return nil, err
	}
	if found != nil && sourceOf(j.Values) != sourcePull {
		return nil, &takenError{reference: name}
	}
	if err := j.mustBeFreeAll(ctx, tagsOf(j.Values), nil); err != nil {
		return nil, err
	}
	if sourceOf(j.Values) == sourcePull && mayUse(ctx, j.Operation, found) {
		j.memory.Made, j.memory.Digest = found.ID, repoDigest(found.RepoDigests, name, "")
		return found, nil
	}
	if found != nil {
		j.had, j.memory.Made = found.ID, found.ID
	}
	err = j.bring(ctx, "")
	if err != nil && !j.lost(err) {
		return nil, err
	}
	j.memory.Owned, j.memory.Pending = found == nil, true
	if err != nil {
		return nil, err
	}
	made, err := j.look(ctx)
	if err != nil {
		return nil, err
	}
	j.memory.point(made.ID, repoDigest(made.RepoDigests, name, ""))
	return made, nil
}

// look reads the image that the reference points to now. An interrupt must not make it an orphan.
func (j *job) look(ctx context.Context) (*image.InspectResponse, error) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	return j.inspect(ctx, j.Values.String("name"))
}

// finish writes state and memory. Without an image, what is unknown becomes null.
func (r *imageResource) finish(
	ctx context.Context, j *job, made *image.InspectResponse, state *tfsdk.State, identity *tfsdk.ResourceIdentity, p object.Private,
) diag.Diagnostics {
	shown := &spec{Name: j.Values.String("name")}
	if made != nil {
		shown = specOf(shown.Name, made, j.before)
	}
	j.Values["owned"] = types.BoolValue(j.memory.Owned)
	if j.Values["context_hash"].IsUnknown() {
		j.Values["context_hash"] = optionalText(j.hash)
	}
	if j.Values["secrets_revision"].IsUnknown() {
		if j.memory.Salt == "" {
			j.memory.Salt = tf.NewSalt()
		}
		revision, _ := recipeOf(j.Values, j.config).Revision(j.memory.Salt)
		j.Values["secrets_revision"] = optionalText(revision)
	}
	j.memory.Tags = tagsOf(j.Values)
	diags := j.memory.save(ctx, p)
	diags.Append(r.FinishApply(ctx, j.Values, shown, state, identity)...)
	return diags
}

// Read costs one call.
func (r *imageResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	name := op.Values.String("name")
	found, err := inspect(ctx, op, name)
	if docker.NotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, name, err))
		return
	}
	m, diags := recall(ctx, resp.Private, op.Values)
	resp.Diagnostics.Append(diags...)
	if r.Importing(ctx, resp) {
		m = memory{Owned: true, Brought: true, Made: found.ID, Digest: repoDigest(found.RepoDigests, name, ""), Adopted: true}
		op.Values["owned"] = types.BoolValue(true)
		resp.Diagnostics.Append(m.save(ctx, resp.Private)...)
	}
	if m.Pending && sourceOf(op.Values) == sourcePull {
		m.point(found.ID, repoDigest(found.RepoDigests, name, ""))
		resp.Diagnostics.Append(m.save(ctx, resp.Private)...)
	}
	if found.ID == m.Made {
		op.Values["build"] = withTags(ctx, op.Values, without(tagsOf(op.Values), missingTags(op.Values, found, &m)))
	}
	r.FinishRead(ctx, op.Values, specOf(name, found, op.Values.String("repo_digest")), resp)
}

// withTags is the build with other further references.
func withTags(ctx context.Context, values tf.Values, references []string) attr.Value {
	build := values.Object("build")
	if build["tags"] == nil || build["tags"].IsNull() && len(references) == 0 {
		return values["build"]
	}
	tags := make([]attr.Value, len(references))
	for i, reference := range references {
		tags[i] = tf.Reference.Value(reference)
	}
	build["tags"] = types.SetValueMust(tf.Reference.Type(), tags)
	attrTypes := make(map[string]attr.Type, len(build))
	for name, v := range build {
		attrTypes[name] = v.Type(ctx)
	}
	return types.ObjectValueMust(attrTypes, build)
}
