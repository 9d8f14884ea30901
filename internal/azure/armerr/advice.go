package armerr

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"syscall"
)

// adviser is an error that knows what to do next.
type adviser interface {
	error
	Advice() string
}

// deniedAction is how Azure says what was not allowed.
var deniedAction = regexp.MustCompile(`perform action '([^']+)' over scope '([^']+)'`)

// Advice says what to do next, empty where there is nothing to say.
func (e *Error) Advice() string {
	var parts []string
	for _, part := range []string{e.byCode(), e.Note} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Unanswered && !Ended(e.Cause) {
		parts = append(parts, "Azure may have acted on it all the same: the next plan shows what is there.")
	}
	return strings.Join(parts, " ")
}

func (e *Error) byCode() string {
	if e.Cause != nil {
		return adviceOnCause(e.Cause)
	}
	if denied := deniedAction.FindStringSubmatch(e.Message); denied != nil {
		return fmt.Sprintf("Give the identity a role that allows %[1]s on %[2]s "+
			"(az role assignment create --assignee IDENTITY --role ROLE --scope %[2]s). %[3]s", denied[1], denied[2], soon)
	}
	if len(e.Policies) > 0 {
		return fmt.Sprintf("The policy %q does not allow this: change what it objects to, or have an exemption made.",
			strings.Join(e.Policies, `", "`))
	}
	for _, code := range e.Codes() {
		if advice := advices[strings.ToLower(code)]; advice != "" {
			return advice
		}
	}
	return adviceByStatus[e.Status]
}

// adviceOnCause is about a request without an answer.
func adviceOnCause(err error) string {
	var known adviser
	switch {
	case errors.As(err, &known):
		return known.Advice()
	case errors.Is(err, context.Canceled):
		return "It was interrupted. Apply again: that goes on with what is there."
	case errors.Is(err, context.DeadlineExceeded):
		return "It took too long. Apply again: that goes on with what is there. The timeouts of the resource can be raised."
	}
	return AdviseNetwork(err)
}

// AdviseNetwork says what to do about a connection that failed.
func AdviseNetwork(err error) string {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return "Where a proxy or a private cloud has an authority of its own, set ca_path in the azure settings, or add its certificate " +
			"to those of this machine."
	}
	return "See whether the host is right, and whether a proxy is needed (HTTPS_PROXY, NO_PROXY)."
}

// Explain says in words why there was no answer. It leaves URLs out, which may be signed.
func Explain(err error) string {
	var (
		name      *net.DNSError
		untrusted *tls.CertificateVerificationError
		op        *net.OpError
		web       *url.Error
		known     adviser
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "it was interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "it was not done in time"
	case errors.As(err, &known):
		return known.Error()
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy cannot be reached: " + op.Err.Error()
	case errors.As(err, &name) && name.IsNotFound:
		return "there is no host " + name.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.As(err, &untrusted):
		return "the certificate is not trusted: " + untrusted.Err.Error()
	case errors.As(err, &web):
		return web.Err.Error()
	}
	return err.Error()
}

// Describe is an error as the detail of a diagnostic: what failed and why, and what to do next.
func Describe(err error) string {
	text := err.Error()
	var known adviser
	if !errors.As(err, &known) || known.Advice() == "" {
		return text
	}
	return text + "\n\n" + known.Advice()
}
