package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/system"
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

var _ datasource.DataSourceWithConfigure = (*engineData)(nil)

type engineData struct {
	managed.Data
}

// NewDataSource is the data source of an engine.
func NewDataSource() datasource.DataSource {
	return &engineData{managed.Data{
		Type: "docker_engine", Thing: "engine",
		Doc: "A container engine: who it is, what it can do, and the machine it runs on. Numbers of containers and the like, which " +
			"would differ at every plan, are left out.",
		Attributes: fields().DataAttributes(),
	}}
}

// shown is what the engine says of itself, in one piece.
type shown struct {
	system.Info
	Kind, APIVersion, MinAPIVersion, GitCommit, BuildTime string
	LabelMap                                              map[string]string
	Runtimes, Security                                    []string
	CgroupVersion                                         string
	SwarmState, SwarmNodeID, SwarmClusterID               string
	SwarmManager, Rootless                                bool
	Pools                                                 []pool
}

// pool is a range from which the engine takes subnets.
type pool struct {
	Base string
	Size int
}

func fields() field.Table {
	text := func(name, api, doc string) field.Field {
		return field.Field{Name: name, API: api, Kind: field.String{}, Doc: doc}
	}
	flag := func(name, api, doc string) field.Field {
		return field.Field{Name: name, API: api, Kind: field.Bool{}, Doc: doc}
	}
	return field.Table{
		text("id", "ID", "Id that the engine gave itself. Null with Podman, which gives itself another one for every answer."),
		text("name", "Name", "Name of the engine's machine."),
		text("kind", "Kind", "Make of the engine: `docker` or `podman`."),
		text("version", "ServerVersion", "Version of the engine."),
		text("api_version", "APIVersion", "Highest version of the API that the engine speaks."),
		text("min_api_version", "MinAPIVersion", "Lowest version of the API that the engine speaks; null where it does not say."),
		text("git_commit", "GitCommit", "Commit that the engine was built from."),
		text("build_time", "BuildTime", "Time at which the engine was built."),
		text("os", "OSType", "Operating system of its containers, for example `linux`."),
		text("operating_system", "OperatingSystem", "Name and version of the machine's operating system."),
		text("os_version", "OSVersion", "Version of the machine's operating system."),
		text("kernel_version", "KernelVersion", "Version of the machine's kernel."),
		text("architecture", "Architecture", "Processor architecture as the machine names it, for example `x86_64`."),
		{Name: "cpus", API: "NCPU", Kind: field.Int{}, Doc: "Number of processors."},
		{Name: "memory", API: "MemTotal", Kind: field.Int{}, Doc: "Memory of the machine in bytes."},
		text("root_dir", "DockerRootDir", "Folder on the machine where the engine keeps its data."),
		text("storage_driver", "Driver", "Driver that stores images and containers, for example `overlay2`."),
		text("logging_driver", "LoggingDriver", "Logging driver of containers that do not choose one."),
		text("cgroup_driver", "CgroupDriver", "Who manages control groups: `cgroupfs`, `systemd` or `none`."),
		text("cgroup_version", "CgroupVersion", "Version of control groups: `1` or `2`."),
		text("default_runtime", "DefaultRuntime", "Runtime of containers that do not choose one."),
		{Name: "runtimes", API: "Runtimes", Kind: field.Strings{}, Doc: "Runtimes that containers can choose, sorted."},
		{Name: "labels", API: "LabelMap", Kind: field.StringMap{}, Doc: "Labels of the engine."},
		{Name: "security_options", API: "Security", Kind: field.Strings{}, Doc: "Security features in force, for example `apparmor`, " +
			"`seccomp` or `rootless`, sorted."},
		flag("rootless", "Rootless", "Whether the engine runs without root's rights."),
		flag("live_restore", "LiveRestoreEnabled", "Whether containers go on while the engine restarts."),
		flag("experimental", "ExperimentalBuild", "Whether experimental features are on."),
		flag("memory_limit", "MemoryLimit", "Whether the memory of containers can be limited."),
		flag("swap_limit", "SwapLimit", "Whether the swap space of containers can be limited."),
		flag("pids_limit", "PidsLimit", "Whether the processes of containers can be limited."),
		flag("cpu_cfs_quota", "CPUCfsQuota", "Whether the processor time of containers can be limited."),
		flag("cpu_set", "CPUSet", "Whether containers can be bound to processors."),
		flag("ipv4_forwarding", "IPv4Forwarding", "Whether the machine forwards IPv4 packets."),
		{
			Name: "address_pools", API: "Pools", Doc: "Ranges from which the engine takes subnets for networks; empty for its built-in ones.",
			Kind: field.Objects{Fields: field.Table{
				text("base", "Base", "Range in CIDR notation."),
				{Name: "size", API: "Size", Kind: field.Int{}, Doc: "Length of the prefix of each subnet."},
			}},
		},
		{Name: "volume_plugins", API: "Plugins.Volume", Kind: field.Strings{}, Doc: "Volume drivers that are there, sorted."},
		{Name: "network_plugins", API: "Plugins.Network", Kind: field.Strings{}, Doc: "Network drivers that are there, sorted."},
		{Name: "log_plugins", API: "Plugins.Log", Kind: field.Strings{}, Doc: "Logging drivers that are there, sorted."},
		text("swarm_state", "SwarmState", "The engine's part in a swarm: `inactive`, `pending`, `active`, `locked` or `error`."),
		text("swarm_node_id", "SwarmNodeID", "Id of the engine's node in its swarm; null without one."),
		text("swarm_cluster_id", "SwarmClusterID", "Id of the swarm that the engine manages; null without one."),
		flag("swarm_manager", "SwarmManager", "Whether the engine manages a swarm."),
		text("http_proxy", "HTTPProxy", "Proxy through which the engine sends HTTP requests; a password in it is left out."),
		text("https_proxy", "HTTPSProxy", "Proxy through which the engine sends HTTPS requests; a password in it is left out."),
		text("no_proxy", "NoProxy", "Hosts that the engine reaches without a proxy."),
		{Name: "warnings", API: "Warnings", Kind: field.Strings{}, Doc: "What the engine warns of, for example limits that the kernel lacks."},
	}
}

