package container

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
)

// errUnchecked says that the time for a health check has come, and nobody has run one.
var errUnchecked = errors.New("no health check has run")

// checkGrace is how much later than expected the first health check may end.
const checkGrace = 2 * time.Second

// silence ends when a health check should have run. It never does where the engine runs them: Podman has systemd do so,
// which its machine may not have. Who had to run one runs the next ones, too.
func (j *job) silence(ctx context.Context, found container.InspectResponse) <-chan time.Time {
	check := found.Config.Healthcheck
	switch {
	case check == nil || !found.State.Running || found.State.Health == nil || !onPodman(ctx, j.Operation):
		return nil
	case j.checks:
		return time.After(check.Interval)
	case checkedSinceStart(found.State):
		return nil
	default:
		return time.After(check.Interval + checkGrace)
	}
}

// checkedSinceStart tells whether a check has run in this life of the container. Podman keeps those of former ones.
func checkedSinceStart(state *container.State) bool {
	began, err := time.Parse(time.RFC3339Nano, state.StartedAt)
	return err == nil && slices.ContainsFunc(state.Health.Log, func(r *container.HealthcheckResult) bool { return r.Start.After(began) })
}

// check has the engine run the health check.
func (j *job) check(ctx context.Context) error {
	j.checks = true
	if err := j.Engine.RunHealthCheck(ctx, j.want.ID); err != nil {
		return inTime(ctx, err)
	}
	return nil
}
