package container_test

import (
	"net/http"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// job is a container that runs once, to its end.
func job(t *testing.T, more object) (*core.Resource, object) {
	t.Helper()
	r, config := running(t, more)
	config["state"] = "completed"
	return r, config
}

// TestJob runs once, and again only when what it runs changes.
func TestJob(t *testing.T) {
	t.Parallel()
	r, config := job(t, object{"command": []any{"/toolbox", "print", "1"}})
	does(t, r, config, core.Create)
	if got := look(t, r.String(t, "id")).State; got.ExitCode != 0 || got.Running {
		t.Errorf("the job has not ended well: %+v", got)
	}
	does(t, r, with(config, "exit_codes", []any{0, 3}), core.Update)
	id := r.String(t, "id")
	does(t, r, with(config, "command", []any{"/toolbox", "print", "2"}), core.Replace)
	if r.String(t, "id") == id {
		t.Error("the job did not run again")
	}
}

// TestJobFails is about jobs that end with another exit code than they should.
func TestJobFails(t *testing.T) {
	t.Parallel()
	failing := []any{"/toolbox", "exit", "3"}
	r, config := job(t, object{"command": failing})
	fails(t, r, config, "Unable to create container", "exit code 3", "exiting with 3")
	if !r.Tainted() {
		t.Error("the job that failed is not marked for replacement")
	}
	does(t, r, with(config, "exit_codes", []any{0, 3}), core.Replace)
	fails(t, r, with(with(config, "exit_codes", []any{4}), "command", []any{"/toolbox", "exit", "0"}), "exit code 0")
	missing, config := job(t, object{"command": []any{"/nothing"}})
	fails(t, missing, config, "Unable to create container", "/nothing")
}

// TestJobIsRetried is about a job that the engine restarts until it gives up.
func TestJobIsRetried(t *testing.T) {
	t.Parallel()
	r, config := job(t, object{"command": []any{"/toolbox", "exit", "3"}, "restart": "on-failure:2"})
	fails(t, r, config, "exit code 3")
	if got := look(t, r.String(t, "id")).RestartCount; got != 2 {
		t.Errorf("the apply failed after %d retries, want 2", got)
	}
}

// TestJobIsRetriedUnseen is about an engine so busy that it has restarted the job before it answers a wait: with exit code 0 then.
func TestJobIsRetriedUnseen(t *testing.T) {
	t.Parallel()
	_, config := job(t, object{"command": []any{"/toolbox", "exit", "3", "200ms"}, "restart": "on-failure:1"})
	server, p := acctest.Proxied(t)
	p.Reply("POST", "/containers/*/wait", http.StatusOK, `{"StatusCode":0}`)
	r := server.Resource(t, "containers_docker_container")
	destroyed(t, r)
	fails(t, r, config, "exit code 3")
}

// TestJobInTime is about a job that takes longer than it may.
func TestJobInTime(t *testing.T) {
	t.Parallel()
	r, config := job(t, object{"command": []any{"/toolbox", "sleep"}, "timeouts": object{"create": "1s"}})
	fails(t, r, config, "Unable to create container", "the job had not ended in time", "docker logs")
	if !r.Tainted() {
		t.Error("the job that took too long is not marked for replacement")
	}
}

// TestJobFailedInHindsight is about a job that ended with an exit code that counts as a failure by now.
func TestJobFailedInHindsight(t *testing.T) {
	t.Parallel()
	r, config := job(t, object{"command": []any{"/toolbox", "exit", "3"}, "exit_codes": []any{3}})
	does(t, r, config, core.Create)
	config["exit_codes"] = []any{0}
	r.Apply(t, config)
	r.Refresh(t)
	fails(t, r, config, "exit code 3")
}
