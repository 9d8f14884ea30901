package container_test

import (
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/docker/go-units"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// plant makes a container behind the provider's back.
func plant(t *testing.T, c *container.Config, h *container.HostConfig, n *network.NetworkingConfig) (name, id string) {
	t.Helper()
	name = fixture.Name(t)
	fixture.Remove(t, fixture.Container, name)
	made, err := fixture.Client(t).ContainerCreate(t.Context(), c, h, n, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	return name, made.ID
}

// plantRun makes the container that `docker run -d` makes with 25 flags, and the volume and network they name.
func plantRun(t *testing.T) (name, id, volume, net string) {
	t.Helper()
	volume, net = fixture.Name(t), subnet(t, "10.213.72.0/24", "")
	fixture.Remove(t, fixture.Volume, volume)
	yes, pids, stop := true, int64(100), 5
	name, id = plant(t, &container.Config{
		Hostname: "web", Domainname: "example.test", User: "1000:1000", Env: []string{"A=1", "B=two words", "OTHER=mine"},
		Cmd: []string{"sleep"}, Image: fixture.ImageWithConfig(t), WorkingDir: "/tmp", Labels: map[string]string{"team": "blue", "other": "mine"},
		StopSignal: "SIGTERM", StopTimeout: &stop, Tty: true, OpenStdin: true, AttachStdout: true, AttachStderr: true,
		ExposedPorts: nat.PortSet{"80/tcp": {}, "53/udp": {}, "9000/tcp": {}}, Volumes: map[string]struct{}{"/anon": {}},
		Healthcheck: &container.HealthConfig{
			Test: []string{"CMD-SHELL", "/toolbox healthcheck always"}, Interval: time.Minute, Timeout: 5 * time.Second, Retries: 2, StartPeriod: time.Second,
		},
	}, &container.HostConfig{
		Binds:         []string{volume + ":/cache:ro", "/proc:/host/proc:ro,rslave"},
		Mounts:        []mount.Mount{{Type: mount.TypeTmpfs, Target: "/run", TmpfsOptions: &mount.TmpfsOptions{SizeBytes: 1 << 20}}},
		Tmpfs:         map[string]string{"/scratch": "size=8m"},
		PortBindings:  nat.PortMap{"80/tcp": {{HostIP: "127.0.0.1", HostPort: ""}, {HostPort: ""}}, "53/udp": {{HostIP: "::1", HostPort: ""}}},
		RestartPolicy: container.RestartPolicy{Name: "on-failure", MaximumRetryCount: 3},
		CapAdd:        []string{"NET_ADMIN"}, CapDrop: []string{"MKNOD"}, DNS: []string{"9.9.9.9", "1.1.1.1"}, DNSSearch: []string{"example.test"},
		DNSOptions: []string{"ndots:2"}, ExtraHosts: []string{"db:10.0.0.2", "db6:fd00::2"}, GroupAdd: []string{"2000"}, ReadonlyRootfs: true,
		SecurityOpt: []string{"no-new-privileges"}, Sysctls: map[string]string{"net.core.somaxconn": "512"}, ShmSize: 128 << 20, Init: &yes,
		NetworkMode: container.NetworkMode(net), LogConfig: container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "1m"}},
		OomScoreAdj: 100,
		Resources: container.Resources{
			Memory: 64 << 20, NanoCPUs: 500_000_000, PidsLimit: &pids, CPUShares: 512,
			Ulimits: []*units.Ulimit{{Name: "nofile", Soft: 1024, Hard: 2048}},
			Devices: []container.DeviceMapping{{PathOnHost: "/dev/null", PathInContainer: "/dev/nothing", CgroupPermissions: "rwm"}},
		},
	}, &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{
		net: {Aliases: []string{"front"}, IPAMConfig: &network.EndpointIPAMConfig{IPv4Address: "10.213.72.9"}},
	}})
	return name, id, volume, net
}

