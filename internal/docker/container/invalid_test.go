package container_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// wrong is a configuration that cannot be, with the place and a part of what the error says.
type wrong struct {
	more     object
	at, says string
}

// TestInvalid is about configurations that cannot be: each is refused at plan, where it is wrong, with advice. The engine is
// one that does not exist, so nothing is asked of it.
func TestInvalid(t *testing.T) {
	t.Parallel()
	server := acctest.DockerAt(t, "unix://"+filepath.Join(t.TempDir(), "nowhere.sock"))
	for _, w := range slices.Concat(invalidProcess(), invalidLimits(), invalidNetwork(), invalidNamespaces(), invalidFiles(), invalidNulls()) {
		t.Run(fmt.Sprint(w.more), func(t *testing.T) {
			t.Parallel()
			config := object{"image": "nginx:1.27"}
			maps.Copy(config, w.more)
			_, diags := server.Resource(t, "containers_docker_container").TryPlan(t.Context(), config)
			if len(diags.Errors()) != 1 || len(diags.At(w.at).Containing(w.says)) != 1 {
				t.Errorf("want one error at %s that says %q, got:\n%s", w.at, w.says, diags)
			}
		})
	}
}

func invalidProcess() []wrong {
	check := func(more object) object {
		base := object{"test": []any{"CMD", "/true"}}
		maps.Copy(base, more)
		return object{"healthcheck": base}
	}
	const health = `write ["CMD", program, arguments…], ["CMD-SHELL", command] or ["NONE"]`
	return []wrong{
		{object{"image": "Nginx"}, "image", "write for example"},
		{object{"image": ""}, "image", "write for example"},
		{object{"image": "a:b:c"}, "image", "write for example"},
		{object{"image": "nginx@sha256:12"}, "image", "write for example"},
		{object{"name": "a"}, "name", "write at least two letters"},
		{object{"name": "-x"}, "name", "write at least two letters"},
		{object{"name": "a b"}, "name", "write at least two letters"},
		{object{"name": "ab", "name_prefix": "ab"}, "name_prefix", "cannot be specified"},
		{object{"platform": "a/b/c/d"}, "platform", "write os/architecture"},
		{object{"state": "on"}, "state", `"running" "paused"`},
		{object{"restart": "sometimes"}, "restart", "write no, always"},
		{object{"restart": "always:3"}, "restart", "write no, always"},
		{object{"auto_remove": true, "state": "completed"}, "auto_remove", "Leave auto_remove out"},
		{object{"auto_remove": true, "restart": "always"}, "auto_remove", "leave auto_remove or restart out"},
		{object{"state": "completed", "restart": "unless-stopped"}, "restart", "Use on-failure"},
		{object{"exit_codes": []any{256}}, "exit_codes[256]", "between 0 and 255"},
		{object{"exit_codes": []any{}}, "exit_codes", "at least 1"},
		{object{"working_dir": "srv"}, "working_dir", "write it from the root"},
		{object{"env": object{"A=B": "c"}}, `env["A=B"]`, "without an equals sign"},
		{object{"env": object{"": "c"}}, `env[""]`, "without an equals sign"},
		{object{"user": ""}, "user", "at least 1"},
		{object{"uts_mode": "host", "hostname": "a"}, "hostname", "leave one of them out"},
		{object{"cap_add": []any{"NET-ADMIN"}}, `cap_add["NET-ADMIN"]`, "write for example"},
		{object{"cap_add": []any{"NET_ADMIN", "CAP_NET_ADMIN"}}, "cap_add", "mean the same: leave one of them out"},
		{object{"stop_timeout": "5"}, "stop_timeout", "with a unit"},
		{object{"stop_timeout": "-1s"}, "stop_timeout", "with a unit"},
		{object{"stop_timeout": "1500ms"}, "stop_timeout", `write a multiple of "1s"`},
		{object{"wait": object{"min_uptime": "soon"}}, "wait.min_uptime", "with a unit"},
		{object{"timeouts": object{"create": "soon"}}, "timeouts.create", "with a unit"},
		{check(object{"interval": "5 s"}), "healthcheck.interval", "with a unit"},
		{check(object{"interval": "1us"}), "healthcheck.interval", `write at least "1ms"`},
		{check(object{"timeout": "0s"}), "healthcheck.timeout", `write at least "1ms"`},
		{check(object{"retries": 0}), "healthcheck.retries", "at least 1"},
		{check(object{"test": []any{}}), "healthcheck.test", health},
		{check(object{"test": []any{"curl", "localhost"}}), "healthcheck.test", health},
		{check(object{"test": []any{"CMD"}}), "healthcheck.test", health},
		{check(object{"test": []any{"CMD-SHELL", "a", "b"}}), "healthcheck.test", health},
		{object{"healthcheck": object{"test": []any{"NONE"}}, "wait": object{"healthy": true}}, "wait", "leave wait.healthy out"},
	}
}

