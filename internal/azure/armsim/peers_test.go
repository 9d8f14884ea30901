package armsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// peer sends requests as clients on other libraries do: through the metadata door, with API versions of their own, and
// polling by what stands in headers alone.
type peer struct {
	t     *testing.T
	http  *http.Client
	token string
	base  string
}

func newPeer(t *testing.T, s *armsim.Server) *peer {
	t.Helper()
	options := clientOptions(t, s)
	token, err := secret(t, s.App, options).GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.core.windows.net//.default"}})
	if err != nil {
		t.Fatal(err)
	}
	return &peer{t: t, http: direct(t, s), token: token.Token, base: "https://" + s.MetadataHost}
}

func (p *peer) do(method, address, body string) reply {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	got, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	r := reply{status: got.StatusCode, header: got.Header, raw: got}
	_ = json.Unmarshal(data, &r.body)
	return r
}

// TestAsOtherProvidersAsk follows the documented requests of azurerm and azapi for a resource group and a container
// registry, at the versions that they pin, which are not those that are described.
func TestAsOtherProvidersAsk(t *testing.T) {
	s := start(t)
	sub := s.Subscription(t)
	sub.OperationTime(time.Millisecond)
	p := newPeer(t, s)
	at := func(path, version string) string {
		return p.base + "/subscriptions/" + sub.ID + path + "?api-version=" + version
	}
	p.do(http.MethodGet, at("", "2022-12-01"), "").want(t, 200, "")
	p.do(http.MethodGet, at("/providers", "2022-09-01"), "").want(t, 200, "")
	group := "/resourceGroups/peers"
	p.do(http.MethodGet, at(group, "2020-06-01"), "").want(t, 404, "ResourceGroupNotFound")
	p.do(http.MethodPut, at(group, "2020-06-01"), `{"location":"westeurope","tags":{}}`).want(t, 201, "")
	registry := group + "/providers/Microsoft.ContainerRegistry/registries/peers1"
	p.do(http.MethodPost, at("/providers/Microsoft.ContainerRegistry/checkNameAvailability", "2025-04-01"),
		`{"name":"peers1","type":"Microsoft.ContainerRegistry/registries"}`).want(t, 200, "")
	p.do(http.MethodPut, at(registry, "2025-04-01"),
		`{"identity":{"type":"None","userAssignedIdentities":null},"location":"westeurope",
		"properties":{"adminUserEnabled":false,"publicNetworkAccess":"Enabled"},"sku":{"name":"Basic"}}`).
		want(t, 200, "")
	p.do(http.MethodGet, at(registry+"/replications", "2025-04-01"), "").want(t, 200, "")
	p.do(http.MethodPatch, at(registry, "2025-04-01"), `{"tags":{"a":"b"},"sku":{"name":"Standard"}}`).want(t, 200, "")
	if got := p.do(http.MethodGet, at(registry, "2025-04-01"), ""); got.at("sku.tier") != "Standard" || got.at("tags.a") != "b" {
		t.Errorf("got %v", got.body)
	}
	p.gone(at(registry, "2025-04-01"))
	p.do(http.MethodGet, at(group+"/resources", "2020-06-01"), "").want(t, 200, "")
	p.gone(at(group, "2020-06-01"))
}

// gone deletes, and polls the Location until it is done.
func (p *peer) gone(address string) {
	p.t.Helper()
	first := p.do(http.MethodDelete, address, "")
	first.want(p.t, 202, "")
	for poll := first; poll.status == http.StatusAccepted; {
		poll = p.do(http.MethodGet, first.header.Get("Location"), "")
		if poll.status == http.StatusOK && poll.raw.ContentLength != 0 {
			p.t.Errorf("the end has a body of %d bytes", poll.raw.ContentLength)
		}
	}
	if got := p.do(http.MethodGet, address, ""); got.status != http.StatusNotFound {
		p.t.Errorf("still there: %v", got.body)
	}
}
