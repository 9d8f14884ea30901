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

func fetch(t *testing.T, c *http.Client, address string, into any) int {
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
	if into != nil {
		if err := json.NewDecoder(got.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	return got.StatusCode
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

// TestVersionOneOfTheTokenEndpoint asks as older clients do, with a resource.
func TestVersionOneOfTheTokenEndpoint(t *testing.T) {
	s := start(t)
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {s.App.ClientID}, "client_secret": {s.App.Secret},
		"resource": {"https://management.core.windows.net/"},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"https://"+s.MetadataHost+"/"+s.App.TenantID+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := direct(t, s).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var answer map[string]string
	if err := json.NewDecoder(got.Body).Decode(&answer); err != nil || answer["access_token"] == "" || answer["expires_in"] != "3600" {
		t.Fatalf("answered %v, %v", answer, err)
	}
}

func TestTheProxyLeadsNowhereElse(t *testing.T) {
	s := start(t)
	_, err := transport(t, s).Get("https://example.com/") //nolint:noctx // It ends at once.
	if err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Errorf("example.com: %v", err)
	}
	if got := s.Refused(); len(got) != 1 || got[0] != "example.com" {
		t.Errorf("noted %v", got)
	}
}
