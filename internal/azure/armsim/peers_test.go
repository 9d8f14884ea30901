package armsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
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

// at is the address of a path in a subscription.
func (p *peer) at(sub *armsim.Subscription, path, version string) string {
	return p.base + "/subscriptions/" + sub.ID + path + "?api-version=" + version
}

// TestAsOtherProvidersAsk follows the requests of azurerm for a resource group and a container registry, at the versions that it pins, which
// are not those that are described: it looks first, polls what headers lead to, and changes with PATCH.
func TestAsOtherProvidersAsk(t *testing.T) {
	s := start(t)
	sub := s.Subscription(t)
	sub.OperationTime(time.Millisecond)
	p := newPeer(t, s)
	at := func(path, version string) string { return p.at(sub, path, version) }
	p.do(http.MethodGet, at("", "2022-12-01"), "").want(t, 200, "")
	const groups, registries = "2023-07-01", "2025-04-01"
	group := "/resourceGroups/peers"
	p.do(http.MethodGet, at(group, groups), "").want(t, 404, "ResourceGroupNotFound")
	p.do(http.MethodPut, at(group, groups), `{"location":"westeurope","tags":{}}`).want(t, 201, "")
	p.do(http.MethodPatch, at(group, groups), `{"tags":{"a":"b"}}`).want(t, 200, "")
	if got := p.do(http.MethodGet, at(group, groups), ""); got.at("tags.a") != "b" || got.at("properties.provisioningState") != "Succeeded" {
		t.Errorf("the group is %v", got.body)
	}
	registry := group + "/providers/Microsoft.ContainerRegistry/registries/peers1"
	p.do(http.MethodGet, at(registry, registries), "").want(t, 404, "ResourceNotFound")
	free := p.do(http.MethodPost, at("/providers/Microsoft.ContainerRegistry/checkNameAvailability", registries),
		`{"name":"peers1","type":"Microsoft.ContainerRegistry/registries"}`)
	if free.at("nameAvailable") != true {
		t.Errorf("the name is taken: %v", free.body)
	}
	p.do(http.MethodPut, at(registry, registries), `{"identity":{"type":"None","userAssignedIdentities":null},"location":"westeurope",
		"properties":{"adminUserEnabled":true,"anonymousPullEnabled":false,"dataEndpointEnabled":false,"networkRuleBypassOptions":"AzureServices",
		"policies":{"exportPolicy":{"status":"enabled"},"quarantinePolicy":{"status":"disabled"},"retentionPolicy":{},"trustPolicy":{}},
		"publicNetworkAccess":"Enabled","zoneRedundancy":"Disabled"},"sku":{"name":"Basic","tier":"Basic"},"tags":{}}`).want(t, 200, "")
	p.reads(at(registry, registries), "Basic")
	p.do(http.MethodPatch, at(registry, registries), `{"sku":{"name":"Premium","tier":"Premium"}}`).want(t, 200, "")
	p.do(http.MethodPatch, at(registry, registries), `{"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[]}},"tags":{"a":"b"}}`).
		want(t, 200, "")
	p.reads(at(registry, registries), "Premium")
	p.replicates(at(registry+"/replications", registries), at(registry+"/replications/westus", registries))
	inside := p.do(http.MethodGet, at(group+"/resources", groups)+"&$expand=provisioningState&$top=10", "")
	if all, _ := inside.at("value").([]any); len(all) == 0 {
		t.Errorf("the group looks empty: %v", inside.body)
	}
	p.gone(at(registry, registries))
	p.gone(at(group, groups))
}

// reads looks at a registry as azurerm does: it needs each of these.
func (p *peer) reads(address, tier string) {
	p.t.Helper()
	got := p.do(http.MethodGet, address, "")
	for at, want := range map[string]any{
		"sku.tier": tier, "properties.adminUserEnabled": true, "properties.publicNetworkAccess": "Enabled",
		"properties.zoneRedundancy": "Disabled", "properties.provisioningState": "Succeeded", "properties.loginServer": "peers1.azurecr.io",
	} {
		if got.at(at) != want {
			p.t.Errorf("%s is %v, not %v", at, got.at(at), want)
		}
	}
	credentials := p.do(http.MethodPost, strings.Replace(address, "?", "/listCredentials?", 1), "")
	if passwords, _ := credentials.at("passwords").([]any); credentials.at("username") != "peers1" || len(passwords) != 2 {
		p.t.Errorf("the credentials are %v", credentials.body)
	}
}

