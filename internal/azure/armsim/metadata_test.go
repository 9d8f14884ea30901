package armsim_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// direct trusts the simulator's authority and knows of no proxy.
func direct(t *testing.T, s *armsim.Server) *http.Client {
	t.Helper()
	inner := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted(t, s)}}
	t.Cleanup(inner.CloseIdleConnections)
	return &http.Client{Transport: inner}
}

func fetch(t *testing.T, c *http.Client, address string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if err := json.NewDecoder(got.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

type cloudMetadata struct {
	ResourceManager string
	Authentication  struct {
		LoginEndpoint string
		Audiences     []string
	}
	Suffixes struct{ AcrLoginServer string }
}

// TestMetadataDoor goes the way of a client that is told of a metadata host.
func TestMetadataDoor(t *testing.T) {
	s := start(t)
	var found cloudMetadata
	fetch(t, direct(t, s), "https://"+s.MetadataHost+"/metadata/endpoints?api-version=2022-09-01", &found)
	options := azcore.ClientOptions{Transport: direct(t, s), Cloud: cloud.Configuration{
		ActiveDirectoryAuthorityHost: found.Authentication.LoginEndpoint,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: found.ResourceManager, Audience: found.Authentication.Audiences[0]},
		},
	}}
	cred, err := azidentity.NewClientSecretCredential(s.App.TenantID, s.App.ClientID, s.App.Secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	c := connectWith(t, s.Subscription(t), cred, options)
	registry := c.registry(c.group("rg"), "myregistry", "Basic")
	c.do(http.MethodGet, registry, registryVersion, "").want(t, 200, "")
	if len(s.Refused()) > 0 {
		t.Errorf("hosts were asked for that are not there: %v", s.Refused())
	}
}

// TestMetadataForPeers has all that azurerm reads from the document. Without the last two it takes the cloud for Azure Stack, which it refuses.
func TestMetadataForPeers(t *testing.T) {
	s := start(t)
	var found map[string]any
	fetch(t, direct(t, s), "https://"+s.MetadataHost+"/metadata/endpoints?api-version=2022-09-01", &found)
	document := reply{body: found}
	for _, at := range []string{
		"name", "portal", "resourceManager", "microsoftGraphResourceId", "batch", "media", "graph", "graphAudience", "sqlManagement",
		"vmImageAliasDoc", "activeDirectoryDataLake", "attestationResourceId", "logAnalyticsResourceId", "ossrDbmsResourceId",
		"synapseAnalyticsResourceId", "appInsightsResourceId", "appInsightsTelemetryChannelResourceId", "authentication.loginEndpoint",
		"suffixes.acrLoginServer", "suffixes.storage", "suffixes.keyVaultDns", "suffixes.mhsmDns", "suffixes.sqlServerHostname",
		"suffixes.azureFrontDoorEndpointSuffix", "suffixes.storageSyncEndpointSuffix", "suffixes.mysqlServerEndpoint",
		"suffixes.postgresqlServerEndpoint", "suffixes.mariadbServerEndpoint", "suffixes.synapseAnalytics", "suffixes.attestationEndpoint",
		"suffixes.azureDataLakeStoreFileSystem", "suffixes.azureDataLakeAnalyticsCatalogAndJob",
	} {
		if text, _ := document.at(at).(string); text == "" {
			t.Errorf("there is no %s", at)
		}
	}
	for at, want := range map[string]string{"authentication.identityProvider": "AAD", "authentication.tenant": "common"} {
		if document.at(at) != want {
			t.Errorf("%s is %v", at, document.at(at))
		}
	}
	if audiences, _ := document.at("authentication.audiences").([]any); len(audiences) == 0 {
		t.Error("there are no audiences")
	}
}

// TestInstanceDiscovery tells authorities apart, for clients that ask whether the one that they were told of is to be trusted.
func TestInstanceDiscovery(t *testing.T) {
	s := start(t)
	ask := func(query string) reply {
		var found map[string]any
		fetch(t, transport(t, s), "https://login.microsoftonline.com/common/discovery/instance?"+query, &found)
		return reply{body: found}
	}
	authority := "https://" + s.MetadataHost + "/" + s.App.TenantID
	got := ask(url.Values{"api-version": {"1.1"}, "authorization_endpoint": {authority + "/oauth2/v2.0/authorize"}}.Encode())
	if got.at("tenant_discovery_endpoint") != authority+"/v2.0/.well-known/openid-configuration" {
		t.Errorf("answered %v", got.body)
	}
	var configuration map[string]any
	fetch(t, direct(t, s), authority+"/v2.0/.well-known/openid-configuration", &configuration)
	if configuration["token_endpoint"] != authority+"/oauth2/v2.0/token" {
		t.Errorf("described %v", configuration)
	}
	for query, want := range map[string]string{
		"api-version=1.1": "invalid_request",
		"api-version=1.1&authorization_endpoint=https://login.example.com/t/oauth2/authorize": "invalid_instance",
	} {
		if got := ask(query); got.at("error") != want {
			t.Errorf("%s: answered %v", query, got.body)
		}
	}
	// A client that is told of the metadata host alone asks Microsoft's authority, which is here as well.
	options := azcore.ClientOptions{Transport: transport(t, s), Cloud: cloud.Configuration{
		ActiveDirectoryAuthorityHost: "https://" + s.MetadataHost,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: "https://" + s.MetadataHost, Audience: "https://" + s.MetadataHost},
		},
	}}
	works(t, s, secret(t, s.App, options), options)
}

