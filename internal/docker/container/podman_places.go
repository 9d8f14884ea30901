package container

import (
	"maps"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
)

// Names of the default network: Docker's, and Podman's own.
const (
	dockerDefault = "bridge"
	podmanDefault = "podman"
)

// translateNetworks names the default network as Docker does, and shows the fixed addresses that Podman does not.
func (s *spec) translateNetworks(asked *spec) {
	if s.HostConfig.NetworkMode.IsContainer() {
		s.Networks, s.Endpoints = nil, nil // It shows those of the other container.
		return
	}
	networks := maps.Clone(s.Networks)
	_, named := asked.Networks[podmanDefault]
	if own, there := networks[podmanDefault]; there && !named {
		delete(networks, podmanDefault)
		networks[dockerDefault] = own
	}
	s.Endpoints = maps.Clone(networks)
	if s.State != container.StateRunning && s.State != container.StatePaused {
		s.leavePlaces()
	}
	for name, endpoint := range networks {
		want := asked.Networks[name]
		if want == nil || endpoint == nil || want.IPAMConfig == nil {
			continue
		}
		e := *endpoint
		e.IPAMConfig = &network.EndpointIPAMConfig{
			IPv4Address: fixedAddress(want.IPAMConfig.IPv4Address, e.IPAddress),
			IPv6Address: fixedAddress(want.IPAMConfig.IPv6Address, e.GlobalIPv6Address),
		}
		networks[name] = &e
	}
	s.Networks = networks
	if s.HostConfig.NetworkMode != dockerDefault {
		return
	}
	mode := string(asked.HostConfig.NetworkMode)
	_, isOn := networks[mode]
	_, onDefault := networks[dockerDefault]
	switch {
	case mode != "" && isOn, onDefault && slices.Contains([]string{"default", podmanDefault, "private"}, mode):
		s.HostConfig.NetworkMode = asked.HostConfig.NetworkMode
	case !onDefault && len(networks) > 0:
		s.HostConfig.NetworkMode = container.NetworkMode(slices.Min(slices.Collect(maps.Keys(networks))))
	}
}

// leavePlaces empties what a container has only while it runs: Podman shows the ports of one that has stopped, and for a
// moment its addresses.
func (s *spec) leavePlaces() {
	s.Published = nil
	for name, endpoint := range s.Endpoints {
		if endpoint != nil {
			s.Endpoints[name] = &network.EndpointSettings{NetworkID: endpoint.NetworkID}
		}
	}
}

// fixedAddress is the address that was asked for, as long as the container has no other.
func fixedAddress(asked, has string) string {
	if asked == "" || has == "" {
		return asked
	}
	return has
}

// translateMounts shows the mounts as they are asked for where Podman shows what it made of them.
func (s *spec) translateMounts(asked *spec) {
	for i, m := range s.Mounts {
		if m.Type == mount.TypeVolume && hexName.MatchString(m.Source) {
			s.Mounts[i].Source = "" // The name of an anonymous volume is its id.
		}
		if m.Type == mount.TypeVolume {
			s.Mounts[i].BindOptions = nil
		}
	}
	s.translateTmpfs(asked)
	for _, want := range asked.Mounts {
		i := slices.IndexFunc(s.Mounts, func(m mountSpec) bool { return m.Target == cleanTarget(want.Target) })
		if i >= 0 && isMountOf(s.Mounts[i], want) {
			s.Mounts[i] = want
		}
	}
	if len(asked.HostConfig.VolumesFrom) > 0 {
		s.Mounts = slices.DeleteFunc(s.Mounts, func(m mountSpec) bool {
			return !slices.ContainsFunc(asked.Mounts, func(want mountSpec) bool { return m.Target == cleanTarget(want.Target) })
		})
	}
}

// isMountOf tells whether the mount is the one that is asked for, by all that Podman shows of it.
func isMountOf(have, want mountSpec) bool {
	if have.Type != want.Type || have.Source != want.Source || have.ReadOnly != want.ReadOnly || have.Relabel != want.Relabel {
		return false
	}
	if want.BindOptions != nil && want.BindOptions.Propagation != "" {
		return have.BindOptions != nil && have.BindOptions.Propagation == want.BindOptions.Propagation
	}
	return true
}

// translateTmpfs tells file systems in memory that are mounts from those of the attribute tmpfs. Podman adds options to
// each, and some to every read-only container.
func (s *spec) translateTmpfs(asked *spec) {
	shown := map[string]string{}
	for target, options := range s.HostConfig.Tmpfs {
		own := withoutOptions(options, tmpfsOptionsOfPodman())
		want, isAsked := asked.HostConfig.Tmpfs[target]
		m := slices.IndexFunc(asked.Mounts, func(m mountSpec) bool {
			return m.Type == mount.TypeTmpfs && cleanTarget(m.Target) == cleanTarget(target)
		})
		switch {
		case isAsked && withoutOptions(own, strings.Split(want, ",")) == "":
			shown[target] = want
		case m >= 0:
			s.Mounts = append(s.Mounts, asked.Mounts[m])
		case own == "" && s.HostConfig.ReadonlyRootfs && slices.Contains([]string{"/run", "/tmp", "/var/tmp"}, target):
		default:
			shown[target] = own
		}
	}
	s.HostConfig.Tmpfs = shown
}

func tmpfsOptionsOfPodman() []string {
	return []string{"rw", "rprivate", "nosuid", "nodev", "tmpcopyup"}
}

func withoutOptions(options string, without []string) string {
	kept := slices.DeleteFunc(strings.Split(options, ","), func(o string) bool { return o == "" || slices.Contains(without, o) })
	return strings.Join(kept, ",")
}