func invalidLimits() []wrong {
	return []wrong{
		{object{"memory": "1x"}, "memory", "write a number with an optional unit"},
		{object{"memory": "1m"}, "memory", `write at least "6m"`},
		{object{"memory": "-1"}, "memory", `write at least "6m"`},
		{object{"memory_swap": "1g"}, "memory_swap", "set memory too"},
		{object{"memory": "1g", "memory_swap": "512m"}, "memory_swap", "write at least as much"},
		{object{"memory": "64m", "memory_reservation": "128m"}, "memory_reservation", "write at most as much"},
		{object{"memory_swappiness": 101}, "memory_swappiness", "between 0 and 100"},
		{object{"shm_size": "-1"}, "shm_size", "write at least"},
		{object{"cpus": 0.001}, "cpus", "at least 0.01"},
		{object{"cpus": 1, "cpu_quota": 1000}, "cpu_quota", "leave one of them out"},
		{object{"cpuset_cpus": "first"}, "cpuset_cpus", "for example 0-2,4"},
		{object{"cpu_shares": 1}, "cpu_shares", "at least 2"},
		{object{"pids_limit": -2}, "pids_limit", "at least -1"},
		{object{"oom_score_adj": 1001}, "oom_score_adj", "between -1000 and 1000"},
		{object{"blkio_weight": 5}, "blkio_weight", "between 10 and 1000"},
		{object{"device_read_bps": object{"/dev/sda": "fast"}}, `device_read_bps["/dev/sda"]`, "write a number with an optional unit"},
		{object{"device_write_iops": object{"/dev/sda": 0}}, `device_write_iops["/dev/sda"]`, "at least 1"},
		{object{"device_write_iops": object{"dev/sda": 5}}, `device_write_iops["dev/sda"]`, "write it from the root"},
		{object{"ulimits": object{"nofile": object{"soft": 2, "hard": 1}}}, `ulimits["nofile"]`, "write at most as much"},
		{object{"ulimits": object{"files": object{"soft": 1, "hard": 1}}}, `ulimits["files"]`, "for example nofile"},
		{
			object{"devices": object{"/dev/x": object{"host_path": "/dev/null", "permissions": "x"}}},
			`devices["/dev/x"].permissions`,
			"write r, w and m",
		},
	}
}

func invalidNetwork() []wrong {
	on := func(endpoint object) object { return object{"networks": object{"n": endpoint}} }
	ports := func(key string, places ...any) object { return object{"ports": object{key: places}} }
	const id = "0123456789012345678901234567890123456789012345678901234567890123"
	return []wrong{
		{ports("80", "8080"), `ports["80"]`, "with its protocol, for example 80/tcp"},
		{ports("80/icmp", "8080"), `ports["80/icmp"]`, "with its protocol, for example 80/tcp"},
		{ports("80/tcp"), "ports", "write at least one place"},
		{ports("80/tcp", "http"), "ports", "write for example"},
		{ports("80/tcp", "70000"), "ports", "write for example"},
		{ports("80/tcp", "1.2.3:80"), "ports", `write for example "127.0.0.1:8080"`},
		{ports("80/tcp", "localhost:80"), "ports", `write for example "127.0.0.1:8080"`},
		{ports("0/tcp", "80"), "ports", "from 1 to 65535"},
		{ports("65536/tcp", "80"), "ports", "from 1 to 65535"},
		{ports("82-80/tcp", "80-82"), "ports", "from 1 to 65535"},
		{ports("80-82/tcp", "80-81"), "ports", "write a range of the same length"},
		{ports("80/tcp", "8080", "8080"), "ports", "write it once"},
		{object{"ports": object{"80/tcp": []any{"8080"}, "81/tcp": []any{"8080"}}}, "ports", "write it once"},
		{object{"expose": []any{"80"}}, `expose["80"]`, "with its protocol, for example 80/tcp"},
		{object{"expose": []any{"90-80/tcp"}}, `expose["90-80/tcp"]`, "from 1 to 65535"},
		{object{"expose": []any{"65536/tcp"}}, `expose["65536/tcp"]`, "from 1 to 65535"},
		{object{"dns": []any{"8.8.8.8", "example.com"}}, "dns[1]", "write for example"},
		{object{"extra_hosts": object{"db": []any{"localhost"}}}, "extra_hosts", `write an address or "host-gateway"`},
		{object{"extra_hosts": object{"db": []any{}}}, "extra_hosts", "write at least one address"},
		{object{"extra_hosts": object{"db:1": []any{"10.0.0.1"}}}, "extra_hosts", "write one without colons"},
		{on(object{"ipv4_address": "1.2.3"}), `networks["n"].ipv4_address`, "write for example"},
		{on(object{"ipv4_address": "fd00::1"}), `networks["n"].ipv4_address`, "no IPv4 address"},
		{on(object{"ipv6_address": "10.0.0.1"}), `networks["n"].ipv6_address`, "no IPv6 address"},
		{on(object{"mac_address": "02:42"}), `networks["n"].mac_address`, "write for example"},
		{object{"networks": object{id: object{}}}, `networks["` + id + `"]`, "write the name of the network"},
		{object{"networks": object{}}, "networks", "leave networks out"},
		{object{"network_mode": "none", "networks": object{}}, "networks", "leave networks out"},
		{object{"network_mode": "host", "networks": object{"n": object{}}}, "networks", "leave networks or network_mode out"},
		{object{"network_mode": "container:a", "networks": object{"n": object{}}}, "networks", "leave networks or network_mode out"},
		{object{"network_mode": "m", "networks": object{"n": object{}}}, "network_mode", "add it there"},
		{object{"network_mode": "container:a", "ports": object{"80/tcp": []any{"0"}}}, "ports", "leave it out here"},
		{object{"network_mode": "container:a", "hostname": "b"}, "hostname", "leave it out here"},
		{object{"network_mode": "container:"}, "network_mode", "after the colon"},
		{object{"network_disabled": true, "networks": object{"n": object{}}}, "networks", "leave one of them out"},
	}
}

