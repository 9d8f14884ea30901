package container

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// importedSpecs is a container as an import sees it: all that the engine shows, and what of that an import writes.
func importedSpecs(
	ctx context.Context, op *managed.Operation, found container.InspectResponse, begun tf.Values,
) (whole, own *spec, err error) {
	whole, own = shown(ctx, op, begun, found), shown(ctx, op, begun, found)
	whole.State = shownState(begun, found.State)
	own.State, own.UploadsRevision = whole.State, begun.String("uploads_revision")
	if err := own.subtractImage(ctx, op.Client, begun); err != nil {
		return nil, nil, err
	}
	whole.Platform = own.Platform
	return whole, own, nil
}

// subtractImage takes away from what the engine shows of a container all that nobody configured: the settings
// of the image, and what the engine filled in. What is left is what an import writes. An image that is gone
// takes nothing away. The platform becomes the image's, since the engine shows a part of it only. begun is what the
// import began with: a move knows some of what was configured.
func (s *spec) subtractImage(ctx context.Context, cli *client.Client, begun tf.Values) error {
	s.subtractEngine(begun)
	image, err := docker.InspectImage(ctx, cli, s.ImageID)
	if docker.NotFound(err) || err == nil && image.Config == nil {
		return nil
	}
	if err != nil {
		return err
	}
	platform := ocispec.Platform{OS: image.Os, Architecture: image.Architecture, Variant: image.Variant}
	s.Platform = platforms.Format(platforms.Normalize(platform))
	s.subtractConfig(image.Config)
	return nil
}

// subtractConfig works on a copy: what the engine shows is still wanted as it is.
func (s *spec) subtractConfig(image *dockerspec.DockerOCIImageConfig) {
	c := *s.Config
	s.Config = &c
	c.Env = slices.DeleteFunc(slices.Clone(c.Env), func(e string) bool { return slices.Contains(image.Env, e) })
	c.Labels = maps.Clone(c.Labels)
	maps.DeleteFunc(c.Labels, func(k, v string) bool {
		same, byImage := image.Labels[k]
		return byImage && same == v
	})
	if slices.Equal(c.Cmd, image.Cmd) {
		c.Cmd = nil
	}
	if slices.Equal(c.Entrypoint, image.Entrypoint) {
		c.Entrypoint = nil
	}
	if slices.Equal(c.Shell, image.Shell) {
		c.Shell = nil
	}
	c.User = unlessEqual(c.User, image.User)
	c.WorkingDir = unlessEqual(c.WorkingDir, image.WorkingDir)
	c.StopSignal = unlessEqual(c.StopSignal, image.StopSignal)
	c.ExposedPorts = maps.Clone(c.ExposedPorts)
	maps.DeleteFunc(c.ExposedPorts, func(p nat.Port, _ struct{}) bool {
		_, byImage := image.ExposedPorts[string(p)]
		return byImage
	})
	c.Healthcheck = healthBeside(c.Healthcheck, image.Healthcheck)
	s.Mounts = slices.DeleteFunc(s.Mounts, func(m mountSpec) bool {
		_, byImage := image.Volumes[m.Target]
		return byImage && m.Source == ""
	})
	*s.Config = c
}

// unlessEqual is the value, or the zero value where the image has the same.
func unlessEqual[T comparable](have, image T) T {
	if have == image {
		var zero T
		return zero
	}
	return have
}

// healthBeside is the part of a health check that differs from the image's, of which the engine takes all that is not
// configured. It is nil where nothing differs.
func healthBeside(have *container.HealthConfig, image *dockerspec.HealthcheckConfig) *container.HealthConfig {
	if have == nil || image == nil {
		return have
	}
	own := *have
	if slices.Equal(own.Test, image.Test) {
		own.Test = nil
	}
	own.Interval = unlessEqual(own.Interval, image.Interval)
	own.Timeout = unlessEqual(own.Timeout, image.Timeout)
	own.StartPeriod = unlessEqual(own.StartPeriod, image.StartPeriod)
	own.StartInterval = unlessEqual(own.StartInterval, image.StartInterval)
	own.Retries = unlessEqual(own.Retries, image.Retries)
	if len(own.Test) == 0 && own.Interval+own.Timeout+own.StartPeriod+own.StartInterval == 0 && own.Retries == 0 {
		return nil
	}
	return &own
}

// subtractEngine takes away what the engine fills in by itself and the table cannot recognise.
func (s *spec) subtractEngine(begun tf.Values) {
	if s.ofPodman {
		s.subtractPodman()
	}
	c, h := *s.Config, *s.HostConfig
	mode := string(h.NetworkMode)
	if strings.HasPrefix(s.ID, c.Hostname) || mode == "host" || h.NetworkMode.IsContainer() || h.UTSMode.IsHost() {
		c.Hostname = ""
	}
	if h.Privileged || h.PidMode.IsHost() || h.IpcMode.IsHost() {
		h.SecurityOpt = slices.DeleteFunc(slices.Clone(h.SecurityOpt), func(o string) bool { return o == withoutLabel })
	}
	c.ExposedPorts = maps.Clone(c.ExposedPorts)
	for port := range h.PortBindings {
		delete(c.ExposedPorts, port)
	}
	if h.Memory > 0 && h.MemorySwap == 2*h.Memory {
		h.MemorySwap = 0
	}
	switch _, named := s.Networks[mode]; {
	case s.onlyOn(mode) && (isBuiltIn(mode) || begun.String("network_mode") == mode):
		s.Networks = nil
	case named && s.primaryOtherwise() == mode:
		h.NetworkMode = ""
	}
	s.Networks = s.askedNetworks(append(askedAddresses(begun), c.MacAddress)) //nolint:staticcheck // The only place before API version 1.44.
	s.Config, s.HostConfig = &c, &h
}

// withoutLabel is the security option that the engine gives containers which share the host's namespaces.
const withoutLabel = "label=disable"

// isBuiltIn tells whether the mode is one of the engine's own, not the name of a network that somebody made.
func isBuiltIn(mode string) bool {
	return slices.Contains([]string{"default", "bridge", "host", "none"}, mode) || strings.HasPrefix(mode, "container:")
}

// onlyOn tells whether the container is just where its mode puts it. One that was created on the default network and
// connected to another one since then is not.
func (s *spec) onlyOn(mode string) bool {
	if mode == "default" {
		mode = "bridge"
	}
	_, there := s.Networks[mode]
	return len(s.Networks) == 0 || len(s.Networks) == 1 && there
}

// primaryOtherwise is the network that would be the primary one if network_mode were left out.
func (s *spec) primaryOtherwise() string {
	bare := spec{Networks: s.Networks, HostConfig: &container.HostConfig{}}
	return bare.primaryNetwork()
}
