package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/http/httpproxy"
)

const (
	// userAgent names this provider to registries.
	userAgent = "terraform-provider-containers"
	// idleConnections is how many connections to a host stay open between requests: more than Terraform runs operations
	// at once, so that none has to dial anew.
	idleConnections = 64
	// The times after which a connection is given up.
	idleTimeout      = 30 * time.Second
	dialTimeout      = 30 * time.Second
	handshakeTimeout = 10 * time.Second
	// maxDrain is how much is read of a body that nobody wants, so that its connection can be used again.
	maxDrain = 64 << 10
)

// connections are those to all registries, whatever the credentials.
type connections struct {
	env      Environment
	settings book
	pace     pace
	secrets  vault
	shunned  shunned
	turns    turns
	notes    Notes

	mu  sync.Mutex
	all map[string]*connection
}

// connection is how to reach one registry, and what it said when it was greeted.
type connection struct {
	// host is where the registry answers, name how it is called in settings and messages.
	host, name string
	settings   Settings
	all        *connections
	// own is for the registry's own host name, others for those that it leads to.
	own, others *http.Transport

	greetings flights[greeting]
	mu        sync.Mutex
	greeted   *greeting
	// changes counts what was pushed or deleted in a repository.
	changes map[string]int
}

// greeting is what a registry answered to GET /v2/.
type greeting struct {
	scheme    string
	challenge challenge
	status    int
}

// connection returns the one to a host, making it first. It returns an ErrSettings if its TLS cannot be set up.
func (a *connections) connection(host string) (*connection, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, ok := a.all[host]; ok {
		return c, nil
	}
	c := &connection{host: host, name: Host(host), all: a, changes: make(map[string]int)}
	c.settings = a.settings.of(c.name)
	own, others, err := c.settings.tlsConfigs(c.name)
	if err != nil {
		return nil, settingsProblem(c.name, err)
	}
	c.own, c.others = a.transport(own), a.transport(others)
	a.all[host] = c
	return c, nil
}

func (a *connections) transport(config *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:                 a.proxy(),
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: idleTimeout}).DialContext,
		TLSClientConfig:       config,
		TLSHandshakeTimeout:   handshakeTimeout,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          idleConnections,
		MaxIdleConnsPerHost:   idleConnections,
		IdleConnTimeout:       idleTimeout,
		ExpectContinueTimeout: time.Second,
	}
}

// proxy finds the proxy as net/http does, in this environment.
func (a *connections) proxy() func(*http.Request) (*url.URL, error) {
	get := func(name string) string {
		if value := a.env.Getenv(strings.ToUpper(name)); value != "" {
			return value
		}
		return a.env.Getenv(name)
	}
	settings := &httpproxy.Config{
		HTTPProxy:  get("http_proxy"),
		HTTPSProxy: get("https_proxy"),
		NoProxy:    get("no_proxy"),
		CGI:        a.env.Getenv("REQUEST_METHOD") != "",
	}
	find := settings.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return find(r.URL) }
}

// transportTo is the transport for a host that the registry is at or leads to. One that has settings of its own is
// reached with those.
func (c *connection) transportTo(u *url.URL) (*http.Transport, error) {
	if strings.EqualFold(u.Hostname(), hostname(c.host)) {
		return c.own, nil
	}
	if _, named := c.all.settings[Host(u.Host)]; !named {
		return c.others, nil
	}
	other, err := c.all.connection(strings.ToLower(u.Host))
	if err != nil {
		return nil, err
	}
	return other.own, nil
}

// greet asks the registry once how it wants to be talked to. It returns the errors of send.
func (c *connection) greet(ctx context.Context) (greeting, error) {
	if g := c.greeting(); g != nil {
		return *g, nil
	}
	return c.greetings.do(ctx, "", func(ctx context.Context) (greeting, error) {
		// Another flight may have landed since.
		if g := c.greeting(); g != nil {
			return *g, nil
		}
		g, err := c.tryGreet(ctx)
		if err != nil {
			return greeting{}, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.greeted = &g
		return g, nil
	})
}

func (c *connection) greeting() *greeting {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.greeted
}

// tryGreet tries TLS, and plain http where that is allowed and TLS is not spoken.
func (c *connection) tryGreet(ctx context.Context) (greeting, error) {
	if c.settings.PlainHTTP {
		return c.greetOver(ctx, "http", c.all.pace)
	}
	mayBePlain := loopback(hostname(c.host)) && !c.settings.tlsParts() && !c.settings.SkipVerify
	if !mayBePlain {
		return c.greetOver(ctx, "https", c.all.pace)
	}
	once := c.all.pace
	once.attempts = 1
	g, err := c.greetOver(ctx, "https", once)
	if err != nil && speaksNoTLS(err) {
		return c.greetOver(ctx, "http", c.all.pace)
	}
	return g, err
}

func (c *connection) greetOver(ctx context.Context, scheme string, p pace) (greeting, error) {
	u := &url.URL{Scheme: scheme, Host: c.host, Path: "/v2/"}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return greeting{}, settingsProblem(c.name, err)
	}
	req.Header.Set("User-Agent", userAgent)
	resp, err := c.send(req, p)
	if err != nil {
		return greeting{}, err
	}
	defer drain(resp)
	g := greeting{scheme: scheme, status: resp.StatusCode}
	if resp.StatusCode == http.StatusUnauthorized {
		g.challenge = choose(resp.Header)
	}
	return g, nil
}

// speaksNoTLS says that what answered does not speak TLS, rather than that its certificate is not trusted.
func speaksNoTLS(err error) bool {
	var record tls.RecordHeaderError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &record) || broken(err)
}

// broken says that a connection ended early.
func broken(err error) bool {
	for _, target := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, net.ErrClosed} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// mayLeadTo returns an ErrRedirect for a host that the registry must not lead requests to.
func (c *connection) mayLeadTo(u *url.URL, scheme string) error {
	why := ""
	switch host := strings.ToLower(u.Hostname()); {
	case u.Scheme != "http" && u.Scheme != "https" || host == "" || u.User != nil:
		why = "which is no place for requests"
	case host == hostname(c.host) && (u.Scheme == "https" || scheme == "http"):
	case linkLocal(host):
		why = "an address of the local link"
	case loopback(host) && !loopback(hostname(c.host)):
		why = "which is this machine itself"
	case u.Scheme == "http" && scheme == "https" && !c.all.settings.of(Host(u.Host)).PlainHTTP:
		why = "which has no TLS, while the registry has"
	}
	if why == "" {
		return nil
	}
	return &Error{
		Kind: ErrRedirect, Registry: c.name,
		text:   "it leads to " + spot(u) + ", " + why,
		advice: "Nothing was sent there. If the place is right, correct the registry's configuration of its own addresses.",
	}
}

// spot is a URL without its query, which may be signed.
func spot(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// changed notes that something in the repository was pushed or deleted.
func (c *connection) changed(repository string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes[repository]++
}

// changesOf counts the changes of a repository.
func (c *connection) changesOf(repository string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes[repository]
}

func drain(resp *http.Response) {
	// What is left unread costs a connection and nothing else.
	_, _ = io.CopyN(io.Discard, resp.Body, maxDrain)
	resp.Body.Close()
}

// closeBody is what a RoundTripper owes its caller when it sends nothing.
func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}
