package arm

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	armpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/policy"
	armruntime "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// Object is the JSON of an object. Numbers are json.Number.
type Object = map[string]any

// Config is what a Client is made from.
type Config struct {
	// Credential gets the tokens.
	Credential azcore.TokenCredential
	// Source says with what it gets them, for errors.
	Source string
	// Rejected is told each token that Azure no longer takes, before another one is asked for; nil for nobody.
	Rejected func(token string)
	// Cloud has the endpoint and the audience of the Resource Manager.
	Cloud cloud.Configuration
	// Transport sends requests; nil is azcore's own.
	Transport policy.Transporter
	// AuxiliaryTenants are tenants, up to three, for which a token goes with every request.
	AuxiliaryTenants []string
	// UserAgent is added to azcore's.
	UserAgent string
	// CorrelationID goes with every request, so that Azure's logs show what belongs together; none if empty.
	CorrelationID string
	// KeepProviders leaves resource providers as they are: none is registered where one is missing.
	KeepProviders bool
	// Retry changes azcore's choice of what is tried again, and how often.
	Retry policy.RetryOptions
	// PollEvery is the time between two looks at an operation for which Azure does not say when to look again, at least a second.
	// 5 seconds if 0.
	PollEvery time.Duration
}

const (
	defaultPollEvery = 5 * time.Second
	// longestWait is the longest Retry-After that is waited for.
	longestWait = 5 * time.Minute
)

// Client speaks to the Resource Manager. It is safe for concurrent use.
type Client struct {
	load func(context.Context) (Config, error)

	mutex sync.Mutex
	ready *connection

	providers registrations
}

// connection is what is made once the configuration is known.
type connection struct {
	Config
	endpoint string
	pipeline runtime.Pipeline
	// open is for what is not the Resource Manager's: it sends no token.
	open runtime.Pipeline
}

// New makes a client.
func New(config Config) *Client {
	return Lazy(func(context.Context) (Config, error) { return config, nil })
}

// Lazy makes a client that asks for its configuration when it is first used, until it gets one.
func Lazy(load func(context.Context) (Config, error)) *Client {
	return &Client{load: load}
}

// connect makes the connection. It returns the errors of the configuration.
func (c *Client) connect(ctx context.Context) (*connection, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ready != nil {
		return c.ready, nil
	}
	config, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	if config.PollEvery == 0 {
		config.PollEvery = defaultPollEvery
	}
	if config.Retry.MaxRetryDelay == 0 {
		config.Retry.MaxRetryDelay = longestWait
	}
	options := armpolicy.ClientOptions{
		AuxiliaryTenants: config.AuxiliaryTenants,
		// Registering is done here once for all requests, see registrations.
		DisableRPRegistration: true,
		ClientOptions: policy.ClientOptions{
			Cloud: config.Cloud, Transport: config.Transport, Retry: config.Retry,
			PerCallPolicies:  []policy.Policy{introduce{config.UserAgent, config.CorrelationID}},
			PerRetryPolicies: []policy.Policy{watch{config.Rejected}},
		},
	}
	// Before the policy that adds the token.
	outer := runtime.PipelineOptions{PerRetry: []policy.Policy{renew{}}}
	pipeline, err := armruntime.NewPipeline("arm", "v1", config.Credential, outer, &options)
	if err != nil {
		return nil, fmt.Errorf("the cloud's settings are not complete: %w", err)
	}
	endpoint := config.Cloud.Services[cloud.ResourceManager].Endpoint
	c.ready = &connection{
		Config: config, endpoint: strings.TrimRight(endpoint, "/"), pipeline: pipeline,
		open: runtime.NewPipeline("arm", "v1", runtime.PipelineOptions{}, &options.ClientOptions),
	}
	return c.ready, nil
}

// Inside is the object at a path inside of JSON, nil where there is none. It is what the JSON has, not a copy.
func Inside(v any, at ...string) Object {
	in, _ := v.(Object)
	for _, name := range at {
		in, _ = in[name].(Object)
	}
	return in
}

// Get reads the object with that id. It returns an *armerr.Error, for which armerr.IsNotFound tells that there is none.
func (c *Client) Get(ctx context.Context, id, apiVersion string) (Object, error) {
	return c.GetWith(ctx, id, apiVersion, nil)
}

