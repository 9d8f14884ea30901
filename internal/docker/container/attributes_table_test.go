package container_test

import (
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// attributes are the attributes that map to a setting of the engine and that every Docker engine in the tests can set.
func attributes() []attribute {
	var all []attribute
	for _, concept := range [][]attribute{
		processAttributes(), limitAttributes(), securityAttributes(), networkAttributes(), mountAttributes(), lifecycleAttributes(),
	} {
		all = append(all, concept...)
	}
	return all
}

func processAttributes() []attribute {
	return []attribute{
		replaced("command", "Config.Cmd", []any{"/toolbox", "env"}, `["/toolbox","env"]`, []any{"/toolbox", "id"}, `["/toolbox","id"]`),
		replaced("entrypoint", "Config.Entrypoint", []any{"/toolbox"}, `["/toolbox"]`, []any{"/toolbox", "args"}, `["/toolbox","args"]`),
		replaced("entrypoint", "Config.Entrypoint", []any{}, `[]`, []any{"/toolbox"}, `["/toolbox"]`),
		replaced("env", "Config.Env", object{"A": "1", "B": "x=y"}, `["A=1","B=x=y","PATH=/"]`, object{"A": ""}, `["A=","PATH=/"]`),
		replaced("labels", "Config.Labels", object{"a": "1"}, `{"a":"1"}`, object{"a": "2", "b": ""}, `{"a":"2","b":""}`),
		replaced("user", "Config.User", "app", `"app"`, "1000:1000", `"1000:1000"`),
		replaced("group_add", "HostConfig.GroupAdd", []any{"20", "10"}, `["10","20"]`, []any{"30"}, `["30"]`),
		replaced("working_dir", "Config.WorkingDir", "/srv", `"/srv"`, "/tmp/", `"/tmp"`),
		replaced("domainname", "Config.Domainname", "a.test", `"a.test"`, "b.test", `"b.test"`),
		flag("tty", "Config.Tty", `false`),
		flag("stdin_open", "Config.OpenStdin", `false`),
		flag("stdin_once", "Config.StdinOnce", `false`),
		replaced("init", "HostConfig.Init", true, `true`, false, `false`),
		replaced("shell", "Config.Shell", []any{"/toolbox", "-c"}, `["/toolbox","-c"]`, []any{"/toolbox"}, `["/toolbox"]`),
		replaced("stop_signal", "Config.StopSignal", "SIGINT", `"SIGINT"`, "SIGQUIT", `"SIGQUIT"`),
		replaced("stop_timeout", "Config.StopTimeout", "30s", `30`, "0s", `0`),
		replaced("healthcheck", "Config.Healthcheck",
			object{"test": []any{"CMD", "/toolbox", "healthcheck", "always"}, "interval": "60s", "retries": 3},
			`{"Interval":60000000000,"Retries":3,"Test":["CMD","/toolbox","healthcheck","always"]}`,
			object{"test": []any{"NONE"}}, `{"Test":["NONE"]}`),
		replaced("log_driver", "HostConfig.LogConfig.Type", "none", `"none"`, "local", `"local"`),
		replaced("log_opts", "HostConfig.LogConfig.Config", object{"max-size": "1m"}, `{"max-size":"1m"}`,
			object{"max-size": "1m", "max-file": "3"}, `{"max-file":"3","max-size":"1m"}`).needs(object{"log_driver": "json-file"}),
		replaced("hostname", "HostConfig.UTSMode", "one", `""`, "two", `""`),
	}
}

func limitAttributes() []attribute {
	pids := limit("pids_limit", "HostConfig.PidsLimit", 100, `100`, 200, `200`)
	pids.gone, pids.unset = core.Update, `0`
	oom := replaced("oom_score_adj", "HostConfig.OomScoreAdj", 300, `300`, 0, `0`)
	oom.gone = core.Update // What an engine has by default.
	return []attribute{
		limit("cpus", "HostConfig.NanoCpus", 0.5, `500000000`, 1.25, `1250000000`),
		limit("cpu_shares", "HostConfig.CpuShares", 512, `512`, 2048, `2048`),
		limit("cpu_period", "HostConfig.CpuPeriod", 50000, `50000`, 200000, `200000`),
		limit("cpu_quota", "HostConfig.CpuQuota", 20000, `20000`, 40000, `40000`),
		limit("cpuset_cpus", "HostConfig.CpusetCpus", "0", `"0"`, "0-1", `"0-1"`),
		limit("cpuset_mems", "HostConfig.CpusetMems", "0", `"0"`, "0-0", `"0-0"`),
		limit("memory", "HostConfig.Memory", "64m", `67108864`, "1g", `1073741824`),
		limit("memory_reservation", "HostConfig.MemoryReservation", "32m", `33554432`, "48m", `50331648`),
		limit("memory_swap", "HostConfig.MemorySwap", "256m", `268435456`, "-1", `-1`).needs(object{"memory": "128m"}),
		replaced("memory_swappiness", "HostConfig.MemorySwappiness", 0, `0`, 60, `60`),
		flag("oom_kill_disable", "HostConfig.OomKillDisable", `false`),
		replaced("oom_score_adj", "HostConfig.OomScoreAdj", 500, `500`, -500, `-500`),
		oom,
		pids,
		replaced("shm_size", "HostConfig.ShmSize", "128m", `134217728`, "1g", `1073741824`),
		replaced("ulimits", "HostConfig.Ulimits", object{"nofile": object{"soft": 1024, "hard": 2048}},
			`[{"Hard":2048,"Name":"nofile","Soft":1024}]`, object{"core": object{"soft": -1, "hard": -1}, "nofile": object{"soft": 1, "hard": 2}},
			`[{"Hard":-1,"Name":"core","Soft":-1},{"Hard":2,"Name":"nofile","Soft":1}]`),
		replaced("devices", "HostConfig.Devices", object{"/dev/n": object{"host_path": "/dev/null"}},
			`[{"CgroupPermissions":"rwm","PathInContainer":"/dev/n","PathOnHost":"/dev/null"}]`,
			object{"/dev/n": object{"host_path": "/dev/null", "permissions": "r"}},
			`[{"CgroupPermissions":"r","PathInContainer":"/dev/n","PathOnHost":"/dev/null"}]`),
		replaced("device_cgroup_rules", "HostConfig.DeviceCgroupRules", []any{"c 13:* rwm"}, `["c 13:* rwm"]`, []any{"c 1:3 r"}, `["c 1:3 r"]`),
		replaced("device_requests", "HostConfig.DeviceRequests",
			[]any{object{"driver": "x", "count": -1, "capabilities": []any{[]any{"gpu", "y"}}, "options": object{"a": "b"}}},
			`[{"Capabilities":[["gpu","y"]],"Count":-1,"DeviceIDs":null,"Driver":"x","Options":{"a":"b"}}]`,
			[]any{object{"device_ids": []any{"0"}, "capabilities": []any{[]any{"gpu"}}}},
			`[{"Capabilities":[["gpu"]],"Count":0,"DeviceIDs":["0"],"Driver":"","Options":null}]`),
		replaced("device_read_bps", "HostConfig.BlkioDeviceReadBps", object{"/dev/null": "1m"}, `[{"Path":"/dev/null","Rate":1048576}]`,
			object{"/dev/null": "2m"}, `[{"Path":"/dev/null","Rate":2097152}]`),
		replaced("device_write_bps", "HostConfig.BlkioDeviceWriteBps", object{"/dev/null": "1m"}, `[{"Path":"/dev/null","Rate":1048576}]`,
			object{"/dev/null": "2m"}, `[{"Path":"/dev/null","Rate":2097152}]`),
		replaced("device_read_iops", "HostConfig.BlkioDeviceReadIOps", object{"/dev/null": 10}, `[{"Path":"/dev/null","Rate":10}]`,
			object{"/dev/null": 20}, `[{"Path":"/dev/null","Rate":20}]`),
		replaced("device_write_iops", "HostConfig.BlkioDeviceWriteIOps", object{"/dev/null": 10}, `[{"Path":"/dev/null","Rate":10}]`,
			object{"/dev/null": 20}, `[{"Path":"/dev/null","Rate":20}]`),
	}
}

func securityAttributes() []attribute {
	return []attribute{
		flag("privileged", "HostConfig.Privileged", `false`),
		flag("read_only", "HostConfig.ReadonlyRootfs", `false`),
		replaced("cap_add", "HostConfig.CapAdd", []any{"NET_ADMIN"}, `["CAP_NET_ADMIN"]`, []any{"CAP_SYS_TIME", "net_raw"},
			`["CAP_NET_RAW","CAP_SYS_TIME"]`),
		replaced("cap_drop", "HostConfig.CapDrop", []any{"ALL"}, `["ALL"]`, []any{"MKNOD"}, `["CAP_MKNOD"]`),
		replaced("security_opts", "HostConfig.SecurityOpt", []any{"no-new-privileges"}, `["no-new-privileges"]`, []any{"seccomp=unconfined"},
			`["seccomp=unconfined"]`),
		replaced("masked_paths", "HostConfig.MaskedPaths", []any{"/proc/keys"}, `["/proc/keys"]`, []any{"/proc/asound"}, `["/proc/asound"]`),
		replaced("masked_paths", "HostConfig.MaskedPaths", []any{}, `[]`, []any{"/proc/keys"}, `["/proc/keys"]`),
		replaced("readonly_paths", "HostConfig.ReadonlyPaths", []any{"/proc/bus"}, `["/proc/bus"]`, []any{"/proc/fs"}, `["/proc/fs"]`),
		replaced("readonly_paths", "HostConfig.ReadonlyPaths", []any{"/proc/bus"}, `["/proc/bus"]`, []any{}, `[]`),
		replaced("sysctls", "HostConfig.Sysctls", object{"net.core.somaxconn": "512"}, `{"net.core.somaxconn":"512"}`,
			object{"net.core.somaxconn": "1024"}, `{"net.core.somaxconn":"1024"}`),
		replaced("ipc_mode", "HostConfig.IpcMode", "host", `"host"`, "none", `"none"`),
		single("pid_mode", "HostConfig.PidMode", "host", `"host"`),
		single("uts_mode", "HostConfig.UTSMode", "host", `"host"`),
		single("userns_mode", "HostConfig.UsernsMode", "host", `"host"`),
		replaced("cgroupns_mode", "HostConfig.CgroupnsMode", "private", `"private"`, "host", `"host"`),
		replaced("cgroup_parent", "HostConfig.CgroupParent", "/a", `"/a"`, "/b", `"/b"`),
	}
}

func networkAttributes() []attribute {
	return []attribute{
		replaced("ports", "HostConfig.PortBindings", object{"80/tcp": []any{"0", "127.0.0.1:0"}},
			`{"80/tcp":[{"HostIp":"","HostPort":""},{"HostIp":"127.0.0.1","HostPort":""}]}`,
			object{"53/udp": []any{"[::1]:5353"}, "80-81/tcp": []any{"8080-8081"}},
			`{"53/udp":[{"HostIp":"::1","HostPort":"5353"}],"80/tcp":[{"HostIp":"","HostPort":"8080"}],"81/tcp":[{"HostIp":"","HostPort":"8081"}]}`),
		replaced("expose", "Config.ExposedPorts", []any{"80/tcp", "90-91/udp"}, `{"80/tcp":{},"90/udp":{},"91/udp":{}}`, []any{"81/tcp"},
			`{"81/tcp":{}}`),
		flag("publish_all_ports", "HostConfig.PublishAllPorts", `false`),
		replaced("network_mode", "HostConfig.NetworkMode", "none", `"none"`, "host", `"host"`),
		flag("network_disabled", "Config.NetworkDisabled", `null`),
		replaced("dns", "HostConfig.Dns", []any{"8.8.8.8", "1.1.1.1"}, `["8.8.8.8","1.1.1.1"]`, []any{"1.1.1.1", "8.8.8.8"},
			`["1.1.1.1","8.8.8.8"]`),
		replaced("dns_opts", "HostConfig.DnsOptions", []any{"ndots:2", "edns0"}, `["ndots:2","edns0"]`, []any{"edns0"}, `["edns0"]`),
		replaced("dns_search", "HostConfig.DnsSearch", []any{"b.test", "a.test"}, `["b.test","a.test"]`, []any{"a.test"}, `["a.test"]`),
		replaced("extra_hosts", "HostConfig.ExtraHosts", object{"db": []any{"10.0.0.2", "fd00::2"}}, `["db:10.0.0.2","db:fd00::2"]`,
			object{"a": []any{"host-gateway"}, "b": []any{"10.0.0.3"}}, `["a:host-gateway","b:10.0.0.3"]`),
	}
}

func mountAttributes() []attribute {
	return []attribute{
		replaced("mounts", "HostConfig.Mounts",
			object{"/a": object{"type": "tmpfs", "tmpfs_options": object{"size": "64m", "mode": "1770"}}},
			`[{"Target":"/a","TmpfsOptions":{"Mode":1016,"SizeBytes":67108864},"Type":"tmpfs"}]`,
			object{"/b": object{"type": "bind", "source": "/proc", "read_only": true, "bind_options": object{"propagation": "rslave", "non_recursive": true}}},
			`[{"BindOptions":{"NonRecursive":true,"Propagation":"rslave"},"ReadOnly":true,"Source":"/proc","Target":"/b","Type":"bind"}]`),
		replaced("tmpfs", "HostConfig.Tmpfs", object{"/t": "size=64m"}, `{"/t":"size=64m"}`, object{"/t": "", "/u": "mode=1770"},
			`{"/t":"","/u":"mode=1770"}`),
		single("volume_driver", "HostConfig.VolumeDriver", "local", `"local"`),
	}
}

func lifecycleAttributes() []attribute {
	restart := limit("restart", "HostConfig.RestartPolicy", "always", `{"MaximumRetryCount":0,"Name":"always"}`,
		"on-failure:3", `{"MaximumRetryCount":3,"Name":"on-failure"}`)
	restart.gone, restart.unset = core.Update, `{"MaximumRetryCount":0,"Name":"no"}`
	return []attribute{
		restart,
		flag("auto_remove", "HostConfig.AutoRemove", `false`),
	}
}
