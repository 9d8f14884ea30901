package container_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/docker/go-units"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// migrations are all attributes of docker_container, by the names they have there.
func migrations(t *testing.T) []migration {
	t.Helper()
	var all []migration
	for _, concept := range [][]migration{
		processMigrations(), healthMigrations(), lifecycleMigrations(), limitMigrations(), deviceMigrations(),
		securityMigrations(), namespaceMigrations(), networkMigrations(t),
		mountMigrations(t), linkMigrations(t),
	} {
		all = append(all, concept...)
	}
	return all
}

func healthy() []string { return []string{"CMD", "/toolbox", "healthcheck", "always"} }

func processMigrations() []migration {
	return []migration{
		{name: "nothing"},
		{name: "all from the image", image: fixture.ImageWithConfig, state: object{"command": []any{"sleep"}, "entrypoint": []any{"/toolbox"}}},
		{
			name: "image by id", image: func(t testing.TB) string { return imageID(t, fixture.Image(t)) },
			ask: func(c *theirs) { c.config.Cmd = []string{"/toolbox", "sleep"} }, ours: object{"command": []any{"/toolbox", "sleep"}},
		},
		{
			name: "command and entrypoint",
			ask:  func(c *theirs) { c.config.Entrypoint, c.config.Cmd = []string{"/toolbox"}, []string{"sleep", "a b"} },
			ours: object{"entrypoint": []any{"/toolbox"}, "command": []any{"sleep", "a b"}},
		},
		{
			name: "env",
			ask:  func(c *theirs) { c.config.Env = []string{"B=x=y", "A="} },
			ours: object{"env": object{"A": "", "B": "x=y"}},
		},
		{
			name: "env over the image's", image: fixture.ImageWithConfig,
			ask:  func(c *theirs) { c.config.Env = []string{"OTHER=mine", "NEW=1"} },
			ours: object{"env": object{"OTHER": "mine", "NEW": "1"}},
		},
		{
			name: "env as in the image", image: fixture.ImageWithConfig, update: true,
			ask:  func(c *theirs) { c.config.Env = []string{"FROM_IMAGE=yes"} },
			ours: object{"env": object{"FROM_IMAGE": "yes"}},
		},
		{
			name:  "labels",
			ask:   func(c *theirs) { c.config.Labels = map[string]string{"a": "1", "b": ""} },
			state: object{"labels": []any{object{"label": "a", "value": "1"}, object{"label": "b", "value": ""}}},
			ours:  object{"labels": object{"a": "1", "b": ""}},
		},
		{
			name: "hostname, domainname, user, working_dir",
			ask: func(c *theirs) {
				c.config.Hostname, c.config.Domainname, c.config.User, c.config.WorkingDir = "one", "a.test", "1000:1000", "/srv"
			},
			ours: object{"hostname": "one", "domainname": "a.test", "user": "1000:1000", "working_dir": "/srv/"},
		},
		{
			name: "tty, stdin_open, init",
			ask: func(c *theirs) {
				yes := true
				c.config.Tty, c.config.OpenStdin, c.host.Init = true, true, &yes
			},
			ours: object{"tty": true, "stdin_open": true, "init": true},
		},
		{name: "init spelt out", ours: object{"init": false}, update: true},
		{
			name: "stop_signal and stop_timeout",
			ask: func(c *theirs) {
				seconds := 30
				c.config.StopSignal, c.config.StopTimeout = "SIGQUIT", &seconds
			},
			ours: object{"stop_signal": "SIGQUIT", "stop_timeout": "30s"},
		},
		{
			name: "group_add",
			ask:  func(c *theirs) { c.host.GroupAdd = []string{"20", "10"} },
			ours: object{"group_add": []any{"10", "20"}},
		},
	}
}

