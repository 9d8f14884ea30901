package docker

import (
	"context"
	"errors"
	"sync"

	"github.com/docker/docker/client"
)

// ErrNotReady says that the engine cannot be reached yet because one of its
// settings is only known after apply.
var ErrNotReady = errors.New("the engine's settings are not known yet")

// Engine is one engine. It is safe for concurrent use.
type Engine struct {
	env      Environment
	name     string
	settings EngineSettings

	mu     sync.Mutex
	client *client.Client
}

func newEngine(env Environment, name string, s EngineSettings) *Engine {
	return &Engine{env: env, name: name, settings: s}
}

// Name is the engine's key in docker.engines, empty for the default engine.
func (e *Engine) Name() string { return e.name }

// Client returns the engine's client. The first call opens the connection,
// pings once and negotiates the API version; later calls cost nothing. It
// returns ErrNotReady while a setting is unknown.
func (e *Engine) Client(ctx context.Context) (*client.Client, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.client != nil {
		return e.client, nil
	}
	if len(e.settings.Unknown) > 0 {
		return nil, ErrNotReady
	}
	c, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		return nil, err
	}
	if _, err := c.Ping(ctx); err != nil {
		return nil, err
	}
	e.client = c
	return c, nil
}

// APIVersion is the API version that the engine and this provider settled on.
// It connects when needed and returns the errors of Client.
func (e *Engine) APIVersion(ctx context.Context) (string, error) {
	c, err := e.Client(ctx)
	if err != nil {
		return "", err
	}
	return c.ClientVersion(), nil
}

// Kind is the engine's make.
type Kind string

// The makes of engines that differ in behaviour.
const (
	Docker Kind = "docker"
	Podman Kind = "podman"
)

// Kind says which make of engine this is. It connects when needed and returns
// the errors of Client.
func (e *Engine) Kind(ctx context.Context) (Kind, error) {
	if _, err := e.Client(ctx); err != nil {
		return "", err
	}
	return Docker, nil
}
