package container

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"
	"github.com/hashicorp/terraform-plugin-framework/attr"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Podman shows a container through Docker's API in words of its own: defaults of its own as if they were configured,
// chosen values in the place of configured ones, and some settings not at all. The files podman*.go turn that into what
// Docker would show. Whatever cannot have come from what is asked for stays, and is drift.

// podmanStopTimeout is what Podman's users get by default. Through this API it would kill at once.
const podmanStopTimeout = 10

// onPodman tells whether the operation is on Podman. The engine is connected, so this costs no call.
func onPodman(ctx context.Context, op *managed.Operation) bool {
	kind, err := op.Engine.Kind(ctx)
	return err == nil && kind == docker.Podman
}

// shown is what an inspect shows of the container that values ask for, in Docker's words whatever the make of the engine.
func shown(ctx context.Context, op *managed.Operation, values tf.Values, found container.InspectResponse) *spec {
	s := specOf(found)
	if onPodman(ctx, op) {
		s.translate(ctx, values)
	}
	return s
}

// hiddenByPodman are the attributes that Podman keeps to itself. Each mode of IPC but that of another container is shown
// as shareable.
func hiddenByPodman(host *container.HostConfig) []string {
	hidden := []string{"log_opts", "publish_all_ports", "storage_opts", "sysctls", "userns_mode"}
	if !host.IpcMode.IsContainer() {
		hidden = append(hidden, "ipc_mode")
	}
	return hidden
}

// Hides tells whether the engine keeps the attribute to itself.
func (s *spec) Hides(attribute string) bool { return slices.Contains(s.Hidden, attribute) }

// translate turns what Podman shows into what Docker would show of the container that values ask for.
func (s *spec) translate(ctx context.Context, values tf.Values) {
	asked := newSpec()
	if diags := fields().Put(ctx, values, asked); diags.HasError() {
		return
	}
	config, host := *s.Config, *s.HostConfig
	s.Config, s.HostConfig = &config, &host
	s.ofPodman, s.Hidden = true, hiddenByPodman(&host)
	s.translateProcess(asked)
	s.translateLimits(asked)
	s.translateSecurity(asked)
	s.translatePorts(asked)
	s.translateNetworks(asked)
	s.translateMounts(asked)
}

func (s *spec) translateProcess(asked *spec) {
	if isLocalName(s.Config.Image, asked.Config.Image) {
		s.Config.Image = asked.Config.Image
	}
	s.Config.StopSignal = signalName(s.Config.StopSignal)
	if signalName(asked.Config.StopSignal) == s.Config.StopSignal {
		s.Config.StopSignal = asked.Config.StopSignal
	}
	if s.HostConfig.Init == nil {
		s.HostConfig.Init = new(bool) // There is no setting of the engine that switches it on.
	}
	if log := &s.HostConfig.LogConfig; log.Type == "json-file" && asked.HostConfig.LogConfig.Type == "k8s-file" {
		log.Type = asked.HostConfig.LogConfig.Type
	}
	if s.HostConfig.Runtime == "oci" {
		s.HostConfig.Runtime = "runc" // Podman says this whichever it is, and takes no other for one container.
	}
}

// isLocalName tells whether an image was asked for by a name without a registry, and Podman found it among those that
// were built or loaded here: it says localhost for their registry.
func isLocalName(shown, asked string) bool {
	named, err := reference.ParseNormalizedNamed(asked)
	if err != nil {
		return false
	}
	return shown == "localhost/"+reference.FamiliarString(reference.TagNameOnly(named))
}

// sameLocalImage tells whether two references name the same image for Podman, which finds a name without a registry among
// those that were built or loaded here.
func sameLocalImage(a, b attr.Value) bool {
	x, _ := tf.TextOf(a)
	y, _ := tf.TextOf(b)
	return tf.Same(a, b) || isLocalName(x, y) || isLocalName(y, x)
}

