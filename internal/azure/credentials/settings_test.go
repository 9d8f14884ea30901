package credentials_test

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
)

func pemOf(s *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
}

// TestChoice takes the first way that is complete, those of the block first, and says what is missing.
func TestChoice(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) map[string]string {
		all := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			all[pairs[i]] = pairs[i+1]
		}
		return all
	}
	// A tenant that cannot be makes every credential fail before it asks anybody, so that the error tells which one it was.
	const nowhere = "no tenant"
	ids := env("ARM_CLIENT_ID", "c", "ARM_TENANT_ID", nowhere)
	with := func(pairs ...string) map[string]string {
		all := env(pairs...)
		for name, v := range ids {
			all[name] = v
		}
		return all
	}
	for name, c := range map[string]struct {
		block object
		env   map[string]string
		want  string
	}{
		"certificate before secret": {
			nil, with("ARM_CLIENT_CERTIFICATE_PATH", "/nowhere.pem", "ARM_CLIENT_SECRET", "s"), "ARM_CLIENT_CERTIFICATE_PATH cannot be read",
		},
		"secret of the block before certificate of the environment": {
			object{"client_secret": "s"}, with("ARM_CLIENT_CERTIFICATE_PATH", "/nowhere.pem"), "with the client secret",
		},
		"OIDC of the block before secret of the environment": {
			object{"use_oidc": true}, with("ARM_OIDC_TOKEN", "t", "ARM_CLIENT_SECRET", "s"), "with the OIDC token",
		},
		"secret before OIDC": {nil, with("ARM_OIDC_TOKEN", "t", "ARM_CLIENT_SECRET", "s"), "with the client secret"},
		"OIDC switched off":  {object{"use_oidc": false, "use_cli": false}, with("ARM_OIDC_TOKEN", "t"), "azure.use_oidc is false"},
		"pod":                {nil, with("AZURE_FEDERATED_TOKEN_FILE", "/nowhere"), "with the workload identity"},
		"pod switched off": {
			object{"use_workload_identity": false, "use_cli": false}, with("AZURE_FEDERATED_TOKEN_FILE", "/x"), "azure.use_workload_identity is false",
		},
		"secret of the block, no ids": {
			object{"client_secret": "s"}, nil, "the client secret needs azure.client_id or ARM_CLIENT_ID, and azure.tenant_id or ARM_TENANT_ID",
		},
		"secret of the environment, no ids": {
			object{"use_cli": false}, env("ARM_CLIENT_SECRET", "s"), "the client secret: it needs azure.client_id or ARM_CLIENT_ID",
		},
		"pipeline without a token": {
			object{"oidc_request_url": "https://pipeline.test"}, ids, "an OIDC token of the pipeline needs azure.oidc_request_token",
		},
		"nothing": {object{"use_cli": false}, nil, "there is no way to log in to Azure"},
		"no file": {
			object{"client_secret_path": "/nowhere/secret", "client_id": "c", "tenant_id": "t"}, nil, "azure.client_secret_path cannot be read",
		},
		"file of the CLI": {object{"ca_path": "/nowhere/ca.pem"}, nil, "the file of azure.ca_path cannot be read"},
		"no authority":    {object{"ca_pem": "x"}, nil, "azure.ca_pem has no certificate"},
		"no cloud":        {nil, env("ARM_ENVIRONMENT", "german"), `ARM_ENVIRONMENT is "german", which is no cloud`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := open(t, c.block, c.env).GetToken(t.Context(), scope)
			var known *credentials.Error
			if !errors.As(err, &known) || !strings.Contains(err.Error(), c.want) || known.Advice() == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestClouds finds the addresses of each cloud.
func TestClouds(t *testing.T) {
	t.Parallel()
	described := `{"name":"AzureCloud","resourceManager":"https://manager.test/","authentication":{"loginEndpoint":"https://login.test/",
		"audiences":["https://audience.test/"]},"suffixes":{"acrLoginServer":"acr.test"}}`
	other := strings.NewReplacer("AzureCloud", "AzureUSGovernment", ".test", ".other").Replace(described)
	answer := ""
	asked := 0
	host := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.String() != "/metadata/endpoints?api-version=2022-09-01" {
			t.Errorf("asked for %s", r.URL)
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(host.Close)
	at := strings.TrimPrefix(host.URL, "https://")
	type found struct{ Manager, Audience, Authority, Registry string }
	own := found{"https://manager.test/", "https://audience.test/", "https://login.test/", "acr.test"}
	for name, c := range map[string]struct {
		block  object
		answer string
		want   found
	}{
		"public": {nil, "", found{
			"https://management.azure.com", "https://management.core.windows.net/", "https://login.microsoftonline.com/", "azurecr.io",
		}},
		"government": {object{"environment": "usgovernment"}, "", found{
			"https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/", "https://login.microsoftonline.us/", "azurecr.us",
		}},
		"china": {object{"environment": "china"}, "", found{
			"https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/", "https://login.chinacloudapi.cn/", "azurecr.cn",
		}},
		"own addresses": {object{"endpoints": object{"resource_manager": "https://own.test"}}, "", found{
			"https://own.test", "https://own.test", "https://login.microsoftonline.com/", "azurecr.io",
		}},
		"described":              {object{"metadata_host": at}, described, own},
		"described among others": {object{"metadata_host": at}, "[" + other + "," + described + "]", own},
		"described, but for the authority": {
			object{"metadata_host": at, "endpoints": object{"authority": "https://other.test"}},
			described,
			found{own.Manager, own.Audience, "https://other.test", own.Registry},
		},
	} {
		answer = c.answer
		block := object{"ca_pem": pemOf(host)}
		for name, v := range c.block {
			block[name] = v
		}
		got, err := open(t, block, nil).Cloud(t.Context())
		manager := got.Services[cloud.ResourceManager]
		if diff := cmp.Diff(c.want, found{manager.Endpoint, manager.Audience, got.ActiveDirectoryAuthorityHost, got.RegistrySuffix}); err != nil || diff != "" {
			t.Error(name, err, diff)
		}
	}
	answer, asked = "<html>no", 0
	azure := open(t, object{"metadata_host": at, "ca_pem": pemOf(host)}, nil)
	for range 2 {
		if _, err := azure.Cloud(t.Context()); err == nil || !strings.Contains(armerr.Describe(err), "Correct azure.metadata_host") || asked != 1 {
			t.Error(asked, err)
		}
	}
}

// TestMetadataHostNotTrusted says that the certificate is what is wrong.
func TestMetadataHostNotTrusted(t *testing.T) {
	t.Parallel()
	host := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(host.Close)
	ctx, cancel := context.WithCancel(t.Context())
	azure := open(t, object{"metadata_host": strings.TrimPrefix(host.URL, "https://")}, nil)
	if _, err := azure.Cloud(ctx); err == nil || !strings.Contains(armerr.Describe(err), "ca_path") {
		t.Error(armerr.Describe(err))
	}
	cancel()
	interrupted := open(t, object{"metadata_host": strings.TrimPrefix(host.URL, "https://")}, nil)
	if _, err := interrupted.Cloud(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestUnknown plans with settings that are only known after apply, and fails by name where they are needed.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		block object
		want  string
	}{
		"secret":   {object{"client_secret": unknown{}}, "azure.client_secret will be known"},
		"tenants":  {object{"auxiliary_tenant_ids": unknown{}}, "azure.auxiliary_tenant_ids will be known"},
		"endpoint": {object{"endpoints": object{"authority": unknown{}}}, "azure.endpoints.authority will be known"},
		"all":      {object{"endpoints": unknown{}}, "azure.endpoints will be known"},
	} {
		azure := open(t, c.block, nil)
		_, err := azure.Client().Get(t.Context(), "/subscriptions/s", "1")
		if !errors.Is(err, credentials.ErrNotReady) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	azure := open(t, object{"default_tags": unknown{}, "subscription_id": unknown{}}, nil)
	if _, known := azure.DefaultTags(); known {
		t.Error("the default tags are known")
	}
	if _, known := azure.DefaultLocation(); !known {
		t.Error("the default location is not known")
	}
	if _, err := azure.SubscriptionID(t.Context()); !errors.Is(err, credentials.ErrNotReady) {
		t.Error(err)
	}
}

// TestDefaults are those of the block.
func TestDefaults(t *testing.T) {
	t.Parallel()
	azure := open(t, object{"default_tags": map[string]string{"a": "b"}, "default_location": "westeurope"}, map[string]string{"AZURE_SUBSCRIPTION_ID": "s"})
	tags, known := azure.DefaultTags()
	if diff := cmp.Diff(map[string]string{"a": "b"}, tags); diff != "" || !known {
		t.Error(diff, known)
	}
	tags["a"] = "changed"
	if again, _ := azure.DefaultTags(); again["a"] != "b" {
		t.Error("the tags can be changed from outside")
	}
	if location, _ := azure.DefaultLocation(); location != "westeurope" {
		t.Error(location)
	}
	if id, err := azure.SubscriptionID(t.Context()); id != "s" || err != nil {
		t.Error(id, err)
	}
}

// TestRequests say who asks, and leave resource providers alone where they must.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	const partner, correlation = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
	var sent http.Header
	manager := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Clone()
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte(`{"error":{"code":"MissingSubscriptionRegistration","message":"namespace 'Microsoft.X'"}}`))
	}))
	t.Cleanup(manager.Close)
	ask := func(more object, env map[string]string) error {
		block := s.block(object{
			"client_id": s.App.ClientID, "tenant_id": s.App.TenantID, "client_secret": s.App.Secret, "ca_path": nil,
			"ca_pem":    pemOf(manager) + read(t, s.CAFile),
			"endpoints": object{"resource_manager": manager.URL, "resource_manager_audience": "https://management.azure.com"},
		})
		for name, v := range more {
			block[name] = v
		}
		_, err := open(t, block, env).Client().Get(t.Context(), "/subscriptions/s/providers/Microsoft.X/ys/z", "1")
		return err
	}
	for name, c := range map[string]struct {
		block object
		env   map[string]string
	}{
		"block":                 {object{"resource_provider_registrations": "none"}, nil},
		"environment":           {nil, map[string]string{"ARM_RESOURCE_PROVIDER_REGISTRATIONS": "none"}},
		"another's variable":    {nil, map[string]string{"ARM_SKIP_PROVIDER_REGISTRATION": "true"}},
		"and who is to be sent": {object{"resource_provider_registrations": "none", "partner_id": partner, "correlation_id": correlation}, nil},
	} {
		if err := ask(c.block, c.env); err == nil || !strings.Contains(armerr.Describe(err), "Register it (az provider register --namespace Microsoft.X") {
			t.Error(name, armerr.Describe(err))
		}
		if agent := sent.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-containers/test ") {
			t.Error(name, agent)
		}
		if c.block["partner_id"] != nil && (!strings.Contains(sent.Get("User-Agent"), "pid-"+partner) || sent.Get("X-Ms-Correlation-Request-Id") != correlation) {
			t.Error(name, sent)
		}
		if c.block["partner_id"] == nil && len(sent.Get("X-Ms-Correlation-Request-Id")) != len(correlation) {
			t.Error(name, sent)
		}
	}
	if err := ask(object{"disable_correlation_id": true}, nil); err == nil || sent.Get("X-Ms-Correlation-Request-Id") != "" {
		t.Error(err, sent)
	}
	other := s.Register(armsim.App{TenantID: "33333333-3333-3333-3333-333333333333"})
	if err := ask(object{"auxiliary_tenant_ids": []string{other.TenantID}}, nil); !strings.HasPrefix(sent.Get("X-Ms-Authorization-Auxiliary"), "Bearer ") {
		t.Error("no token for the other tenant", err)
	}
	if strings.Contains(armerr.Describe(ask(nil, nil)), "Register it (") {
		t.Error("registering is off by default")
	}
}
