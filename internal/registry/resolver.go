package registry

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// patience is how long a native login that had nothing is not asked again: what was missing may have been made since.
const patience = time.Minute

// Environment is what credentials and proxies depend on outside the provider block.
type Environment struct {
	// Getenv looks an environment variable up; absent is empty.
	Getenv func(string) string
	// Home is the user's home.
	Home string
	// LookPath finds the program of a credential helper.
	LookPath func(string) (string, error)
}

// processEnvironment is the environment of this process. The home is found as the Docker CLI finds it.
func processEnvironment() Environment {
	home, err := os.UserHomeDir()
	if err != nil {
		if current, err := user.Current(); err == nil {
			home = current.HomeDir
		}
	}
	return Environment{Getenv: os.Getenv, Home: home, LookPath: exec.LookPath}
}

// dockerConfig is the path of the Docker CLI's configuration file.
func (e Environment) dockerConfig() string {
	dir := e.Getenv("DOCKER_CONFIG")
	if dir == "" {
		dir = filepath.Join(e.Home, ".docker")
	}
	return filepath.Join(dir, "config.json")
}

// podmanFiles are the paths of Podman's files of credentials, in its order.
func (e Environment) podmanFiles() []string {
	if named := e.Getenv("REGISTRY_AUTH_FILE"); named != "" {
		return []string{named}
	}
	var files []string
	for _, dir := range []string{e.Getenv("XDG_RUNTIME_DIR"), e.configHome()} {
		if dir != "" {
			files = append(files, filepath.Join(dir, "containers", "auth.json"))
		}
	}
	return files
}

func (e Environment) configHome() string {
	if dir := e.Getenv("XDG_CONFIG_HOME"); dir != "" || e.Home == "" {
		return dir
	}
	return filepath.Join(e.Home, ".config")
}

// resolver finds credentials outside the provider block. It remembers them for the life of the process, as helpers are
// slow, until a registry refuses them.
type resolver struct {
	env     Environment
	natives []Native

	flights flights[Credentials]
	mu      sync.Mutex
	found   map[string]*Credentials
}

func newResolver(env Environment, natives []Native) *resolver {
	return &resolver{env: env, natives: natives, found: make(map[string]*Credentials)}
}

// find returns the registry's credentials, anonymous ones if there are none. It returns an ErrCredentials for a file
// that cannot be read, and the errors of the context.
func (r *resolver) find(ctx context.Context, host string) (Credentials, error) {
	if known := r.remembered(host); known != nil {
		return *known, nil
	}
	return r.flights.do(ctx, host, func(ctx context.Context) (Credentials, error) {
		// Another flight may have landed since.
		if known := r.remembered(host); known != nil {
			return *known, nil
		}
		found, err := r.search(ctx, host)
		if err != nil {
			return Credentials{}, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.found[host] = &found
		return found, nil
	})
}

func (r *resolver) remembered(host string) *Credentials {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.found[host]
	if known == nil || !known.Expires.IsZero() && time.Now().After(known.Expires) {
		return nil
	}
	return known
}

// forget has the next find search again.
func (r *resolver) forget(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.found, host)
}

// search asks one place after the other.
func (r *resolver) search(ctx context.Context, host string) (Credentials, error) {
	var tried []string
	for _, place := range r.places() {
		found, note, err := place(ctx, host)
		if err != nil {
			return Credentials{}, err
		}
		if !found.Anonymous() {
			return found, nil
		}
		if note != "" {
			tried = append(tried, note)
		}
	}
	return r.fromNatives(ctx, host, tried)
}

// fromNatives asks the native logins, where nothing else had something.
func (r *resolver) fromNatives(ctx context.Context, host string, tried []string) (Credentials, error) {
	none := Credentials{}
	for _, native := range r.natives {
		switch found, note, err := native.Login(ctx, host); {
		case errors.Is(err, ErrNotReady):
			return Credentials{}, &Error{Kind: ErrNotReady, Registry: host, text: err.Error(), err: err}
		case err != nil:
			return Credentials{}, &Error{Kind: ErrCredentials, Registry: host, text: "cannot log in: " + err.Error(), err: err}
		case !found.Anonymous():
			if found.Source == "" {
				found.Source = fmt.Sprintf("the native login for %s", host)
			}
			return found, nil
		case note != "":
			tried, none.Expires = append(tried, note), time.Now().Add(patience)
		}
	}
	none.searched = strings.Join(tried, ", ")
	return none, nil
}

// A place returns credentials, or a note that says why it has none.
type place func(ctx context.Context, host string) (Credentials, string, error)

func (r *resolver) places() []place {
	docker := r.env.dockerConfig()
	all := []place{
		r.fromVariable,
		func(ctx context.Context, host string) (Credentials, string, error) {
			return r.fromFile(ctx, docker, host, keys(host))
		},
	}
	for _, path := range r.env.podmanFiles() {
		if path == docker {
			continue
		}
		all = append(all, func(ctx context.Context, host string) (Credentials, string, error) {
			// Podman knows Docker Hub as docker.io first.
			return r.fromFile(ctx, path, host, append([]string{host}, keys(host)...))
		})
	}
	return all
}
