package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	// defaultMinUptime is how long a container must stay up before its start counts. The look after it finds every
	// container that ended at once, on a busy engine too: see the decision on it.
	defaultMinUptime = 250 * time.Millisecond
	// crashLoop is after how many deaths in a row a container that the engine restarts is given up.
	crashLoop = 3
	// logLines is how many of the last lines of output an error shows.
	logLines = 20
)

// startError says that a container did not come up, or not to the end that was asked for.
type startError struct {
	what string
	log  string
}

func (e *startError) Error() string {
	if e.log == "" {
		return e.what + "; it wrote nothing"
	}
	return e.what + "; the last lines it wrote:\n" + e.log
}

// Advice is what to do about it.
func (e *startError) Advice() string {
	return "The engine did its part. See what the container ran into, correct that or the configuration, and run terraform apply again."
}

// refusal is an error that says all there is to say, with what to do next in its text.
type refusal string

func (e refusal) Error() string { return string(e) }

// Advice is in the text already.
func (refusal) Advice() string { return "" }

// errNoHealthcheck says that there is nothing to wait for.
const errNoHealthcheck = refusal("wait.healthy is set, but the container has no health check: set healthcheck, or use an image that " +
	"has one")

// awaitStart waits until a started container has come up: until it is healthy if that is asked for, else until
// it has stayed up for long enough. A container that stops meanwhile is an error with its exit code and last
// lines, one that the engine restarts only after it has died several times in a row.
func (j *job) awaitStart(ctx context.Context) error {
	wait := j.Values.Object("wait")
	if wait.Bool("healthy") {
		return j.awaitHealthy(ctx)
	}
	uptime := defaultMinUptime
	if d, err := tf.ParseDuration(wait.String("min_uptime")); err == nil {
		uptime = d
	}
	if uptime == 0 {
		return nil
	}
	return j.awaitUptime(ctx, uptime)
}

// awaitUptime waits until the container has stayed up for that long since one and the same start. That nobody has been told
// of an end by then proves little: a busy engine tells it when it has cleaned up, a second later and more. A look at the
// container waits for an end that is being dealt with, and it is the look that the state needs anyway.
func (j *job) awaitUptime(ctx context.Context, uptime time.Duration) error {
	upSince, lastEnd, before, deaths, lastCode := "", "", -1, 0, -1
	for {
		code, died, err := j.diesWithin(ctx, uptime)
		switch {
		case j.removedItself(err):
			return j.endedAndGone(ctx)
		case err != nil:
			return err
		case died && !j.isRestarted():
			return j.startFailed(ctx, fmt.Sprintf("it stopped with exit code %d right after its start", code))
		case died && !j.want.ofPodman: // Podman tells of the same death again until it has restarted the container.
			deaths, lastCode = deaths+1, int(code)
		}
		found, err := look(ctx, j.Client, j.want.ID)
		if j.removedItself(err) {
			return j.endedAndGone(ctx)
		}
		if err != nil {
			return err
		}
		if before < 0 {
			before = max(found.RestartCount-deaths, 0)
		}
		// An end that comes between two waits is told to nobody, but the engine counts it.
		deaths = max(deaths, found.RestartCount-before)
		if !found.State.Running || found.State.Restarting {
			lastCode = found.State.ExitCode
		}
		if j.want.ofPodman && !found.State.Running && found.State.FinishedAt != lastEnd {
			deaths, lastEnd = deaths+1, found.State.FinishedAt
		}
		if isOver(found) || deaths >= crashLoop && lastCode >= 0 {
			return j.startFailed(ctx, fmt.Sprintf("it stopped with exit code %d right after its start", lastCode))
		}
		if found.State.Restarting || !found.State.Running { // Podman does not say that it restarts a container.
			upSince = ""
			continue
		}
		if !died && (found.RestartCount == 0 || found.State.StartedAt == upSince) {
			j.seen = &found
			return nil
		}
		upSince = found.State.StartedAt
	}
}

// isOver tells whether a container has stopped for good.
func isOver(found container.InspectResponse) bool {
	return !found.State.Running && !found.State.Restarting && !willRestart(found)
}

