package docker

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// Engines are the engines of one provider block. It is safe for concurrent
// use.
type Engines struct {
	engines map[string]*Engine
	unknown bool
}

// NewEngines returns the engines the settings name, in the environment of this
// process. Nothing is opened, read or asked yet.
func NewEngines(s Settings) *Engines {
	return NewEnginesIn(processEnvironment(), s)
}

// NewEnginesIn is NewEngines for a given environment.
func NewEnginesIn(env Environment, s Settings) *Engines {
	all := make(map[string]*Engine, len(s.Engines)+1)
	for name, settings := range s.Engines {
		all[name] = newEngine(env, name, settings)
	}
	all[""] = newEngine(env, "", s.EngineSettings)
	return &Engines{engines: all, unknown: s.EnginesUnknown}
}

// Engine returns the engine of that key; the empty key is the default engine.
// An unknown key gives an error that lists the known ones, or ErrNotReady
// while they are not known yet.
func (e *Engines) Engine(name string) (*Engine, error) {
	if engine, ok := e.engines[name]; ok {
		return engine, nil
	}
	if e.unknown {
		return nil, tf.Later(ErrNotReady, "docker.engines")
	}
	known := slices.Sorted(maps.Keys(e.engines))[1:]
	if len(known) == 0 {
		return nil, fmt.Errorf("engine %q is not configured: the provider's docker.engines has no entry; add it there or leave engine out", name)
	}
	return nil, fmt.Errorf("engine %q is not configured: docker.engines has %s", name, strings.Join(known, ", "))
}

// Close closes the connections that are idle, and the ways to other machines. The engines can still be used.
func (e *Engines) Close() error {
	var err error
	for _, engine := range e.engines {
		err = errors.Join(err, engine.close())
	}
	return err
}

// processEnvironment is the environment of this process. The Docker CLI's
// folder is found as the CLI finds it: without a home it is a relative path.
func processEnvironment() Environment {
	env := Environment{Getenv: os.Getenv, ConfigDir: os.Getenv("DOCKER_CONFIG")}
	if env.ConfigDir != "" {
		return env
	}
	home, err := os.UserHomeDir()
	if err != nil {
		if current, err := user.Current(); err == nil {
			home = current.HomeDir
		}
	}
	env.ConfigDir = filepath.Join(home, ".docker")
	return env
}
