package container

import (
	"context"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// createdAnyway settles what became of a create that the engine did not answer: whether the container is there, and ours.
// As long as that cannot be told, the container is in the state by its name.
func (r *containerResource) createdAnyway(ctx context.Context, j *job, resp *resource.CreateResponse) bool {
	if !j.unanswered {
		return false
	}
	ctx, cancel := docker.Short(ctx)
	defer cancel()
	resp.Diagnostics.Append(r.Doubt(ctx, j.Operation, j.want, &resp.State, resp.Private)...)
	found, err := r.inspectDoubted(ctx, j.Operation, j.want.Name, resp.Private)
	if err != nil || found == nil {
		return false
	}
	j.want.ID = found.ID
	return true
}

// inspect finds the container of the state, nil if it is gone.
func (r *containerResource) inspect(ctx context.Context, op *managed.Operation, p object.Private) (*container.InspectResponse, error) {
	if managed.Doubted(ctx, p) {
		return r.inspectDoubted(ctx, op, op.Values.String("name"), p)
	}
	found, err := look(ctx, op.Client, op.Values.String("id"))
	if docker.NotFound(err) {
		return nil, nil
	}
	return &found, err
}

// inspectDoubted finds a container whose creation the engine never answered by its name, nil if it is not there or not ours.
func (r *containerResource) inspectDoubted(
	ctx context.Context, op *managed.Operation, name string, p object.Private,
) (*container.InspectResponse, error) {
	found, err := inspectNamed(ctx, op.Client, name)
	if err != nil || found == nil || !r.Ours(ctx, op.Values, shown(ctx, op, op.Values, *found), createdAt(found), p) {
		return nil, err
	}
	op.Values["id"] = types.StringValue(found.ID)
	return found, nil
}

// inspectNamed finds the container of exactly that name; an engine also takes the beginning of an id for one.
func inspectNamed(ctx context.Context, cli *client.Client, name string) (*container.InspectResponse, error) {
	found, err := look(ctx, cli, name)
	if docker.NotFound(err) || err == nil && trimSlash(found.Name) != name {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// look asks again where the answer got lost.
func look(ctx context.Context, cli *client.Client, nameOrID string) (found container.InspectResponse, err error) {
	err = docker.AskTwice(func() (err error) {
		found, err = cli.ContainerInspect(ctx, nameOrID)
		return err
	})
	if errdefs.IsInternal(err) {
		// Podman fails over a container that is just being removed.
		return cli.ContainerInspect(ctx, nameOrID)
	}
	return found, err
}

// createdAt is the zero time, which is no time at which anything was asked for, where the engine gives no date.
func createdAt(found *container.InspectResponse) time.Time {
	created, err := time.Parse(time.RFC3339Nano, found.Created)
	if err != nil {
		return time.Time{}
	}
	return created
}
