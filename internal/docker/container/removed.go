package container

import (
	"context"
	"errors"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// errRemoved says that a container has removed itself before the engine could tell how it ended.
var errRemoved = errors.New("the container has removed itself")

// deathReport is how long the engine has to report a death that is over.
const deathReport = 5 * time.Second

// removedItself tells whether an error says that the container is gone because it has ended.
func (j *job) removedItself(err error) bool {
	return j.want.HostConfig.AutoRemove && (docker.NotFound(err) || errors.Is(err, errRemoved))
}

// endedAndGone is the error of a container that has ended and removed itself, with its exit code if the engine still knows it.
func (j *job) endedAndGone(ctx context.Context) error {
	what := "it stopped "
	if code, err := j.codeOfDeath(ctx); err == nil {
		what += "with exit code " + code + " "
	}
	return j.startFailed(ctx, what+"right after its start")
}

// codeOfDeath is the exit code of a container that is gone. Only its events outlive a container. They are asked for since ever,
// as the clock of the engine's machine may differ from this one's. It returns an error where the engine does not know it any more.
func (j *job) codeOfDeath(ctx context.Context) (string, error) {
	bounded, cancel := context.WithTimeout(ctx, deathReport)
	defer cancel()
	news, failures := j.Client.Events(bounded, events.ListOptions{Since: "1", Filters: filters.NewArgs(
		filters.Arg("container", j.want.ID), filters.Arg("type", string(events.ContainerEventType)))})
	for {
		select {
		case event := <-news:
			if event.Action == events.ActionDie { // Podman lets none through that are filtered by their Docker name.
				return event.Actor.Attributes["exitCode"], nil
			}
		case err := <-failures:
			return "", err
		}
	}
}

// codeOf is the exit code in the answer to a wait. Podman answers with an error and 0 where it has removed the container first.
func (j *job) codeOf(answer container.WaitResponse) (int64, error) {
	if answer.Error != nil && j.want.HostConfig.AutoRemove {
		return 0, errRemoved
	}
	return answer.StatusCode, nil
}