func (j *job) isRestarted() bool {
	return j.want.HostConfig.RestartPolicy.Name != "" && !j.want.HostConfig.RestartPolicy.IsNone()
}

// diesWithin asks the engine to answer when the container stops, and gives it that long.
func (j *job) diesWithin(ctx context.Context, limit time.Duration) (code int64, died bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answers, failures := j.Client.ContainerWait(bounded, j.want.ID, container.WaitConditionNotRunning)
	select {
	case answer := <-answers:
		code, err := j.codeOf(answer)
		return code, err == nil, err
	case err := <-failures:
		if ctx.Err() == nil && bounded.Err() != nil {
			return 0, false, nil
		}
		return 0, false, err
	}
}

// willRestart tells whether the engine starts a container again that it shows as stopped.
func willRestart(found container.InspectResponse) bool {
	policy := found.HostConfig.RestartPolicy
	switch {
	case policy.IsAlways() || policy.IsUnlessStopped():
		return true
	case policy.IsOnFailure():
		return found.State.ExitCode != 0 && (policy.MaximumRetryCount == 0 || found.RestartCount < policy.MaximumRetryCount)
	default:
		return false
	}
}

// awaitHealthy follows the engine's events. They are subscribed to before the first look, so that none is missed.
func (j *job) awaitHealthy(ctx context.Context) error {
	listening, cancel := context.WithCancel(ctx)
	defer cancel()
	news, failures := j.Client.Events(listening, events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("container", j.want.ID), filters.Arg("type", string(events.ContainerEventType)))})
	exitCode := "that nobody saw"
	for deaths := 0; ; {
		found, err := look(ctx, j.Client, j.want.ID)
		if docker.NotFound(err) && j.want.HostConfig.AutoRemove {
			return j.startFailed(ctx, "it stopped with exit code "+exitCode+" before it was healthy")
		}
		if err != nil {
			return inTime(ctx, err)
		}
		done, err := j.judgeHealth(ctx, found)
		if done {
			j.seen = &found
		}
		if done || err != nil {
			return err
		}
		code, died, err := nextChange(ctx, news, failures, j.silence(ctx, found))
		if errors.Is(err, errUnchecked) {
			err = j.check(ctx)
		}
		if err != nil {
			return err
		}
		if died {
			exitCode = code
			deaths++
		}
		if deaths >= crashLoop {
			return j.startFailed(ctx, fmt.Sprintf("it stopped %d times, last with exit code %s, before it was healthy", deaths, exitCode))
		}
	}
}

// judgeHealth tells whether the container is healthy, or an error if it will not become so. Engines also call a
// container unhealthy that has stopped.
func (j *job) judgeHealth(ctx context.Context, found container.InspectResponse) (bool, error) {
	switch state := found.State; {
	case isOver(found):
		return false, j.startFailed(ctx, fmt.Sprintf("it stopped with exit code %d before it was healthy", state.ExitCode))
	case state.Restarting || !state.Running:
		return false, nil
	case state.Health == nil || state.Health.Status == "" || state.Health.Status == container.NoHealthcheck:
		return false, errNoHealthcheck
	case state.Health.Status == container.Unhealthy:
		return false, j.startFailed(ctx, "it is unhealthy: "+lastCheck(state.Health))
	default:
		return state.Health.Status == container.Healthy, nil
	}
}

// lastCheck is what the last health check said.
func lastCheck(health *container.Health) string {
	if len(health.Log) == 0 {
		return "no check has finished"
	}
	last := health.Log[len(health.Log)-1]
	return fmt.Sprintf("the last check ended with exit code %d and wrote %q", last.ExitCode, strings.TrimSpace(last.Output))
}

// nextChange waits for the next event that can change the judgement. It returns the exit code where that was a death.
func nextChange(
	ctx context.Context, news <-chan events.Message, failures <-chan error, silence <-chan time.Time,
) (exitCode string, died bool, err error) {
	for {
		select {
		case event := <-news:
			switch {
			case event.Action == events.ActionDie:
				return event.Actor.Attributes["exitCode"], true, nil
			case event.Action == events.ActionStart, strings.HasPrefix(string(event.Action), string(events.ActionHealthStatus)):
				return "", false, nil
			}
		case err := <-failures:
			if ctx.Err() == nil {
				return "", false, fmt.Errorf("follow the events of the engine: %w", err)
			}
		case <-silence:
			return "", false, errUnchecked
		case <-ctx.Done():
			return "", false, inTime(ctx, ctx.Err())
		}
	}
}

