package container

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// subtractImage takes away from what the engine shows of a container all that nobody configured: the settings
// of the image, and what the engine filled in. What is left is what an import writes. An image that is gone
// takes nothing away.
func (s *spec) subtractImage(ctx context.Context, cli *client.Client) error {
	s.subtractEngine()
	image, err := cli.ImageInspect(ctx, s.ImageID)
	if docker.NotFound(err) || err == nil && image.Config == nil {
		return nil
	}
	if err != nil {
		return err
	}
	s.subtractConfig(image.Config)
	return nil
}

// subtractConfig works on a copy: what the engine shows is still wanted as it is.
func (s *spec) subtractConfig(image *dockerspec.DockerOCIImageConfig) {
	c := *s.Config
	s.Config = &c
	c.Env = slices.DeleteFunc(slices.Clone(c.Env), func(e string) bool { return slices.Contains(image.Env, e) })
	c.Labels = maps.Clone(c.Labels)
	maps.DeleteFunc(c.Labels, func(k, v string) bool { return image.Labels[k] == v })
	if slices.Equal(c.Cmd, image.Cmd) {
		c.Cmd = nil
	}
	if slices.Equal(c.Entrypoint, image.Entrypoint) {
		c.Entrypoint = nil
	}
	if slices.Equal(c.Shell, image.Shell) {
		c.Shell = nil
	}
	c.User = unlessSame(c.User, image.User)
	c.WorkingDir = unlessSame(c.WorkingDir, image.WorkingDir)
	c.StopSignal = unlessSame(c.StopSignal, image.StopSignal)
	c.ExposedPorts = maps.Clone(c.ExposedPorts)
	maps.DeleteFunc(c.ExposedPorts, func(p nat.Port, _ struct{}) bool {
		_, byImage := image.ExposedPorts[string(p)]
		return byImage
	})
	if sameHealth(c.Healthcheck, image.Healthcheck) {
		c.Healthcheck = nil
	}
	s.Mounts = slices.DeleteFunc(s.Mounts, func(m mountSpec) bool {
		_, byImage := image.Volumes[m.Target]
		return byImage && m.Source == ""
	})
	*s.Config = c
}

func unlessSame(have, image string) string {
	if have == image {
		return ""
	}
	return have
}

func sameHealth(a *container.HealthConfig, b *dockerspec.HealthcheckConfig) bool {
	if a == nil || b == nil {
		return a == nil
	}
	return slices.Equal(a.Test, b.Test) && a.Interval == b.Interval && a.Timeout == b.Timeout &&
		a.StartPeriod == b.StartPeriod && a.StartInterval == b.StartInterval && a.Retries == b.Retries
}

// subtractEngine takes away what the engine fills in by itself and the table cannot recognise.
func (s *spec) subtractEngine() {
	c, h := *s.Config, *s.HostConfig
	if strings.HasPrefix(s.ID, c.Hostname) {
		c.Hostname = ""
	}
	c.ExposedPorts = maps.Clone(c.ExposedPorts)
	for port := range h.PortBindings {
		delete(c.ExposedPorts, port)
	}
	if h.Memory > 0 && h.MemorySwap == 2*h.Memory {
		h.MemorySwap = 0
	}
	mode := string(h.NetworkMode)
	switch _, named := s.Networks[mode]; {
	case mode == "default" || mode == "bridge" || mode == "host" || mode == "none" || strings.HasPrefix(mode, "container:"):
		if len(s.Networks) < 2 {
			s.Networks = nil
		}
	case named && s.primaryOtherwise() == mode:
		h.NetworkMode = ""
	}
	s.Networks = s.askedNetworks(c.MacAddress)
	s.Config, s.HostConfig = &c, &h
}

// primaryOtherwise is the network that would be the primary one if network_mode were left out.
func (s *spec) primaryOtherwise() string {
	bare := spec{Networks: s.Networks, HostConfig: &container.HostConfig{}}
	return bare.primaryNetwork()
}
