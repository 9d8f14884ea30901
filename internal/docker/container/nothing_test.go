package container_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestUnlimitedProcesses is about a container that is made without a limit of processes: engines show that in several ways.
func TestUnlimitedProcesses(t *testing.T) {
	t.Parallel()
	for _, limit := range []any{-1, 0} {
		name := fixture.Name(t)
		fixture.NothingLeft(t, name)
		config := object{
			"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created", "pids_limit": limit,
		}
		r := acctest.Docker(t).Resource(t, "containers_docker_container")
		r.Apply(t, config)
		r.Refresh(t)
		r.ExpectEmptyPlan(t, config)
		r.Destroy(t)
	}
}

// TestEmptyCommand is about a configuration whose command is an empty list, as a variable of a module often is: the
// image's is run, as without it.
func TestEmptyCommand(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	image := fixture.ImageWithConfig(t)
	none := object{"name": name, "image": image, "stop_timeout": "0s"}
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	for _, step := range []struct {
		command any
		action  core.Action
	}{{[]any{}, core.Create}, {[]any{"stubborn"}, core.Replace}, {[]any{}, core.Replace}, {nil, core.Update}, {[]any{}, core.Update}} {
		config := with(none, "command", step.command)
		if change := r.Apply(t, config); change.Action != step.action {
			t.Errorf("command %v: the plan was to %s, want %s", step.command, change.Action, step.action)
		}
		r.Refresh(t)
		r.ExpectEmptyPlan(t, config)
	}
	r.Destroy(t)
}

// TestWordsOfDocker is about attributes for which Docker has words of its own: no limit is 0 or null to it, and a container
// in the host's namespaces gets a security option that nobody asked for.
func TestWordsOfDocker(t *testing.T) {
	t.Parallel()
	if fixture.Podman(t) {
		t.Skip("Podman has other words for these")
	}
	unlimited := limit("pids_limit", "HostConfig.PidsLimit", -1, `0`, 0, `0`)
	unlimited.second, unlimited.gone, unlimited.unset = core.NoOp, core.Update, `0`
	security := replaced("security_opts", "HostConfig.SecurityOpt", []any{"no-new-privileges"}, `["no-new-privileges","label=disable"]`,
		[]any{"label=disable"}, `["label=disable"]`).needs(object{"pid_mode": "host"})
	for _, a := range []attribute{unlimited, security} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.run(t)
		})
	}
}

// TestReplacedWhileItsNameIsTaken is about create_before_destroy of a container with a name: the error says what to do.
func TestReplacedWhileItsNameIsTaken(t *testing.T) {
	t.Parallel()
	r, config := running(t, object{})
	does(t, r, config, core.Create)
	fails(t, acctest.Docker(t).Resource(t, "containers_docker_container"), config, "already there", "set name_prefix instead")
	r.Destroy(t)
}
