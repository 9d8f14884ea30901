package docker

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/docker/docker/client"
	"golang.org/x/sync/singleflight"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Kind is the engine's make.
type Kind string

// The makes of engines that differ in behaviour.
const (
	Docker Kind = "docker"
	Podman Kind = "podman"
)

// Engine is one engine. It is safe for concurrent use.
type Engine struct {
	env      Environment
	name     string
	settings EngineSettings

	greetTimeout time.Duration

	opening singleflight.Group
	open    atomic.Pointer[connection]
	failed  atomic.Pointer[failure]
	clock   clock
}

// failure is an attempt to connect that did not work out.
type failure struct {
	err   error
	until time.Time
}

func newEngine(env Environment, name string, s EngineSettings) *Engine {
	return &Engine{env: env, name: name, settings: s, greetTimeout: greetTimeout}
}

// Name is the engine's key in docker.engines, empty for the default engine.
func (e *Engine) Name() string { return e.name }

// Client returns the engine's client. The first call opens the connection,
// asks the engine once who it is and settles on an API version; later calls
// cost nothing. While a setting is unknown it returns ErrNotReady; other
// errors say what was tried, where the setting came from and what to do next.
func (e *Engine) Client(ctx context.Context) (*client.Client, error) {
	open, err := e.connection(ctx)
	if err != nil {
		return nil, err
	}
	return open.client, nil
}

// APIVersion is the API version that the engine and this provider settled on.
// It connects when needed and returns the errors of Client.
func (e *Engine) APIVersion(ctx context.Context) (string, error) {
	open, err := e.connection(ctx)
	if err != nil {
		return "", err
	}
	return open.api, nil
}

// Kind says which make of engine this is. It connects when needed and returns
// the errors of Client.
func (e *Engine) Kind(ctx context.Context) (Kind, error) {
	open, err := e.connection(ctx)
	if err != nil {
		return "", err
	}
	return open.kind, nil
}

// connection returns the engine's connection, which all callers share. The
// attempt to open it outlives a caller that gives up, so that nobody is told
// of another one's interruption.
func (e *Engine) connection(ctx context.Context) (*connection, error) {
	if open := e.open.Load(); open != nil {
		return open, nil
	}
	if len(e.settings.Unknown) > 0 {
		return nil, tf.Later(ErrNotReady, e.settings.Unknown...)
	}
	attempt := e.opening.DoChan("", func() (any, error) {
		return nil, e.tryOpen(context.WithoutCancel(ctx))
	})
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("connecting to the engine: %w", ctx.Err())
	case done := <-attempt:
		if done.Err != nil {
			return nil, done.Err
		}
		return e.open.Load(), nil
	}
}

// tryOpen opens the connection. A failure is remembered for as long as it took
// to find out: an engine that is away costs a plan of many resources one
// timeout and not one for each, and one that comes up is found at once.
func (e *Engine) tryOpen(ctx context.Context) error {
	if e.open.Load() != nil {
		return nil
	}
	began := time.Now()
	if last := e.failed.Load(); last != nil && began.Before(last.until) {
		return last.err
	}
	open, err := e.connect(ctx)
	if err != nil {
		now := time.Now()
		e.failed.Store(&failure{err: err, until: now.Add(now.Sub(began))})
		return err
	}
	e.open.Store(open)
	return nil
}

// close closes the connections that are idle, and the ways to other machines.
func (e *Engine) close() error {
	if open := e.open.Load(); open != nil {
		return open.close()
	}
	return nil
}