// asRun is the configuration that says what plantRun made.
func asRun(t *testing.T, name, volume, net string) object {
	t.Helper()
	return object{
		"name": name, "image": fixture.ImageWithConfig(t), "state": "created", "hostname": "web", "domainname": "example.test",
		"user": "1000:1000", "env": object{"A": "1", "B": "two words", "OTHER": "mine"}, "working_dir": "/tmp/",
		"labels": object{"team": "blue", "other": "mine"}, "stop_signal": "SIGTERM", "stop_timeout": "5s", "tty": true, "stdin_open": true,
		"healthcheck": object{
			"test": []any{"CMD-SHELL", "/toolbox healthcheck always"}, "interval": "60s", "timeout": "5s", "retries": 2, "start_period": "1000ms",
		},
		"mounts": object{
			"/cache":     object{"type": "volume", "source": volume, "read_only": true},
			"/host/proc": object{"type": "bind", "source": "/proc", "read_only": true, "bind_options": object{"propagation": "rslave"}},
			"/run":       object{"type": "tmpfs", "tmpfs_options": object{"size": "1m"}},
			"/anon":      object{"type": "volume"},
		},
		"tmpfs": object{"/scratch": "size=8m"}, "ports": object{"80/tcp": []any{"0", "127.0.0.1:0"}, "53/udp": []any{"[::1]:0"}}, "expose": []any{"9000/tcp"},
		"restart": "on-failure:3", "cap_add": []any{"net_admin"}, "cap_drop": []any{"CAP_MKNOD"}, "dns": []any{"9.9.9.9", "1.1.1.1"},
		"dns_search": []any{"example.test"}, "dns_opts": []any{"ndots:2"}, "extra_hosts": object{"db": []any{"10.0.0.2"}, "db6": []any{"fd00::2"}},
		"group_add": []any{"2000"}, "read_only": true, "security_opts": []any{"no-new-privileges"}, "sysctls": object{"net.core.somaxconn": "512"},
		"shm_size": "128m", "init": true, "log_driver": "json-file", "log_opts": object{"max-size": "1m"}, "oom_score_adj": 100,
		"memory": "65536k", "cpus": 0.5, "pids_limit": 100, "cpu_shares": 512, "ulimits": object{"nofile": object{"soft": 1024, "hard": 2048}},
		"devices":  object{"/dev/nothing": object{"host_path": "/dev/null"}},
		"networks": object{net: object{"aliases": []any{"front"}, "ipv4_address": "10.213.72.9"}}, "network_mode": net,
		"command": []any{"sleep"},
	}
}

// TestImportOfRun imports what docker run made: the configuration that says the same changes nothing, any other value does.
func TestImportOfRun(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it does not show all that this container has; TestMoveAttributes imports the rest")
	name, id, volume, net := plantRun(t)
	config := asRun(t, name, volume, net)
	server := acctest.Docker(t)
	for what, imports := range map[string]func(*core.Resource){
		"name":     func(r *core.Resource) { r.Import(t, name) },
		"id":       func(r *core.Resource) { r.Import(t, id) },
		"short id": func(r *core.Resource) { r.Import(t, id[:12]) },
		"identity": func(r *core.Resource) { r.ImportIdentity(t, object{"id": id}) },
	} {
		r := server.Resource(t, "containers_docker_container")
		imports(r)
		if got := r.String(t, "id"); got != id {
			t.Fatalf("imported by %s, the id is %q", what, got)
		}
		if change := r.Plan(t, config); change.Action != core.NoOp && change.Action != core.Update {
			t.Errorf("imported by %s, the same configuration is planned to %s %v", what, change.Action, change.Replace)
		}
	}
	r := server.Resource(t, "containers_docker_container")
	r.Import(t, name)
	if change := r.Plan(t, r.Generated()); change.Action != core.NoOp && change.Action != core.Update {
		t.Errorf("the configuration that Terraform writes of it is planned to %s %v", change.Action, change.Replace)
	}
	for attribute := range config {
		if attribute == "log_driver" || attribute == "network_mode" || attribute == "command" || attribute == "stop_signal" {
			continue // What everybody has by default cannot be told from what somebody asked for.
		}
		if !r.State().Has(attribute) {
			t.Errorf("the import left %s out", attribute)
		}
	}
	for attribute, value := range map[string]any{
		"hostname": "other", "env": object{"A": "1"}, "labels": object{"team": "red"}, "user": "0", "working_dir": "/", "tty": false,
		"cap_add": []any{"SYS_TIME"}, "dns": []any{"1.1.1.1", "9.9.9.9"}, "tmpfs": object{"/scratch": "size=9m"}, "shm_size": "64m",
		"ports": object{"80/tcp": []any{"0"}}, "ulimits": object{"nofile": object{"soft": 1, "hard": 2048}},
		"healthcheck": object{"test": []any{"NONE"}}, "extra_hosts": object{"db": []any{"10.0.0.2"}}, "sysctls": nil, "command": []any{"env"},
		"mounts": object{"/cache": object{"type": "volume", "source": volume}}, "read_only": nil, "stop_timeout": "6s", "init": false,
		"log_opts": object{"max-size": "2m"}, "log_driver": "none", "devices": nil, "image": fixture.Image(t), "oom_score_adj": nil,
	} {
		if change := r.Plan(t, with(config, attribute, value)); change.Action != core.Replace {
			t.Errorf("%s = %v is planned to %s", attribute, value, change.Action)
		}
	}
	if change := r.Plan(t, with(without(config, "networks"), "network_mode", "bridge")); change.Action != core.Replace {
		t.Errorf("another network is planned to %s", change.Action)
	}
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	if got := look(t, name).ID; got != id {
		t.Error("the container was replaced")
	}
	r.Destroy(t)
	fixture.Gone(t, fixture.Container, id)
}

