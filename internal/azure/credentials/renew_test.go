package credentials_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
)

// TestRejected gets another token in the place of a rejected one, once, however the provider logs in.
func TestRejected(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	parsed, _, text := certificates.Application(t)
	_, other := s.trusted(t)
	app := s.Register(armsim.App{
		Secret: "s3cret", Certificates: append(s.App.Certificates, parsed),
		Federated: []armsim.Federated{{Issuer: "https://issuer.test", Subject: "pipeline", Audience: audience, Key: other.key.Public()}},
	})
	identity := strings.TrimSuffix(s.IdentityEndpoint, "/msi/token") + "/metadata/identity/oauth2/token"
	for name, way := range map[string]object{
		"the client secret":      {"client_secret": app.Secret},
		"the client certificate": {"client_certificate": text},
		"the OIDC token":         {"oidc_token": other.token(t, "pipeline")},
		"the managed identity":   {"use_managed_identity": true, "managed_identity_endpoint": identity},
	} {
		way["client_id"], way["tenant_id"] = app.ClientID, app.TenantID
		azure := open(t, s.block(way), nil)
		got := func(wants int) string {
			t.Helper()
			before := s.Issued(app)
			token, err := azure.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: scope.Scopes, EnableCAE: true})
			if err != nil {
				t.Fatal(name, err)
			}
			if now := s.Issued(app); now-before != wants {
				t.Errorf("%s: %d tokens were issued, not %d", name, now-before, wants)
			}
			return token.Token
		}
		first := got(1)
		azure.Reject(first)
		second := got(1)
		if again := got(0); first == second || again != second {
			t.Errorf("%s: the tokens are not as they should be", name)
		}
		azure.Reject(first)
		got(0)
	}
}

// TestTokensEnd goes on where Azure refuses a token that has not ended by the clock of this machine. Where it refuses the next one too, the
// error names the way to log in.
func TestTokensEnd(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	sub := s.AddSubscription("11111111-0000-0000-0000-000000000001")
	app := s.Register(armsim.App{Secret: "s3cret"})
	azure := open(t, s.block(object{"client_id": app.ClientID, "tenant_id": app.TenantID, "client_secret": app.Secret}), nil)
	for range 3 {
		// All at once, as Terraform does: one new token is enough for all.
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { ask(t, azure, sub, "") })
		}
		all.Wait()
		sub.ExpireTokens()
	}
	if issued := s.Issued(app); issued != 3 {
		t.Errorf("%d tokens were issued", issued)
	}
	sub.Inject(armsim.Fault{Times: -1, Status: http.StatusUnauthorized, Code: "ExpiredAuthenticationToken", Message: "Too old."})
	ask(t, azure, sub, "A new token was refused as well: it came from the client secret")
}

// ask reads a subscription, and wants an error that contains a text, none if it is empty.
func ask(t *testing.T, azure *credentials.Azure, sub *armsim.Subscription, want string) {
	t.Helper()
	_, err := azure.Client().Get(t.Context(), "/subscriptions/"+sub.ID, "2022-12-01")
	if want == "" && err == nil {
		return
	}
	if err == nil || want == "" || !strings.Contains(armerr.Describe(err), want) {
		t.Errorf("%v, and not %q", err, want)
	}
}
