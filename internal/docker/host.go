package docker

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"github.com/docker/docker/client"
)

// The ports the Docker CLI takes where an address has none. It takes the plain
// one even with TLS, except where there is no address at all.
const (
	plainPort = "2375"
	tlsPort   = "2376"
)

// defaultSocket is where engines listen.
const defaultSocket = "/var/run/docker.sock"

// address is a parsed host.
type address struct {
	// url is the address in the form that the client takes.
	url string
	// socket is the path of a Unix socket or named pipe, empty for tcp.
	socket string
	// ssh is the machine that the socket is on, nil where that is this one.
	ssh *url.URL
	// host and path are the parts of a tcp address.
	host, path string
	// secure and plain are set where the scheme itself decides about TLS.
	secure, plain bool
}

// defaultAddress is the address where nobody names one.
func defaultAddress(withTLS bool) address {
	if withTLS {
		return tcpAddress("localhost:"+tlsPort, "")
	}
	proto, path, _ := strings.Cut(client.DefaultDockerHost, "://")
	return socketAddress(proto, path)
}

func socketAddress(proto, path string) address {
	return address{url: proto + "://" + path, socket: path}
}

func tcpAddress(host, path string) address {
	whole := url.URL{Scheme: "tcp", Host: host, Path: path}
	return address{url: whole.String(), host: host, path: path}
}

// parseHost reads an address as the Docker CLI does, and http and https URLs
// besides. The error repeats no password.
func parseHost(raw string) (address, error) {
	host := strings.TrimSpace(raw)
	proto, rest, found := strings.Cut(host, "://")
	if !found {
		proto, rest = "tcp", host
	}
	switch proto {
	case "unix", "npipe":
		return parseSocket(proto, rest)
	case "tcp":
		return parseTCP(rest, plainPort)
	case "http":
		a, err := parseTCP(rest, "80")
		a.plain = true
		return a, err
	case "https":
		a, err := parseTCP(rest, "443")
		a.secure = true
		return a, err
	case "ssh":
		return parseSSH(rest)
	}
	return address{}, fmt.Errorf("%q is no scheme of an engine: use unix://, npipe://, tcp://, http://, https:// or ssh://", proto)
}

// parseSSH reads what follows ssh://: a machine, and maybe the path of the engine's socket on it.
func parseSSH(rest string) (address, error) {
	u, err := url.Parse("ssh://" + rest)
	if err != nil {
		return address{}, errors.New("the address is no user, host and path")
	}
	_, password := u.User.Password()
	switch {
	case runtime.GOOS == "windows":
		return address{}, errors.New("the ssh of Windows cannot forward sockets: use a tcp:// host with TLS")
	case strings.Contains(rest, "://"):
		return address{}, errors.New("the address has two schemes: use ssh://user@host")
	case password:
		return address{}, errors.New("the address holds a password, which ssh does not take: use a key")
	case u.RawQuery != "" || u.Fragment != "":
		return address{}, errors.New("the address has a query or fragment: use ssh://user@host/path")
	case u.Hostname() == "" || strings.HasPrefix(u.Hostname(), "-"):
		return address{}, errors.New("the address has no host: use ssh://user@host")
	case u.User.Username() == "" && u.User != nil:
		return address{}, errors.New("the address has an @ but no user: use ssh://user@host")
	}
	socket := u.Path
	if strings.Trim(socket, "/") == "" {
		socket = defaultSocket
	}
	whole := url.URL{Scheme: "ssh", User: u.User, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
	return address{url: whole.String(), socket: socket, ssh: &whole}, nil
}

func parseSocket(proto, path string) (address, error) {
	if strings.Contains(path, "://") {
		return address{}, fmt.Errorf("the address has two schemes: use %s:// and a path", proto)
	}
	if proto == "npipe" && runtime.GOOS != "windows" {
		return address{}, errors.New("named pipes exist on Windows only")
	}
	if path == "" && proto == "unix" {
		path = defaultSocket
	}
	if path == "" {
		path = "//./pipe/docker_engine"
	}
	return socketAddress(proto, path), nil
}

func parseTCP(rest, port string) (address, error) {
	u, err := url.Parse("tcp://" + rest)
	if err != nil {
		return address{}, errors.New("the address is no host and port")
	}
	switch {
	case strings.Contains(rest, "://"):
		return address{}, errors.New("the address has two schemes: use tcp://host:port")
	case u.User != nil:
		return address{}, errors.New("the address holds a user name, which engines do not read: use certificates")
	case u.RawQuery != "" || u.Fragment != "":
		return address{}, errors.New("the address has a query or fragment: use tcp://host:port or tcp://host:port/path")
	}
	host := u.Hostname()
	if host == "" {
		host = "localhost"
	}
	if _, err := netip.ParseAddr(host); err != nil && strings.ContainsAny(host, ":%") {
		return address{}, errors.New("the address is no host and port: an IPv6 address is written [::1]:2376")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return address{}, fmt.Errorf("%s is no port: use a number from 1 to 65535", port)
	}
	return tcpAddress(net.JoinHostPort(host, port), u.Path), nil
}

// shownHost is a host as an error message may repeat it: without a user name,
// password or query.
func shownHost(raw string) string {
	shown, _, _ := strings.Cut(raw, "?")
	at := strings.LastIndex(shown, "@")
	if at < 0 {
		return shown
	}
	proto, _, found := strings.Cut(shown, "://")
	if !found {
		return shown[at+1:]
	}
	return proto + "://" + shown[at+1:]
}
