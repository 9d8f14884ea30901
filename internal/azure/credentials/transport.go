package credentials

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// maxIdle is how many connections to a host are kept: one for each resource that Terraform may work on at a time.
const maxIdle = 64

// transport is the way to all hosts: through the environment's proxies, to those that the settings' authorities have certified as well.
func (s *Settings) transport() (*http.Client, error) {
	standard, _ := http.DefaultTransport.(*http.Transport)
	own := standard.Clone()
	own.MaxIdleConnsPerHost = maxIdle
	own.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	// A connection that died while an operation ran is noticed.
	own.HTTP2 = &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second}
	text, err := s.file("ca_pem", "ca_path")
	if err != nil || text == "" {
		return &http.Client{Transport: own}, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(text)) {
		from := s.given["ca_pem"].from + s.given["ca_path"].from
		return nil, &Error{
			text: from + " has no certificate in PEM", advice: "Correct " + from + ": it begins with -----BEGIN CERTIFICATE-----.",
		}
	}
	own.TLSClientConfig.RootCAs = pool
	return &http.Client{Transport: own}, nil
}

// sight is the last try of a request for a token: MSAL keeps but the text of its error.
type sight struct{ err error }

type sightKey struct{}

// careful remembers why a try failed, and has no other one where the certificate of the other side is not trusted.
type careful struct{}

// Do passes the request on.
func (careful) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	if seen, ok := req.Raw().Context().Value(sightKey{}).(*sight); ok {
		seen.err = err
	}
	var refused *tls.CertificateVerificationError
	if errors.As(err, &refused) {
		err = &Error{text: armerr.Explain(err), advice: armerr.AdviseNetwork(err), err: err}
	}
	return resp, err
}

// exchange sends a request without credentials of Azure, with azcore's retries, and returns the whole answer.
func exchange(req *policy.Request, options policy.ClientOptions) (body []byte, status int, err error) {
	pipeline := runtime.NewPipeline("credentials", "v1", runtime.PipelineOptions{}, &options)
	resp, err := pipeline.Do(req) //nolint:bodyclose // azcore has read the body to its end
	if err != nil {
		return nil, 0, err
	}
	body, err = runtime.Payload(resp)
	return body, resp.StatusCode, err
}
