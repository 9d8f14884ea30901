// Package clients is what the provider hands to its resources: the ways to everything they talk to.
package clients

import (
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// Clients are the clients of one provider block. None of them has connected to anything yet.
type Clients struct {
	// Engines are the container engines.
	Engines *docker.Engines
	// Registries let engines and this provider in at registries.
	Registries *registry.Registries
	// Azure is the way into Azure.
	Azure *credentials.Azure
}
