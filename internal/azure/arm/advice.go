package arm

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
)

// advices say what to do about errors by their codes, in lower case.
var advices = map[string]string{
	"linkedauthorizationfailed": "The identity may change the object, but not use another one that it refers to: give it a role on that as well. A role " +
		"that was assigned just now takes a few minutes.",
	"quotaexceeded":                   quota,
	"operationnotallowed":             "If this is about a quota, have it raised in the portal (Quotas), or use less of it. Otherwise wait until what is going on has ended.",
	"skunotavailable":                 "Choose another size or another location: az vm list-skus --location LOCATION shows what there is.",
	"resourcequotaexceeded":           quota,
	"scopelocked":                     "There is a lock on the object, or on what it is in: remove it (az lock list, az lock delete), then apply again.",
	"locationnotavailableforresource": "Choose one of the locations that the message names.",
	"locationnotavailableforresourcetype": "Choose one of the locations that the message names: az provider show --namespace NAMESPACE lists them for " +
		"each type.",
	"invalidresourcelocation":              "An object of that name is in another location already. Choose another name, or its location.",
	"noregisteredproviderfound":            "The type or its API version is not offered in this cloud or location.",
	"invalidresourcetype":                  "The type or its API version is not offered in this cloud or location.",
	"subscriptionnotfound":                 "See whether the subscription's id is right, and whether the identity may see it: it has to be in the tenant that is logged in to.",
	"invalidauthenticationtokentenant":     "The subscription is in another tenant than the one that was logged in to: set tenant_id to the tenant of the subscription.",
	"expiredauthenticationtoken":           "See whether the clock of this machine is right.",
	"resourcegroupnotfound":                "Create the resource group first, or correct its name and subscription.",
	"parentresourcenotfound":               "Create the parent first, or correct its id.",
	"resourcegroupbeingdeleted":            "Wait until the resource group is deleted, then apply again.",
	"principalnotfound":                    "A new identity is not known everywhere at once: apply again in a few minutes. If it still fails, correct the principal's id.",
	"readonlydisabledsubscription":         "The subscription is disabled, and only to be read: enable it in the portal.",
	"reservedresourcename":                 "Choose another name: this one, or a part of it, is a reserved word.",
	"anotheroperationinprogress":           running,
	"conflictingconcurrentwritenotallowed": running,
}

const (
	quota   = "Have the quota raised in the portal (Quotas), delete what is not needed, or choose another location or size."
	running = "Something else is changing the object: wait until that has ended, then apply again."
)

// deniedAction is how Azure says what was not allowed.
var deniedAction = regexp.MustCompile(`perform action '([^']+)' over scope '([^']+)'`)

// Advice says what to do next, empty where there is nothing to say.
func (e *Error) Advice() string {
	var parts []string
	for _, part := range []string{e.adviceByCode(), e.note} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Unanswered && !ended(e.err) {
		parts = append(parts, "Azure may have acted on it all the same: the next plan shows what is there.")
	}
	return strings.Join(parts, " ")
}

func (e *Error) adviceByCode() string {
	if e.err != nil {
		return adviceOnCause(e.err)
	}
	if denied := deniedAction.FindStringSubmatch(e.Message); denied != nil {
		return fmt.Sprintf("Give the identity a role that allows %s on %s (az role assignment create --assignee IDENTITY --role ROLE --scope SCOPE). A "+
			"role that was assigned just now takes a few minutes.", denied[1], denied[2])
	}
	if len(e.Policies) > 0 {
		return fmt.Sprintf("The policy %q does not allow this: change what it objects to, or have an exemption made.", strings.Join(e.Policies, `", "`))
	}
	for _, code := range e.Codes() {
		if advice := advices[strings.ToLower(code)]; advice != "" {
			return advice
		}
	}
	return adviceByStatus[e.Status]
}

// adviceByStatus is for codes that are not known.
var adviceByStatus = map[int]string{
	http.StatusUnauthorized:    "The token was not accepted: see whether the cloud (environment) and the tenant are those of the subscription.",
	http.StatusForbidden:       "Give the identity a role that allows this. A role that was assigned just now takes a few minutes.",
	http.StatusTooManyRequests: "Azure limits how much is asked of it: apply again later, with less at a time (-parallelism).",
}

// adviceOnCause is about a request without an answer.
func adviceOnCause(err error) string {
	var adviser interface{ Advice() string }
	var untrusted *tls.CertificateVerificationError
	switch {
	case errors.As(err, &adviser):
		return adviser.Advice()
	case errors.Is(err, context.Canceled):
		return "It was interrupted. Apply again: that goes on with what is there."
	case errors.Is(err, context.DeadlineExceeded):
		return "It took too long. Apply again: that goes on with what is there. The timeouts of the resource can be raised."
	case errors.As(err, &untrusted):
		return "Where a proxy or a private cloud has an authority of its own, set ca_certificate in the azure settings, or add it to those of this machine."
	}
	return "See whether the endpoint is right, and whether a proxy is needed (HTTPS_PROXY, NO_PROXY)."
}

// explain says in words why there was no answer. URLs are left out: they may be signed.
func explain(err error) string {
	var (
		name      *net.DNSError
		untrusted *tls.CertificateVerificationError
		web       *url.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "it was interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "it was not done in time"
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
	var adviser interface{ Advice() string }
	if errors.As(err, &adviser) {
		if advice := adviser.Advice(); advice != "" {
			text += "\n\n" + advice
		}
	}
	return text
}
