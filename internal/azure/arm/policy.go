package arm

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// introduce says who asks.
type introduce struct{ userAgent, correlationID string }

// Do adds the headers.
func (i introduce) Do(req *policy.Request) (*http.Response, error) {
	header := req.Raw().Header
	if i.userAgent != "" {
		header.Set("User-Agent", i.userAgent+" "+header.Get("User-Agent"))
	}
	if i.correlationID != "" {
		header.Set("x-ms-correlation-request-id", i.correlationID)
	}
	return req.Next()
}

// attempts is what became of the tries of one request.
type attempts struct {
	// broken tells that Azure may have acted on a try that has no proper answer.
	broken bool
	// renewed tells that a token was refused, and that another one was tried.
	renewed bool
}

type attemptsKey struct{}

// watch looks at each try: it logs it, remembers those without an answer, and tells of tokens that are refused.
type watch struct{ rejected func(token string) }

// Do passes the request on.
func (w watch) Do(req *policy.Request) (*http.Response, error) {
	begun := time.Now()
	resp, err := req.Next()
	// Neither the query, which is signed in the URLs of operations, nor bodies and headers are logged: all of them hold secrets.
	fields := map[string]any{"method": req.Raw().Method, "path": req.Raw().URL.Path, "milliseconds": time.Since(begun).Milliseconds()}
	if resp != nil {
		fields["status"], fields["request_id"] = resp.StatusCode, resp.Header.Get("x-ms-request-id")
	}
	tflog.Debug(req.Raw().Context(), "Azure Resource Manager", fields)
	seen, _ := req.Raw().Context().Value(attemptsKey{}).(*attempts)
	if seen != nil && (err != nil && !unsent(err) || err == nil && halfway(resp.StatusCode)) {
		seen.broken = true
	}
	if distrusted(err) {
		err = final{err}
	}
	if w.rejected != nil && refused(resp) {
		w.rejected(strings.TrimPrefix(req.Raw().Header.Get("Authorization"), "Bearer "))
	}
	return resp, err
}

// renew asks once more, with a new token, where Azure refuses the one that it got: an operation may last longer than a token, or
// somebody may have withdrawn it. azcore itself does so only where Azure asks for claims. Azure has not acted on what it refuses so.
type renew struct{}

// Do passes the request on, twice if need be.
func (renew) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	seen, _ := req.Raw().Context().Value(attemptsKey{}).(*attempts)
	if err != nil || seen == nil || seen.renewed || !refused(resp) {
		return resp, err
	}
	seen.renewed = true
	if err := req.RewindBody(); err != nil {
		return nil, err
	}
	return req.Next()
}

// refused tells whether a token was refused that another one of the same identity may be better than.
func refused(resp *http.Response) bool {
	if resp == nil || resp.StatusCode != http.StatusUnauthorized {
		return false
	}
	raw, err := runtime.Payload(resp)
	if err != nil {
		return false
	}
	return !armerr.HasCode(armerr.Read("", "", resp.StatusCode, resp.Header, raw),
		"InvalidAuthenticationTokenTenant", "InvalidAuthenticationTokenAudience")
}

// halfway are the statuses of a server that may have acted before it failed.
func halfway(status int) bool {
	return status == http.StatusInternalServerError || status == http.StatusBadGateway || status == http.StatusGatewayTimeout
}

// final is an error that stays the same however often it is tried. azcore knows it by its method.
type final struct{ error }

// NonRetriable marks the error.
func (final) NonRetriable() {}

// Unwrap gives the error itself.
func (f final) Unwrap() error { return f.error }

// unsent tells whether the request did not reach anybody.
func unsent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || distrusted(err)
}

// distrusted tells whether the certificate of the other side was refused.
func distrusted(err error) bool {
	var refused *tls.CertificateVerificationError
	return errors.As(err, &refused)
}

// onlyUnheard are the retries of a request that must not be acted on twice, as all but POST may be by the rules of the Resource
// Manager: only where Azure says that it did not act.
func onlyUnheard(options policy.RetryOptions) policy.RetryOptions {
	options.ShouldRetry = func(resp *http.Response, err error) bool {
		if err != nil {
			return unsent(err)
		}
		return resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable
	}
	return options
}
