package container_test

import (
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// check is a health check that is quick enough for a test. It fails only after many tries.
func check(retries int, args ...any) object {
	return object{"test": append([]any{"CMD", "/toolbox", "healthcheck"}, args...), "interval": "100ms", "timeout": "20s", "retries": retries}
}

const patient = 1000

// TestStartFails is about containers that do not come up: the apply fails and says why.
func TestStartFails(t *testing.T) {
	t.Parallel()
	healthy := object{"healthy": true}
	for _, c := range []struct {
		name  string
		more  object
		texts []string
	}{
		{"at once", object{"command": []any{"/toolbox", "exit", "3"}, "wait": nil}, []string{"exit code 3", "exiting with 3"}},
		{
			"after a moment",
			object{"command": []any{"/toolbox", "exit", "4", "300ms"}, "wait": object{"min_uptime": "5s"}},
			[]string{"exit code 4", "exiting with 4"},
		},
		{"well but too soon", object{"command": []any{"/toolbox", "print", "2"}, "wait": nil}, []string{"exit code 0", "out 1", "out 2"}},
		{
			"and writes more than fits",
			object{"command": []any{"/toolbox", "print", "1000", "stderr"}, "wait": nil},
			[]string{"err 1000"},
		},
		{"in a terminal", object{"command": []any{"/toolbox", "exit", "5"}, "tty": true, "wait": nil}, []string{"exit code 5", "exiting with 5"}},
		{
			"and removes itself",
			object{
				"command": []any{"/toolbox", "exit", "6", "200ms"}, "auto_remove": true, "stop_timeout": nil,
				"wait": object{"min_uptime": "5s"},
			},
			[]string{"exit code 6", "auto_remove removes it"},
		},
		{
			"again and again",
			object{"command": []any{"/toolbox", "exit", "7"}, "restart": "always", "wait": nil},
			[]string{"exit code 7", "exiting with 7"},
		},
		{
			"and is given up",
			object{"command": []any{"/toolbox", "exit", "8"}, "restart": "on-failure:1", "wait": nil},
			[]string{"exit code 8"},
		},
		{"for want of a program", object{"command": []any{"/nothing"}}, []string{"/nothing"}},
		{
			"unhealthy",
			object{"healthcheck": check(2, "never"), "wait": healthy},
			[]string{"unhealthy", "exit code 1"},
		},
		{
			"before it is healthy",
			object{"command": []any{"/toolbox", "exit", "9", "300ms"}, "healthcheck": check(patient, "never"), "wait": healthy},
			[]string{"exit code 9", "before it was healthy", "exiting with 9"},
		},
		{
			"well before it is healthy",
			object{
				"command": []any{"/toolbox", "exit", "0", "300ms"}, "healthcheck": check(patient, "never"), "wait": healthy, "restart": "on-failure",
			},
			[]string{"exit code 0", "before it was healthy"},
		},
		{
			"again and again before it is healthy",
			object{"command": []any{"/toolbox", "exit", "9", "100ms"}, "healthcheck": check(patient, "never"), "wait": healthy, "restart": "always"},
			[]string{"exit code 9", "before it was healthy", "exiting with 9"},
		},
		{
			"and removes itself before it is healthy",
			object{
				"command": []any{"/toolbox", "exit", "9", "300ms"}, "healthcheck": check(patient, "never"), "wait": healthy,
				"auto_remove": true, "stop_timeout": nil,
			},
			[]string{"exit code 9", "before it was healthy"},
		},
		{
			"without a health check",
			object{"wait": healthy},
			[]string{"no health check"},
		},
		{
			"in time",
			object{"healthcheck": check(patient, "never"), "wait": healthy, "timeouts": object{"create": "1s"}},
			[]string{"not healthy in time", "what its health check waits for"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, config := running(t, c.more)
			fails(t, r, config, append(c.texts, "Unable to create container")...)
			if !r.Tainted() {
				t.Error("the container that failed is not marked for replacement")
			}
		})
	}
}

// TestFailedStartIsReplaced is about the apply after one that failed.
func TestFailedStartIsReplaced(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"wait": nil})
	fails(t, r, with(config, "command", []any{"/toolbox", "exit", "1"}), "exit code 1")
	does(t, r, config, core.Replace)
}