func TestMetadataForms(t *testing.T) {
	s := start(t)
	base := "https://" + s.MetadataHost + "/metadata/endpoints?api-version="
	var one cloudMetadata
	fetch(t, direct(t, s), base+"2015-01-01", &one)
	if one.Authentication.LoginEndpoint != "https://"+s.MetadataHost {
		t.Errorf("2015: %+v", one)
	}
	var list []cloudMetadata
	fetch(t, direct(t, s), base+"2020-06-01", &list)
	if len(list) != 1 || list[0].Suffixes.AcrLoginServer != "azurecr.io" {
		t.Errorf("2020: %+v", list)
	}
	fetch(t, transport(t, s), "https://management.usgovcloudapi.net/metadata/endpoints?api-version=2022-09-01", &one)
	if one.Authentication.LoginEndpoint != "https://login.microsoftonline.us" || one.ResourceManager != "https://management.usgovcloudapi.net" {
		t.Errorf("US Government: %+v", one)
	}
}

func TestSovereignClouds(t *testing.T) {
	s := start(t)
	for _, config := range []cloud.Configuration{cloud.AzurePublic, cloud.AzureGovernment, cloud.AzureChina} {
		options := azcore.ClientOptions{Transport: transport(t, s), Cloud: config}
		works(t, s, secret(t, s.App, options), options)
	}
}

// TestTokenEndpoints ask for what the versions of the endpoint need: a resource, or a scope.
func TestTokenEndpoints(t *testing.T) {
	s := start(t)
	at := "https://" + s.MetadataHost + "/" + s.App.TenantID + "/oauth2/"
	form := func(name, value string) url.Values {
		return url.Values{
			"grant_type": {"client_credentials"}, "client_id": {s.App.ClientID}, "client_secret": {s.App.Secret}, name: {value},
		}
	}
	for _, c := range []struct {
		endpoint string
		form     url.Values
		field    string
		want     string
		status   int
	}{
		{"token", form("resource", "https://management.core.windows.net/"), "expires_in", "3600", 200},
		{"token", form("scope", "https://management.core.windows.net/.default"), "error", "invalid_request", 400},
		{"v2.0/token", form("scope", "https://management.core.windows.net//.default openid offline_access"), "token_type", "Bearer", 200},
		{"v2.0/token", form("scope", "https://management.core.windows.net/"), "error", "invalid_scope", 400},
		{"v2.0/token", form("resource", "https://management.core.windows.net/"), "error", "invalid_request", 400},
	} {
		if got, status := post(t, direct(t, s), at+c.endpoint, c.field, c.form); got != c.want || status != c.status {
			t.Errorf("%s with %v: answered %d %q", c.endpoint, c.form, status, got)
		}
	}
}

func TestTheProxyLeadsNowhereElse(t *testing.T) {
	s := start(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := transport(t, s).Do(req)
	if err == nil {
		got.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Errorf("example.com: %v", err)
	}
	if noted := s.Refused(); len(noted) != 1 || noted[0] != "example.com" {
		t.Errorf("noted %v", noted)
	}
}
