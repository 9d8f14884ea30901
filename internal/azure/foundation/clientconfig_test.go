package foundation_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
)

// TestClientConfig says who has logged in.
func TestClientConfig(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	found := server.Data(t, "containers_azure_client_config", nil)
	app := sub.Server.App
	for at, want := range map[string]string{
		"subscription_id": sub.ID, "tenant_id": app.TenantID, "client_id": app.ClientID, "object_id": app.ObjectID,
	} {
		if got := found.String(t, at); got != want {
			t.Errorf("%s is %q, not %q", at, got, want)
		}
	}
	wrong := azure.ProviderWith(t, sub, object{"client_secret": "wrong"})
	_, diags := wrong.TryData(t.Context(), "containers_azure_client_config", nil)
	if len(diags.Errors().Containing("AADSTS")) == 0 {
		t.Errorf("no error says why there is no login: %s", diags)
	}
}
