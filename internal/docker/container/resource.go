package container

import (
	"context"
	"sync"

	"github.com/docker/docker/api/types/container"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure      = (*containerResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*containerResource)(nil)
	_ resource.ResourceWithImportState    = (*containerResource)(nil)
	_ resource.ResourceWithIdentity       = (*containerResource)(nil)
	_ resource.ResourceWithValidateConfig = (*containerResource)(nil)
)

type containerResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one container.
func NewResource() resource.Resource { return &containerResource{base()} }

func base() managed.Base {
	b := managed.On(object.Base{
		Type: "docker_container", Thing: "container", Key: "id",
		Doc: "A container on a container engine. What the engine can change on a running container is changed in place, the rest creates a " +
			"new one. A container of the same name that is already there is never adopted: import it.",
		Table:   table(),
		NewSpec: func() any { return newSpec() },
	})
	b.MoreNeeds = moreNeeds
	return b
}

// ModifyPlan is PlanChange for the framework.
func (r *containerResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// PlanChange finishes the plan by the table, and notices files to upload that have changed and networks to give up.
func (r *containerResource) PlanChange(ctx context.Context, change *object.Change) {
	r.planNamespaces(ctx, change)
	r.Base.PlanChange(ctx, change)
	if change.Destroys() || change.Diagnostics.HasError() {
		return
	}
	planNetworks(change)
	planUploads(ctx, change)
	keepUnfinished(ctx, change)
}

// Create proves that the name is free, creates the container, and brings it to the state it should be in. Its
// id is in the state from the moment the engine has made it.
func (r *containerResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Create, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	job, diags := r.newJob(ctx, op, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	name := job.want.Name
	if err := job.mustNotExist(ctx); err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Create, name, err))
		return
	}
	if err := job.create(ctx); err != nil && !r.createdAnyway(ctx, job, resp) {
		resp.Diagnostics.Append(op.Failed(managed.Create, name, err))
		return
	}
	resp.Diagnostics.Append(job.warnings()...)
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, job.want, &resp.State, resp.Identity)...)
	resp.Diagnostics.Append(job.remember(ctx, resp.Private)...)
	resp.Diagnostics.Append(job.rememberStart(ctx, resp.Private)...)
	err := job.bringUp(ctx)
	resp.Diagnostics.Append(job.outcome(ctx, managed.Create, err, resp.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.finish(ctx, job, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

// Read costs one call, but for namespaces of containers that are referred to by name, and for an import: that asks for the image
// too, to tell its settings from the container's.
func (r *containerResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	id := op.Values.String("id")
	there, err := r.inspect(ctx, op, resp.Private)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, id, err))
		return
	}
	if there == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	found := *there
	if r.Importing(ctx, resp) {
		whole, own, err := importedSpecs(ctx, op, found, op.Values)
		if err != nil {
			resp.Diagnostics.Append(op.Failed(managed.Read, id, err))
			return
		}
		r.FinishImport(ctx, op.Values, whole, own, resp)
		return
	}
	whole := shown(ctx, op, op.Values, found)
	whole.State = shownState(op.Values, found.State)
	starting, diags := stillStarting(ctx, op.Values, found.State, resp.Private)
	resp.Diagnostics.Append(diags...)
	if starting {
		whole.State = stateStarting
	}
	whole.showImage(op.Values.String("image"))
	whole.UploadsRevision = op.Values.String("uploads_revision")
	r.FinishRead(ctx, orphaned(ctx, op, r.unfinished(ctx, op.Values, resp.Private), found.HostConfig), whole, resp)
}

// Update changes the container in place, and starts or stops it.
func (r *containerResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	ctx, cancel, op := r.Begin(ctx, managed.Update, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	if r.onlySteers(prior, op.Values) && !pending(ctx, req.Private) {
		r.UpdateClientOnly(ctx, req, resp)
		return
	}
	job, diags := r.newJob(ctx, op, req.Config)
	resp.Diagnostics.Append(diags...)
	changed, diags := r.Changed(ctx, prior, op.Values, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	job.want.ID, job.salt, job.revision = prior.String("id"), salt(ctx, req.Private), prior.String("uploads_revision")
	if !prior.Null("uploads") && !pending(ctx, req.Private) {
		job.uploads = nil
	}
	resp.Diagnostics.Append(job.remember(ctx, resp.Private)...)
	if changed["state"] {
		resp.Diagnostics.Append(job.rememberStart(ctx, resp.Private)...)
	}
	err := job.change(ctx, prior, changed)
	resp.Diagnostics.Append(job.outcome(ctx, managed.Update, err, resp.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.finish(ctx, job, &resp.State, resp.Identity, resp.Private, &resp.Diagnostics)
}

// finish reads the container, unless it was just seen as it is now, and writes the state of a create or update.
func (r *containerResource) finish(
	ctx context.Context, job *job, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private object.Private, diags *diag.Diagnostics,
) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	made, err := job.result(ctx)
	if err != nil {
		diags.Append(job.Failed(managed.Read, job.want.Name, err))
		return
	}
	whole := shown(ctx, job.Operation, job.Values, made)
	whole.showImage(job.Values.String("image"))
	whole.State = job.Values.String("state")
	whole.UploadsRevision = job.revision
	diags.Append(r.RememberSpelling(ctx, job.Values, whole, private)...)
	diags.Append(r.FinishApply(ctx, job.Values, whole, state, identity)...)
}

// Delete stops the container as it asks to be stopped, and removes it.
func (r *containerResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Delete, req.State, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	name := op.Values.String("name")
	if managed.Doubted(ctx, req.Private) {
		found, err := r.inspect(ctx, op, req.Private)
		if err != nil {
			resp.Diagnostics.Append(op.Failed(managed.Delete, name, err))
		}
		if found == nil {
			return
		}
	}
	if err := remove(ctx, op); err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Delete, name, err))
	}
}

// remove stops and removes. A container that may not take any time to stop is killed and removed in one call.
func remove(ctx context.Context, op *managed.Operation) error {
	id := op.Values.String("id")
	options := container.RemoveOptions{RemoveVolumes: op.Values.Bool("remove_volumes")}
	grace, err := tf.ParseDuration(op.Values.String("stop_timeout"))
	if err == nil && grace == 0 {
		options.Force = true
	} else if err := stopForGood(ctx, op, id); err != nil {
		return err
	}
	short, cancel := docker.Short(ctx)
	defer cancel()
	err = docker.AskTwice(func() error { return op.Client.ContainerRemove(short, id, options) })
	switch {
	case err == nil || docker.NotFound(err):
		return nil
	case docker.Conflict(err):
		return awaitRemoval(ctx, op.Client, id, err)
	case onPodman(ctx, op):
		return removeStopped(ctx, op, id, options)
	default:
		return err
	}
}