func invalidNamespaces() []wrong {
	return []wrong{
		{object{"ipc_mode": "shared"}, "ipc_mode", "write none, private, shareable, host or container:"},
		{object{"ipc_mode": "container:"}, "ipc_mode", "write none, private, shareable, host or container:"},
		{object{"pid_mode": "hots"}, "pid_mode", "write host or container:"},
		{object{"pid_mode": "container:"}, "pid_mode", "write host or container:"},
		{object{"uts_mode": "container:a"}, "uts_mode", "write host"},
		{object{"userns_mode": "no"}, "userns_mode", "write host"},
		{object{"cgroupns_mode": "none"}, "cgroupns_mode", `"private" "host"`},
		{object{"isolation": "vm"}, "isolation", "write default, process or hyperv"},
	}
}

func invalidFiles() []wrong {
	upload := func(file object) object { return object{"uploads": object{"/x": file}} }
	mount := func(m object) object { return object{"mounts": object{"/x": m}} }
	return []wrong{
		{upload(object{}), `uploads["/x"]`, "Set one of"},
		{upload(object{"content": "a", "source": "b"}), `uploads["/x"]`, "can be set"},
		{upload(object{"content_base64": "%"}), `uploads["/x"].content_base64`, "use the function base64encode"},
		{upload(object{"content_base64_wo": "%"}), `uploads["/x"].content_base64_wo`, "use the function base64encode"},
		{upload(object{"content": "a", "permissions": "rw"}), `uploads["/x"].permissions`, "for example 0644"},
		{upload(object{"content": "a", "uid": -1}), `uploads["/x"].uid`, "at least 0"},
		{upload(object{"content": "a", "gid": -1}), `uploads["/x"].gid`, "at least 0"},
		{upload(object{"source": "/nowhere/at/all"}), "uploads", "/nowhere/at/all"},
		{object{"uploads": object{"x": object{"content": "a"}}}, `uploads["x"]`, "write it from the root"},
		{object{"uploads": object{"/x/": object{"content": "a"}}}, `uploads["/x/"]`, `another spelling of "/x"`},
		{object{"uploads": object{"/x": object{"content": "a"}}, "read_only": true}, "uploads", "Use a volume"},
		{object{"mounts": object{"x": object{"type": "volume"}}}, `mounts["x"]`, "write it from the root"},
		{object{"mounts": object{"/x/": object{"type": "volume"}}}, `mounts["/x/"]`, `another spelling of "/x"`},
		{mount(object{"type": "disk"}), `mounts["/x"].type`, `"bind" "volume"`},
		{mount(object{"type": "bind"}), `mounts["/x"]`, "needs a source"},
		{mount(object{"type": "bind", "source": "relative"}), `mounts["/x"]`, "write it from the root"},
		{mount(object{"type": "tmpfs", "source": "x"}), `mounts["/x"]`, "leave that out"},
		{mount(object{"type": "volume", "selinux_relabel": "z"}), `mounts["/x"]`, "needs a source"},
		{mount(object{"type": "volume", "bind_options": object{"propagation": "shared"}}), `mounts["/x"]`, "leave that out"},
		{mount(object{"type": "tmpfs", "tmpfs_options": object{"mode": "0999"}}), `mounts["/x"].tmpfs_options.mode`, "for example 1770"},
		{mount(object{"type": "tmpfs", "tmpfs_options": object{"size": "-1"}}), `mounts["/x"].tmpfs_options.size`, "write at least"},
		{object{"mounts": object{"/x": object{"type": "tmpfs"}}, "tmpfs": object{"/x": ""}}, `tmpfs["/x"]`, "leave one of them out"},
		{object{"tmpfs": object{"x": ""}}, `tmpfs["x"]`, "write it from the root"},
	}
}

