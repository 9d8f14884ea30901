package image_test

import (
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sshd"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// TestOverSSH builds an image and runs a container on an engine that is reached over ssh: builds and waits have connections
// of their own.
func TestOverSSH(t *testing.T) {
	t.Parallel()
	socket, local := strings.CutPrefix(fixture.Host(t), "unix://")
	if !local {
		t.Skip("the engine has no socket on this machine that ssh could forward")
	}
	there := sshd.Start(t)
	t.Cleanup(docker.CloseTunnels)
	options := make([]any, len(there.Options))
	for i, option := range there.Options {
		options[i] = option
	}
	server := core.NewServer(t, acctest.Server, object{"docker": object{"engines": object{
		"far": object{"host": "ssh://" + there.Address + socket, "ssh_options": options},
	}}})
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	config := object{"name": name, "engine": "far", "build": object{
		"dockerfile_inline": "FROM " + fixture.Image(t) + "\nLABEL from=" + name + "\n", "context": t.TempDir(),
	}}
	built := server.Resource(t, resourceType)
	built.Apply(t, config)
	cleanID(t, built.String(t, "image_id"))
	built.ExpectEmptyPlan(t, config)

	job := object{"name": name, "engine": "far", "image": name, "state": "completed", "command": []any{"/toolbox", "exit", "0"}}
	ran := server.Resource(t, "containers_docker_container")
	ran.Apply(t, job)
	ran.ExpectEmptyPlan(t, job)
	ran.Destroy(t)
	built.Destroy(t)
	if there.Logins() != 1 {
		t.Errorf("it logged in %d times, want once", there.Logins())
	}
}
