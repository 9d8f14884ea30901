// Package armerr reads the errors of the Azure Resource Manager, in the many forms that services send, and says what to do about them.
package armerr

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Detail is one of the errors inside of an error.
type Detail struct {
	// Code and Message are Azure's.
	Code, Message string
	// Target is what the error is about, often the path of a property; empty where Azure does not say.
	Target string
}

// Error is a request that was refused, an operation that failed, or a request without an answer. Its text shows no secret.
type Error struct {
	// Method and Path are those of the request that failed. Of a URL that Azure gave, the path alone.
	Method, Path string
	// Status is the status of the answer, 0 where there was none. A failed operation often has 200: look at Operation and Code.
	Status int
	// Detail is the error itself.
	Detail
	// Inner are the errors in details and innererror, flattened, in the order of the answer.
	Inner []Detail
	// Policies name the policies that refused the request.
	Policies []string
	// RequestID and CorrelationID find the request in Azure's logs; empty where there was no answer.
	RequestID, CorrelationID string
	// Operation tells that Azure had accepted the request, and that the operation which it began has failed.
	Operation bool
	// Unanswered tells that a request that changes something was sent, and that for one try at least no answer came: Azure may
	// have acted on it. Look the object up before anything else.
	Unanswered bool

	// Note is added to the advice.
	Note string
	// Cause is why there was no answer.
	Cause error
}

// Error says what failed and why, in a sentence without its end.
func (e *Error) Error() string {
	what := e.Method + " " + e.Path
	switch {
	case e.Cause != nil:
		return fmt.Sprintf("%s: %s", what, Explain(e.Cause))
	case e.Operation:
		what += ": the operation failed"
	default:
		what += fmt.Sprintf(": Azure answers %d %s", e.Status, http.StatusText(e.Status))
	}
	said := []string{e.say()}
	for _, inner := range e.Inner {
		if inner.Message == "" || !strings.Contains(e.Message, inner.Message) {
			said = append(said, inner.say())
		}
	}
	said = slices.DeleteFunc(said, func(s string) bool { return s == "" })
	if len(said) > 0 {
		what += ": " + strings.Join(said, "; ")
	}
	return what + e.ids()
}

// Unwrap gives the reason why there was no answer.
func (e *Error) Unwrap() error { return e.Cause }

func (d Detail) say() string {
	text := strings.TrimRight(strings.TrimSpace(d.Message), ".")
	switch {
	case d.Code != "" && text != "":
		text = d.Code + ": " + text
	case d.Code != "":
		text = d.Code
	}
	if d.Target != "" && !strings.Contains(d.Message, d.Target) {
		text += " (" + d.Target + ")"
	}
	return text
}

func (e *Error) ids() string {
	var ids []string
	if e.RequestID != "" {
		ids = append(ids, "request id "+e.RequestID)
	}
	if e.CorrelationID != "" && e.CorrelationID != e.RequestID {
		ids = append(ids, "correlation id "+e.CorrelationID)
	}
	if len(ids) == 0 {
		return ""
	}
	return " [" + strings.Join(ids, ", ") + "]"
}

