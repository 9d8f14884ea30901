package registry

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Registries are all registries, as one provider block lets us in. It is safe for concurrent use.
type Registries struct {
	settings book
	resolver *resolver
	shared   *connections
	// parent is asked for all hosts but one, if this is a view with credentials for that one.
	parent *Registries
	only   string

	mu    sync.Mutex
	open  map[string]*session
	views map[view]*Registries
}

// view is what a view with other credentials differs by.
type view struct {
	host        string
	credentials Credentials
}

// New returns the registries with the settings of a provider block, by host, in the environment of this process. The
// native logins are asked in their order. Nothing is read or asked yet.
func New(settings map[string]Settings, natives ...Native) *Registries {
	return NewIn(processEnvironment(), settings, natives...)
}

// NewIn is New for a given environment.
func NewIn(env Environment, settings map[string]Settings, natives ...Native) *Registries {
	known := make(book, len(settings))
	for host, s := range settings {
		known[Host(host)] = s
	}
	return &Registries{
		settings: known,
		resolver: newResolver(env, natives),
		shared:   &connections{env: env, settings: known, pace: defaultPace(), all: make(map[string]*connection)},
		open:     make(map[string]*session),
	}
}

// WithCredentials returns the same registries, but with other credentials for one of them: those of a single resource.
// Connections are shared with all, tokens and look-ups with those that have the same credentials.
func (r *Registries) WithCredentials(host string, c Credentials) *Registries {
	if c.Source == "" {
		c.Source = "the resource's own settings"
	}
	key := view{Host(host), c}
	r.mu.Lock()
	defer r.mu.Unlock()
	if same, ok := r.views[key]; ok {
		return same
	}
	made := r.with(host, func(own *Settings) {
		own.Username, own.Password, own.IdentityToken, own.RegistryToken = c.Username, c.Password, c.IdentityToken, c.RegistryToken
		own.source = c.Source
		own.Unknown = slices.DeleteFunc(slices.Clone(own.Unknown), isCredential)
	})
	if r.views == nil {
		r.views = make(map[view]*Registries)
	}
	r.views[key] = made
	return made
}

// WithUnknown returns the same registries, but for one of them the credentials of a single resource are not known yet:
// asking it gives an ErrNotReady. The source is what the message names.
func (r *Registries) WithUnknown(host, source string) *Registries {
	return r.with(host, func(own *Settings) { own.source, own.Unknown = source, []string{source} })
}

func isCredential(name string) bool {
	return slices.Contains([]string{"username", "password", "identity_token", "registry_token"}, name)
}

// with returns the same registries with other settings for one of them.
func (r *Registries) with(host string, change func(*Settings)) *Registries {
	only := Host(host)
	own := r.settings.of(only)
	change(&own)
	settings := maps.Clone(r.settings)
	settings[only] = own
	return &Registries{
		settings: settings, resolver: r.resolver, shared: r.shared, parent: r, only: only, open: make(map[string]*session),
	}
}

// Credentials returns what to let ourselves in with at the registry; anonymous if there is nothing. It returns an
// ErrCredentials for a file that cannot be read or a native login that failed, an ErrSettings or ErrNotReady for
// settings that cannot be used (yet), and the errors of the context.
func (r *Registries) Credentials(ctx context.Context, host string) (Credentials, error) {
	host = Host(host)
	settings := r.settings.of(host)
	if err := settings.check(host); err != nil {
		return Credentials{}, err
	}
	if found := settings.credentials(host); !found.Anonymous() {
		return found, nil
	}
	return r.resolver.find(ctx, host)
}

// Insecure says whether the settings of a registry allow plain http, or TLS without verification, for others who speak to it
// on our behalf.
func (r *Registries) Insecure(host string) bool {
	settings := r.settings[Host(host)]
	return settings.PlainHTTP || settings.SkipVerify
}

// Transport sends requests to one registry: over TLS as its settings say, with its credentials, again where it is worth
// trying again. Requests that the registry redirects to another host go without credentials. Its errors are the kinds of
// Error, and those of the context. A 401 or 429 that remains is an error, but for a 401 to a body that can be read only
// once; other answers are not.
func (r *Registries) Transport(host string) http.RoundTripper {
	return &hostTransport{registries: r, host: host}
}

type hostTransport struct {
	registries *Registries
	host       string
}

// RoundTrip is part of http.RoundTripper.
func (t *hostTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if resp, err := t.registries.fromMirror(t.host, req); resp != nil || err != nil {
		return resp, err
	}
	s, err := t.registries.session(t.host)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	return s.RoundTrip(req)
}

// Options are for functions of go-containerregistry's package remote that talk to the registry. Pass what they return
// through Explain.
func (r *Registries) Options(ctx context.Context, host string) []remote.Option {
	// A transport that comes from package transport is taken as it is: to any other, package remote adds a log-in and a
	// retry of its own.
	none := &transport.Challenge{}
	through := &headFallback{next: r.Transport(host)}
	wrapped, err := transport.FromToken(name.Registry{}, authn.Anonymous, through, none, &transport.Token{})
	if err != nil {
		// It fails for bearer challenges alone; if that changes, so must this.
		wrapped = failing{err: err}
	}
	return []remote.Option{remote.WithContext(ctx), remote.WithTransport(wrapped)}
}

// failing is a transport that cannot be made.
type failing struct{ err error }

// RoundTrip is part of http.RoundTripper.
func (f failing) RoundTrip(req *http.Request) (*http.Response, error) {
	closeBody(req)
	return nil, f.err
}

// session returns what is open at the registry of that host, opening it first.
func (r *Registries) session(host string) (*session, error) {
	known := Host(host)
	if r.parent != nil && known != r.only {
		return r.parent.session(host)
	}
	settings := r.settings.of(known)
	if err := settings.check(known); err != nil {
		return nil, err
	}
	api := known
	if known == hub {
		api = hubAPI
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.open[api]; ok {
		return s, nil
	}
	conn, err := r.shared.connection(api)
	if err != nil {
		return nil, err
	}
	s := newSession(conn, func(ctx context.Context) (Credentials, error) { return r.Credentials(ctx, known) })
	s.home.refused = func() { r.resolver.forget(known) }
	r.open[api] = s
	return s, nil
}

// Close closes the connections that are idle. The registries can still be used.
func (r *Registries) Close() {
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	for _, c := range r.shared.all {
		c.own.CloseIdleConnections()
		c.others.CloseIdleConnections()
	}
}

type pushing struct{}

// ForPush marks a context of requests that belong to a push, so that the first token is good for all of it.
func ForPush(ctx context.Context) context.Context {
	return context.WithValue(ctx, pushing{}, true)
}

func isPush(ctx context.Context) bool {
	return ctx.Value(pushing{}) != nil
}
