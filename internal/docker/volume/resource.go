package volume

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/volume"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure      = (*volumeResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*volumeResource)(nil)
	_ resource.ResourceWithImportState    = (*volumeResource)(nil)
	_ resource.ResourceWithIdentity       = (*volumeResource)(nil)
	_ resource.ResourceWithValidateConfig = (*volumeResource)(nil)
)

type volumeResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one volume.
func NewResource() resource.Resource { return &volumeResource{base()} }

func base() managed.Base {
	return managed.On(object.Base{
		Type: "docker_volume", Thing: "volume", Key: "name",
		Doc:     "A volume on a container engine. A volume of the same name that is already there is never adopted: import it.",
		Table:   table(),
		NewSpec: func() any { return new(spec) },
	})
}

// ModifyPlan is PlanChange for the framework.
func (r *volumeResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// Create proves that the name is free, creates, and keeps what the engine answered. Calls: inspect, create.
func (r *volumeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Create, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	want := new(spec)
	resp.Diagnostics.Append(r.Table.Put(ctx, op.Values, want)...)
	if resp.Diagnostics.HasError() {
		return
	}
	want.Name = managed.NameOf(op.Values)
	if problem := r.mustNotExist(ctx, op, want.Name); problem != nil {
		resp.Diagnostics.Append(problem)
		return
	}
	made, err := create(ctx, op, want)
	if docker.Unanswered(err) {
		resp.Diagnostics.Append(r.Doubt(ctx, op, want, &resp.State, resp.Private)...)
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Create, want.Name, err))
		return
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, shown(ctx, op, op.Values, made), &resp.State, resp.Identity)...)
}

func (r *volumeResource) mustNotExist(ctx context.Context, op *managed.Operation, name string) diag.Diagnostic {
	_, err := inspect(ctx, op, name)
	switch {
	case err == nil:
		return op.AlreadyExists(name)
	case !docker.NotFound(err):
		return op.Failed(managed.Create, name, err)
	default:
		return nil
	}
}

// inspect reads a volume, and asks again where the answer got lost.
func inspect(ctx context.Context, op *managed.Operation, name string) (found volume.Volume, err error) {
	err = docker.AskTwice(func() (err error) {
		found, err = op.Client.VolumeInspect(ctx, name)
		return err
	})
	return found, err
}

// create asks for the volume. An engine answers the request for a name that exists with what is there, so the
// answer is compared with what was asked for; an answer that got lost is looked up.
func create(ctx context.Context, op *managed.Operation, want *spec) (volume.Volume, error) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	made, err := op.Client.VolumeCreate(ctx, want.createOptions())
	if docker.ConnectionLost(err) {
		found, lookup := inspect(ctx, op, want.Name)
		if lookup != nil {
			return volume.Volume{}, err
		}
		made, err = found, nil
	}
	if err != nil {
		return volume.Volume{}, err
	}
	if !maps.Equal(made.Labels, want.Labels) || want.Driver != "" && made.Driver != want.Driver {
		return volume.Volume{}, fmt.Errorf("somebody else created a volume of this name at the same time")
	}
	return made, nil
}

// Read costs one call.
func (r *volumeResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	name := op.Values.String("name")
	found, err := inspect(ctx, op, name)
	if docker.NotFound(err) || err == nil && !r.isOurs(ctx, op, found, resp.Private) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, name, err))
		return
	}
	r.FinishRead(ctx, op.Values, shown(ctx, op, op.Values, found), resp)
}

// isOurs tells whether a volume whose creation the engine never answered is the one that was asked for. All others are.
func (r *volumeResource) isOurs(ctx context.Context, op *managed.Operation, found volume.Volume, p object.Private) bool {
	created, err := time.Parse(time.RFC3339Nano, found.CreatedAt)
	if err != nil {
		created = time.Time{} // Not all drivers give a date.
	}
	return r.Ours(ctx, op.Values, shown(ctx, op, op.Values, found), created, p)
}

// Update changes the availability of a volume of a swarm; all else that can change without a new volume only steers the
// provider. Calls: none, or inspect, update, inspect.
func (r *volumeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	planned, diags := tf.ValuesOf(ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.Table.Changed(prior, planned)["availability"] {
		r.UpdateClientOnly(ctx, req, resp)
		return
	}
	ctx, cancel, op := r.Begin(ctx, managed.Update, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	name := planned.String("name")
	changed, err := setAvailability(ctx, op, name, cmp.Or(planned.String("availability"), active))
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Update, name, err))
		return
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, shown(ctx, op, op.Values, changed), &resp.State, resp.Identity)...)
}

// setAvailability changes a volume of a swarm, unless somebody else changes it at the same time.
func setAvailability(ctx context.Context, op *managed.Operation, name, availability string) (volume.Volume, error) {
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	found, err := inspect(ctx, op, name)
	if err != nil {
		return found, err
	}
	if found.ClusterVolume == nil {
		return found, errNotOfSwarm
	}
	want := found.ClusterVolume.Spec
	want.Availability = volume.Availability(availability)
	if err := op.Client.VolumeUpdate(ctx, name, found.ClusterVolume.Version, volume.UpdateOptions{Spec: &want}); err != nil {
		return found, err
	}
	return inspect(ctx, op, name)
}

var errNotOfSwarm = errors.New("it is no volume of a swarm any more")

// Delete removes the volume, unless a container uses it. Calls: remove.
func (r *volumeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Delete, req.State, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	name := op.Values.String("name")
	users, err := managed.Release(ctx,
		func(ctx context.Context) error { return r.remove(ctx, op, req.Private) },
		func(ctx context.Context) []string { return usedBy(ctx, op, name) })
	switch {
	case len(users) > 0:
		resp.Diagnostics.Append(op.InUse(name, users))
	case err != nil:
		resp.Diagnostics.Append(op.Failed(managed.Delete, name, err))
	}
}

// remove leaves a volume alone whose creation the engine never answered and that somebody else created.
func (r *volumeResource) remove(ctx context.Context, op *managed.Operation, p object.Private) error {
	name := op.Values.String("name")
	if managed.Doubted(ctx, p) {
		found, err := inspect(ctx, op, name)
		if err != nil || !r.isOurs(ctx, op, found, p) {
			return err
		}
	}
	return docker.AskTwice(func() error { return op.Client.VolumeRemove(ctx, name, false) })
}

// usedBy names the containers that mount the volume, for a message.
func usedBy(ctx context.Context, op *managed.Operation, name string) []string {
	found, err := op.Client.ContainerList(ctx, container.ListOptions{All: true, Filters: filters.NewArgs(filters.Arg("volume", name))})
	if err != nil {
		return nil
	}
	var names []string
	for _, c := range found {
		names = append(names, strings.TrimPrefix(strings.Join(c.Names, " "), "/"))
	}
	slices.Sort(names)
	return names
}
