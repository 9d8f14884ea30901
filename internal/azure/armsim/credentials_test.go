package armsim_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // Thumbprints of certificates are SHA-1 by definition.
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// works proves that a credential gets a token that Resource Manager takes.
func works(t *testing.T, s *armsim.Server, cred azcore.TokenCredential, options azcore.ClientOptions) {
	t.Helper()
	c := connectWith(t, s.Subscription(t), cred, options)
	got := c.do(http.MethodGet, "/subscriptions/"+c.sub.ID, "2022-12-01", "")
	if got.at("subscriptionId") != c.sub.ID {
		t.Errorf("the subscription is %v", got.body)
	}
}

// fails proves that a credential gets no token, with the number of the error that Entra has for that.
func fails(t *testing.T, cred azcore.TokenCredential, number int) {
	t.Helper()
	_, err := cred.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("AADSTS%d:", number)) {
		t.Errorf("got %v, want AADSTS%d", err, number)
	}
}

func TestClientSecret(t *testing.T) {
	s := start(t)
	options := azcore.ClientOptions{Transport: transport(t, s)}
	works(t, s, secret(t, s.App, options), options)
	wrong := *s.App
	wrong.Secret = "guess"
	fails(t, secret(t, &wrong, options), 7000215)
	wrong = *s.App
	wrong.ClientID = "00000000-0000-0000-0000-000000000001"
	fails(t, secret(t, &wrong, options), 700016)
	wrong = *s.App
	wrong.TenantID = "00000000-0000-0000-0000-000000000001"
	if _, err := secret(t, &wrong, options).GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"x/.default"}}); err == nil {
		t.Error("a tenant that does not exist gave a token")
	}
}

func TestClientCertificate(t *testing.T) {
	s := start(t)
	options := azcore.ClientOptions{Transport: transport(t, s)}
	cert, key, _ := certificates.Application(t)
	app := s.Register(armsim.App{Certificates: []*x509.Certificate{cert}})
	with := func(cert *x509.Certificate, key crypto.PrivateKey) azcore.TokenCredential {
		cred, err := azidentity.NewClientCertificateCredential(app.TenantID, app.ClientID, []*x509.Certificate{cert}, key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: options})
		if err != nil {
			t.Fatal(err)
		}
		return cred
	}
	works(t, s, with(cert, key), options)
	other, otherKey, _ := certificates.Application(t)
	fails(t, with(other, otherKey), 700027)
	says := jwt.Claims{
		Issuer: app.ClientID, Subject: app.ClientID, Audience: jwt.Audience{"https://login.microsoftonline.com/" + app.TenantID + "/oauth2/v2.0/token"},
	}
	// azurerm names the certificate by the id of the key.
	short := sha1.Sum(cert.Raw) //nolint:gosec // Thumbprints of certificates are SHA-1 by definition.
	byID := assertion(t, jose.RS256, key, says, "kid", base64.URLEncoding.EncodeToString(short[:]))
	works(t, s, asserted(t, app, options, byID), options)
	// Somebody who knows the certificate and not its key.
	forged := assertion(t, jose.RS256, otherKey, says, "x5t#S256", thumbprint(cert))
	fails(t, asserted(t, app, options, forged), 700027)
}

func TestFederatedIdentity(t *testing.T) {
	s := start(t)
	options := azcore.ClientOptions{Transport: transport(t, s)}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	trusted := armsim.Federated{Issuer: "https://issuer.example", Subject: "repo:a/b", Audience: "api://AzureADTokenExchange", Key: key.Public()}
	app := s.Register(armsim.App{Federated: []armsim.Federated{trusted}})
	says := jwt.Claims{Issuer: trusted.Issuer, Subject: trusted.Subject, Audience: jwt.Audience{trusted.Audience}}
	works(t, s, asserted(t, app, options, assertion(t, jose.ES256, key, says)), options)

	other := says
	other.Subject = "repo:a/c"
	fails(t, asserted(t, app, options, assertion(t, jose.ES256, key, other)), 700213)
	late := says
	late.Expiry = jwt.NewNumericDate(time.Now().Add(-time.Minute))
	fails(t, asserted(t, app, options, assertion(t, jose.ES256, key, late)), 700024)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	fails(t, asserted(t, app, options, assertion(t, jose.ES256, stranger, says)), 700030)
	fails(t, asserted(t, app, options, "nonsense"), 50027)

	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(assertion(t, jose.ES256, key, says)), 0o600); err != nil {
		t.Fatal(err)
	}
	workload, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: options, ClientID: app.ClientID, TenantID: app.TenantID, TokenFilePath: file,
	})
	if err != nil {
		t.Fatal(err)
	}
	works(t, s, workload, options)
}

