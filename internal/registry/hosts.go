package registry

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config/credentials"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

const (
	// hub is what Docker Hub is called in references and settings.
	hub = "docker.io"
	// hubAPI is where Docker Hub answers.
	hubAPI = name.DefaultRegistry
	// hubKey is what the Docker CLI stores the credentials of Docker Hub under.
	hubKey = "https://index.docker.io/v1/"
)

// Host is the one spelling of a registry's host: in lower case, without scheme and path, and Docker Hub under any of
// its names as "docker.io".
func Host(s string) string {
	host := strings.ToLower(credentials.ConvertToHostname(strings.TrimSpace(s)))
	switch host {
	case hubAPI, "registry-1.docker.io":
		return hub
	}
	return host
}

// CheckHost returns an error that says how to write the host of a registry, unless the text is one.
func CheckHost(s string) error {
	host := s
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
	}
	host, path, _ := strings.Cut(host, "/")
	_, err := name.NewRegistry(host)
	switch {
	case err != nil || host == "":
		return fmt.Errorf("%q is no host of a registry: write for example \"ghcr.io\" or \"registry.example.com:5000\"", s)
	case host+path != s:
		return fmt.Errorf("%q is more than a host: write %q", s, host)
	}
	return nil
}

// ServerAddress is what engines and the Docker CLI call the registry in their credentials.
func ServerAddress(host string) string {
	if host = Host(host); host != hub {
		return host
	}
	return hubKey
}

// keys are the names that a file may have the registry's credentials under, the Docker CLI's own first.
func keys(host string) []string {
	if host != hub {
		return []string{host}
	}
	return []string{hubKey, hubAPI, hub, "registry-1.docker.io"}
}

// Parse reads a reference as the Docker CLI does: "nginx" is docker.io/library/nginx:latest, and a digest wins over a
// tag. The error says how a reference is written.
func Parse(s string) (name.Reference, error) {
	if tf.IsImageID(s) {
		return nil, tf.NotReference(s)
	}
	named, err := reference.ParseDockerRef(s)
	if err != nil {
		return nil, fmt.Errorf("%q is no image reference (%w): %s", s, err, howToWrite(s))
	}
	registry, err := name.NewRegistry(reference.Domain(named))
	if err != nil {
		return nil, fmt.Errorf("%q is no image reference: %q is no host of a registry", s, reference.Domain(named))
	}
	repository := registry.Repo(reference.Path(named))
	switch named := named.(type) {
	case reference.Digested:
		return repository.Digest(named.Digest().String()), nil
	case reference.Tagged:
		return repository.Tag(named.Tag()), nil
	}
	return repository.Tag(name.DefaultTag), nil
}

func howToWrite(s string) string {
	switch {
	case strings.Contains(s, "://"):
		return "write it without the scheme"
	case strings.Contains(s, ":sha256:"):
		return "write the digest behind an @, as in \"registry.example.com/app@sha256:...\""
	}
	return "write for example \"nginx:1.27\" or \"registry.example.com/app:v1\""
}

// Show is the spelling of a reference in messages: whole, and with the usual name of Docker Hub.
func Show(ref name.Reference) string {
	return shown(ref.Name())
}

func shown(s string) string {
	if rest, ok := strings.CutPrefix(s, hubAPI); ok {
		return hub + rest
	}
	return s
}

// address is a host name and a port, for comparison.
func address(u *url.URL) string {
	port := u.Port()
	if port == "" && u.Scheme == "http" {
		port = "80"
	}
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// hostname is a host without its port.
func hostname(host string) string {
	u := url.URL{Host: host}
	return strings.ToLower(u.Hostname())
}

// Loopback says that a host, with or without a port, is on the loopback interface of the machine that asks.
func Loopback(host string) bool { return loopback(hostname(host)) }

// loopback says that the host name is of this machine's loopback interface.
func loopback(hostname string) bool {
	if hostname == "localhost" || strings.HasSuffix(hostname, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(hostname)
	return err == nil && ip.Unmap().IsLoopback()
}

// linkLocal says that the host name is an address of the local link, where clouds serve the secrets of machines.
func linkLocal(hostname string) bool {
	ip, err := netip.ParseAddr(hostname)
	return err == nil && ip.Unmap().IsLinkLocalUnicast()
}
