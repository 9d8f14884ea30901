package foundation_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

const (
	federatedType    = "containers_azure_federated_identity_credential"
	concurrentWrites = "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"
)

// identity makes a user-assigned identity as somebody else would, and gives its id.
func identity(t *testing.T, sub *armsim.Subscription) string {
	t.Helper()
	id := azure.Group(t, sub) + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other"
	if err := sub.Put(id, "2024-11-30", object{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	return id
}

// federated is a configuration.
func federated(t *testing.T, sub *armsim.Subscription) object {
	t.Helper()
	return object{
		"user_assigned_identity_id": identity(t, sub), "name": "github", "issuer": "https://token.actions.githubusercontent.com",
		"subject": "repo:example/app:ref:refs/heads/main",
	}
}

// TestFederatedIdentityCredential is its whole life, with the requests of each step.
func TestFederatedIdentityCredential(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, federatedType)
	config := federated(t, sub)
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "PUT", "GET")
	r.Refresh(t)
	azure.Budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	if diff := cmp.Diff([]any{"api://AzureADTokenExchange"}, trust(t, r, sub)["audiences"]); diff != "" {
		t.Error(diff)
	}
	sub.ForgetRequests()
	r.Apply(t, azure.With(config, "subject", "repo:example/app:environment:production"))
	azure.Budget(t, sub, "update", "GET", "PUT", "GET")
	if got := trust(t, r, sub)["subject"]; got != "repo:example/app:environment:production" {
		t.Errorf("the subject is %v", got)
	}
	does(t, r, azure.With(config, "issuer", "https://oidc.example.com/1/"), core.Update)
	does(t, r, azure.With(config, "audiences", []any{"api://Other"}), core.Update)
	if diff := cmp.Diff([]any{"api://Other"}, trust(t, r, sub)["audiences"]); diff != "" {
		t.Error(diff)
	}
	does(t, r, config, core.Update)
	if diff := cmp.Diff([]any{"api://AzureADTokenExchange"}, trust(t, r, sub)["audiences"]); diff != "" {
		t.Error(diff)
	}
	does(t, r, azure.With(config, "name", "github-2"), core.Replace)
	ends(t, r, sub, config, "/other")
}

// trust is what Azure has of a credential.
func trust(t *testing.T, r *core.Resource, sub *armsim.Subscription) map[string]any {
	t.Helper()
	properties, _ := sub.Resource(r.String(t, "id"))["properties"].(map[string]any)
	return properties
}

// TestFederatedIdentityCredentialsTakeTurns writes several to one identity: Azure refuses that at the same time.
func TestFederatedIdentityCredentialsTakeTurns(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := federated(t, sub)
	sub.Latency(20 * time.Millisecond)
	sub.ForgetRequests()
	resources := make([]*core.Resource, 4)
	var all sync.WaitGroup
	for i := range resources {
		resources[i] = server.Resource(t, federatedType)
		all.Go(func() {
			if _, diags := resources[i].TryApply(t.Context(), azure.With(config, "name", fmt.Sprintf("github-%d", i))); diags.HasError() {
				t.Error(diags)
			}
		})
	}
	all.Wait()
	if writes := sub.Count(http.MethodPut, "/federatedIdentityCredentials/"); writes != len(resources) {
		t.Errorf("%d writes for %d credentials: some were refused", writes, len(resources))
	}
	for _, r := range resources {
		r.Destroy(t)
	}
	alone(t, sub, "/other")
}

// TestFederatedIdentityCredentialInsists when somebody else writes to the same identity.
func TestFederatedIdentityCredentialInsists(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, federatedType)
	config := federated(t, sub)
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		sub.Inject(armsim.Fault{
			Method: method, Path: "federatedIdentityCredentials", Times: 2, Status: http.StatusConflict, Code: concurrentWrites,
			Message: "Too many writes.",
		})
	}
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "PUT", "PUT", "PUT", "GET")
	r.Destroy(t)
	azure.Budget(t, sub, "delete", "DELETE", "DELETE", "DELETE")
	alone(t, sub, "/other")
}

// TestFederatedIdentityCredentialTakenOver imports and moves one.
func TestFederatedIdentityCredentialTakenOver(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := federated(t, sub)
	first := server.Resource(t, federatedType)
	first.Apply(t, config)
	id := first.String(t, "id")
	takenOver(t, server, federatedType, id, id, config)
}

// TestFederatedIdentityCredentialBadInput is refused before anything is sent.
func TestFederatedIdentityCredentialBadInput(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	good := federated(t, sub)
	for _, c := range []struct {
		attribute string
		value     any
		want      string
	}{
		{"name", "a", "3 to 120 letters"},
		{"user_assigned_identity_id", azure.Group(t, sub), "not Microsoft.ManagedIdentity/userAssignedIdentities"},
		{"issuer", "http://token.example.com", "write its URL with https"},
		{"issuer", "token.example.com", "write its URL with https"},
		{"subject", "", "between 1 and 600"},
		{"audiences", []any{}, "at least 1"},
		{"audiences", []any{"api://A", "api://B"}, "at most 1"},
	} {
		refused(t, server.Resource(t, federatedType), azure.With(good, c.attribute, c.value), c.attribute, c.want)
	}
}

// TestFederatedIdentityCredentialConforms checks the schema by the published types.
func TestFederatedIdentityCredentialConforms(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, foundation.FederatedIdentityCredential)
}