// TestFederatedCredentialOfAnIdentity signs in as a user-assigned identity that trusts somebody.
func TestFederatedCredentialOfAnIdentity(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	identity := c.must(http.MethodPut, c.group("rg")+"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1", identityVersion, `{"location":"westus"}`)
	id, _ := identity["id"].(string)
	client, _ := identity["properties"].(map[string]any)["clientId"].(string)
	options := azcore.ClientOptions{Transport: transport(t, s)}
	app := &armsim.App{TenantID: s.App.TenantID, ClientID: client}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	token := assertion(t, jose.ES256, key, jwt.Claims{Issuer: "https://i.example", Subject: "s", Audience: jwt.Audience{"api://AzureADTokenExchange"}})
	fails(t, asserted(t, app, options, token), 700213)
	c.must(http.MethodPut, id+"/federatedIdentityCredentials/fic", identityVersion,
		`{"properties":{"issuer":"https://i.example","subject":"s","audiences":["api://AzureADTokenExchange"]}}`)
	works(t, s, asserted(t, app, options, token), options)
}

func TestManagedIdentity(t *testing.T) {
	s := start(t)
	options := azcore.ClientOptions{Transport: transport(t, s)}
	c := connectWith(t, s.Subscription(t), secret(t, s.App, options), options)
	identity := c.must(http.MethodPut, c.group("rg")+"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1", identityVersion, `{"location":"westus"}`)
	id, _ := identity["id"].(string)
	client, _ := identity["properties"].(map[string]any)["clientId"].(string)
	t.Run("app service", func(t *testing.T) {
		t.Setenv("IDENTITY_ENDPOINT", s.IdentityEndpoint)
		t.Setenv("IDENTITY_HEADER", s.IdentityHeader)
		for _, which := range []azidentity.ManagedIDKind{nil, azidentity.ClientID(client), azidentity.ResourceID(id)} {
			works(t, s, managed(t, which), options)
		}
		if _, err := managed(t, azidentity.ClientID("00000000-0000-0000-0000-000000000001")).GetToken(t.Context(), management()); err == nil {
			t.Error("an identity that does not exist gave a token")
		}
		t.Setenv("IDENTITY_HEADER", "wrong")
		if _, err := managed(t, nil).GetToken(t.Context(), management()); err == nil {
			t.Error("a wrong header gave a token")
		}
	})
	t.Run("instance metadata", func(t *testing.T) {
		t.Setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", s.Proxy)
		works(t, s, managed(t, nil), options)
		works(t, s, managed(t, azidentity.ClientID(client)), options)
	})
}

func management() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}}
}

func managed(t *testing.T, which azidentity.ManagedIDKind) azcore.TokenCredential {
	t.Helper()
	cred, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
		ID: which, ClientOptions: azcore.ClientOptions{Retry: policy.RetryOptions{MaxRetries: -1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

func asserted(t *testing.T, app *armsim.App, options azcore.ClientOptions, token string) azcore.TokenCredential {
	t.Helper()
	cred, err := azidentity.NewClientAssertionCredential(app.TenantID, app.ClientID,
		func(context.Context) (string, error) { return token, nil }, &azidentity.ClientAssertionCredentialOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

// assertion signs claims, good for five minutes unless they say otherwise.
func assertion(t *testing.T, algorithm jose.SignatureAlgorithm, key any, says jwt.Claims, header ...string) string {
	t.Helper()
	if says.Expiry == nil {
		says.Expiry = jwt.NewNumericDate(time.Now().Add(5 * time.Minute))
	}
	options := &jose.SignerOptions{}
	for i := 0; i+1 < len(header); i += 2 {
		options = options.WithHeader(jose.HeaderKey(header[i]), header[i+1])
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(says).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