func healthMigrations() []migration {
	return []migration{
		{
			name: "healthcheck",
			ask: func(c *theirs) {
				c.config.Healthcheck = &container.HealthConfig{Test: healthy(), Interval: time.Minute, Retries: 2}
			},
			state: object{"healthcheck": []any{object{"test": healthy(), "interval": "1m0s", "timeout": "0s"}}},
			ours:  object{"healthcheck": object{"test": healthy(), "interval": "60s", "retries": 2}},
		},
		{
			name: "healthcheck beside the image's", image: fixture.ImageWithConfig,
			ask: func(c *theirs) {
				c.config.Healthcheck = &container.HealthConfig{Test: []string{"CMD", "/toolbox", "healthcheck", "file"}, Interval: time.Minute}
			},
			ours: object{"healthcheck": object{"test": []any{"CMD", "/toolbox", "healthcheck", "file"}, "interval": "1m"}},
		},
	}
}

func lifecycleMigrations() []migration {
	return []migration{
		{
			name: "log_driver and log_opts",
			ask: func(c *theirs) {
				c.host.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "1m"}}
			},
			ours: object{"log_opts": object{"max-size": "1m"}},
		},
		{
			name: "another log_driver",
			ask:  func(c *theirs) { c.host.LogConfig.Type = "none" },
			ours: object{"log_driver": "none"},
		},
		{name: "log_driver spelt out", ours: object{"log_driver": "json-file"}, update: true},
		{
			name: "restart and max_retry_count",
			ask: func(c *theirs) {
				c.host.RestartPolicy = container.RestartPolicy{Name: "on-failure", MaximumRetryCount: 3}
			},
			ours: object{"restart": "on-failure:3"},
		},
		{name: "restart spelt out", ours: object{"restart": "no"}, update: true},
		{name: "rm", ask: func(c *theirs) { c.host.AutoRemove = true }, ours: object{"auto_remove": true}},
		{name: "platform", ours: object{"platform": "linux/" + runtime.GOARCH}, update: true},
	}
}

func limitMigrations() []migration {
	const mega = 1 << 20
	return []migration{
		{
			name:  "memory",
			ask:   func(c *theirs) { c.host.Memory = 128 * mega },
			state: object{"memory": 128, "memory_swap": 256}, ours: object{"memory": "128m"},
		},
		{
			name: "memory and memory_swap",
			ask: func(c *theirs) {
				c.host.Memory, c.host.MemorySwap, c.host.MemoryReservation = 128*mega, 128*mega, 64*mega
			},
			state: object{"memory": 128, "memory_swap": 128, "memory_reservation": 64},
			ours:  object{"memory": "128m", "memory_swap": "128m", "memory_reservation": "64m"},
		},
		{
			name:  "memory_swap without limit",
			ask:   func(c *theirs) { c.host.Memory, c.host.MemorySwap = 128*mega, -1 },
			state: object{"memory": 128, "memory_swap": -1}, ours: object{"memory": "128m", "memory_swap": "-1"},
		},
		{
			name: "memory_swap as by default", update: true,
			ask:   func(c *theirs) { c.host.Memory, c.host.MemorySwap = 128*mega, 256*mega },
			state: object{"memory": 128, "memory_swap": 256}, ours: object{"memory": "128m", "memory_swap": "256m"},
		},
		{name: "shm_size", ask: func(c *theirs) { c.host.ShmSize = 128 * mega }, ours: object{"shm_size": "128m"}},
		{name: "shm_size spelt out", ours: object{"shm_size": "64m"}, update: true},
		{
			name: "cpu_shares and cpu_set",
			ask:  func(c *theirs) { c.host.CPUShares, c.host.CpusetCpus = 512, "0" },
			ours: object{"cpu_shares": 512, "cpuset_cpus": "0"},
		},
		{name: "cpus", ask: func(c *theirs) { c.host.NanoCPUs = 15e8 }, state: object{"cpus": "1.5"}, ours: object{"cpus": 1.5}},
		{
			name: "cpu_period and cpu_quota",
			ask:  func(c *theirs) { c.host.CPUPeriod, c.host.CPUQuota = 50000, 20000 },
			ours: object{"cpu_period": 50000, "cpu_quota": 20000},
		},
		{
			name: "ulimit",
			ask: func(c *theirs) {
				c.host.Ulimits = []*units.Ulimit{{Name: "nofile", Soft: 1024, Hard: 2048}, {Name: "core", Soft: -1, Hard: -1}}
			},
			ours: object{"ulimits": object{"nofile": object{"soft": 1024, "hard": 2048}, "core": object{"soft": -1, "hard": -1}}},
		},
	}
}

