package registry

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Explain turns an error of this package or of go-containerregistry's package remote into an Error about the reference.
// Errors of a context, and nil, stay what they are.
func (r *Registries) Explain(ref name.Reference, err error) error {
	return r.explain(ref.Context().RegistryStr(), Show(ref), err)
}

// explain is Explain for what is no reference, such as a repository.
func (r *Registries) explain(host, shown string, err error) error {
	if err == nil {
		return nil
	}
	var (
		known    *Error
		answered *transport.Error
		web      *url.Error
	)
	switch {
	case errors.As(err, &known):
		about := *known
		about.Registry, about.Reference = Host(host), shown
		return &about
	case errors.As(err, &answered):
		about := r.classify(host, answered.StatusCode, repeated(answered))
		about.Reference = shown
		return about
	case errors.As(err, &web):
		// The URL may be one that the registry signed.
		err = web.Err
	}
	if ended(err) {
		return fmt.Errorf("%s: %w", shown, err)
	}
	return &Error{
		Kind: ErrProtocol, Registry: Host(host), Reference: shown, err: err,
		text: r.shared.secrets.show(err.Error(), maxMessage),
	}
}

// repeated is what a server says in an error of package remote.
func repeated(err *transport.Error) answer {
	var heard answer
	var said []string
	for _, one := range err.Errors {
		heard.codes = append(heard.codes, one.Code)
		said = append(said, join(string(one.Code), one.Message))
	}
	heard.message = strings.Join(said, "; ")
	return heard
}

// answered explains an answer that is no success.
func (s *session) answered(resp *http.Response) *Error {
	return s.classify(resp.StatusCode, hear(resp))
}

// classify is the method of session, where there may be none.
func (r *Registries) classify(host string, status int, heard answer) *Error {
	s, err := r.session(host)
	if err != nil {
		return &Error{Kind: ErrRefused, Registry: Host(host), text: fmt.Sprintf("it refuses this (%d)", status)}
	}
	return s.classify(status, heard)
}

// classify finds the kind of a failure.
func (s *session) classify(status int, heard answer) *Error {
	about := &Error{Registry: s.conn.name}
	switch {
	case status == http.StatusNotFound:
		about.text, about.Kind = s.notFound(heard)
	case status == http.StatusUnauthorized:
		about.Kind, about.text = ErrUnauthorized, "it does not accept "+s.home.name()
		about.advice = "Correct the credentials, or set some in " + fmt.Sprintf("the provider's registries[%q].", s.conn.name)
	case status == http.StatusForbidden:
		about.Kind, about.text, about.advice = ErrForbidden, "it does not allow this with "+s.home.name(), s.home.advice()
	case status == http.StatusTooManyRequests:
		about.Kind, about.text = ErrRateLimited, "too many requests"
	case status == http.StatusMethodNotAllowed, heard.has(transport.UnsupportedErrorCode):
		about.Kind, about.text = ErrUnsupported, "it does not offer this operation"
		about.advice = "Some registries have it switched off: see the registry's configuration."
	case status == http.StatusRequestedRangeNotSatisfiable:
		about.Kind, about.text = errRange, "it is at another place of the upload"
	case status >= http.StatusInternalServerError:
		about.Kind, about.text = ErrUnavailable, "it failed"
	default:
		about.Kind, about.text = ErrRefused, "it refuses this"
	}
	about.text = join(fmt.Sprintf("%s (%d)", about.text, status), s.conn.all.secrets.show(heard.message, maxMessage))
	return about
}

// notFound says what is not there.
func (s *session) notFound(heard answer) (text string, kind error) {
	greeted := s.conn.greeting()
	switch {
	case heard.has(transport.NameUnknownErrorCode):
		return "the registry has no such repository", ErrRepositoryNotFound
	case heard.has(transport.ManifestUnknownErrorCode):
		return "the repository has no such tag or digest", ErrTagNotFound
	case len(heard.codes) == 0 && greeted != nil && greeted.status == http.StatusNotFound:
		return "what answers there is no registry: it does not know /v2/", ErrProtocol
	}
	return "the registry does not have it", ErrNotFound
}
