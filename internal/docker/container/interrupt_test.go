package container_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// onceReady is a health check that succeeds when something makes the file /ready.
func onceReady() object {
	return object{"test": []any{"CMD", "/toolbox", "healthcheck", "file", "/ready"}, "interval": "200ms", "retries": 10000}
}

// makeReady has the health check succeed.
func makeReady(t *testing.T, name string) {
	t.Helper()
	cli := fixture.Client(t)
	made, err := cli.ContainerExecCreate(t.Context(), name, container.ExecOptions{
		Cmd: []string{"/toolbox", "touch", "/ready"}, AttachStdout: true, // Podman wants something attached.
	})
	if err != nil {
		t.Error(err)
		return
	}
	if err := cli.ContainerExecStart(t.Context(), made.ID, container.ExecStartOptions{}); err != nil {
		t.Error(err)
	}
}

// onEvents calls a function once, when the engine has begun to send events.
func onEvents(p *proxy.Proxy, call func()) {
	p.OnReply(func(_ int, r *http.Request, _ int) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			p.OnReply(nil)
			call()
		}
	})
}

// interruptedStart creates a container and interrupts that while it waits for its health check.
func interruptedStart(t *testing.T) (r *core.Resource, p *proxy.Proxy, name string, config object) {
	t.Helper()
	name = fixture.Name(t)
	fixture.NothingLeft(t, name)
	server, p := acctest.Proxied(t)
	r = server.Resource(t, resourceType)
	config = object{
		"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "stop_timeout": "0s",
		"healthcheck": onceReady(), "wait": object{"healthy": true},
	}
	onEvents(p, func() { server.Stop(t) })
	_, diags := r.TryApply(t.Context(), config)
	if len(diags.Warnings().Containing("was interrupted")) != 1 || diags.HasError() || r.Tainted() {
		t.Fatalf("tainted: %t, %s", r.Tainted(), diags)
	}
	server.Restart(t)
	return r, p, name, config
}

// TestInterruptedStartIsWaitedFor has the next apply wait for what the interrupted one could not wait for.
func TestInterruptedStartIsWaitedFor(t *testing.T) {
	t.Parallel()
	r, p, name, config := interruptedStart(t)
	id := r.String(t, "id")
	r.Refresh(t)
	if got := r.String(t, "state"); got != "starting" {
		t.Errorf("the state is %s", got)
	}
	onEvents(p, func() { makeReady(t, name) })
	if change := r.Apply(t, config); change.Action != core.Update {
		t.Errorf("the plan was to %s", change.Action)
	}
	if got := inspect(t, name, "State.Health.Status"); got != `"healthy"` {
		t.Errorf("after the apply the container is %s", got)
	}
	if got := r.String(t, "id"); got != id {
		t.Error("the container was created a second time")
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
}

// TestInterruptedStartThatSucceeded needs nothing any more, and what happens to the health later is no drift.
func TestInterruptedStartThatSucceeded(t *testing.T) {
	t.Parallel()
	r, _, name, config := interruptedStart(t)
	makeReady(t, name)
	awaitHealth(t, name, container.Healthy)
	r.Converge(t, config)
	timeout := 0
	if err := fixture.Client(t).ContainerRestart(t.Context(), name, container.StopOptions{Timeout: &timeout}); err != nil {
		t.Fatal(err)
	}
	r.Refresh(t) // Its address may be another one.
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
}

// TestInterruptedStartIsStopped stops what is still starting.
func TestInterruptedStartIsStopped(t *testing.T) {
	t.Parallel()
	r, _, name, config := interruptedStart(t)
	config["state"] = "stopped"
	r.Converge(t, config)
	if got := inspect(t, name, "State.Status"); got != `"exited"` {
		t.Errorf("the container is %s", got)
	}
	r.Destroy(t)
}

// awaitHealth follows the engine's events until a container is healthy.
func awaitHealth(t *testing.T, name, status string) {
	t.Helper()
	cli := fixture.Client(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	news, failures := cli.Events(ctx, events.ListOptions{Filters: filters.NewArgs(filters.Arg("container", name))})
	if fixture.Podman(t) {
		fixture.RunHealthCheck(t, name)
	}
	for inspect(t, name, "State.Health.Status") != `"`+status+`"` {
		select {
		case <-news:
		case err := <-failures:
			t.Fatal(err)
		}
	}
}
