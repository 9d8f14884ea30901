package build

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/client"
	control "github.com/moby/buildkit/api/services/control"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

// Schemes of the addresses of builders.
const (
	schemeUnix      = "unix"
	schemeTCP       = "tcp"
	schemeContainer = "docker-container"
)

// dialTimeout bounds how long a BuildKit may take to take a connection and to say who it is.
const dialTimeout = 15 * time.Second

// Remote is a BuildKit outside of the engine's own.
type Remote struct {
	// Address is where it is: unix:///path, tcp://host:port or docker-container://NAME.
	Address string
	// TLS are the settings of a tcp address. The zero value is plain TCP.
	TLS docker.TLSSettings
	// Engine has the container of a docker-container address.
	Engine *client.Client
}

// Info is what a BuildKit says of itself.
type Info struct {
	// Version is its version, empty where it does not tell.
	Version string
	// Platforms are what its workers build for.
	Platforms []string
}

// ContainerAddress is the address of the BuildKit in a container of that name.
func ContainerAddress(name string) string { return schemeContainer + "://" + name }

// ContainerOf is the name of the container of an address, empty for addresses of other kinds.
func ContainerOf(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	if scheme != schemeContainer {
		return ""
	}
	return rest
}

// CheckAddress returns an error that says how the address of a builder is written, or nil for one that is.
func CheckAddress(address string) error {
	_, _, err := splitAddress(address)
	return err
}

// TakesTLS says whether TLS settings make sense for an address.
func TakesTLS(address string) bool { return strings.HasPrefix(address, schemeTCP+"://") }

// splitAddress takes an address apart: its scheme, and the path, the host with its port, or the name.
func splitAddress(address string) (scheme, rest string, err error) {
	scheme, rest, _ = strings.Cut(address, "://")
	ok := false
	switch scheme {
	case schemeUnix:
		ok = path.IsAbs(rest)
	case schemeTCP:
		u, err := url.Parse(address)
		ok = err == nil && u.Hostname() != "" && u.Port() != "" && u.User == nil && u.Path+u.RawQuery+u.Fragment == ""
	case schemeContainer:
		ok = rest != "" && !strings.ContainsAny(rest, "/?#@: ")
	}
	if !ok {
		return "", "", fmt.Errorf("%q is no address of a BuildKit: write unix:///path/of/socket, tcp://host:port or "+
			"docker-container://NAME", address)
	}
	return scheme, rest, nil
}

// RemoteError says that a BuildKit cannot be used, before a build has begun there.
type RemoteError struct {
	// Address is where it was looked for.
	Address string
	// Reason completes the sentence "the BuildKit at ADDRESS …".
	Reason string
	// Next says what to do.
	Next string
	// Err is the cause, if there is one.
	Err error
}

func (e *RemoteError) Error() string {
	text := "the BuildKit at " + e.Address + " " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *RemoteError) Unwrap() error { return e.Err }

// Advice says what to do next.
func (e *RemoteError) Advice() string { return e.Next }

// Check returns what is wrong with the address or with the TLS settings, files included, without a connection.
func (r *Remote) Check() error {
	if err := CheckAddress(r.Address); err != nil {
		return err
	}
	_, err := r.tlsConfig()
	return err
}

func (r *Remote) tlsConfig() (*tls.Config, error) {
	if r.TLS == (docker.TLSSettings{}) {
		return nil, nil
	}
	if !TakesTLS(r.Address) {
		return nil, fmt.Errorf("%s takes no TLS settings: only tcp:// does", r.Address)
	}
	config, err := r.TLS.Config(func(name string) string { return strings.TrimPrefix(name, "tls.") })
	if err != nil {
		return nil, err
	}
	// What gRPC speaks.
	config.NextProtos = []string{"h2"}
	return config, nil
}

// Probe asks who is there. Errors are RemoteErrors, those of the context and of the settings.
func (r *Remote) Probe(ctx context.Context) (Info, error) {
	l, info, err := r.open(ctx)
	if err != nil {
		return Info{}, err
	}
	return info, l.close()
}

// open connects and makes sure that a BuildKit is there. The caller closes the link.
func (r *Remote) open(ctx context.Context) (*link, Info, error) {
	short, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := r.dial(short)
	if err != nil {
		return nil, Info{}, r.explain(ctx, err)
	}
	l, err := remoteLink(r.Address, conn)
	if err != nil {
		return nil, Info{}, err
	}
	info, err := l.greet(short)
	if err != nil {
		if lost := l.conn.lost(); lost != nil {
			err = errors.Join(errNotBuildKit, lost)
		}
		return nil, Info{}, errors.Join(r.explain(ctx, err), l.close())
	}
	return l, info, nil
}

// dial opens the connection that gRPC is spoken on.
func (r *Remote) dial(ctx context.Context) (net.Conn, error) {
	scheme, rest, err := splitAddress(r.Address)
	if err != nil {
		return nil, err
	}
	if scheme == schemeContainer {
		return dialContainer(ctx, r.Engine, rest)
	}
	config, err := r.tlsConfig()
	if err != nil {
		return nil, err
	}
	if config == nil {
		return (&net.Dialer{}).DialContext(ctx, scheme, rest)
	}
	conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, scheme, rest)
	if err != nil {
		return nil, err
	}
	return heard(ctx, conn)
}

// heard waits for the first byte of the server, which gRPC servers send unasked. In TLS 1.3 it is only there that a server
// says that it does not accept this client; after a request, that could get lost.
func heard(ctx context.Context, conn net.Conn) (net.Conn, error) {
	tracked := track(conn)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	_, err := tracked.reader.Peek(1)
	if !stop() && err != nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(errNotBuildKit, err, conn.Close())
	}
	return tracked, nil
}

// greet asks for the version and the workers. Only old versions have no answer to the first question.
func (l *link) greet(ctx context.Context) (Info, error) {
	var info Info
	said, err := l.control.Info(ctx, &control.InfoRequest{})
	switch {
	case err == nil:
		info.Version = said.GetBuildkitVersion().GetVersion()
	case status.Code(err) != codes.Unimplemented:
		return info, err
	}
	workers, err := l.control.ListWorkers(ctx, &control.ListWorkersRequest{})
	if err != nil {
		return info, err
	}
	for _, w := range workers.Record {
		for _, p := range w.Platforms {
			info.Platforms = append(info.Platforms, platformName(p.OS, p.Architecture, p.Variant))
		}
	}
	slices.Sort(info.Platforms)
	info.Platforms = slices.Compact(info.Platforms)
	return info, nil
}

func platformName(parts ...string) string {
	return strings.TrimRight(strings.Join(parts, "/"), "/")
}