func deviceMigrations() []migration {
	return []migration{
		{
			name: "devices",
			ask: func(c *theirs) {
				c.host.Devices = []container.DeviceMapping{
					{PathOnHost: "/dev/null", PathInContainer: "/dev/null", CgroupPermissions: "rwm"},
					{PathOnHost: "/dev/zero", PathInContainer: "/dev/z", CgroupPermissions: "r"},
				}
			},
			ours: object{"devices": object{
				"/dev/null": object{"host_path": "/dev/null"}, "/dev/z": object{"host_path": "/dev/zero", "permissions": "r"},
			}},
		},
		{
			name: "gpus",
			ask: func(c *theirs) {
				c.host.DeviceRequests = []container.DeviceRequest{{Count: -1, Capabilities: [][]string{{"gpu"}}, Options: map[string]string{}}}
			},
			state: object{"gpus": "all"},
			ours:  object{"device_requests": []any{object{"count": -1, "capabilities": []any{[]any{"gpu"}}}}},
		},
		{
			name: "device_requests",
			ask: func(c *theirs) {
				c.host.DeviceRequests = []container.DeviceRequest{{Driver: "cdi", DeviceIDs: []string{"a/b=0"}}}
			},
			ours: object{"device_requests": []any{object{"driver": "cdi", "device_ids": []any{"a/b=0"}}}},
		},
		{
			name:  "device_read_bps, which never reached the engine",
			state: object{"device_read_bps": []any{object{"path": "/dev/null", "rate": 1024}}},
		},
	}
}

func securityMigrations() []migration {
	return []migration{
		{name: "privileged", ask: func(c *theirs) { c.host.Privileged = true }, ours: object{"privileged": true}},
		{
			name: "read_only and publish_all_ports",
			ask:  func(c *theirs) { c.host.ReadonlyRootfs, c.host.PublishAllPorts = true, true },
			ours: object{"read_only": true, "publish_all_ports": true},
		},
		{
			name: "capabilities",
			ask: func(c *theirs) {
				c.host.CapAdd, c.host.CapDrop = []string{"NET_ADMIN", "CAP_SYS_TIME"}, []string{"ALL"}
			},
			state: object{"capabilities": []any{object{"add": []any{"CAP_NET_ADMIN", "CAP_SYS_TIME"}, "drop": []any{"ALL"}}}},
			ours:  object{"cap_add": []any{"SYS_TIME", "NET_ADMIN"}, "cap_drop": []any{"ALL"}},
		},
		{
			name: "security_opts",
			ask:  func(c *theirs) { c.host.SecurityOpt = []string{"no-new-privileges"} },
			ours: object{"security_opts": []any{"no-new-privileges"}},
		},
		{
			name: "sysctls",
			ask:  func(c *theirs) { c.host.Sysctls = map[string]string{"net.core.somaxconn": "256"} },
			ours: object{"sysctls": object{"net.core.somaxconn": "256"}},
		},
		{name: "runtime spelt out", ask: func(c *theirs) { c.host.Runtime = "runc" }, ours: object{"runtime": "runc"}, update: true},
	}
}

func namespaceMigrations() []migration {
	return []migration{
		{name: "ipc_mode", ask: func(c *theirs) { c.host.IpcMode = "none" }, ours: object{"ipc_mode": "none"}},
		{name: "ipc_mode of the host", ask: func(c *theirs) { c.host.IpcMode = "host" }, ours: object{"ipc_mode": "host"}},
		{name: "pid_mode", ask: func(c *theirs) { c.host.PidMode = "host" }, ours: object{"pid_mode": "host"}},
		{name: "userns_mode", ask: func(c *theirs) { c.host.UsernsMode = "host" }, ours: object{"userns_mode": "host"}},
		{name: "cgroupns_mode", ask: func(c *theirs) { c.host.CgroupnsMode = "host" }, ours: object{"cgroupns_mode": "host"}, update: true},
		{name: "cgroup_parent", ask: func(c *theirs) { c.host.CgroupParent = "/acc" }, ours: object{"cgroup_parent": "/acc"}},
		{
			name: "dns, dns_opts, dns_search",
			ask: func(c *theirs) {
				c.host.DNS, c.host.DNSOptions, c.host.DNSSearch = []string{"8.8.8.8", "1.1.1.1"}, []string{"ndots:2"}, []string{"b.test", "a.test"}
			},
			ours: object{"dns": []any{"8.8.8.8", "1.1.1.1"}, "dns_opts": []any{"ndots:2"}, "dns_search": []any{"b.test", "a.test"}},
		},
		{
			name: "host",
			ask:  func(c *theirs) { c.host.ExtraHosts = []string{"db:fd00::2", "db:10.0.0.2", "gw:host-gateway"} },
			ours: object{"extra_hosts": object{"db": []any{"fd00::2", "10.0.0.2"}, "gw": []any{"host-gateway"}}},
		},
	}
}