// awaitCompletion waits until the job has run to its end, as often as the engine restarts it, and judges the exit code.
func (j *job) awaitCompletion(ctx context.Context) error {
	for {
		code, err := j.awaitExit(ctx)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return lateError{
				cause: ctx.Err(), what: "the job had not ended in time",
				advice: "See what it does (docker logs), or raise the timeout of the operation, and run terraform apply again.",
			}
		}
		if err != nil {
			return err
		}
		over := true
		if j.isRestarted() {
			over, code, err = j.judgeExit(ctx, code)
		}
		switch {
		case err != nil:
			return err
		case over && slices.Contains(exitCodes(j.Values), code):
			return nil
		case over:
			return j.startFailed(ctx, fmt.Sprintf("it ended with exit code %d", code))
		}
	}
}

// judgeExit tells whether a job that the engine may restart has ended for good, and how. The exit code that a wait was answered
// with proves nothing if it is 0: a busy engine reads it when it has restarted the container already, and begun anew with 0.
func (j *job) judgeExit(ctx context.Context, answered int64) (over bool, code int64, err error) {
	if answered != 0 && slices.Contains(exitCodes(j.Values), answered) {
		return true, answered, nil
	}
	found, err := look(ctx, j.Client, j.want.ID)
	if err != nil {
		return false, 0, err
	}
	return isOver(found), int64(found.State.ExitCode), nil
}

func (j *job) awaitExit(ctx context.Context) (int64, error) {
	answers, failures := j.Client.ContainerWait(ctx, j.want.ID, container.WaitConditionNotRunning)
	select {
	case answer := <-answers:
		if answer.Error != nil {
			return 0, errors.New(answer.Error.Message)
		}
		return answer.StatusCode, nil
	case err := <-failures:
		return 0, err
	}
}

// exitCodes are those with which a job has succeeded.
func exitCodes(values tf.Values) []int64 {
	set, ok := values["exit_codes"].(types.Set)
	if !ok || set.IsNull() || set.IsUnknown() {
		return []int64{0}
	}
	var codes []int64
	for _, e := range set.Elements() {
		if n, ok := e.(types.Int64); ok {
			codes = append(codes, n.ValueInt64())
		}
	}
	return codes
}

// startFailed adds the last lines that the container wrote.
func (j *job) startFailed(ctx context.Context, what string) error {
	if j.want.HostConfig.AutoRemove {
		what += ", and auto_remove removes it with all that it wrote"
	}
	short, cancel := docker.Short(ctx)
	defer cancel()
	return &startError{what: what, log: tailOf(short, j.Client, j.want.ID, j.want.Config.Tty)}
}

// tailOf is the end of a container's output, empty where the engine cannot tell.
func tailOf(ctx context.Context, cli *client.Client, id string, tty bool) string {
	output, err := cli.ContainerLogs(ctx, id, container.LogsOptions{ShowStdout: true, ShowStderr: true, Tail: fmt.Sprint(logLines)})
	if err != nil {
		return ""
	}
	defer output.Close()
	var text strings.Builder
	limited := io.LimitReader(output, 64<<10)
	if tty {
		_, err = io.Copy(&text, limited)
	} else {
		_, err = stdcopy.StdCopy(&text, &text, limited)
	}
	if err != nil && text.Len() == 0 {
		return ""
	}
	return strings.TrimSpace(text.String())
}

// awaitRemoval waits for a removal that the engine has begun by itself. conflict is what it said.
func awaitRemoval(ctx context.Context, cli *client.Client, id string, conflict error) error {
	if found, err := look(ctx, cli, id); docker.NotFound(err) {
		return nil
	} else if err != nil || found.State == nil || found.State.Status != container.StateRemoving {
		return conflict
	}
	answers, failures := cli.ContainerWait(ctx, id, container.WaitConditionRemoved)
	select {
	case <-answers:
		return nil
	case err := <-failures:
		if docker.NotFound(err) {
			return nil
		}
		return err
	}
}
