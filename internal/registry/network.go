package registry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// networkError explains why a request has no answer.
func (c *connection) networkError(req *http.Request, err error) error {
	if ctx := req.Context(); ctx.Err() != nil {
		return fmt.Errorf("%s: %w", c.name, ctx.Err())
	}
	where := ""
	if !strings.EqualFold(req.URL.Host, c.host) {
		where = " at " + req.URL.Host + ", where the registry leads,"
	}
	failed := &Error{Kind: ErrUnreachable, Registry: c.name, err: err}
	host := Host(req.URL.Host)
	if what, advice := explainTLS(host, err); what != "" {
		failed.Kind = ErrTLS
		failed.text, failed.advice = "TLS"+where+" failed: "+what, advice
		return failed
	}
	failed.text = "the connection" + where + " failed: " + explainNetwork(err)
	return failed
}

// explainTLS says in words why TLS failed, and what to do; nothing if it is not TLS that failed.
func explainTLS(host string, err error) (what, advice string) {
	var (
		verify    *tls.CertificateVerificationError
		unknown   x509.UnknownAuthorityError
		wrongName x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		remote    *net.OpError
	)
	switch {
	case errors.As(err, &unknown):
		return "its certificate is signed by an authority that is not known here",
			fmt.Sprintf("Set %s to the certificate of the authority, or add that to those of this machine.", attribute(host, "ca_path"))
	case errors.As(err, &wrongName):
		return "its certificate is not for this name: " + clean(wrongName.Error(), maxMessage),
			"Use a name that the certificate is for, or have a certificate made for this one."
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "its certificate is not valid: " + clean(err.Error(), maxMessage),
			"Have the certificate renewed, and see whether the clock of this machine is right."
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "what answers there does not speak TLS",
			fmt.Sprintf("Use another port, or set %s if the registry really has no TLS.", attribute(host, "plain_http"))
	case errors.As(err, &remote) && remote.Op == "remote error":
		return "the other side ended it: " + clean(remote.Err.Error(), maxMessage),
			fmt.Sprintf("If the registry wants a client certificate, set %s and %s.", attribute(host, "cert_path"), attribute(host, "key_path"))
	}
	return "", ""
}

// explainNetwork says in words why a connection failed.
func explainNetwork(err error) string {
	var (
		name  *net.DNSError
		web   *url.Error
		timed net.Error
		op    *net.OpError
	)
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy cannot be reached: " + clean(op.Err.Error(), maxMessage)
	case errors.As(err, &name) && name.IsNotFound:
		return "there is no host " + name.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.As(err, &timed) && timed.Timeout():
		return "it did not answer in time"
	case broken(err):
		return "it broke before the answer was complete"
	case errors.As(err, &web):
		// The URL may be signed.
		return clean(web.Err.Error(), maxMessage)
	}
	return clean(err.Error(), maxMessage)
}
