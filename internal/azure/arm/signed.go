package arm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// storageVersion is the version of Blob Storage that is spoken.
const storageVersion = "2021-08-06"

// Upload writes a block blob at a signed URL that Azure gave. Whoever has the URL may write there: no token goes along, and
// nothing shows the URL. It returns an *armerr.Error.
func (c *Client) Upload(ctx context.Context, signed string, content io.ReadSeeker) error {
	_, err := c.atSigned(ctx, http.MethodPut, signed, func(req *policy.Request) error {
		req.Raw().Header.Set("X-Ms-Blob-Type", "BlockBlob")
		return req.SetBody(streaming.NopCloser(content), "application/octet-stream")
	})
	return err
}

// Download reads what is at a signed URL that Azure gave. It returns an *armerr.Error.
func (c *Client) Download(ctx context.Context, signed string) ([]byte, error) {
	return c.atSigned(ctx, http.MethodGet, signed, func(*policy.Request) error { return nil })
}

var errNoAddress = errors.New("what Azure gave as an address in Blob Storage is none")

func (c *Client) atSigned(ctx context.Context, method, signed string, prepare func(*policy.Request) error) ([]byte, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	// The error of a URL that cannot be read shows it.
	where, err := url.Parse(signed)
	if err != nil || where.Scheme != "https" || where.Host == "" {
		return nil, &armerr.Error{Method: method, Cause: errNoAddress}
	}
	req, err := runtime.NewRequest(ctx, method, signed)
	if err != nil {
		return nil, &armerr.Error{Method: method, Path: where.Path, Cause: errNoAddress}
	}
	req.Raw().Header.Set("X-Ms-Version", storageVersion)
	if err := prepare(req); err != nil {
		return nil, fmt.Errorf("what is uploaded cannot be read: %w", err)
	}
	resp, err := conn.open.Do(req) //nolint:bodyclose // azcore has read the body to its end
	if err != nil {
		return nil, &armerr.Error{Method: method, Path: where.Path, Cause: err}
	}
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, &armerr.Error{Method: method, Path: where.Path, Status: resp.StatusCode, Cause: err}
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		refused := &armerr.Error{Method: method, Path: where.Path, Status: resp.StatusCode, RequestID: resp.Header.Get("x-ms-request-id")}
		refused.Code = resp.Header.Get("x-ms-error-code")
		return nil, refused
	}
	return body, nil
}