// Codes are the codes of the error and of those inside.
func (e *Error) Codes() []string {
	var codes []string
	for _, d := range append([]Detail{e.Detail}, e.Inner...) {
		if d.Code != "" {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// HasCode tells whether an error of Azure, or one inside of it, has one of the codes.
func HasCode(err error, codes ...string) bool {
	var known *Error
	if !errors.As(err, &known) {
		return false
	}
	return slices.ContainsFunc(known.Codes(), func(have string) bool {
		return slices.ContainsFunc(codes, func(code string) bool { return strings.EqualFold(have, code) })
	})
}

// elsewhere are the codes of a 404 that says nothing about the object: the subscription is not visible, or the type unknown.
var elsewhere = []string{
	"SubscriptionNotFound", "InvalidSubscriptionId", "InvalidResourceType", "NoRegisteredProviderFound", "InvalidResourceNamespace",
	"InvalidApiVersionParameter", "HttpResourceNotFound", "MissingSubscription", "TenantNotFound",
}

// IsNotFound tells whether Azure says that the object, or what it is in, is not there. The 404 of an operation, of a proxy on the way,
// or of a subscription that cannot be seen is not that.
func IsNotFound(err error) bool {
	var known *Error
	return errors.As(err, &known) && known.Status == http.StatusNotFound && !known.Operation &&
		(known.Code != "" || known.RequestID != "" || known.CorrelationID != "") && !HasCode(err, elsewhere...)
}

// IsConflict tells whether the state of the object does not allow the request (409).
func IsConflict(err error) bool { return refused(err, http.StatusConflict) }

// IsForbidden tells whether the identity may not do this (403).
func IsForbidden(err error) bool { return refused(err, http.StatusForbidden) }

// IsThrottled tells whether there were too many requests (429), for longer than was waited.
func IsThrottled(err error) bool { return refused(err, http.StatusTooManyRequests) }

func refused(err error, status int) bool {
	var known *Error
	return errors.As(err, &known) && known.Status == status && !known.Operation
}

// IsUnanswered tells whether Azure may have acted on a request although the error says that it failed.
func IsUnanswered(err error) bool {
	var known *Error
	return errors.As(err, &known) && known.Unanswered
}

// Target is what an error of Azure is about, mostly the path of a property; empty where Azure does not say.
func Target(err error) string {
	var known *Error
	if !errors.As(err, &known) {
		return ""
	}
	// What is inside is more precise.
	for _, d := range slices.Backward(append([]Detail{known.Detail}, known.Inner...)) {
		if d.Target != "" {
			return d.Target
		}
	}
	return ""
}

// Read reads the error out of the answer to a request.
func Read(method, path string, status int, header http.Header, body []byte) *Error {
	e := &Error{
		Method: method, Path: path, Status: status, Detail: Detail{Code: header.Get("x-ms-error-code")},
		RequestID: header.Get("x-ms-request-id"), CorrelationID: header.Get("x-ms-correlation-request-id"),
	}
	var wire wireError
	if json.Unmarshal(body, &wire) != nil {
		e.Message = Excerpt(body)
		return e
	}
	for _, inside := range []*wireError{wire.Error, wire.OData} {
		if inside != nil {
			wire = *inside
		}
	}
	code := e.Code
	e.Detail = wire.detail()
	e.Code = cmp.Or(e.Code, code)
	e.Inner, e.Policies = wire.flatten(nil, nil)
	return e
}

// wireError is an error as the services send it, with or without an envelope.
type wireError struct {
	Error   *wireError  `json:"error"`
	OData   *wireError  `json:"odata.error"`
	Code    any         `json:"code"`
	Message any         `json:"message"`
	Target  any         `json:"target"`
	Details []wireError `json:"details"`
	Inner   *wireError  `json:"innererror"`
	More    []struct {
		Info struct {
			Assignment string `json:"policyAssignmentDisplayName"`
			Name       string `json:"policyAssignmentName"`
			Definition string `json:"policyDefinitionDisplayName"`
		} `json:"info"`
	} `json:"additionalInfo"`
}

func (w *wireError) detail() Detail {
	return Detail{Code: text(w.Code), Message: text(w.Message), Target: text(w.Target)}
}

// text is what stands there for a text: services send numbers, and objects with the text as a value.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		return text(v["value"])
	case float64:
		return fmt.Sprint(v)
	}
	return ""
}

// flatten collects the errors inside and the policies.
func (w *wireError) flatten(inner []Detail, policies []string) ([]Detail, []string) {
	for _, more := range w.More {
		names := []string{more.Info.Assignment, more.Info.Definition, more.Info.Name}
		if named := slices.IndexFunc(names, func(s string) bool { return s != "" }); named >= 0 {
			policies = append(policies, names[named])
		}
	}
	next := w.Details
	if w.Inner != nil {
		next = append(next, *w.Inner)
	}
	for _, one := range next {
		if d := one.detail(); d.Code != "" || d.Message != "" {
			inner = append(inner, d)
		}
		inner, policies = one.flatten(inner, policies)
	}
	return inner, policies
}

// Excerpt is the beginning of an answer that is no error of Azure, on one line.
func Excerpt(raw []byte) string {
	const most = 200
	words := strings.ToValidUTF8(strings.Join(strings.Fields(string(raw)), " "), "?")
	if runes := []rune(words); len(runes) > most {
		words = string(runes[:most]) + "…"
	}
	if words == "" {
		return ""
	}
	return "not an answer of Azure: " + words
}

// Ended tells whether the error is that of a context.
func Ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
