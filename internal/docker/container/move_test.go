package container_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// theirs is a container of the provider kreuzwerker/docker.
type theirs struct {
	config *container.Config
	host   *container.HostConfig
	// networks are joined after the create, by name or id, and the default network is left.
	networks map[string]*network.EndpointSettings
	start    bool
	// end has the container run to its end.
	end bool
}

// migration is one attribute of docker_container, or some that belong together: what the other provider asks of the engine,
// what it keeps in its state, and the equivalent in our attributes.
type migration struct {
	name  string
	image func(testing.TB) string
	ask   func(*theirs)
	state map[string]any
	ours  map[string]any
	// update allows an update of the state, which must ask nothing of the engine but to show the container.
	update bool
}

// TestMoveAttributes moves a container for every attribute of docker_container. With the equivalent configuration the plan
// must be empty, or change the state alone.
func TestMoveAttributes(t *testing.T) {
	t.Parallel()
	for _, m := range migrations(t) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			m.run(t)
		})
	}
}

func (m migration) run(t *testing.T) {
	if why := notOnPodman()[m.name]; why != "" {
		fixture.DockerOnly(t, why)
	}
	name := fixture.Name(t)
	image := fixture.Image(t)
	if m.image != nil {
		image = m.image(t)
	}
	id, started := m.create(t, name, image)
	before := fingerprint(t, name)
	theirs, ours := map[string]any{"start": started}, map[string]any{"name": name, "image": image}
	if !started {
		ours["state"] = "created"
	}
	if m.image == nil {
		ours["command"] = []any{"/toolbox", "sleep"}
	}
	maps.Copy(theirs, m.state)
	maps.Copy(ours, m.ours)

	server, engine := acctest.Proxied(t)
	r := server.Resource(t, "containers_docker_container")
	r.Move(t, stateOf(t, id, name, image, theirs))
	if got := r.Identity().String(t, "id"); got != id {
		t.Errorf("the identity is %q, want the id %q", got, id)
	}
	podman := fixture.Podman(t)
	if podman {
		skipRefused(t, r, ours)
	}
	engine.Reset()
	change := r.Plan(t, ours)
	if change.Action != core.NoOp && (change.Action != core.Update || !m.update && !podman) {
		t.Fatalf("the plan is to %s (%v):\n%s", change.Action, change.Replace, cmp.Diff(change.Before.Map(), change.Planned.Map()))
	}
	if change.Action == core.NoOp && m.update && !podman {
		t.Error("the plan is empty, so the test should not allow an update")
	}
	r.Apply(t, ours)
	for _, request := range engine.Requests() {
		if request.Method != "GET" {
			t.Errorf("the engine was asked to %s", request)
		}
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, ours)
	if diff := cmp.Diff(before, fingerprint(t, name)); diff != "" {
		t.Errorf("the container has changed (-before +after):\n%s", diff)
	}
}

