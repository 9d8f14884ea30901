package container_test

import (
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestStates takes one container from every state to every other, in place.
func TestStates(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"stop_timeout": "10s"})
	does(t, r, with(config, "state", "created"), core.Create)
	id := r.String(t, "id")
	status := map[string]string{"created": "", "running": "running", "paused": "paused", "stopped": "exited"}
	for _, state := range []string{
		"running", "created", "paused", "created", "stopped", "running", "stopped", "paused", "stopped", "created", "running", "paused", "running",
	} {
		does(t, r, with(config, "state", state), core.Update)
		if got := look(t, id).State.Status; got != status[state] && status[state] != "" {
			t.Errorf("asked to be %s, it is %s", state, got)
		}
		if state == "created" && look(t, id).State.Running {
			t.Error("asked to be created, it runs")
		}
	}
	if got := r.String(t, "id"); got != id {
		t.Error("the container was replaced")
	}
}

// TestStatesOfJob takes a job from and to completed.
func TestStatesOfJob(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"command": []any{"/toolbox", "exit", "0", "300ms"}})
	does(t, r, with(config, "state", "created"), core.Create)
	id := r.String(t, "id")
	started := func() string { return look(t, id).State.StartedAt }
	last := started()
	for _, step := range []struct {
		state string
		runs  bool
	}{
		{"completed", true},
		{"stopped", false},
		{"completed", true},
		{"created", false},
		{"completed", true},
	} {
		does(t, r, with(config, "state", step.state), core.Update)
		now := started()
		if (now != last) != step.runs {
			t.Errorf("asked to be %s, it ran: %t", step.state, now != last)
		}
		last = now
	}
	r.Apply(t, with(config, "state", "running"))
	does(t, r, with(config, "state", "completed"), core.Update)
}

// TestPausedJobCompletes waits for a job that has to be woken up first.
func TestPausedJobCompletes(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"state": "paused"})
	does(t, r, config, core.Create)
	id := r.String(t, "id")
	ended := on(t, id, events.ActionUnPause, func(cli *client.Client) error {
		return kill(t, cli, id, "SIGTERM")
	})
	does(t, r, with(config, "state", "completed"), core.Update)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// on calls a function when a container does something. Its outcome comes through the channel.
func on(t *testing.T, id string, action events.Action, call func(*client.Client) error) <-chan error {
	t.Helper()
	cli := fixture.Client(t)
	done := make(chan error, 1)
	news, failures := cli.Events(t.Context(), events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("container", id), filters.Arg("event", string(action)))})
	go func() {
		select {
		case <-news:
			done <- call(cli)
		case err := <-failures:
			done <- err
		}
	}()
	return done
}

// TestBroughtBack is about containers that are found in another state than they should be in: they are brought back,
// not replaced, ports or not.
func TestBroughtBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, state string
		command     []any
		disturb     func(t *testing.T, cli *client.Client, id string) error
		found       string
	}{
		{"stopped", "running", nil, func(t *testing.T, cli *client.Client, id string) error {
			return cli.ContainerStop(t.Context(), id, container.StopOptions{})
		}, "stopped"},
		{"killed", "running", nil, func(t *testing.T, cli *client.Client, id string) error {
			return kill(t, cli, id, "SIGKILL")
		}, "stopped"},
		{"ended well", "running", nil, func(t *testing.T, cli *client.Client, id string) error {
			return kill(t, cli, id, "SIGTERM")
		}, "stopped"},
		{"paused", "running", nil, func(t *testing.T, cli *client.Client, id string) error {
			return cli.ContainerPause(t.Context(), id)
		}, "paused"},
		{"unpaused", "paused", nil, func(t *testing.T, cli *client.Client, id string) error {
			return cli.ContainerUnpause(t.Context(), id)
		}, "running"},
		{"started", "created", nil, func(t *testing.T, cli *client.Client, id string) error {
			return cli.ContainerStart(t.Context(), id, container.StartOptions{})
		}, "running"},
		{"started again", "stopped", nil, func(t *testing.T, cli *client.Client, id string) error {
			return cli.ContainerStart(t.Context(), id, container.StartOptions{})
		}, "running"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, config := running(t, object{
				"state": c.state, "ports": object{"80/tcp": []any{"127.0.0.1:0"}, "79/tcp": []any{"127.0.0.1:0", "127.0.0.2:0"}},
			})
			does(t, r, config, core.Create)
			id := r.String(t, "id")
			if err := c.disturb(t, fixture.Client(t), id); err != nil {
				t.Fatal(err)
			}
			r.Refresh(t)
			if got := r.String(t, "state"); got != c.found {
				t.Errorf("it is found %s, want %s", got, c.found)
			}
			does(t, r, config, core.Update)
			if got := r.String(t, "id"); got != id {
				t.Error("the container was replaced")
			}
		})
	}
}

// kill sends a signal and waits for the end. It sends it again as long as the process goes on: on a busy machine that may have
// no handler yet, and the first process of a container ignores signals without one.
func kill(t *testing.T, cli *client.Client, id, signal string) error {
	t.Helper()
	answers, failures := cli.ContainerWait(t.Context(), id, container.WaitConditionNotRunning)
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		err := cli.ContainerKill(t.Context(), id, signal)
		if err != nil && !docker.Conflict(err) && !strings.Contains(err.Error(), "can only kill running") { // Podman's conflict.
			return err
		}
		select {
		case <-answers:
			return nil
		case err := <-failures:
			return err
		case <-again.C:
		}
	}
}

// TestDisappears is about a container that somebody removed: it is made anew.
func TestDisappears(t *testing.T) {
	t.Parallel()
	r, config := resting(t, nil)
	does(t, r, config, core.Create)
	fixture.RemoveNow(t, fixture.Container, r.String(t, "id"))
	r.Refresh(t)
	if !r.Gone() {
		t.Fatal("the state still has the container")
	}
	does(t, r, config, core.Create)
	fixture.RemoveNow(t, fixture.Container, r.String(t, "id"))
	r.Destroy(t)
}