// GetWith reads what is at a path, with parameters beside the version. Errors are those of Get.
func (c *Client) GetWith(ctx context.Context, path, apiVersion string, query url.Values) (Object, error) {
	answer, err := c.ask(ctx, http.MethodGet, path, apiVersion, query, nil)
	if err != nil {
		return nil, err
	}
	return answer.body, nil
}

// ask sends a request for a path, and registers the resource provider where that is what is missing. A status that is no success
// is an error.
func (c *Client) ask(ctx context.Context, method, path, apiVersion string, query url.Values, body Object) (*reply, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	target := conn.target(path, apiVersion, query)
	answer, err := conn.send(ctx, method, target, body)
	if missing := unregistered(err); missing != "" {
		if err := c.register(ctx, conn, missing, path, err); err != nil {
			return nil, err
		}
		answer, err = conn.send(ctx, method, target, body)
	}
	return answer, err
}

// target is the URL of a path.
func (conn *connection) target(path, apiVersion string, query url.Values) string {
	all := url.Values{"api-version": {apiVersion}}
	maps.Copy(all, query)
	return conn.endpoint + escape(path) + "?" + all.Encode()
}

// escape writes a path as it stands in a URL.
func escape(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

// reply is an answer of Azure.
type reply struct {
	method, path string
	status       int
	header       http.Header
	raw          []byte
	// body is nil where there is none.
	body Object
	// http is what the poller of azcore wants.
	http *http.Response
}

// send sends a request to a URL. A status that is no success is an *armerr.Error.
func (conn *connection) send(ctx context.Context, method, target string, body Object) (*reply, error) {
	seen := &attempts{}
	ctx = context.WithValue(ctx, attemptsKey{}, seen)
	if method == http.MethodPost {
		ctx = policy.WithRetryOptions(ctx, onlyUnheard(conn.Retry))
	}
	req, err := runtime.NewRequest(ctx, method, target)
	if err != nil {
		return nil, fmt.Errorf("no request can be made: %w", err)
	}
	req.Raw().Header.Set("Accept", "application/json")
	if body != nil {
		if err := setBody(req, body); err != nil {
			return nil, err
		}
	}
	path := req.Raw().URL.Path
	resp, err := conn.pipeline.Do(req) //nolint:bodyclose // azcore has read the body to its end
	if err != nil {
		return nil, &armerr.Error{Method: method, Path: path, Unanswered: seen.broken && changes(method), Cause: err}
	}
	answer, err := read(resp, method, path)
	if err != nil {
		return nil, &armerr.Error{Method: method, Path: path, Status: resp.StatusCode, Unanswered: changes(method), Cause: err}
	}
	if answer.status >= http.StatusMultipleChoices {
		failed := answer.failed()
		failed.Unanswered = seen.broken && changes(method)
		if failed.Status == http.StatusUnauthorized && seen.renewed {
			failed.Note = "A new token was refused as well: it came from " + cmp.Or(conn.Source, "the credential") + "."
		}
		return nil, failed
	}
	return answer, nil
}

func setBody(req *policy.Request, body Object) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("the object cannot be written as JSON: %w", err)
	}
	if err := req.SetBody(streaming.NopCloser(bytes.NewReader(encoded)), "application/json"); err != nil {
		return fmt.Errorf("the object cannot be sent: %w", err)
	}
	return nil
}

// changes tells whether requests of a method change something.
func changes(method string) bool { return method != http.MethodGet }

// read reads an answer, of which only a success has to be JSON.
func read(resp *http.Response, method, path string) (*reply, error) {
	raw, err := runtime.Payload(resp)
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	answer := &reply{method: method, path: path, status: resp.StatusCode, header: resp.Header, raw: raw, http: resp}
	if answer.status >= http.StatusMultipleChoices || len(bytes.TrimSpace(answer.raw)) == 0 {
		return answer, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(answer.raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil && err != io.EOF {
		return nil, fmt.Errorf("what answers is not the Azure Resource Manager: %s", armerr.Excerpt(answer.raw))
	}
	// A few actions answer with a list or a text: there is nothing in them for an object.
	answer.body, _ = value.(Object)
	return answer, nil
}

// failed is the answer as an error.
func (r *reply) failed() *armerr.Error {
	return armerr.Read(r.method, r.path, r.status, r.header, r.raw)
}