// fingerprint is all of a container that a change of it would change.
func fingerprint(t *testing.T, name string) []any {
	t.Helper()
	c, err := fixture.Client(t).ContainerInspect(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return []any{c.ID, c.Config, c.HostConfig, c.State.StartedAt, c.State.FinishedAt, c.NetworkSettings.Networks}
}

// create makes a container with the requests that the other provider makes.
func (m migration) create(t *testing.T, name, image string) (id string, started bool) {
	t.Helper()
	no := false
	with := theirs{
		config: &container.Config{Image: image},
		host: &container.HostConfig{
			RestartPolicy: container.RestartPolicy{Name: "no"}, NetworkMode: "bridge", Init: &no,
		},
	}
	if m.image == nil {
		with.config.Cmd = []string{"/toolbox", "sleep"}
	}
	if m.ask != nil {
		m.ask(&with)
	}
	cli := fixture.Client(t)
	fixture.Remove(t, fixture.Container, name)
	made, err := cli.ContainerCreate(t.Context(), with.config, with.host, &network.NetworkingConfig{}, nil, name)
	if err != nil {
		t.Fatalf("creating the container: %s", err)
	}
	if len(with.networks) > 0 && with.host.NetworkMode == "bridge" {
		if err := cli.NetworkDisconnect(t.Context(), "bridge", made.ID, false); err != nil {
			t.Fatal(err)
		}
	}
	for on, endpoint := range with.networks {
		if err := cli.NetworkConnect(t.Context(), on, made.ID, endpoint); err != nil {
			t.Fatal(err)
		}
	}
	if with.start {
		if err := cli.ContainerStart(t.Context(), made.ID, container.StartOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if with.end {
		ended, failed := cli.ContainerWait(t.Context(), made.ID, container.WaitConditionNotRunning)
		select {
		case <-ended:
		case err := <-failed:
			t.Fatal(err)
		}
	}
	return made.ID, with.start
}

// timeoutsOfSDK is private state as the other provider's SDK keeps it.
const timeoutsOfSDK = `{"schema_version":"2",` +
	`"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,"update":1200000000000}}`

// stateOf is a state of docker_container after a refresh: what is not configured is the zero value, or what the engine shows.
func stateOf(t *testing.T, id, name, image string, changed map[string]any) core.Foreign {
	t.Helper()
	state := map[string]any{
		"attach": false, "bridge": "", "capabilities": []any{}, "cgroup_parent": "", "cgroupns_mode": "", "command": []any{"/toolbox", "sleep"},
		"container_logs": nil, "container_read_refresh_timeout_milliseconds": 15000, "cpu_period": nil, "cpu_quota": nil, "cpu_set": "",
		"cpu_shares": 0, "cpus": nil, "destroy_grace_seconds": nil, "device_read_bps": []any{}, "device_requests": []any{}, "devices": []any{},
		"dns": []any{}, "dns_opts": []any{}, "dns_search": []any{}, "domainname": "", "entrypoint": []any{}, "env": []any{"PATH=/"},
		"exit_code": 0, "gpus": nil, "group_add": []any{}, "healthcheck": nil, "host": []any{}, "hostname": id[:12], "id": id, "image": image,
		"init": false, "ipc_mode": "private", "labels": []any{}, "log_driver": "json-file", "log_opts": map[string]any{}, "logs": false,
		"max_retry_count": 0, "memory": 0, "memory_reservation": 0, "memory_swap": 0, "mounts": []any{}, "must_run": true, "name": name,
		"network_data": []any{}, "network_mode": "bridge", "networks_advanced": []any{}, "pid_mode": "", "platform": "linux", "ports": []any{},
		"privileged": false, "publish_all_ports": false, "read_only": false, "remove_volumes": true, "restart": "no", "rm": false,
		"runtime": "runc", "security_opts": []any{}, "shm_size": 64, "start": true, "stdin_open": false, "stop_signal": "", "stop_timeout": 0,
		"storage_opts": map[string]any{}, "sysctls": map[string]any{}, "timeouts": nil, "tmpfs": map[string]any{}, "tty": false,
		"ulimit": []any{}, "upload": []any{}, "user": "", "userns_mode": "", "volumes": []any{}, "wait": false, "wait_timeout": 60,
		"working_dir": "/",
	}
	maps.Copy(state, changed)
	raw, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return core.Foreign{
		Type: "docker_container", Provider: "registry.terraform.io/kreuzwerker/docker", SchemaVersion: 2, State: raw,
		Private: []byte(timeoutsOfSDK),
	}
}

func imageID(t testing.TB, reference string) string {
	t.Helper()
	image, err := docker.InspectImage(t.Context(), fixture.Client(t), reference)
	if err != nil {
		t.Fatal(err)
	}
	return image.ID
}

func makeNetwork(t *testing.T, subnet string) string {
	t.Helper()
	name := fixture.Name(t)
	fixture.Remove(t, fixture.Network, name)
	_, err := fixture.Client(t).NetworkCreate(t.Context(), name, network.CreateOptions{
		IPAM: &network.IPAM{Config: []network.IPAMConfig{{Subnet: subnet}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func makeVolume(t *testing.T) string {
	t.Helper()
	name := fixture.Name(t)
	fixture.Remove(t, fixture.Volume, name)
	if _, err := fixture.Client(t).VolumeCreate(t.Context(), volume.CreateOptions{Name: name}); err != nil {
		t.Fatal(err)
	}
	return name
}

func makeContainer(t *testing.T) string {
	t.Helper()
	name := fixture.Name(t)
	id, _ := migration{}.create(t, name, fixture.Image(t))
	return id
}
