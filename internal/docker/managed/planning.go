package managed

import (
	"context"

	"github.com/docker/docker/client"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Registries let engines in at registries. It is nil before the provider is configured.
func (b *Base) Registries() *registry.Registries {
	if b.Clients() == nil {
		return nil
	}
	return b.Clients().Registries
}

// Reach returns the engine that values name and a client of it for questions during a plan, or nil where that
// cannot be had yet: the operation itself reports the reason, if it lasts.
func (b *Base) Reach(ctx context.Context, values tf.Values) (*docker.Engine, *client.Client) {
	if b.Clients() == nil || values["engine"].IsUnknown() {
		return nil, nil
	}
	engine, err := b.Clients().Engines.Engine(values.String("engine"))
	if err != nil {
		return nil, nil
	}
	c, err := engine.Client(ctx)
	if err != nil {
		return nil, nil
	}
	return engine, c
}
