package container

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/container"
)

// errUnchecked says that nobody checks the container's health.
const errUnchecked = refusal("not one health check has run: Podman has systemd run them, which its machine does not seem to have. " +
	"Leave wait.healthy out, or run Podman where systemd runs")

// checkGrace is how much later than expected the first health check may end.
const checkGrace = 10 * time.Second

// silence ends when a health check should have run. It never does where one has, and where the engine runs them itself.
func (j *job) silence(ctx context.Context, found container.InspectResponse) <-chan time.Time {
	check := found.Config.Healthcheck
	if check == nil || !found.State.Running || found.State.Health == nil || len(found.State.Health.Log) > 0 || !onPodman(ctx, j.Operation) {
		return nil
	}
	return time.After(check.Interval + check.Timeout + checkGrace)
}
