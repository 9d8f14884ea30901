package container_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"testing"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

const resourceType = "containers_docker_container"

// faulty describes a container whose operations are to be broken.
type faulty struct {
	config, changed object
	begin           func(t *testing.T, r *core.Resource, config object)
}

// subject makes a container with a new name. Its anonymous volumes are labelled with the name: none may be left.
func (f faulty) subject(t *testing.T) sweep.Subject {
	t.Helper()
	name := fixture.Name(t)
	noVolumesLeft(t, name)
	s := sweep.Subject{Type: resourceType, Name: name, Config: f.complete(t, name, f.config), Sound: sound}
	if f.changed != nil {
		s.Changed = f.complete(t, name, f.changed)
	}
	if f.begin != nil {
		s.Begin = func(t *testing.T, r *core.Resource) { t.Helper(); f.begin(t, r, s.Config) }
	}
	return s
}

func (f faulty) complete(t *testing.T, name string, config object) object {
	t.Helper()
	out := object{
		"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"},
		"stop_timeout": "0s", "wait": object{"min_uptime": "100ms"},
	}
	maps.Copy(out, config)
	if suffix, ok := config["name"].(string); ok {
		out["name"] = name + suffix
	}
	if _, ok := config["name_prefix"]; ok {
		out["name_prefix"] = name + "-"
		delete(out, "name")
	}
	if mounts, ok := config["mounts"].(func(t *testing.T, name string) object); ok {
		out["mounts"] = mounts(t, name)
	}
	return out
}

// anonymous is a mount of an anonymous volume that can be recognised, but for Podman's.
func anonymous(t *testing.T, name string) object {
	t.Helper()
	if fixture.Podman(t) {
		return object{"/data": object{"type": "volume"}}
	}
	return object{"/data": object{"type": "volume", "volume_options": object{"labels": object{"of": name}}}}
}

func noVolumesLeft(t *testing.T, name string) {
	t.Helper()
	cli := fixture.Client(t)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		left, err := cli.VolumeList(ctx, volume.ListOptions{Filters: filters.NewArgs(filters.Arg("label", "of="+name))})
		if err != nil {
			t.Errorf("listing volumes: %s", err)
		}
		for _, v := range left.Volumes {
			t.Errorf("left over: anonymous volume %s", v.Name)
			if err := cli.VolumeRemove(ctx, v.Name, true); err != nil {
				t.Errorf("cleaning up: %s", err)
			}
		}
	})
}

// sound looks whether the container does what its configuration asks for, and has its files and networks.
func sound(t *testing.T, config map[string]any) {
	t.Helper()
	name, known := config["name"].(string)
	if !known {
		return
	}
	status := map[any]string{
		nil: `"running"`, "paused": `"paused"`, "completed": `"exited"`, "stopped": `"exited"`, "created": `"created"`,
	}[config["state"]]
	got := inspect(t, name, "State.Status")
	if got == `"stopped"` { // Podman's word until it has cleaned up after the container.
		got = `"exited"`
	}
	if got != status {
		t.Errorf("the container is %s, want %s", got, status)
	}
	if _, ok := config["uploads"]; ok {
		if _, err := fixture.Client(t).ContainerStatPath(t.Context(), name, "/etc/app/settings"); err != nil {
			t.Errorf("the upload is missing: %s", err)
		}
	}
}

func uploads(content string) object {
	return object{"/etc/app/settings": object{"content": content}, "/etc/app/more": object{"content": "x"}}
}

// freeSubnet is a small one that nobody else is likely to use: the engine has addresses for thirty networks only.
func freeSubnet() string {
	var random [3]byte
	_, _ = rand.Read(random[:]) // Never fails.
	return fmt.Sprintf("10.%d.%d.%d/28", random[0], random[1], random[2]&^15)
}

// networks makes bridges of their own for all containers of a test.
func networks(t *testing.T, n int) []string {
	t.Helper()
	var names []string
	for range n {
		name := fixture.Name(t)
		fixture.NothingLeft(t, name)
		fixture.Remove(t, fixture.Network, name)
		options := network.CreateOptions{Internal: true, IPAM: &network.IPAM{Config: []network.IPAMConfig{{Subnet: freeSubnet()}}}}
		if _, err := fixture.Client(t).NetworkCreate(t.Context(), name, options); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// TestCreateFaults breaks creates, and the removal of what they made, at every request.
func TestCreateFaults(t *testing.T) {
	t.Parallel()
	on := networks(t, 2)
	for name, f := range map[string]faulty{
		"running": {config: object{"mounts": anonymous}},
		"paused": {config: object{
			"state": "paused", "uploads": uploads("secret"), "networks": object{on[0]: object{"aliases": []any{"a"}}, on[1]: object{}},
		}},
		"completed": {config: object{"state": "completed", "command": []any{"/toolbox", "exit", "3"}, "exit_codes": []any{3}}},
		"healthy":   {config: object{"healthcheck": soonHealthy(), "wait": object{"healthy": true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sweep.Run(t, f.subject, "create")
		})
	}
}

func soonHealthy() object {
	return object{"test": []any{"CMD", "/toolbox", "healthcheck", "always"}, "interval": "200ms"}
}

// TestDestroyFaults breaks destroys at every request.
func TestDestroyFaults(t *testing.T) {
	t.Parallel()
	sweep.Run(t, faulty{config: object{"mounts": anonymous}}.subject, "destroy")
	sweep.Run(t, faulty{config: object{"mounts": anonymous, "stop_timeout": "10s"}}.subject, "destroy")
	sweep.Run(t, faulty{config: object{"mounts": anonymous, "state": "created", "stop_timeout": "10s"}}.subject, "destroy", "read")
}

// TestLostAnswers breaks what a create can make good by itself: neither fails nor is tainted.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request int
		cut     func(*proxy.Proxy, int)
	}{
		"of the create":         {2, (*proxy.Proxy).CutAfter},
		"of the look":           {1, (*proxy.Proxy).CutAfter},
		"of the last look":      {3, (*proxy.Proxy).CutAfter},
		"before the last look":  {3, (*proxy.Proxy).CutBefore},
		"before the first look": {1, (*proxy.Proxy).CutBefore},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name, config := inDoubt(t)
			server, p := acctest.Proxied(t)
			r := server.Resource(t, resourceType)
			c.cut(p, c.request)
			r.Apply(t, config)
			p.Reset()
			if got := `"` + r.String(t, "id") + `"`; got != inspect(t, name, "Id") || r.Tainted() {
				t.Errorf("the state has the container %s, tainted: %t", got, r.Tainted())
			}
			r.ExpectEmptyPlan(t, config)
			r.Destroy(t)
		})
	}
}