// TestImportOfPlain imports containers with next to nothing: a configuration with as little has an empty plan.
func TestImportOfPlain(t *testing.T) {
	t.Parallel()
	sleeping := func(image string) *container.Config {
		return &container.Config{Image: image, Cmd: []string{"/toolbox", "sleep"}}
	}
	other, _ := plant(t, sleeping(fixture.Image(t)), nil, nil)
	if err := fixture.Client(t).ContainerStart(t.Context(), other, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	net := aNetwork(t)
	for _, c := range []struct {
		name   string
		config *container.Config
		host   *container.HostConfig
		more   object
	}{
		{"plain", sleeping(fixture.Image(t)), nil, object{"command": []any{"/toolbox", "sleep"}}},
		{"of a configured image", &container.Config{Image: fixture.ImageWithConfig(t)}, nil, object{"image": fixture.ImageWithConfig(t)}},
		{"on the host", sleeping(fixture.Image(t)), &container.HostConfig{NetworkMode: "host"}, object{
			"command": []any{"/toolbox", "sleep"}, "network_mode": "host",
		}},
		{"without a network", sleeping(fixture.Image(t)), &container.HostConfig{NetworkMode: "none"}, object{
			"command": []any{"/toolbox", "sleep"}, "network_mode": "none",
		}},
		{
			"within another", sleeping(fixture.Image(t)),
			&container.HostConfig{NetworkMode: container.NetworkMode("container:" + other), PidMode: container.PidMode("container:" + other)},
			object{"command": []any{"/toolbox", "sleep"}, "network_mode": "container:" + other, "pid_mode": "container:" + other},
		},
		{"by the network's mode", sleeping(fixture.Image(t)), &container.HostConfig{NetworkMode: container.NetworkMode(net)}, object{
			"command": []any{"/toolbox", "sleep"}, "network_mode": net,
		}},
		{"by the networks", sleeping(fixture.Image(t)), &container.HostConfig{NetworkMode: container.NetworkMode(net)}, object{
			"command": []any{"/toolbox", "sleep"}, "networks": object{net: object{}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			name, id := plant(t, c.config, c.host, nil)
			if err := fixture.Client(t).ContainerStart(t.Context(), id, container.StartOptions{}); err != nil {
				t.Fatal(err)
			}
			r := acctest.Docker(t).Resource(t, "containers_docker_container")
			r.Import(t, name)
			config := object{"name": name, "image": fixture.Image(t)}
			for attribute, value := range c.more {
				config[attribute] = value
			}
			change := r.Apply(t, config)
			if change.Action == core.Replace {
				t.Errorf("the same configuration is planned to %s %v", change.Action, change.Replace)
			}
			if change.Action != core.NoOp && c.name == "plain" {
				t.Errorf("the same configuration is planned to %s", change.Action)
			}
			r.ExpectEmptyPlan(t, config)
			if got := look(t, name); got.ID != id || !got.State.Running {
				t.Error("the container was touched")
			}
		})
	}
}

// TestImportOfNothing fails clearly.
func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	for _, id := range []string{fixture.Name(t), "engine=none,x", "engine=", ""} {
		r := server.Resource(t, "containers_docker_container")
		if diags := r.TryImport(t.Context(), id); !diags.HasError() || !r.Gone() {
			t.Errorf("importing %q is no error:\n%s", id, diags)
		}
	}
}
