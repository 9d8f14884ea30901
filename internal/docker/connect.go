package docker

import (
	"context"
	"encoding/csv"
	"errors"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/docker/cli/cli/config"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
	"golang.org/x/net/http/httpproxy"
)

const (
	// userAgent names this provider to the engine and to proxies before it.
	userAgent = "terraform-provider-containers"
	// idleConnections is how many connections stay open between calls: more
	// than Terraform runs operations at once, so that none has to dial anew.
	idleConnections = 64
	// idleTimeout closes connections that nobody needs any more.
	idleTimeout = 30 * time.Second
	// handshakeTimeout bounds a TLS handshake.
	handshakeTimeout = 10 * time.Second
	// greetTimeout bounds the first exchange with an engine.
	greetTimeout = 20 * time.Second
)

// connection is an engine that answered.
type connection struct {
	client *client.Client
	end    *endpoint
	// api is the API version in use; pinnedBy names the setting that fixed it,
	// if one did.
	api, pinnedBy string
	kind          Kind
	// release is the version of Podman, empty for other makes.
	release string
	// caller asks the engine what the client has no call for.
	caller *greeter
	// tunnel is the way to another machine, nil without one.
	tunnel *tunnel
}

// close closes what is idle, and the way to another machine.
func (c *connection) close() error {
	err := c.client.Close()
	if c.tunnel != nil {
		c.tunnel.close()
	}
	return err
}

// connect opens the engine: it asks once who is there and settles on an API
// version.
func (e *Engine) connect(ctx context.Context) (*connection, error) {
	end, err := e.resolve()
	if err != nil {
		return nil, err
	}
	pin, err := e.pin()
	if err != nil {
		return nil, err
	}
	headers, err := customHeaders(e.env)
	if err != nil {
		return nil, err
	}
	open := &connection{end: end, pinnedBy: pin.from}
	if end.ssh != nil {
		open.tunnel = &tunnel{to: end.address, options: e.settings.SSHOptions}
	}
	web := &http.Client{Transport: transport(end), CheckRedirect: client.CheckRedirect}
	if open.client, err = e.newClient(open, web, pin, headers); err != nil {
		return nil, connectProblem(end, err)
	}
	web.Transport = &clockReader{next: &lossMarker{next: web.Transport}, clock: &e.clock}
	ctx, cancel := context.WithTimeout(ctx, e.greetTimeout)
	defer cancel()
	caller := &greeter{web: web, end: end, headers: headers}
	found, err := caller.greet(ctx, pin)
	if err == nil {
		err = found.check(end, pin)
	}
	if err != nil {
		return nil, errors.Join(err, open.close())
	}
	open.client.NegotiateAPIVersionPing(types.Ping{APIVersion: found.api})
	open.api, open.kind, open.release, open.caller = open.client.ClientVersion(), found.kind, found.release, caller
	return open, nil
}

// newClient makes the client without asking the engine anything.
func (e *Engine) newClient(open *connection, web *http.Client, pin pin, headers map[string]string) (*client.Client, error) {
	transport, ok := web.Transport.(*http.Transport)
	if !ok {
		return nil, errors.New("the transport is not one of net/http")
	}
	host := open.end.url
	if open.tunnel != nil {
		host = "unix://" + open.end.socket
	}
	return client.NewClientWithOpts(
		client.WithHTTPClient(web),
		client.WithHost(host),
		func(*client.Client) error {
			// WithHost has just set the dialer of the scheme and a proxy that
			// comes from the process's environment, read once for all.
			dial := transport.DialContext
			if open.tunnel != nil {
				dial = open.tunnel.dial
			}
			transport.DialContext = markDials(dial)
			if open.end.socket == "" {
				transport.Proxy = e.proxy()
			}
			return nil
		},
		client.WithVersion(pin.version),
		client.WithHTTPHeaders(headers),
		client.WithUserAgent(userAgent),
	)
}

func transport(end *endpoint) *http.Transport {
	return &http.Transport{
		TLSClientConfig:     end.tls,
		TLSHandshakeTimeout: handshakeTimeout,
		MaxIdleConns:        idleConnections,
		MaxIdleConnsPerHost: idleConnections,
		IdleConnTimeout:     idleTimeout,
	}
}

// proxy finds the proxy as net/http does, in the engine's own environment.
func (e *Engine) proxy() func(*http.Request) (*url.URL, error) {
	get := func(name string) string {
		if value := e.env.Getenv(strings.ToUpper(name)); value != "" {
			return value
		}
		return e.env.Getenv(name)
	}
	settings := &httpproxy.Config{
		HTTPProxy:  get("http_proxy"),
		HTTPSProxy: get("https_proxy"),
		NoProxy:    get("no_proxy"),
		CGI:        e.env.Getenv("REQUEST_METHOD") != "",
	}
	find := settings.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return find(r.URL) }
}

// customHeaders are the headers that the Docker CLI's configuration adds to
// each request. What cannot be read of it adds none: it is not needed to reach
// the engine, and the CLI goes on as well.
func customHeaders(env Environment) (map[string]string, error) {
	if listed := env.Getenv("DOCKER_CUSTOM_HEADERS"); listed != "" {
		return parseHeaders(listed)
	}
	if env.ConfigDir == "" {
		return nil, nil
	}
	file, _ := config.Load(env.ConfigDir)
	return file.HTTPHeaders, nil
}

// parseHeaders reads comma-separated name=value pairs. The error repeats no
// value, which may be a token.
func parseHeaders(listed string) (map[string]string, error) {
	bad := &problem{
		what:  "the headers from DOCKER_CUSTOM_HEADERS cannot be used",
		cause: "they are no comma-separated list of name=value pairs",
		next:  "Correct DOCKER_CUSTOM_HEADERS; a value with a comma is quoted as in a CSV file.",
	}
	fields, err := csv.NewReader(strings.NewReader(listed)).Read()
	if err != nil {
		return nil, bad
	}
	headers := make(map[string]string, len(fields))
	for _, field := range fields {
		name, value, found := strings.Cut(field, "=")
		name = strings.TrimSpace(name)
		if !found || name == "" {
			return nil, bad
		}
		headers[textproto.CanonicalMIMEHeaderKey(name)] = value
	}
	return headers, nil
}

// markDials marks the errors of a dialer, so that they can be told from those
// of a connection that was open.
func markDials(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, &dialError{err: err}
		}
		return conn, nil
	}
}
