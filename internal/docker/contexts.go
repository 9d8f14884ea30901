package docker

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/cli/cli/context/store"
)

const (
	// defaultContext is the context that is not stored: the environment.
	defaultContext = "default"
	// engineEndpoint is the endpoint of a context that this provider uses.
	engineEndpoint = "docker"
)

// contextEndpoint is what a context of the Docker CLI stores about its engine.
type contextEndpoint struct {
	Host          string
	SkipTLSVerify bool
}

// contexts are the contexts of the Docker CLI.
type contexts struct {
	dir   string
	store *store.ContextStore
}

func openContexts(configDir string) contexts {
	dir := filepath.Join(configDir, "contexts")
	kind := store.EndpointTypeGetter(engineEndpoint, func() any { return &contextEndpoint{} })
	return contexts{dir: dir, store: store.New(dir, store.NewConfig(nil, kind))}
}

// endpoint returns what the named context says about its engine.
func (c contexts) endpoint(name string) (contextEndpoint, error) {
	meta, err := c.store.GetMetadata(name)
	if errdefs.IsNotFound(err) {
		return contextEndpoint{}, fmt.Errorf("there is no such context: %s has %s", c.dir, c.known())
	}
	if err != nil {
		return contextEndpoint{}, fmt.Errorf("reading the context: %w", err)
	}
	found, ok := meta.Endpoints[engineEndpoint].(contextEndpoint)
	if !ok {
		return contextEndpoint{}, fmt.Errorf("the context has no %q endpoint", engineEndpoint)
	}
	return found, nil
}

// known lists the names of the contexts for a message.
func (c contexts) known() string {
	names, err := store.Names(c.store)
	if err != nil || len(names) == 0 {
		return "none but " + defaultContext
	}
	return strings.Join(append(names, defaultContext), ", ")
}

// tls returns the certificates that the context stores, nil where it stores
// none. A certificate without its key is left out, as the Docker CLI does.
func (c contexts) tls(name string) (*tlsParts, error) {
	files, err := c.store.ListTLSFiles(name)
	if err != nil {
		return nil, fmt.Errorf("reading the context's certificates: %w", err)
	}
	stored, ok := files[engineEndpoint]
	if !ok {
		return nil, nil
	}
	parts := &tlsParts{}
	for _, file := range []struct {
		name string
		part *tlsPart
	}{{caFile, &parts.ca}, {certFile, &parts.cert}, {keyFile, &parts.key}} {
		if !slices.Contains(stored, file.name) {
			continue
		}
		data, err := c.store.GetTLSData(name, engineEndpoint, file.name)
		if err != nil {
			return nil, fmt.Errorf("reading the context's %s: %w", file.name, err)
		}
		*file.part = tlsPart{pem: data, from: file.name + " of the context"}
	}
	parts.dropHalfPair()
	return parts, nil
}