// translateLimits names the limits of the process as Docker does, and leaves out those that Podman always sets.
func (s *spec) translateLimits(asked *spec) {
	wanted := map[string]bool{}
	for _, limit := range asked.HostConfig.Ulimits {
		wanted[limit.Name] = true
	}
	var kept []*container.Ulimit
	for _, limit := range s.HostConfig.Ulimits {
		named := *limit
		named.Name = strings.ToLower(strings.TrimPrefix(limit.Name, "RLIMIT_"))
		if len(wanted) == 0 || wanted[named.Name] || !slices.Contains(ulimitsOfPodman(), named.Name) {
			kept = append(kept, &named)
		}
	}
	s.HostConfig.Ulimits = kept
	s.HostConfig.Devices = slices.Clone(s.HostConfig.Devices)
	for i, device := range s.HostConfig.Devices {
		if device.CgroupPermissions != "" {
			continue
		}
		s.HostConfig.Devices[i].CgroupPermissions = "rwm"
		for _, want := range asked.HostConfig.Devices {
			if want.PathInContainer == device.PathInContainer {
				s.HostConfig.Devices[i].CgroupPermissions = want.CgroupPermissions
			}
		}
	}
}

func ulimitsOfPodman() []string { return []string{"nofile", "nproc"} }

// translatePorts shows the ports as they are asked for where Podman shows the free ones that it has chosen.
func (s *spec) translatePorts(asked *spec) {
	s.HostConfig.PortBindings = maps.Clone(s.HostConfig.PortBindings)
	maps.DeleteFunc(s.HostConfig.PortBindings, func(_ nat.Port, places []nat.PortBinding) bool {
		return len(places) == 0 // A port that is only declared.
	})
	if asked.HostConfig.PublishAllPorts {
		for port := range s.HostConfig.PortBindings {
			if _, ok := asked.HostConfig.PortBindings[port]; !ok {
				delete(s.HostConfig.PortBindings, port)
			}
		}
	}
	for port, want := range asked.HostConfig.PortBindings {
		if fulfils(s.HostConfig.PortBindings[port], want) {
			s.HostConfig.PortBindings[port] = want
		}
	}
}

// podmanPortsDo tells whether the ports that the container has will do. For a free port any is: Podman shows, and an import
// writes, the one that it has chosen.
func podmanPortsDo(was, will attr.Value) bool {
	have, errHave := portMap(was)
	want, errWant := portMap(will)
	return errHave == nil && errWant == nil && maps.EqualFunc(have, want, fulfils)
}

// fulfils tells whether the places are those that are asked for, in any order.
func fulfils(have, want []nat.PortBinding) bool {
	left := slices.Clone(have)
	for _, exactly := range []bool{true, false} {
		for _, w := range want {
			if isFreePort(w.HostPort) == exactly {
				continue
			}
			i := slices.IndexFunc(left, func(h nat.PortBinding) bool {
				return h.HostIP == w.HostIP && (h.HostPort == w.HostPort || !exactly)
			})
			if i < 0 {
				return false
			}
			left = slices.Delete(left, i, i+1)
		}
	}
	return len(left) == 0
}

func isFreePort(port string) bool { return port == "" || port == "0" }

// subtractPodman takes away what Podman fills in by itself, for an import.
func (s *spec) subtractPodman() {
	c, h := *s.Config, *s.HostConfig
	c.Env = slices.DeleteFunc(slices.Clone(c.Env), func(e string) bool {
		own := []string{"TERM=xterm", "container=podman", "HOSTNAME=" + s.Config.Hostname, podmanPath}
		return slices.Contains(own, e) || strings.HasPrefix(e, "HOME=")
	})
	if c.StopTimeout != nil && (*c.StopTimeout == 0 || *c.StopTimeout == podmanStopTimeout) {
		c.StopTimeout = nil
	}
	c.WorkingDir = unlessEqual(c.WorkingDir, "/")
	c.Healthcheck = nil // It does not show the image's, so nobody can tell.
	if h.Init != nil && !*h.Init {
		h.Init = nil
	}
	if h.PidsLimit != nil && *h.PidsLimit == podmanPidsLimit {
		h.PidsLimit = nil
	}
	h.ShmSize = unlessEqual(h.ShmSize, podmanShmSize)
	if h.NanoCPUs > 0 {
		h.CPUPeriod, h.CPUQuota = 0, 0
	}
	if h.Privileged {
		h.CapAdd, h.CapDrop = nil, nil
	}
	h.Ulimits = slices.DeleteFunc(slices.Clone(h.Ulimits), func(u *container.Ulimit) bool {
		return slices.Contains(ulimitsOfPodman(), u.Name)
	})
	s.Config, s.HostConfig = &c, &h
}

// What Podman fills in.
const (
	podmanPath      = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" // where the image has none
	podmanPidsLimit = 2048
	podmanShmSize   = 65536000
)

var hexName = regexp.MustCompile(`^[0-9a-f]{64}$`)