// linkMigrations is an attribute that version 2 had.
func linkMigrations(t *testing.T) []migration {
	t.Helper()
	name := fixture.Name(t)
	migration{ask: func(c *theirs) { c.start = true }}.create(t, name, fixture.Image(t))
	return []migration{{
		name: "links", ask: func(c *theirs) { c.host.Links = []string{name + ":db"} },
		state: object{"links": []any{"/" + name + ":/x/db"}}, ours: object{"links": []any{name + ":db"}},
	}}
}

func binding(ip, port string) nat.PortBinding { return nat.PortBinding{HostIP: ip, HostPort: port} }

func networkMigrations(t *testing.T) []migration {
	t.Helper()
	one, two := makeNetwork(t, "10.213.77.0/28"), makeNetwork(t, "10.213.77.16/28")
	return []migration{
		{
			name: "ports",
			ask: func(c *theirs) {
				c.config.ExposedPorts = nat.PortSet{"80/tcp": {}, "53/udp": {}}
				c.host.PortBindings = nat.PortMap{
					"80/tcp": {binding("0.0.0.0", "18080"), binding("127.0.0.1", "18081")}, "53/udp": {binding("0.0.0.0", "0")},
				}
			},
			state: object{"ports": []any{
				object{"internal": 53, "external": 32768, "ip": "0.0.0.0", "protocol": "udp"},
				object{"internal": 80, "external": 18080, "ip": "0.0.0.0", "protocol": "tcp"},
			}},
			ours: object{"ports": object{"80/tcp": []any{"127.0.0.1:18081", "0.0.0.0:18080"}, "53/udp": []any{"0.0.0.0:0"}}},
		},
		{name: "network_mode of version 3", ask: func(c *theirs) { c.host.NetworkMode = "default" }, state: object{"network_mode": "default"}},
		{
			name: "network_mode of version 3 spelt out", update: true,
			ask: func(c *theirs) { c.host.NetworkMode = "default" }, ours: object{"network_mode": "bridge"},
		},
		{name: "network_mode spelt out", ours: object{"network_mode": "bridge"}, update: true},
		{
			name: "network_mode host", ask: func(c *theirs) { c.host.NetworkMode = "host" },
			state: object{"network_mode": "host"}, ours: object{"network_mode": "host"},
		},
		{
			name: "network_mode none", ask: func(c *theirs) { c.host.NetworkMode = "none" },
			state: object{"network_mode": "none"}, ours: object{"network_mode": "none"},
		},
		{
			name: "network_mode is a network", ask: func(c *theirs) { c.host.NetworkMode = container.NetworkMode(one) },
			state: object{"network_mode": one}, ours: object{"network_mode": one},
		},
		{
			name: "networks_advanced",
			ask: func(c *theirs) {
				c.networks = map[string]*network.EndpointSettings{one: {
					IPAMConfig: &network.EndpointIPAMConfig{IPv4Address: "10.213.77.9"}, Aliases: []string{"web", "www"},
					DriverOpts: map[string]string{"a": "b"},
				}}
			},
			state: object{"networks_advanced": []any{object{
				"name": one, "aliases": []any{"web", "www"}, "ipv4_address": "10.213.77.9", "ipv6_address": "", "mac_address": "",
			}}},
			ours: object{"networks": object{one: object{
				"aliases": []any{"www", "web"}, "ipv4_address": "10.213.77.9", "driver_opts": object{"a": "b"},
			}}},
		},
		{
			name: "networks_advanced of a running container", ask: func(c *theirs) {
				c.start = true
				c.networks = map[string]*network.EndpointSettings{
					one: {IPAMConfig: &network.EndpointIPAMConfig{}}, two: {IPAMConfig: &network.EndpointIPAMConfig{}},
				}
			},
			state: object{"networks_advanced": []any{object{"name": one}, object{"name": two}}},
			ours:  object{"networks": object{one: object{}, two: object{}}},
		},
	}
}