// replicates makes a replication in its own time, finds it in the list, and deletes it.
func (p *peer) replicates(list, address string) {
	p.t.Helper()
	first := p.do(http.MethodPut, address, `{"location":"westus","properties":{"zoneRedundancy":"Disabled"},"tags":{}}`)
	first.want(p.t, 201, "")
	poll := p.do(http.MethodGet, first.header.Get("Azure-AsyncOperation"), "")
	for ; poll.at("status") == "Creating"; poll = p.do(http.MethodGet, first.header.Get("Azure-AsyncOperation"), "") {
		if poll.status != http.StatusOK || !strings.HasPrefix(poll.header.Get("Content-Type"), "application/json") {
			p.t.Fatalf("a poll has %d, %v", poll.status, poll.header)
		}
	}
	if poll.at("status") != "Succeeded" {
		p.t.Errorf("it ended as %v", poll.body)
	}
	if all, _ := p.do(http.MethodGet, list, "").at("value").([]any); len(all) != 1 {
		p.t.Errorf("the replications are %v", all)
	}
	p.gone(address)
}

// TestAsOtherProvidersRegister lists resource providers page by page, by names whose case counts, and registers one.
func TestAsOtherProvidersRegister(t *testing.T) {
	s := start(t)
	sub := s.Subscription(t)
	sub.PageSize(7)
	sub.Unregister("Microsoft.ContainerRegistry")
	p := newPeer(t, s)
	states := map[any]any{}
	for next := p.at(sub, "/providers", "2022-09-01"); next != ""; {
		page := p.do(http.MethodGet, next, "")
		all, _ := page.at("value").([]any)
		if len(all) > 7 {
			t.Errorf("a page has %d", len(all))
		}
		for _, one := range all {
			one, _ := one.(map[string]any)
			states[one["namespace"]] = one["registrationState"]
		}
		next, _ = page.at("nextLink").(string)
	}
	for _, core := range []string{
		"Microsoft.Authorization", "Microsoft.Compute", "Microsoft.CostManagement", "Microsoft.ManagedIdentity", "Microsoft.MarketplaceOrdering",
		"Microsoft.Network", "Microsoft.Resources", "Microsoft.Storage", "microsoft.insights",
	} {
		if states[core] != "Registered" {
			t.Errorf("%s is %v", core, states[core])
		}
	}
	one := "/providers/Microsoft.ContainerRegistry"
	if states["Microsoft.ContainerRegistry"] != "NotRegistered" {
		t.Errorf("it is registered already: %v", states)
	}
	p.do(http.MethodPost, p.at(sub, one+"/register", "2022-09-01"), "{}").want(t, 200, "")
	if got := p.do(http.MethodGet, p.at(sub, one, "2022-09-01"), ""); got.at("registrationState") != "Registered" {
		t.Errorf("it is %v", got.at("registrationState"))
	}
}

// TestRegistersByItself has the policy of azcore, which azapi uses, register what is missing and go on.
func TestRegistersByItself(t *testing.T) {
	s := start(t)
	options := clientOptions(t, s)
	sub := s.Subscription(t)
	c := connectWith(t, sub, secret(t, s.App, options), options)
	inner, err := arm.NewClient("armsim", "v0.0.0", secret(t, s.App, options), &arm.ClientOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	c.arm = inner
	group := c.group("rg")
	sub.Unregister("Microsoft.ContainerRegistry")
	c.registry(group, "byitself1", "Basic")
	if sub.Count(http.MethodPost, "/providers/Microsoft.ContainerRegistry/register") != 1 {
		t.Errorf("the requests were %v", sub.Requests())
	}
}

// TestIdsComeBack that a client has given its requests.
func TestIdsComeBack(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	path := "/subscriptions/" + c.sub.ID
	const own = "11111111-2222-3333-4444-555555555555"
	if got := c.with("X-Ms-Correlation-Request-Id", own).do(http.MethodGet, path, groupVersion, "").header; got.Get("X-Ms-Correlation-Request-Id") != own ||
		got.Get("X-Ms-Request-Id") == own || got.Get("X-Ms-Request-Id") == "" {
		t.Errorf("the ids are %v", got)
	}
	if got := c.do(http.MethodGet, path, groupVersion, "").header.Get("X-Ms-Correlation-Request-Id"); got == "" || got == own {
		t.Errorf("the id is %q", got)
	}
}

// gone deletes, and polls the Location until it is done.
func (p *peer) gone(address string) {
	p.t.Helper()
	first := p.do(http.MethodDelete, address, "")
	first.want(p.t, 202, "")
	for poll := first; poll.status == http.StatusAccepted; {
		poll = p.do(http.MethodGet, first.header.Get("Location"), "")
		// azurerm tells the end by this, as there is nothing else that would.
		if poll.status == http.StatusOK && poll.raw.ContentLength != 0 {
			p.t.Errorf("the end has a body of %d bytes", poll.raw.ContentLength)
		}
	}
	if got := p.do(http.MethodGet, address, ""); got.status != http.StatusNotFound {
		p.t.Errorf("still there: %v", got.body)
	}
}
