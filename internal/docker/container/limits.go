package container

import (
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var cpuList = tf.Matching(regexp.MustCompile(`^\d+(-\d+)?(,\d+(-\d+)?)*$`), "write a list of numbers and ranges, for example 0-2,4")

// limitName is one of the kernel's limits. Podman knows them by their names in C, too.
var limitName = tf.Matching(regexp.MustCompile(
	`^(?i)(RLIMIT_)?(as|core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$`,
), "write the name of a limit, for example nofile, nproc or memlock")

// limitFields bound what the container may use. The engine changes most of them on a running container.
func limitFields() field.Table {
	return slices.Concat(cpuFields(), memoryFields(), windowsFields())
}

// windowsFields bound what a container on a Windows engine may use.
func windowsFields() field.Table {
	return field.Table{
		{
			Name: "cpu_count", API: "HostConfig.CPUCount", Class: field.Replace,
			Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(1)}},
			Doc:  "Number of CPUs that a Windows container may use. Default: no limit.",
		},
		{
			Name: "cpu_percent", API: "HostConfig.CPUPercent", Class: field.Replace,
			Kind: field.Int{Validators: []validator.Int64{int64validator.Between(1, 100)}},
			Doc:  "Percentage of the CPUs that a Windows container may use. Default: no limit.",
		},
		{
			Name: "io_maximum_iops", API: "HostConfig.IOMaximumIOps", Class: field.Replace,
			Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(1)}},
			Doc:  "Input and output operations a second of a Windows container's system drive. Default: no limit.",
		},
		{
			Name: "io_maximum_bandwidth", API: "HostConfig.IOMaximumBandwidth", Class: field.Replace, Kind: field.Size{},
			Doc: "Bytes a second of input and output of a Windows container's system drive, as a size. Default: no limit.",
		},
	}
}

func cpuFields() field.Table {
	return field.Table{
		{
			Name: "cpus", API: "HostConfig.NanoCPUs", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.Scaled{Per: 1e9, Validators: []validator.Float64{float64validator.AtLeast(0.01)}},
			Doc:  "Number of CPUs that the container may use, for example `1.5`. Default: no limit.",
		},
		{
			Name: "cpu_shares", API: "HostConfig.CPUShares", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(2)}},
			Doc:  "Share of CPU time in relation to other containers. Default: the kernel's, 1024.",
		},
		{
			Name: "cpu_period", API: "HostConfig.CPUPeriod", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.Int{Validators: []validator.Int64{int64validator.Between(1000, 1000000)}},
			Doc:  "Length of a CFS scheduler period in microseconds. Conflicts with `cpus` at the engine. Default: the kernel's, 100000.",
		},
		{
			Name: "cpu_quota", API: "HostConfig.CPUQuota", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true, Kind: field.Int{},
			Doc: "CPU time in microseconds that the container may use in a `cpu_period`. Conflicts with `cpus` at the engine. Default: no limit.",
		},
		{
			Name: "cpu_realtime_period", API: "HostConfig.CPURealtimePeriod", Class: field.Replace, Kind: field.Int{},
			Doc: "Length of a real-time scheduler period in microseconds.",
		},
		{
			Name: "cpu_realtime_runtime", API: "HostConfig.CPURealtimeRuntime", Class: field.Replace, Kind: field.Int{},
			Doc: "CPU time in microseconds in a real-time scheduler period.",
		},
		{
			Name: "cpuset_cpus", API: "HostConfig.CpusetCpus", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.String{Validators: []validator.String{cpuList}},
			Doc:  "CPUs on which the container may run, for example `0-2,4`. Default: all.",
		},
		{
			Name: "cpuset_mems", API: "HostConfig.CpusetMems", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.String{Validators: []validator.String{cpuList}},
			Doc:  "Memory nodes that the container may use, for example `0,1`. Default: all.",
		},
	}
}

func memoryFields() field.Table {
	return field.Table{
		{
			Name: "memory", API: "HostConfig.Memory", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("6m")}},
			Doc:  "Memory that the container may use, as a size such as `512m`, at least `6m`. Default: no limit.",
		},
		{
			Name: "memory_reservation", API: "HostConfig.MemoryReservation", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true,
			Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("1")}},
			Doc:  "Memory that the container is held to when the host is short of it, as a size. Default: no such limit.",
		},
		{
			Name: "memory_swap", API: "HostConfig.MemorySwap", Class: field.InPlace, FixedOn: docker.Podman, UnsetReplaces: true, Kind: field.Size{},
			Needs: docker.UnlimitedSwap, NeededBy: field.OneOf("-1"),
			Doc: "Memory and swap together that the container may use, as a size, `-1` for no limit of swap. Needs `memory`. Default: twice " +
				"`memory`.",
		},
		{
			Name: "memory_swappiness", API: "HostConfig.MemorySwappiness", Class: field.Replace,
			Kind: field.Int{Validators: []validator.Int64{int64validator.Between(0, 100)}}, IsDefault: isNumber(-1),
			Doc: "How readily the kernel swaps the container's memory out, from 0 to 100. Default: the host's.",
		},
		{
			Name: "oom_kill_disable", API: "HostConfig.OomKillDisable", Class: field.Replace, Kind: field.Bool{},
			Doc: "Whether the kernel leaves the container alone when memory runs out. Default: `false`.",
		},
		{
			Name: "oom_score_adj", API: "HostConfig.OomScoreAdj", Class: field.Replace, IsDefault: isNumber(0),
			Kind: field.Int{Validators: []validator.Int64{int64validator.Between(-1000, 1000)}},
			Doc:  "How likely the kernel kills the container first when memory runs out, from -1000 to 1000. Default: `0`.",
		},
		{
			Name: "pids_limit", API: "HostConfig.PidsLimit", Class: field.InPlace, FixedOn: docker.Podman, IsDefault: isNoLimit, Same: sameLimit,
			Kind: field.Int{Validators: []validator.Int64{int64validator.AtLeast(-1)}},
			Doc:  "Number of processes that the container may have; `-1` for no limit. Default: no limit.",
		},
		{
			Name: "shm_size", API: "HostConfig.ShmSize", Class: field.Replace, IsDefault: field.OneOf("64m"),
			Kind: field.Size{Validators: []validator.String{tf.SizeAtLeast("1")}},
			Doc:  "Size of `/dev/shm`. Default: the engine's, `64m`.",
		},
		{
			Name: "ulimits", API: "HostConfig.Ulimits", Class: field.Replace,
			Doc: "Limits of the process by their names as in ulimit, for example `nofile`. Default: the engine's.",
			Kind: field.Keyed{By: "Name", Validators: []validator.Map{mapvalidator.KeysAre(limitName)}, Fields: field.Table{
				{Name: "soft", API: "Soft", Kind: field.Int{}, Required: true, Doc: "Limit that holds; `-1` for none."},
				{Name: "hard", API: "Hard", Kind: field.Int{}, Required: true, Doc: "Limit up to which the process may raise its own; `-1` for none."},
			}},
		},
	}
}

// isNumber recognises the number by which engines say that nothing was asked for.
func isNumber(one int64) func(attr.Value) bool {
	return func(v attr.Value) bool {
		n, ok := v.(types.Int64)
		return ok && n.ValueInt64() == one
	}
}

// isNoLimit recognises the engine's words for an unlimited number of processes.
func isNoLimit(v attr.Value) bool {
	n, ok := v.(types.Int64)
	return ok && n.ValueInt64() <= 0
}

// sameLimit takes all words for an unlimited number of processes for one.
func sameLimit(a, b attr.Value) bool {
	return tf.Same(a, b) || isNoLimit(a) && isNoLimit(b)
}
