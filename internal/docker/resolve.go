package docker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/docker/cli/cli/config"
)

// endpoint is where an engine is and how to talk to it.
type endpoint struct {
	address
	// from says which setting named the address; byDefault that none did.
	from      string
	byDefault bool
	// tls is nil where the connection has none; tlsFrom says which setting
	// asked for it.
	tls     *tls.Config
	tlsFrom string
	// attribute spells the names of the attributes that could change it.
	attribute func(string) string
}

// String names the engine in messages.
func (e *endpoint) String() string {
	if e.byDefault {
		return e.url + " (" + e.from + ")"
	}
	return e.url + " (from " + e.from + ")"
}

// setting is what to correct when it is the wrong engine.
func (e *endpoint) setting() string {
	if e.byDefault {
		return e.attribute("host")
	}
	return e.from
}

// attribute spells the full name of one of the engine's attributes.
func (e *Engine) attribute(name string) string {
	if e.name == "" {
		return "docker." + name
	}
	return fmt.Sprintf("docker.engines[%q].%s", e.name, name)
}

// resolve decides which engine is meant, in the order of the Docker CLI: host,
// context, DOCKER_HOST, DOCKER_CONTEXT, the current context, the default
// socket.
func (e *Engine) resolve() (*endpoint, error) {
	env := e.env
	switch {
	case e.settings.Host != "":
		return e.fromHost(e.settings.Host, e.attribute("host"))
	case e.settings.Context != "":
		return e.fromContext(e.settings.Context, e.attribute("context"))
	case env.Getenv("DOCKER_HOST") != "":
		return e.fromHost(env.Getenv("DOCKER_HOST"), "DOCKER_HOST")
	case env.Getenv("DOCKER_CONTEXT") != "":
		return e.fromContext(env.Getenv("DOCKER_CONTEXT"), "DOCKER_CONTEXT")
	}
	if env.ConfigDir == "" {
		return e.fromDefault()
	}
	path := filepath.Join(env.ConfigDir, config.ConfigFileName)
	file, err := config.Load(env.ConfigDir)
	if err != nil {
		return nil, &problem{
			what: "cannot find out which engine to use", cause: err.Error(), err: err,
			next: "Repair " + path + ", or say which engine to use with " + e.attribute("host") + " or DOCKER_HOST.",
		}
	}
	if file.CurrentContext == "" {
		return e.fromDefault()
	}
	return e.fromContext(file.CurrentContext, "currentContext in "+path)
}

// fromHost is an endpoint whose address somebody wrote.
func (e *Engine) fromHost(raw, from string) (*endpoint, error) {
	if strings.TrimSpace(raw) == "" {
		return e.fromDefault()
	}
	a, err := parseHost(raw)
	if err != nil {
		return nil, &problem{
			what: fmt.Sprintf("host %q from %s cannot be used", shownHost(raw), from), cause: err.Error(), err: err,
			next: "Correct " + from + ": hosts look like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host.",
		}
	}
	end := &endpoint{address: a, from: from, attribute: e.attribute}
	return end, e.secure(end)
}

// fromDefault is the endpoint where no setting names one.
func (e *Engine) fromDefault() (*endpoint, error) {
	end := &endpoint{
		attribute: e.attribute,
		byDefault: true,
		address:   defaultAddress(e.settings.TLS == nil && e.environmentWantsTLS()),
		from: "the default, as none of " + e.attribute("host") + ", " + e.attribute("context") +
			", DOCKER_HOST and DOCKER_CONTEXT is set and no context is current",
	}
	return end, e.secure(end)
}

func (e *Engine) environmentWantsTLS() bool {
	return e.env.Getenv("DOCKER_TLS_VERIFY") != "" || e.env.Getenv("DOCKER_TLS") != ""
}

// fromContext is the endpoint of a context of the Docker CLI.
func (e *Engine) fromContext(name, chosenBy string) (*endpoint, error) {
	if name == defaultContext {
		if host := e.env.Getenv("DOCKER_HOST"); host != "" {
			return e.fromHost(host, "DOCKER_HOST, as "+chosenBy+" names the context \"default\"")
		}
		return e.fromDefault()
	}
	from := fmt.Sprintf("context %q of %s", name, chosenBy)
	stored := openContexts(e.env.ConfigDir)
	found, err := stored.endpoint(name)
	if err != nil {
		return nil, &problem{
			what: from + " cannot be used", cause: err.Error(), err: err,
			next: "Correct " + chosenBy + ", or create the context with docker context create " + name + ".",
		}
	}
	if found.Host == "" {
		found.Host = defaultAddress(false).url
	}
	a, err := parseHost(found.Host)
	if err != nil {
		return nil, &problem{
			what: fmt.Sprintf("host %q from %s cannot be used", shownHost(found.Host), from), cause: err.Error(), err: err,
			next: "Correct the context with docker context update, or use another one.",
		}
	}
	end := &endpoint{address: a, from: from, attribute: e.attribute}
	if e.settings.TLS != nil {
		return end, e.secure(end)
	}
	return end, end.secureFromContext(stored, name, found.SkipTLSVerify)
}

// secureFromContext sets the TLS that the context stores.
func (e *endpoint) secureFromContext(stored contexts, name string, skipVerify bool) error {
	if e.socket != "" {
		return nil
	}
	parts, err := stored.tls(name)
	if err != nil {
		return tlsProblem(e.from, err)
	}
	if parts == nil && !skipVerify && !e.secure {
		return nil
	}
	if parts == nil {
		parts = &tlsParts{}
	}
	parts.skipVerify = skipVerify
	return e.use(parts, e.from)
}

// secure sets the TLS that the provider's settings or the environment ask for.
func (e *Engine) secure(end *endpoint) error {
	if settings := e.settings.TLS; settings != nil {
		from := e.attribute("tls")
		if end.socket != "" {
			return tlsProblem(from, fmt.Errorf("%s is a socket, which has no TLS: remove %s, or use a tcp:// host", end, from))
		}
		parts, err := settings.load(e.attribute)
		if err != nil {
			return tlsProblem(from, err)
		}
		return end.use(parts, from)
	}
	if end.socket != "" {
		return nil
	}
	const from = "DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH"
	parts, err := environmentTLS(e.env)
	if err != nil {
		return tlsProblem(from, err)
	}
	if parts != nil {
		return end.use(parts, from)
	}
	if end.secure {
		return end.use(&tlsParts{}, "the scheme https")
	}
	return nil
}

// use sets the TLS of the endpoint.
func (e *endpoint) use(parts *tlsParts, from string) error {
	if e.plain {
		return tlsProblem(from, errors.New("the host "+e.String()+" asks for plain http: write it as tcp:// or https://"))
	}
	made, err := parts.config()
	if err != nil {
		return tlsProblem(from, err)
	}
	e.tls, e.tlsFrom = made, from
	return nil
}

func tlsProblem(from string, err error) error {
	return &problem{
		what: "the TLS settings from " + from + " cannot be used", cause: err.Error(), err: err,
		next: "Correct them: certificates and keys are PEM files, made for the engine.",
	}
}