// TestStartInPlaceFails is about a container that came up once and does not come up again.
func TestStartInPlaceFails(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{
		"command": []any{"/toolbox", "exit", "2", "200ms"}, "state": "created", "wait": object{"min_uptime": "5s"},
	})
	does(t, r, config, core.Create)
	config = with(config, "state", "running")
	fails(t, r, config, "Unable to update container", "exit code 2", "exiting with 2")
	if r.Tainted() {
		t.Error("a container that could not be started in place would be replaced")
	}
	r.Refresh(t)
	if change := r.Plan(t, config); change.Action != core.Update {
		t.Errorf("after the failure the plan is to %s", change.Action)
	}
}

// TestHealthy waits until the check says so, however the container comes to run.
func TestHealthy(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"healthcheck": check(patient, "after", "500ms"), "wait": object{"healthy": true}})
	healthy := func() {
		t.Helper()
		if got := look(t, r.String(t, "id")).State.Health.Status; got != "healthy" {
			t.Errorf("it is %s", got)
		}
	}
	does(t, r, config, core.Create)
	healthy()
	does(t, r, with(config, "state", "stopped"), core.Update)
	does(t, r, config, core.Update)
	healthy()
}

// TestHealthyByImage waits for a check that the image brings along.
func TestHealthyByImage(t *testing.T) {
	t.Parallel()
	ref := fixture.Name(t) + ":latest"
	fixture.Load(t, ref, fixture.Build(t, fixture.ImageOptions{Config: v1.Config{Healthcheck: &v1.HealthConfig{
		Test: []string{"CMD", "/toolbox", "healthcheck", "after", "300ms"}, Interval: 100 * time.Millisecond, Timeout: time.Minute, Retries: patient,
	}}}))
	r, config := running(t, object{"image": ref, "wait": object{"healthy": true}})
	does(t, r, config, core.Create)
	if got := look(t, r.String(t, "id")).State.Health.Status; got != "healthy" {
		t.Errorf("it is %s", got)
	}
	fails(t, r, with(config, "healthcheck", object{"test": []any{"NONE"}}), "switched off")
}

// TestMinUptime is about how long a start is watched.
func TestMinUptime(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{"command": []any{"/toolbox", "exit", "1", "1s"}, "wait": object{"min_uptime": "3s"}})
	fails(t, r, config, "exit code 1")
	config = with(config, "wait", object{"min_uptime": "0s"})
	r.Apply(t, config)
	steady, config := running(t, object{"wait": nil})
	begun := time.Now()
	steady.Apply(t, config)
	if took := time.Since(begun); took < 250*time.Millisecond {
		t.Errorf("a start counted after %s", took)
	}
}

// TestUntoldDeathFailsTheStart is about a busy engine, which tells of an end long after it happened.
func TestUntoldDeathFailsTheStart(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	server, p := acctest.Proxied(t)
	r := server.Resource(t, "containers_docker_container")
	destroyed(t, r)
	cli := fixture.Client(t)
	p.OnReply(func(_ int, r *http.Request, _ int) {
		if !strings.HasSuffix(r.URL.Path, "/start") {
			return
		}
		ended, failures := cli.ContainerWait(t.Context(), path.Base(path.Dir(r.URL.Path)), container.WaitConditionNotRunning)
		select {
		case <-ended:
		case err := <-failures:
			t.Errorf("waiting for the end: %s", err)
		}
	})
	p.OnRequest(func(_ int, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/wait") {
			<-r.Context().Done()
		}
	})
	config := object{
		"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "exit", "3"}, "wait": object{"min_uptime": "100ms"},
	}
	fails(t, r, config, "exit code 3", "exiting with 3")
}
