package armsim_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

// start runs a simulator that checks every body, if the published types are there.
func start(t *testing.T) *armsim.Server {
	t.Helper()
	return armsim.Start(t, armsim.Options{Types: types(t)})
}

// types reads the published types of Azure, nil without.
func types(t *testing.T) *armtypes.Types {
	t.Helper()
	dir := os.Getenv("CONTAINERS_AZURE_TYPES")
	if dir == "" {
		t.Log("CONTAINERS_AZURE_TYPES names no folder with the published types of Azure: bodies are not checked")
		return nil
	}
	found, err := armtypes.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// transport goes through the proxy and trusts the simulator's authority, as HTTPS_PROXY and SSL_CERT_FILE have it.
func transport(t *testing.T, s *armsim.Server) *http.Client {
	t.Helper()
	proxy, err := url.Parse(s.Proxy)
	if err != nil {
		t.Fatal(err)
	}
	by := func(r *http.Request) (*url.URL, error) {
		if r.URL.Host == s.MetadataHost {
			return nil, nil //nolint:nilnil // No proxy: what is local is asked directly, as with the variables.
		}
		return proxy, nil
	}
	inner := &http.Transport{Proxy: by, TLSClientConfig: &tls.Config{RootCAs: trusted(t, s)}, ForceAttemptHTTP2: true}
	t.Cleanup(inner.CloseIdleConnections)
	return &http.Client{Transport: inner}
}

func trusted(t *testing.T, s *armsim.Server) *x509.CertPool {
	t.Helper()
	data, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	return pool
}

// client is a client of Resource Manager on azcore.
type client struct {
	t    *testing.T
	arm  *arm.Client
	sub  *armsim.Subscription
	base string
	// header goes with every request.
	header http.Header
}

// with is the same client with a header.
func (c *client) with(name, value string) *client {
	other := *c
	other.header = http.Header{name: {value}}
	return &other
}

func secret(t *testing.T, app *armsim.App, options azcore.ClientOptions) azcore.TokenCredential {
	t.Helper()
	cred, err := azidentity.NewClientSecretCredential(app.TenantID, app.ClientID, app.Secret, &azidentity.ClientSecretCredentialOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

func clientOptions(t *testing.T, s *armsim.Server) azcore.ClientOptions {
	t.Helper()
	return azcore.ClientOptions{Transport: transport(t, s)}
}

// connect makes a client of the public cloud, through the proxy, with the secret of the simulator's application.
func connect(t *testing.T, s *armsim.Server) *client {
	t.Helper()
	options := azcore.ClientOptions{Transport: transport(t, s)}
	return connectWith(t, s.Subscription(t), secret(t, s.App, options), options)
}

func connectWith(t *testing.T, sub *armsim.Subscription, cred azcore.TokenCredential, options azcore.ClientOptions) *client {
	t.Helper()
	options.Retry = policy.RetryOptions{MaxRetries: -1}
	inner, err := arm.NewClient("armsim", "v0.0.0", cred, &arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true})
	if err != nil {
		t.Fatal(err)
	}
	base := "https://management.azure.com"
	if config, ok := options.Cloud.Services[cloud.ResourceManager]; ok {
		base = config.Endpoint
	}
	return &client{t: t, arm: inner, sub: sub, base: base}
}

type reply struct {
	status int
	header http.Header
	body   map[string]any
	raw    *http.Response
}

func (r reply) at(path string) any {
	var value any = r.body
	for name := range strings.SplitSeq(path, ".") {
		inner, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = inner[name]
	}
	return value
}

func (r reply) code() string {
	code, _ := r.at("error.code").(string)
	return code
}

// try sends a request and hands back whatever came of it.
func (c *client) try(ctx context.Context, method, path, version, body string) (reply, error) {
	c.t.Helper()
	req, err := runtime.NewRequest(ctx, method, c.base+path)
	if err != nil {
		c.t.Fatal(err)
	}
	query := req.Raw().URL.Query()
	query.Set("api-version", version)
	req.Raw().URL.RawQuery = query.Encode()
	for name, values := range c.header {
		req.Raw().Header[name] = values
	}
	if body != "" {
		if err := runtime.MarshalAsJSON(req, json.RawMessage(body)); err != nil {
			c.t.Fatal(err)
		}
	}
	raw, err := c.arm.Pipeline().Do(req)
	if err != nil {
		return reply{}, err
	}
	defer raw.Body.Close()
	data, err := runtime.Payload(raw)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: raw.StatusCode, header: raw.Header, raw: raw}
	_ = json.Unmarshal(data, &r.body)
	return r, nil
}

func (c *client) do(method, path, version, body string) reply {
	c.t.Helper()
	r, err := c.try(c.t.Context(), method, path, version, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// done sends a write and polls until it is done, with the poller of azcore.
func (c *client) done(method, path, version, body string) (map[string]any, error) {
	c.t.Helper()
	first := c.do(method, path, version, body)
	if first.status >= 300 {
		return nil, runtime.NewResponseError(first.raw)
	}
	return c.poll(first)
}

// poll polls until an operation is done.
func (c *client) poll(first reply) (map[string]any, error) {
	c.t.Helper()
	if location := first.header.Get("Location"); location != "" && !strings.Contains(location, "://") {
		first.raw.Header.Del("Location")
	}
	poller, err := runtime.NewPoller[map[string]any](first.raw, c.arm.Pipeline(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return poller.PollUntilDone(c.t.Context(), nil)
}

func (c *client) must(method, path, version, body string) map[string]any {
	c.t.Helper()
	doc, err := c.done(method, path, version, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return doc
}

// list gives the first page of a list, filtered.
func (c *client) list(path, version, filter string) []map[string]any {
	c.t.Helper()
	req, err := runtime.NewRequest(c.t.Context(), http.MethodGet, c.base+path)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Raw().URL.RawQuery = url.Values{"api-version": {version}, "$filter": {filter}}.Encode()
	raw, err := c.arm.Pipeline().Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer raw.Body.Close()
	var page struct{ Value []map[string]any }
	if err := runtime.UnmarshalAsJSON(raw, &page); err != nil {
		c.t.Fatal(err)
	}
	return page.Value
}

const (
	groupVersion    = "2025-04-01"
	registryVersion = "2025-11-01"
	identityVersion = "2024-11-30"
	roleVersion     = "2022-04-01"
)

// group makes a resource group and returns its path.
func (c *client) group(name string) string {
	c.t.Helper()
	path := fmt.Sprintf("/subscriptions/%s/resourceGroups/%s", c.sub.ID, name)
	c.must(http.MethodPut, path, groupVersion, `{"location":"westeurope"}`)
	return path
}

// registry makes a container registry and returns its path.
func (c *client) registry(group, name, sku string) string {
	c.t.Helper()
	path := group + "/providers/Microsoft.ContainerRegistry/registries/" + name
	c.must(http.MethodPut, path, registryVersion, fmt.Sprintf(`{"location":"westeurope","sku":{"name":%q}}`, sku))
	return path
}

// want compares a status and a code with what was answered.
func (r reply) want(t *testing.T, status int, code string) {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("answered %d %v, want %d %s", r.status, r.body, status, code)
	}
}

func thumbprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func decode(from io.Reader, into any) error { return json.NewDecoder(from).Decode(into) }
