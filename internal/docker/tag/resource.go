package tag

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure   = (*tagResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*tagResource)(nil)
	_ resource.ResourceWithImportState = (*tagResource)(nil)
	_ resource.ResourceWithIdentity    = (*tagResource)(nil)
)

// pointed is what is remembered of where the reference was pointed.
var pointed = object.Pointed{Key: "tagged", Attribute: "image_id"}

type tagResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one further reference.
func NewResource() resource.Resource { return &tagResource{base()} }

func base() managed.Base {
	return managed.On(object.Base{
		Type: "docker_tag", Thing: "tag", Key: "target_image",
		Doc: "A further reference of an image on a container engine. It is read like any other object: one that is gone is made again, one " +
			"that " +
			"somebody moved is moved back. Destroying takes the reference away only while it points to the image that it was given to; as " +
			"engines do, that removes an image which has no other reference.",
		Table:   table(),
		NewSpec: func() any { return new(spec) },
	})
}

// ModifyPlan is PlanChange for the framework.
func (r *tagResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// PlanChange finishes the plan by the table, and moves the reference where the source means another image by now.
func (r *tagResource) PlanChange(ctx context.Context, change *object.Change) {
	r.Base.PlanChange(ctx, change)
	if !change.Updates() || change.Diagnostics.HasError() || change.Planned["image_id"].IsUnknown() {
		return
	}
	_, cli := r.Reach(ctx, change.Planned)
	if moves(ctx, cli, change.Prior, change.Planned) {
		change.Planned["image_id"] = types.StringUnknown()
	}
}

// moves tells whether the reference does not point to what the source means. Where that cannot be told, another
// source is taken for another image.
func moves(ctx context.Context, cli *client.Client, prior, planned tf.Values) bool {
	if planned["source_image"].IsUnknown() {
		return true
	}
	if means := meaning(ctx, cli, planned.String("source_image")); means != "" {
		return means != prior.String("image_id")
	}
	return !tf.Same(prior["source_image"], planned["source_image"])
}

// meaning is the id of the image that the source means now, empty where that cannot be told: the image may be made
// in the same apply.
func meaning(ctx context.Context, cli *client.Client, source string) string {
	if tf.IsImageID(source) {
		return "sha256:" + strings.TrimPrefix(source, "sha256:")
	}
	if cli == nil {
		return ""
	}
	found, err := docker.InspectImage(ctx, cli, askFor(source))
	if err != nil {
		return ""
	}
	return found.ID
}

// Create proves that the reference is free, and points it to the source. Calls: inspect, inspect, tag.
func (r *tagResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Create, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	target := op.Values.String("target_image")
	_, err := inspect(ctx, op, target)
	switch {
	case err == nil:
		resp.Diagnostics.Append(op.AlreadyExists(target))
		return
	case !docker.NotFound(err):
		resp.Diagnostics.Append(op.Failed(managed.Create, target, err))
		return
	}
	id, err := point(ctx, op)
	if err == nil || docker.ConnectionLost(err) {
		resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, id)...)
		resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, &spec{Target: target, ID: id}, &resp.State, resp.Identity)...)
	}
	if err != nil {
		resp.Diagnostics.Append(failed(op, managed.Create, err))
	}
}

// errNoSource says that there is no image to tag.
var errNoSource = errors.New("no such image")

// point gives the reference to the source and returns the id of that, with an error too once it has asked for that.
func point(ctx context.Context, op *managed.Operation) (id string, err error) {
	source, target := op.Values.String("source_image"), op.Values.String("target_image")
	found, err := inspect(ctx, op, source)
	switch {
	case docker.NotFound(err):
		return "", errNoSource
	case docker.ConnectionLost(err):
		// Only a question was lost.
		return "", fmt.Errorf("%s: the connection to the engine broke before it answered", source)
	case err != nil:
		return "", err
	}
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	return found.ID, docker.AskTwice(func() error { return op.Client.ImageTag(ctx, found.ID, askFor(target)) })
}

func failed(op *managed.Operation, verb string, err error) diag.Diagnostic {
	source, target := op.Values.String("source_image"), op.Values.String("target_image")
	if errors.Is(err, errNoSource) {
		return diag.NewAttributeErrorDiagnostic(path.Root("source_image"), "No such image",
			fmt.Sprintf("The engine has no image %q to tag as %q. Pull or build it first, for example with containers_docker_image.", source,
				target))
	}
	return op.Failed(verb, target, err)
}

// inspect asks for an image. The question is repeated where the answer got lost.
func inspect(ctx context.Context, op *managed.Operation, name string) (found image.InspectResponse, err error) {
	return docker.InspectImage(ctx, op.Client, askFor(name))
}

// Read costs one call.
func (r *tagResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	target := op.Values.String("target_image")
	found, err := inspect(ctx, op, target)
	if docker.NotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, target, err))
		return
	}
	if r.Importing(ctx, resp) {
		resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, found.ID)...)
		if op.Values.Null("source_image") {
			// What the reference was made of is not kept anywhere: the image itself is as good.
			op.Values["source_image"] = tf.ImageName.Value(found.ID)
		}
	}
	r.FinishRead(ctx, op.Values, &spec{Target: target, ID: found.ID}, resp)
}

// Update points the reference to what the source means now. Where nothing but the provider is steered it calls nothing.
func (r *tagResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Update, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	id := op.Values.String("image_id")
	if op.Values["image_id"].IsUnknown() {
		prior, diags := tf.ValuesOf(ctx, req.State)
		resp.Diagnostics.Append(diags...)
		ours, diags := pointed.Recall(ctx, req.Private, prior)
		resp.Diagnostics.Append(diags...)
		moved, err := point(ctx, op)
		if docker.ConnectionLost(err) {
			resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, append(ours, moved)...)...)
		}
		if err != nil {
			resp.Diagnostics.Append(failed(op, managed.Update, err))
			return
		}
		id = moved
		resp.Diagnostics.Append(pointed.Remember(ctx, resp.Private, id)...)
	}
	shown := &spec{Target: op.Values.String("target_image"), ID: id}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, shown, &resp.State, resp.Identity)...)
}

// Delete takes the reference away, unless somebody pointed it to another image. Calls: inspect, remove.
func (r *tagResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Delete, req.State, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	ours, diags := pointed.Recall(ctx, req.Private, op.Values)
	resp.Diagnostics.Append(diags...)
	target := op.Values.String("target_image")
	found, err := inspect(ctx, op, target)
	if docker.NotFound(err) || err == nil && !slices.Contains(ours, found.ID) {
		return
	}
	if err == nil {
		err = untag(ctx, op, target)
	}
	if docker.Conflict(err) {
		err = fmt.Errorf("%w\nIt is the last reference of an image that is in use. Remove the containers first, or give the image another "+
			"reference", err)
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Delete, target, err))
	}
}

func untag(ctx context.Context, op *managed.Operation, target string) error {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	options := image.RemoveOptions{PruneChildren: true}
	ask := func() error {
		_, err := op.Client.ImageRemove(ctx, askFor(target), options)
		return err
	}
	return docker.RemoveImage(ask)
}