func mountMigrations(t *testing.T) []migration {
	t.Helper()
	volume := makeVolume(t)
	other := makeContainer(t)
	source := sourceFile(t)
	return []migration{
		{
			name: "volumes",
			ask: func(c *theirs) {
				c.config.Volumes = map[string]struct{}{"/v": {}, "/h": {}, "/anonymous": {}, "/z": {}}
				c.host.Binds = []string{volume + ":/v/:ro", "/tmp:/h:rw", volume + ":/z:rw,z"}
				c.host.VolumesFrom = []string{other}
			},
			state: object{"volumes": []any{object{
				"container_path": "/v/", "from_container": "", "host_path": "", "read_only": nil, "selinux_relabel": "", "volume_name": volume,
			}}},
			ours: object{
				"mounts": object{
					"/v":         object{"type": "volume", "source": volume, "read_only": true},
					"/z":         object{"type": "volume", "source": volume, "selinux_relabel": "z"},
					"/h":         object{"type": "bind", "source": "/tmp"},
					"/anonymous": object{"type": "volume"},
				},
				"volumes_from": []any{other},
			},
		},
		{
			name: "mounts",
			ask: func(c *theirs) {
				c.host.Mounts = []mount.Mount{
					{Type: "bind", Source: "/tmp", Target: "/b/", ReadOnly: true, BindOptions: &mount.BindOptions{Propagation: "rslave"}},
					{Type: "volume", Source: volume, Target: "/v", VolumeOptions: &mount.VolumeOptions{
						NoCopy: true, Labels: map[string]string{"a": "1"}, DriverConfig: &mount.Driver{Name: "local", Options: map[string]string{}},
					}},
					{Type: "volume", Source: volume, Target: "/w", VolumeOptions: &mount.VolumeOptions{
						Labels: map[string]string{}, DriverConfig: &mount.Driver{},
					}},
					{Type: "tmpfs", Target: "/t", TmpfsOptions: &mount.TmpfsOptions{SizeBytes: 1 << 20, Mode: os.FileMode(0o1770)}},
				}
			},
			ours: object{"mounts": object{
				"/b": object{"type": "bind", "source": "/tmp", "read_only": true, "bind_options": object{"propagation": "rslave"}},
				"/v": object{"type": "volume", "source": volume, "volume_options": object{
					"no_copy": true, "labels": object{"a": "1"}, "driver": object{"name": "local"},
				}},
				"/w": object{"type": "volume", "source": volume},
				"/t": object{"type": "tmpfs", "tmpfs_options": object{"size": "1m", "mode": "1770"}},
			}},
		},
		{
			name: "tmpfs",
			ask:  func(c *theirs) { c.host.Tmpfs = map[string]string{"/run": "size=64m,noexec", "/x": ""} },
			ours: object{"tmpfs": object{"/run": "size=64m,noexec", "/x": ""}},
		},
		{
			name: "upload",
			state: object{"upload": []any{
				object{"file": "/etc/a", "content": "text", "content_base64": "", "source": "", "executable": false},
				object{"file": "etc/b", "content": "", "content_base64": "AAEC", "source": "", "executable": true, "permissions": ""},
				object{"file": "/etc/c", "content": nil, "content_base64": nil, "source": source, "source_hash": "x", "permissions": "0600"},
				object{"file": "/etc/d", "source": source},
			}},
			ours: object{"uploads": object{
				"/etc/a": object{"content": "text"},
				"/etc/b": object{"content_base64": "AAEC", "permissions": "0744"},
				"/etc/c": object{"source": source, "permissions": "0600"},
				"/etc/d": object{"source": source, "permissions": "0644"},
			}},
		},
	}
}

func sourceFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("from a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
