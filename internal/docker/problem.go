package docker

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// problem is a failure to reach an engine, told in three sentences.
type problem struct {
	// what was tried, why it failed, and what to do next.
	what, cause, next string
	err               error
}

func (p *problem) Error() string { return p.what + ": " + p.cause + ". " + p.next }
func (p *problem) Unwrap() error { return p.err }

// connectProblem explains why an engine could not be reached.
func connectProblem(end *endpoint, err error) error {
	var web *url.Error
	if errors.As(err, &web) {
		// The URL of a greeting says nothing that the endpoint does not.
		err = web.Err
	}
	cause, next := explain(end, err)
	return &problem{what: "cannot connect to the engine at " + end.String(), cause: cause, next: next, err: err}
}

// strangerProblem says that something else than an engine answered.
func strangerProblem(end *endpoint, said *reply) error {
	next := "Point " + end.setting() + " at an engine; if there is a proxy before it, let it pass /_ping and /version."
	if end.socket == "" && end.tls == nil {
		next += " If the engine expects TLS, configure it with " + end.attribute("tls") + ", or with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH."
	}
	return &problem{
		what:  "cannot connect to the engine at " + end.String(),
		cause: "what answers there is not a container engine: " + said.quote(),
		next:  next,
	}
}

// explain finds the cause of a failed connection and the way out.
func explain(end *endpoint, err error) (cause, next string) {
	var dial *dialError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "it did not answer in time (" + err.Error() + ")",
			"See whether the engine is overloaded or a firewall swallows the traffic."
	case end.ssh != nil:
		return explainSSH(end, err)
	case errors.As(err, &dial) && end.socket != "":
		return explainSocket(end, dial.err)
	case errors.As(err, &dial):
		return explainDial(end, dial.err)
	case end.tls != nil:
		return explainTLS(end, err)
	}
	next = "See the engine's log."
	if end.socket == "" {
		next = "If the engine expects TLS, configure it with " + end.attribute("tls") + ", or with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH."
	}
	return "the connection failed: " + err.Error(), next
}

// explainSSH is about an engine on another machine.
func explainSSH(end *endpoint, err error) (cause, next string) {
	var refused *sshError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "there is no ssh command on this machine (" + err.Error() + ")", "Install OpenSSH's client."
	case errors.As(err, &refused):
		return "ssh said: " + refused.said, "See that ssh to this machine works without a question: nobody can answer one while " +
			"Terraform runs. Keys come from the agent, ~/.ssh/config or " + end.attribute("ssh_options") + "."
	}
	return "the way over ssh is open, but not to the socket " + end.socket + " (" + err.Error() + ")",
		"See that the engine runs there, that the user may use the socket (is usually in the group docker), that it is this path, " +
			"and that sshd allows AllowStreamLocalForwarding."
}

func explainSocket(end *endpoint, err error) (cause, next string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("there is no socket %s (%v)", end.socket, err),
			"Start the engine, or set " + end.attribute("host") + ", " + end.attribute("context") + " or DOCKER_HOST to the one you mean."
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("user %d may not use the socket %s: permission denied (%v)", os.Getuid(), end.socket, err),
			"Add the user to the group that owns the socket (usually docker) and log in anew, or use a rootless engine."
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nobody listens at the socket %s: connection refused (%v)", end.socket, err),
			"Start the engine; the socket is left over from an earlier run."
	}
	return "the socket cannot be opened: " + err.Error(), "See whether the engine runs and the path is the one of its socket."
}

func explainDial(end *endpoint, err error) (cause, next string) {
	var (
		name *net.DNSError
		slow net.Error
	)
	switch {
	case errors.As(err, &name):
		return fmt.Sprintf("the name %s cannot be resolved (%v)", name.Name, err), "Correct the host, or the resolver of this machine."
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nobody listens at %s: connection refused (%v)", end.host, err),
			"Start the engine, and see that it listens on this address and port."
	case errors.As(err, &slow) && slow.Timeout():
		return fmt.Sprintf("%s did not accept the connection in time (%v)", end.host, err),
			"See that the machine is up and no firewall is between; proxies are taken from HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	}
	return "the connection could not be made: " + err.Error(), "Correct the host, or see to the network between."
}

func explainTLS(end *endpoint, err error) (cause, next string) {
	var (
		wrongName x509.HostnameError
		invalid   x509.CertificateInvalidError
		turned    *net.OpError
	)
	settings := "TLS comes from " + end.tlsFrom + "."
	certificate := "Set the client certificate and key that belong to this engine"
	if len(end.tls.Certificates) > 0 {
		certificate = "The client certificate that is set may not be one that this engine trusts"
	}
	switch {
	case untrusted(err):
		return "its certificate is not signed by a trusted authority (" + err.Error() + ")",
			"Set the certificate of the authority (ca.pem) that signed it. " + settings
	case errors.As(err, &wrongName):
		return "its certificate is for another name (" + err.Error() + ")",
			"Connect by a name in the certificate, or set " + end.attribute("tls.server_name") + " to one. " + settings
	case errors.As(err, &invalid):
		return "its certificate is not valid (" + err.Error() + ")", "Renew the engine's certificate, or see to the clock. " + settings
	case errors.Is(err, http.ErrSchemeMismatch):
		return "it speaks plain HTTP, not TLS (" + err.Error() + ")", "Turn TLS off for this engine, or make it listen with TLS. " + settings
	case errors.As(err, &turned) && turned.Op == "remote error":
		return "it turned the TLS connection down (" + turned.Err.Error() + ")",
			certificate + ". " + settings
	}
	return "the TLS connection failed: " + err.Error(),
		"If the engine asks for a client certificate: " + strings.ToLower(certificate[:1]) + certificate[1:] + ". " + settings
}