// invalidNulls are collections with a hole, which Terraform allows and no engine can be told.
func invalidNulls() []wrong {
	return []wrong{
		{object{"command": []any{"a", nil}}, "command[1]", "if v != null]"},
		{object{"dns": []any{nil}}, "dns[0]", "if v != null]"},
		{object{"cap_add": []any{nil}}, "cap_add", "if v != null]"},
		{object{"expose": []any{nil}}, "expose", "if v != null]"},
		{object{"env": object{"A": nil}}, `env["A"]`, "if v != null}"},
		{object{"labels": object{"A": nil}}, `labels["A"]`, "if v != null}"},
		{object{"networks": object{"n": nil}}, `networks["n"]`, "if v != null}"},
		{object{"uploads": object{"/x": nil}}, `uploads["/x"]`, "if v != null}"},
		{object{"device_requests": []any{nil}}, "device_requests[0]", "if v != null]"},
		{object{"ports": object{"80/tcp": nil}}, "ports", "write at least one place"},
		{object{"ports": object{"80/tcp": []any{nil}}}, "ports", "write at least one place"},
		{object{"extra_hosts": object{"db": nil}}, "extra_hosts", "write at least one address"},
		{object{"extra_hosts": object{"db": []any{nil}}}, "extra_hosts", "write at least one address"},
	}
}

// TestUnknownIsValid is about values that are not known before the apply: none of them is an error, wherever they are.
func TestUnknownIsValid(t *testing.T) {
	t.Parallel()
	server := acctest.DockerAt(t, "unix://"+filepath.Join(t.TempDir(), "nowhere.sock"))
	unknown := core.Unknown
	for _, more := range []object{
		{"image": unknown},
		{"name": unknown},
		{"name_prefix": unknown},
		{"state": unknown},
		{"restart": unknown, "auto_remove": unknown},
		{"command": unknown},
		{"command": []any{"a", unknown}},
		{"env": unknown},
		{"env": object{"A": unknown}},
		{"labels": unknown},
		{"ports": unknown},
		{"ports": object{"80/tcp": unknown}},
		{"ports": object{"80/tcp": []any{"8080", unknown}}},
		{"expose": []any{unknown}},
		{"networks": unknown},
		{"networks": object{"n": unknown}},
		{"networks": object{"n": object{"ipv4_address": unknown, "mac_address": unknown, "aliases": []any{unknown}}}},
		{"network_mode": unknown, "networks": object{"n": object{}}},
		{"network_mode": "n", "networks": unknown},
		{"mounts": unknown},
		{"mounts": object{"/x": object{"type": unknown, "source": unknown}}},
		{"mounts": object{"/x": object{"type": "bind", "source": unknown, "bind_options": unknown}}},
		{"tmpfs": unknown, "mounts": object{"/x": object{"type": "volume"}}},
		{"uploads": unknown, "read_only": true},
		{"uploads": object{"/x": unknown}},
		{"uploads": object{"/x": object{"content": unknown}}},
		{"uploads": object{"/x": object{"content_wo": unknown, "permissions": unknown}}},
		{"uploads": object{"/x": object{"source": unknown}}, "read_only": unknown},
		{"healthcheck": unknown, "wait": object{"healthy": true}},
		{"healthcheck": object{"test": unknown, "interval": unknown}, "wait": object{"healthy": true}},
		{"healthcheck": object{"test": []any{unknown}}, "wait": unknown},
		{"wait": object{"healthy": unknown, "min_uptime": unknown}},
		{"memory": unknown, "memory_swap": "1g", "memory_reservation": "1g"},
		{"memory": "1g", "memory_swap": unknown, "memory_reservation": unknown},
		{"cpus": unknown},
		{"ulimits": unknown},
		{"ulimits": object{"nofile": object{"soft": unknown, "hard": 1}}},
		{"extra_hosts": unknown},
		{"extra_hosts": object{"db": []any{unknown}}},
		{"devices": object{"/dev/x": object{"host_path": unknown}}},
		{"dns": []any{unknown}},
		{"cap_add": unknown},
		{"exit_codes": unknown},
		{"stop_timeout": unknown},
		{"platform": unknown},
		{"timeouts": object{"create": unknown}},
	} {
		t.Run(fmt.Sprint(more), func(t *testing.T) {
			t.Parallel()
			config := object{"image": "nginx:1.27"}
			maps.Copy(config, more)
			if _, diags := server.Resource(t, "containers_docker_container").TryPlan(t.Context(), config); diags.HasError() {
				t.Error(diags)
			}
		})
	}
}
