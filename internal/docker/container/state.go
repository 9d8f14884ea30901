package container

import (
	"context"
	"fmt"
	"slices"

	"github.com/docker/docker/api/types/container"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// shownState says what a container does in the words of the attribute state. What a container does is the same
// as what it should be doing wherever nothing has to be done about it: a job that has ended well is completed,
// a container that should not run is as it should be whether it ever ran or not.
func shownState(asked tf.Values, found *container.State) string {
	want := asked.String("state")
	switch {
	case found == nil:
		return want
	case found.Paused:
		return statePaused
	case found.Running || found.Restarting:
		return stateRunning
	case want == stateCompleted && found.Status == container.StateExited && slices.Contains(exitCodes(asked), int64(found.ExitCode)):
		return stateCompleted
	case want == stateStopped || want == stateCreated:
		return want
	case found.Status == container.StateCreated:
		return stateCreated
	default:
		return stateStopped
	}
}

// reach brings the container from one state to another, and waits for it where it is started.
func (j *job) reach(ctx context.Context, from, to string) error {
	if from == to {
		return nil
	}
	if from == statePaused {
		if err := j.short(ctx, "unpause", func(ctx context.Context) error { return j.Client.ContainerUnpause(ctx, j.want.ID) }); err != nil {
			return err
		}
		from = stateRunning
	}
	if from == stateStarting && to != stateRunning && to != statePaused {
		from = stateRunning
	}
	switch to {
	case stateStopped, stateCreated:
		return j.stop(ctx, from)
	case stateCompleted:
		return j.complete(ctx, from)
	}
	if from != stateRunning {
		if err := j.start(ctx); err != nil {
			return err
		}
		if err := j.awaitStart(ctx); err != nil {
			return err
		}
	}
	if to == statePaused {
		j.seen = nil
		return j.short(ctx, "pause", func(ctx context.Context) error { return j.Client.ContainerPause(ctx, j.want.ID) })
	}
	return nil
}

// start starts, at a second attempt on networks of the same name instead of those that are gone.
func (j *job) start(ctx context.Context) error {
	start := func(ctx context.Context) error {
		return j.Client.ContainerStart(ctx, j.want.ID, container.StartOptions{})
	}
	err := j.short(ctx, "start", start)
	if !docker.NotFound(err) {
		return err
	}
	switch joined, failed := j.rejoin(ctx); {
	case failed != nil:
		return failed
	case !joined:
		return err
	}
	return j.short(ctx, "start", start)
}

// stop gives the process the time it is configured to have, and can be interrupted meanwhile.
func (j *job) stop(ctx context.Context, from string) error {
	if from != stateRunning {
		return nil
	}
	if err := j.Client.ContainerStop(ctx, j.want.ID, container.StopOptions{}); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

func (j *job) complete(ctx context.Context, from string) error {
	if from != stateRunning {
		if err := j.start(ctx); err != nil {
			return err
		}
	}
	return j.awaitCompletion(ctx)
}

// short makes a call that an interrupt must not cut off, unless the interrupt came before it.
func (j *job) short(ctx context.Context, verb string, call func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	bounded, cancel := docker.Short(ctx)
	defer cancel()
	if err := call(bounded); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	return nil
}
