package container

import (
	"context"
	"maps"
	"slices"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// change makes the changes that the engine can make on the container that is there: name, limits, networks,
// files that were never copied, and in the end what it should be doing.
func (j *job) change(ctx context.Context, prior tf.Values, changed map[string]bool) error {
	if changed["name"] {
		err := j.short(ctx, "rename", func(ctx context.Context) error { return j.Client.ContainerRename(ctx, j.want.ID, j.want.Name) })
		if err != nil {
			return err
		}
	}
	if err := j.changeLimits(ctx, changed); err != nil {
		return err
	}
	if changed["networks"] {
		if err := j.changeNetworks(ctx, prior); err != nil {
			return err
		}
	}
	if err := j.upload(ctx); err != nil {
		return err
	}
	return j.reach(ctx, prior.String("state"), j.Values.String("state"))
}

// onlySteers tells whether nothing changes but what only this provider knows.
func (r *containerResource) onlySteers(prior, planned tf.Values) bool {
	return !slices.ContainsFunc(r.Table, func(f field.Field) bool {
		return f.Class != field.ClientOnly && !tf.Same(prior[f.Name], planned[f.Name])
	})
}

// changeLimits sends the limits that changed, in one call. The engine takes zero for "leave it as it is".
func (j *job) changeLimits(ctx context.Context, changed map[string]bool) error {
	var update container.UpdateConfig
	host := j.want.HostConfig
	limits := map[string]func(){
		"cpus":               func() { update.NanoCPUs = host.NanoCPUs },
		"cpu_shares":         func() { update.CPUShares = host.CPUShares },
		"cpu_period":         func() { update.CPUPeriod = host.CPUPeriod },
		"cpu_quota":          func() { update.CPUQuota = host.CPUQuota },
		"cpuset_cpus":        func() { update.CpusetCpus = host.CpusetCpus },
		"cpuset_mems":        func() { update.CpusetMems = host.CpusetMems },
		"memory":             func() { update.Memory, update.MemorySwap = host.Memory, j.swapLimit() },
		"memory_reservation": func() { update.MemoryReservation = host.MemoryReservation },
		"memory_swap":        func() { update.Memory, update.MemorySwap = host.Memory, j.swapLimit() },
		"pids_limit":         func() { update.PidsLimit = orNoLimit(host.PidsLimit) },
		"blkio_weight":       func() { update.BlkioWeight = host.BlkioWeight },
		"restart":            func() { update.RestartPolicy = orNoRestart(host.RestartPolicy) },
	}
	found := false
	for name, apply := range limits {
		if changed[name] {
			apply()
			found = true
		}
	}
	if !found || j.want.ofPodman { // Podman cannot change them: what comes here means the same as before.
		return nil
	}
	return j.short(ctx, "update", func(ctx context.Context) error {
		_, err := j.Client.ContainerUpdate(ctx, j.want.ID, update)
		return err
	})
}

// swapLimit goes with every change of memory: the engine refuses a memory limit above the swap limit that it
// derived from an earlier one. Twice the memory is what it derives when nothing is configured.
func (j *job) swapLimit() int64 {
	if j.want.HostConfig.MemorySwap != 0 {
		return j.want.HostConfig.MemorySwap
	}
	return 2 * j.want.HostConfig.Memory
}

func orNoLimit(limit *int64) *int64 {
	if limit != nil {
		return limit
	}
	none := int64(-1)
	return &none
}

func orNoRestart(policy container.RestartPolicy) container.RestartPolicy {
	if policy.Name == "" {
		policy.Name = container.RestartPolicyDisabled
	}
	return policy
}

// changeNetworks leaves the networks that are not asked for, and joins those that are new or asked for in
// another way. Without networks in the configuration the container is where network_mode says: else the plan replaces it.
func (j *job) changeNetworks(ctx context.Context, prior tf.Values) error {
	if j.Values.Null("networks") {
		return nil
	}
	was, will := elementsOf(prior["networks"]), elementsOf(j.Values["networks"])
	if was == nil {
		actual, err := j.actualNetworks(ctx)
		if err != nil {
			return err
		}
		was = actual
	}
	if err := j.adoptMACs(ctx, was, will); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if w, there := will[name]; there && isJoined(ctx, was[name], w) {
			continue
		}
		if err := j.disconnect(ctx, name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(will)) {
		if w, there := was[name]; there && isJoined(ctx, w, will[name]) {
			continue
		}
		if err := j.connect(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// isJoined tells whether the container is on a network as it is asked to be. was is nil where it is on it and nobody
// knows how: then all but a hardware address, which was looked at before, has to be asked for again.
func isJoined(ctx context.Context, was, will attr.Value) bool {
	if was == nil {
		return tf.AllNull(withoutMAC(ctx, will))
	}
	return tf.Same(was, will)
}

// actualNetworks are the networks the container is on, with nothing known of how.
func (j *job) actualNetworks(ctx context.Context) (map[string]attr.Value, error) {
	networks, err := j.inspectNetworks(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]attr.Value{}
	for name := range networks {
		out[name] = nil
	}
	return out, nil
}

func elementsOf(v attr.Value) map[string]attr.Value {
	m, ok := v.(types.Map)
	if !ok || m.IsNull() {
		return nil
	}
	return m.Elements()
}

// disconnect leaves a network; one that is already left, or gone, is fine. After a connect that failed engines show the
// network, but fail to leave it.
func (j *job) disconnect(ctx context.Context, name string) error {
	err := j.short(ctx, "disconnect from network "+name, func(ctx context.Context) error {
		return j.Client.NetworkDisconnect(ctx, name, j.want.ID, false)
	})
	if errdefs.IsInternal(err) {
		found, lookup := j.Client.NetworkInspect(ctx, name, network.InspectOptions{})
		if _, on := found.Containers[j.want.ID]; lookup == nil && !on {
			return nil
		}
	}
	if docker.NotFound(err) {
		return nil
	}
	return err
}