// Read costs two calls.
func (d *engineData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, op := d.Begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	info, err := op.Client.Info(ctx)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, "", err))
		return
	}
	version, err := op.Client.ServerVersion(ctx)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, "", err))
		return
	}
	kind, err := op.Engine.Kind(ctx)
	if err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Read, "", err))
		return
	}
	resp.Diagnostics.Append(d.Finish(ctx, op, fields().Data(ctx, shownOf(info, version, kind)), &resp.State)...)
}

func shownOf(info system.Info, version types.Version, kind docker.Kind) *shown {
	s := &shown{
		Info: info, Kind: string(kind), APIVersion: version.APIVersion, MinAPIVersion: version.MinAPIVersion,
		GitCommit: version.GitCommit, BuildTime: version.BuildTime, LabelMap: map[string]string{}, CgroupVersion: info.CgroupVersion,
		SwarmState: string(info.Swarm.LocalNodeState), SwarmNodeID: info.Swarm.NodeID, SwarmManager: info.Swarm.ControlAvailable,
	}
	if kind == docker.Podman {
		s.ID = "" // It makes one up for each answer.
	}
	if info.Swarm.Cluster != nil {
		s.SwarmClusterID = info.Swarm.Cluster.ID
	}
	for _, label := range info.Labels {
		key, value, _ := strings.Cut(label, "=")
		s.LabelMap[key] = value
	}
	for name := range info.Runtimes {
		s.Runtimes = append(s.Runtimes, name)
	}
	for _, option := range info.SecurityOptions {
		s.Security = append(s.Security, securityName(option))
	}
	for _, list := range [][]string{s.Runtimes, s.Security, s.Plugins.Volume, s.Plugins.Network, s.Plugins.Log} {
		slices.Sort(list)
	}
	s.Rootless = slices.Contains(s.Security, "rootless")
	for _, p := range info.DefaultAddressPools {
		s.Pools = append(s.Pools, pool{Base: p.Base, Size: p.Size})
	}
	return s
}

// securityName is the name among the pairs in which an engine describes a security feature: "name=seccomp,profile=default".
func securityName(option string) string {
	for pair := range strings.SplitSeq(option, ",") {
		if name, found := strings.CutPrefix(pair, "name="); found {
			return name
		}
	}
	return option
}
