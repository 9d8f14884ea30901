package container

import (
	"slices"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// spec is what the engine keeps of a container, in the types that create takes and inspect shows.
type spec struct {
	ID         string
	Name       string
	ImageID    string
	Platform   string
	Config     *container.Config
	HostConfig *container.HostConfig
	Networks   map[string]*network.EndpointSettings
	// Mounts are all mounts in one form, see mountSpec.
	Mounts []mountSpec
	// UploadsRevision is the digest of the files that were copied into the container.
	UploadsRevision string
	// State is what the container does, in the words of the attribute state.
	State string
	// Published are the ports that the engine really opened on the host.
	Published nat.PortMap
	// Hidden are the attributes that the engine keeps to itself.
	Hidden []string
	// ofPodman is set for what Podman shows, and for what it is asked for.
	ofPodman bool
	// Endpoints are the addresses the container has on its networks at the moment.
	Endpoints map[string]*network.EndpointSettings
}

func newSpec() *spec {
	return &spec{Config: &container.Config{}, HostConfig: &container.HostConfig{}}
}

// specOf is what an inspect shows.
func specOf(c container.InspectResponse) *spec {
	s := newSpec()
	if c.ContainerJSONBase != nil {
		s.ID, s.ImageID, s.Platform = c.ID, c.Image, c.Platform
		s.Name = trimSlash(c.Name)
		if c.HostConfig != nil {
			s.HostConfig = c.HostConfig
			s.HostConfig.Links = asConfigured(c.HostConfig.Links)
			s.HostConfig.PidsLimit = orNoLimit(c.HostConfig.PidsLimit)
		}
		if c.State != nil {
			s.State = c.State.Status
		}
	}
	if c.Config != nil {
		s.Config = c.Config
	}
	s.joinMounts()
	if c.NetworkSettings != nil {
		for _, endpoint := range c.NetworkSettings.Networks {
			if endpoint != nil {
				endpoint.Aliases = withoutOwnNames(endpoint.Aliases, s.ID)
			}
		}
		s.Networks, s.Endpoints, s.Published = c.NetworkSettings.Networks, c.NetworkSettings.Networks, c.NetworkSettings.Ports
	}
	return s
}

// asConfigured turns links as the engine shows them, "/db:/web/alias", to how they are configured: "db:alias".
func asConfigured(links []string) []string {
	out := make([]string, len(links))
	for i, link := range links {
		target, alias, _ := strings.Cut(link, ":")
		out[i] = trimSlash(target) + ":" + alias[strings.LastIndex(alias, "/")+1:]
	}
	return out
}

// withoutOwnNames cuts off the names that engines add to the aliases of a container by themselves: its short id, and after
// that its host name. A host name that was asked for as an alias stands before the id.
func withoutOwnNames(aliases []string, id string) []string {
	own := slices.IndexFunc(aliases, func(alias string) bool { return len(alias) == 12 && strings.HasPrefix(id, alias) })
	if own < 0 {
		return aliases
	}
	return aliases[:own]
}

func trimSlash(name string) string {
	if len(name) > 0 && name[0] == '/' {
		return name[1:]
	}
	return name
}

// fields are all attributes of a container.
func fields() field.Table {
	var all field.Table
	for _, concept := range []field.Table{
		identityFields(), processFields(), lifecycleFields(), healthFields(), limitFields(), deviceFields(), securityFields(),
		namespaceFields(), portFields(), networkFields(), resolverFields(), mountFields(), uploadFields(), logFields(),
	} {
		all = append(all, concept...)
	}
	return append(all, managed.EngineField(), object.TimeoutsField())
}
