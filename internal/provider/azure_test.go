package provider_test

import (
	"net"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// TestAzureAsksNobody configures the provider for a cloud that never answers.
func TestAzureAsksNobody(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	asked := make(chan struct{})
	go func() {
		if conn, err := silent.Accept(); err == nil {
			_ = conn.Close()
			close(asked)
		}
	}()
	_, diags := core.Configure(t.Context(), acctest.Server, object{"azure": object{
		"metadata_host": silent.Addr().String(), "managed_identity_endpoint": "http://" + silent.Addr().String(), "use_managed_identity": true,
		"client_secret_path": "/nowhere/secret", "ca_path": "/nowhere/ca.pem",
	}})
	if len(diags.Errors()) > 0 {
		t.Error(diags)
	}
	select {
	case <-asked:
		t.Error("somebody was asked")
	default:
	}
}

// TestBadAzure refuses settings that cannot work, on their attributes, and shows no secret.
func TestBadAzure(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-0000-0000-000000000001"
	for name, c := range map[string]struct {
		settings object
		at, says string
	}{
		"fine": {object{
			"subscription_id": id, "tenant_id": "contoso.onmicrosoft.com", "client_id": id, "client_secret": "a-secret", "environment": "china",
			"auxiliary_tenant_ids": []any{id}, "metadata_host": "cloud.test:8443", "partner_id": id, "default_tags": object{"a": "b"},
			"endpoints": object{"authority": "https://login.test/"}, "resource_provider_registrations": "missing",
		}, "", ""},
		"not known":       {object{"client_secret": core.Unknown, "client_secret_path": core.Unknown, "use_oidc": core.Unknown}, "", ""},
		"subscription":    {object{"subscription_id": "/subscriptions/" + id}, "azure.subscription_id", "write a UUID"},
		"tenant":          {object{"tenant_id": "my tenant"}, "azure.tenant_id", "write the tenant's UUID"},
		"two secrets":     {object{"client_secret": "a-secret", "client_secret_path": "/secret"}, "azure.client_secret_path", "client_secret"},
		"empty secret":    {object{"client_secret": ""}, "azure.client_secret", ""},
		"cloud":           {object{"environment": "german"}, "azure.environment", "usgovernment"},
		"host":            {object{"metadata_host": "https://cloud.test"}, "azure.metadata_host", "without https://"},
		"address":         {object{"endpoints": object{"authority": "http://login.test"}}, "azure.endpoints.authority", "https://"},
		"many tenants":    {object{"auxiliary_tenant_ids": []any{"a", "b", "c", "d"}}, "azure.auxiliary_tenant_ids", ""},
		"registrations":   {object{"resource_provider_registrations": "all"}, "azure.resource_provider_registrations", "none"},
		"request address": {object{"oidc_request_url": "pipeline"}, "azure.oidc_request_url", "write a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := core.Configure(t.Context(), acctest.Server, object{"azure": c.settings})
			found := diags.Errors()
			if c.at != "" {
				found = found.At(c.at)
			}
			if (len(found) > 0) != (c.at != "") || c.says != "" && len(found.Containing(c.says)) == 0 {
				t.Errorf("got %s", diags)
			}
			if strings.Contains(diags.String(), "a-secret") {
				t.Errorf("a secret is shown: %s", diags)
			}
		})
	}
}
