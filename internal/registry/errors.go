package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// The kinds of an Error, for errors.Is.
var (
	// ErrUnauthorized: the registry wants credentials and got none, or wrong ones (401).
	ErrUnauthorized = errors.New("the registry wants valid credentials")
	// ErrForbidden: the credentials are valid, but do not allow this (403, or a token that does not reach far enough).
	ErrForbidden = errors.New("the registry does not allow this")
	// ErrNotFound: there is no such thing in the registry (404). Where the registry says what is missing, it is one of
	// the two below, which are ErrNotFound as well.
	ErrNotFound = errors.New("not found in the registry")
	// ErrRepositoryNotFound: the registry does not have the repository.
	ErrRepositoryNotFound = fmt.Errorf("%w: no such repository", ErrNotFound)
	// ErrTagNotFound: the repository does not have the tag or the digest.
	ErrTagNotFound = fmt.Errorf("%w: no such tag or digest", ErrNotFound)
	// ErrRateLimited: too many requests (429), and waiting as long as allowed did not help.
	ErrRateLimited = errors.New("the registry limits the rate of requests")
	// ErrTLS: the registry's certificate or TLS could not be accepted, or the registry did not accept ours.
	ErrTLS = errors.New("no trusted connection to the registry")
	// ErrUnreachable: no connection, or it broke.
	ErrUnreachable = errors.New("the registry cannot be reached")
	// ErrUnavailable: the registry failed (5xx).
	ErrUnavailable = errors.New("the registry failed")
	// ErrRefused: the registry refused the request for another reason (4xx).
	ErrRefused = errors.New("the registry refused the request")
	// ErrUnsupported: the registry does not offer the operation, or has it switched off (405, UNSUPPORTED). It is an
	// ErrRefused as well.
	ErrUnsupported = fmt.Errorf("%w: it does not offer this operation", ErrRefused)
	// ErrSchema1: the image has a manifest of schema 1, which no current engine runs.
	ErrSchema1 = errors.New("the image has a manifest of schema 1")
	// ErrDigestMismatch: the registry sent something else than the digest stands for.
	ErrDigestMismatch = errors.New("the content does not have the digest")
	// ErrProtocol: what answered does not speak the distribution API, or not well.
	ErrProtocol = errors.New("no answer of a registry")
	// ErrRedirect: the registry led to a host that credentials or requests must not go to.
	ErrRedirect = errors.New("the registry leads to a place that is not trusted")
	// ErrCredentials: credentials are there, but cannot be read.
	ErrCredentials = errors.New("the credentials cannot be read")
	// ErrSettings: the registry's settings in the provider block cannot be used.
	ErrSettings = errors.New("the registry's settings cannot be used")
	// ErrNotReady: a setting of the registry is only known after apply.
	ErrNotReady = errors.New("the registry's settings are not known yet")
)

// Error is a failure of an operation on a registry. Its text and advice show no secret.
type Error struct {
	// Kind is one of the kinds above.
	Kind error
	// Registry is the registry's host.
	Registry string
	// Reference is what was asked for, empty where it was nothing in particular.
	Reference string
	// Limits is what the registry says about its limits, empty if nothing.
	Limits string

	// text says what failed and why, and advice what to do next.
	text, advice string
	err          error
}

// Error says what failed and why.
func (e *Error) Error() string {
	where := e.Registry
	switch {
	case e.Reference == "":
	case errors.Is(e.Kind, ErrNotFound), errors.Is(e.Kind, ErrSchema1), errors.Is(e.Kind, ErrDigestMismatch):
		where = e.Reference
	default:
		where += " (asked for " + e.Reference + ")"
	}
	text := where + ": " + e.text
	if e.Limits != "" {
		text += " (" + e.Limits + ")"
	}
	return text
}

// Unwrap gives the kind, and the cause if there is one.
func (e *Error) Unwrap() []error {
	if e.err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.err}
}

// Advice says what to do next, empty where there is nothing to say.
func (e *Error) Advice() string {
	if e.advice != "" {
		return e.advice
	}
	switch {
	case errors.Is(e.Kind, ErrNotReady):
		return tf.LaterAdvice
	case errors.Is(e.Kind, ErrForbidden):
		return "Use an account that may do this, or give this one the right to."
	case errors.Is(e.Kind, ErrTagNotFound):
		return "See which tags the repository has, and correct the reference."
	case errors.Is(e.Kind, ErrNotFound):
		return "Correct the reference. Some registries also answer like this when the account may not see the repository."
	case errors.Is(e.Kind, ErrRateLimited):
		return "Wait, or log in: registries allow more to those they know. Pinning images by digest saves look-ups."
	case errors.Is(e.Kind, ErrUnreachable):
		return "See whether the host name is right and the registry runs, and whether a proxy is needed (HTTPS_PROXY, NO_PROXY)."
	case errors.Is(e.Kind, ErrUnavailable):
		return "Run it again later; the registry's log or status page says more."
	case errors.Is(e.Kind, ErrSchema1):
		return "Pull the image with an old engine and push it again, or build it anew: schema 1 was given up by engines and registries."
	case errors.Is(e.Kind, ErrDigestMismatch):
		return "Something between this provider and the registry changes content, or the registry is damaged. Nothing of it was used."
	case errors.Is(e.Kind, ErrProtocol):
		return "See whether the host and its port are those of a registry."
	}
	return ""
}

// Advise is the same failure with something to do first.
func (e *Error) Advise(first string) *Error {
	advised := *e
	advised.advice = strings.TrimSpace(first + " " + e.Advice())
	return &advised
}

// Advice is what an error of this package says to do next, empty where there is nothing to say.
func Advice(err error) string {
	var known *Error
	if !errors.As(err, &known) {
		return ""
	}
	return known.Advice()
}

// Failed describes a failed operation: the summary is "Unable to <verb> <thing>", the detail names the object, says what
// failed, and what to do next.
func Failed(verb, thing, name string, err error) diag.Diagnostic {
	object := thing
	if name != "" {
		object = fmt.Sprintf("%s %q", thing, name)
	}
	if object != "" {
		object = strings.ToUpper(object[:1]) + object[1:]
	}
	message, next := err.Error(), ""
	var known *Error
	switch {
	case errors.As(err, &known):
		message, next = known.Error(), known.Advice()
	case errors.Is(err, context.Canceled):
		next = "The operation was interrupted. Run terraform apply again: it continues from what is there."
	case errors.Is(err, context.DeadlineExceeded):
		next = "The registry took too long. Raise the timeout if there is one, and run terraform apply again."
	}
	detail := object + ": " + message
	if next != "" {
		detail += "\n\n" + next
	}
	return diag.NewErrorDiagnostic("Unable to "+verb+" "+thing, detail)
}
