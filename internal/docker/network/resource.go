package network

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

var (
	_ resource.ResourceWithConfigure      = (*networkResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*networkResource)(nil)
	_ resource.ResourceWithImportState    = (*networkResource)(nil)
	_ resource.ResourceWithIdentity       = (*networkResource)(nil)
	_ resource.ResourceWithValidateConfig = (*networkResource)(nil)
)

type networkResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one network.
func NewResource() resource.Resource { return &networkResource{base()} }

func base() managed.Base {
	b := managed.On(object.Base{
		Type: "docker_network", Thing: "network", Key: "id",
		Doc:     "A network on a container engine. A network of the same name that is already there is never adopted: import it.",
		Table:   table(),
		NewSpec: func() any { return new(spec) },
	})
	b.MoreNeeds = podmanNeeds
	return b
}

// ModifyPlan is PlanChange for the framework.
func (r *networkResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// Create proves that the name is free, creates, and reads what the engine made of it. Calls: inspect, create, inspect.
func (r *networkResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
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
	if problem := mustNotExist(ctx, op, want.Name); problem != nil {
		resp.Diagnostics.Append(problem)
		return
	}
	ctx, cancelShort := docker.Short(ctx)
	defer cancelShort()
	id, err := create(ctx, op, want)
	if docker.Unanswered(err) {
		resp.Diagnostics.Append(r.Doubt(ctx, op, want, &resp.State, resp.Private)...)
	}
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Create, want.Name, err))
		return
	}
	want.ID = id
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, want, &resp.State, resp.Identity)...)
	made, err := inspect(ctx, op, id)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, want.Name, err))
		return
	}
	resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, shown(ctx, op, op.Values, made), &resp.State, resp.Identity)...)
}

// showsIPv4 tells whether the engine shows that IPv4 is off. It is connected, so this costs no call.
func showsIPv4(ctx context.Context, op *managed.Operation) bool {
	shows, err := op.Engine.Has(ctx, docker.NetworkWithoutIPv4)
	return err == nil && shows
}

func mustNotExist(ctx context.Context, op *managed.Operation, name string) diag.Diagnostic {
	found, err := inspectNamed(ctx, op, name)
	switch {
	case err != nil && !docker.NotFound(err):
		return op.Failed(managed.Create, name, err)
	case found != nil:
		return op.AlreadyExists(name)
	default:
		return nil
	}
}

// inspect reads a network, and asks again where the answer got lost.
func inspect(ctx context.Context, op *managed.Operation, name string) (found network.Inspect, err error) {
	err = docker.AskTwice(func() (err error) {
		found, err = op.Client.NetworkInspect(ctx, name, network.InspectOptions{})
		return err
	})
	return found, err
}

// inspectNamed finds the network of exactly that name; an engine also takes the beginning of an id for one.
func inspectNamed(ctx context.Context, op *managed.Operation, name string) (*network.Inspect, error) {
	found, err := inspect(ctx, op, name)
	if err != nil || found.Name != name {
		return nil, err
	}
	return &found, nil
}

const (
	// raced is how Podman fails where an interface of its machine goes while it looks for a range that is free.
	raced = "no such network interface"
	// attempts are made until it has looked at one moment.
	attempts = 5
)

// create asks for the network and returns its id. An answer that got lost is looked up: the name was free before.
func create(ctx context.Context, op *managed.Operation, want *spec) (string, error) {
	made, err := op.Client.NetworkCreate(ctx, want.Name, want.CreateOptions)
	for i := 1; i < attempts && err != nil && strings.Contains(err.Error(), raced); i++ {
		made, err = op.Client.NetworkCreate(ctx, want.Name, want.CreateOptions)
	}
	if !docker.ConnectionLost(err) {
		return made.ID, err
	}
	found, lookup := inspectNamed(ctx, op, want.Name)
	if lookup != nil || found == nil {
		return "", err
	}
	return found.ID, nil
}

// Read costs one call.
func (r *networkResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel, op := r.BeginRead(ctx, req, resp)
	defer cancel()
	if op == nil {
		return
	}
	found, err := r.find(ctx, op, resp.Private)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, op.Values.String("id"), err))
		return
	}
	if found == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	whole := shown(ctx, op, op.Values, *found)
	if r.Importing(ctx, resp) {
		r.FinishImport(ctx, op.Values, whole, whole.ownChoice(), resp)
		return
	}
	r.FinishRead(ctx, op.Values, whole, resp)
}

// find reads the network of the state, nil if it is gone. A network whose creation the engine never answered is found by its
// name, if it is ours.
func (r *networkResource) find(ctx context.Context, op *managed.Operation, p object.Private) (*network.Inspect, error) {
	doubted := managed.Doubted(ctx, p)
	key := op.Values.String("id")
	if doubted {
		key = op.Values.String("name")
	}
	found, err := inspect(ctx, op, key)
	switch {
	case docker.NotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case doubted && (found.Name != key || !r.Ours(ctx, op.Values, shown(ctx, op, op.Values, found), found.Created, p)):
		return nil, nil
	default:
		return &found, nil
	}
}

// idOf is the id to remove the network by, empty if there is none that is ours.
func (r *networkResource) idOf(ctx context.Context, op *managed.Operation, p object.Private) (string, error) {
	if !managed.Doubted(ctx, p) {
		return op.Values.String("id"), nil
	}
	found, err := r.find(ctx, op, p)
	if found == nil || err != nil {
		return "", err
	}
	return found.ID, nil
}

// Update has nothing to ask of the engine: what can change without a new network only steers the provider.
func (r *networkResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.UpdateClientOnly(ctx, req, resp)
}

// Delete removes the network, unless a container stays on it. Calls: remove.
func (r *networkResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx, cancel, op := r.Begin(ctx, managed.Delete, req.State, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	short, cancelShort := docker.Short(ctx)
	defer cancelShort()
	name := op.Values.String("name")
	id, err := r.idOf(short, op, req.Private)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Delete, name, err))
	}
	if id == "" {
		return
	}
	users, err := managed.Release(ctx,
		func(ctx context.Context) error {
			return docker.AskTwice(func() error { return op.Client.NetworkRemove(ctx, handle(ctx, op, id)) })
		},
		func(ctx context.Context) []string { return attached(ctx, op, id) })
	switch {
	case len(users) > 0:
		resp.Diagnostics.Append(op.InUse(name, users))
	case err != nil:
		resp.Diagnostics.Append(op.Failed(managed.Delete, name, err))
	}
}

// attached names the containers on the network, for a message.
func attached(ctx context.Context, op *managed.Operation, id string) []string {
	found, err := inspect(ctx, op, id)
	if err != nil {
		return nil
	}
	var names []string
	for _, c := range found.Containers {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names
}
