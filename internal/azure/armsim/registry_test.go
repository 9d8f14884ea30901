package armsim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// post sends a form to a registry and gives one string of the answer.
func post(t *testing.T, c *http.Client, address, field string, form url.Values) (string, int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var answer map[string]any
	_ = decode(got.Body, &answer)
	text, _ := answer[field].(string)
	return text, got.StatusCode
}

// exchange turns the credential of an application into a refresh token of a registry.
func exchange(t *testing.T, s *armsim.Server, app *armsim.App, host, audience string) (string, int) {
	t.Helper()
	client := transport(t, s)
	token, err := secret(t, app, azcore.ClientOptions{Transport: client}).GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{audience + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	return post(t, client, "https://"+host+"/oauth2/exchange", "refresh_token", url.Values{
		"grant_type": {"access_token"}, "service": {host}, "tenant": {app.TenantID}, "access_token": {token.Token},
	})
}

func push(t *testing.T, s *armsim.Server, repository string, auth authn.Authenticator) error {
	t.Helper()
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := name.ParseReference(repository)
	if err != nil {
		t.Fatal(err)
	}
	return remote.Write(ref, image, remote.WithAuth(auth), remote.WithTransport(transport(t, s).Transport), remote.WithContext(t.Context()))
}

func pull(t *testing.T, s *armsim.Server, repository string, auth authn.Authenticator) error {
	t.Helper()
	ref, err := name.ParseReference(repository)
	if err != nil {
		t.Fatal(err)
	}
	_, err = remote.Image(ref, remote.WithAuth(auth), remote.WithTransport(transport(t, s).Transport), remote.WithContext(t.Context()))
	return err
}

// TestImagesWithTheTokensOfAzure pushes to and pulls from a real registry through the tokens of a container registry.
func TestImagesWithTheTokensOfAzure(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	path := c.registry(c.group("rg"), "images1", "Standard")
	s.Attach("images1", registries.Start(t))
	host := "images1.azurecr.io"

	refresh, status := exchange(t, s, s.App, host, "https://management.azure.com")
	if status != http.StatusOK || refresh == "" {
		t.Fatalf("no refresh token: %d", status)
	}
	owner := authn.FromConfig(authn.AuthConfig{RegistryToken: "", IdentityToken: refresh})
	if err := push(t, s, host+"/team/app:1", owner); err != nil {
		t.Fatal(err)
	}

	limited := s.Register(armsim.App{Secret: "s3cret", Limited: true})
	refresh, _ = exchange(t, s, limited, host, "https://containerregistry.azure.net")
	reader := authn.FromConfig(authn.AuthConfig{IdentityToken: refresh})
	if err := pull(t, s, host+"/team/app:1", reader); err == nil {
		t.Error("somebody without a role pulled")
	}
	c.assign(path, limited.ObjectID, "7f951dda-4ed3-4680-a7ca-43fe172d538d")
	if err := pull(t, s, host+"/team/app:1", reader); err != nil {
		t.Errorf("with AcrPull: %v", err)
	}
	if err := push(t, s, host+"/team/app:2", reader); err == nil {
		t.Error("AcrPull is enough to push")
	}
	c.assign(path, limited.ObjectID, "8311e382-0749-4cb8-b61a-304f252e45ec")
	if err := push(t, s, host+"/team/app:2", reader); err != nil {
		t.Errorf("with AcrPush: %v", err)
	}
}

// assign assigns a built-in role at a scope.
func (c *client) assign(scope, principal, role string) reply {
	c.t.Helper()
	body := fmt.Sprintf(`{"properties":{"principalId":%q,"principalType":"ServicePrincipal","roleDefinitionId":%q}}`,
		principal, "/subscriptions/"+c.sub.ID+"/providers/Microsoft.Authorization/roleDefinitions/"+role)
	return c.do(http.MethodPut, scope+"/providers/Microsoft.Authorization/roleAssignments/"+uuid.NewString(), roleVersion, body)
}

func TestRegistryAdministrator(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	path := c.registry(c.group("rg"), "images2", "Basic")
	s.Attach("images2", registries.Start(t))
	c.do(http.MethodPost, path+"/listCredentials", registryVersion, "").want(t, 400, "UnAuthorizedForCredentialOperations")
	c.must(http.MethodPatch, path, registryVersion, `{"properties":{"adminUserEnabled":true}}`)
	credentials := c.do(http.MethodPost, path+"/listCredentials", registryVersion, "")
	admin := func(r reply) authn.Authenticator {
		passwords, _ := r.body["passwords"].([]any)
		user, _ := r.body["username"].(string)
		password, _ := passwords[0].(map[string]any)["value"].(string)
		return &authn.Basic{Username: user, Password: password}
	}
	old := admin(credentials)
	if err := push(t, s, "images2.azurecr.io/app:1", old); err != nil {
		t.Fatal(err)
	}
	renewed := c.do(http.MethodPost, path+"/regenerateCredential", registryVersion, `{"name":"password"}`)
	if err := pull(t, s, "images2.azurecr.io/app:1", old); err == nil {
		t.Error("the old password is still good")
	}
	if err := pull(t, s, "images2.azurecr.io/app:1", admin(renewed)); err != nil {
		t.Error(err)
	}
	if err := pull(t, s, "images2.azurecr.io/app:1", authn.Anonymous); err == nil {
		t.Error("anybody may pull")
	}
	c.must(http.MethodDelete, path, registryVersion, "")
	if err := pull(t, s, "images2.azurecr.io/app:1", old); err == nil {
		t.Error("the registry is still there")
	}
}

func TestRegistryTokensForOtherAudiences(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	path := c.registry(c.group("rg"), "images3", "Premium")
	if _, status := exchange(t, s, s.App, "images3.azurecr.io", "https://vault.azure.net"); status != http.StatusUnauthorized {
		t.Errorf("a token for a vault: %d", status)
	}
	c.must(http.MethodPatch, path, registryVersion, `{"properties":{"policies":{"azureADAuthenticationAsArmPolicy":{"status":"disabled"}}}}`)
	if _, status := exchange(t, s, s.App, "images3.azurecr.io", "https://management.azure.com"); status != http.StatusUnauthorized {
		t.Errorf("a token for Resource Manager, where that is switched off: %d", status)
	}
	if _, status := exchange(t, s, s.App, "images3.azurecr.io", "https://containerregistry.azure.net"); status != http.StatusOK {
		t.Errorf("a token for registries: %d", status)
	}
}

func TestRegistryRules(t *testing.T) {
	s := start(t)
	c := connect(t, s)
	group := c.group("rg")
	path := group + "/providers/Microsoft.ContainerRegistry/registries/rules1"
	put := func(sku, properties string) reply {
		return c.do(http.MethodPut, path, registryVersion, fmt.Sprintf(`{"location":"westeurope","sku":{"name":%q},"properties":%s}`, sku, properties))
	}
	put("Basic", `{"zoneRedundancy":"Enabled"}`).want(t, 400, "ZoneRedundancyNotSupported")
	put("Standard", `{"networkRuleSet":{"defaultAction":"Deny"}}`).want(t, 400, "NetworkRuleSetNotSupported")
	put("Basic", `{"anonymousPullEnabled":true}`).want(t, 400, "AnonymousPullNotSupported")
	put("Premium", `{"zoneRedundancy":"Enabled"}`).want(t, 200, "")
	put("Premium", `{"zoneRedundancy":"Disabled"}`).want(t, 409, "PropertyChangeNotAllowed")
	available := c.do(http.MethodPost, "/subscriptions/"+c.sub.ID+"/providers/Microsoft.ContainerRegistry/checkNameAvailability", registryVersion,
		`{"name":"rules1","type":"Microsoft.ContainerRegistry/registries"}`)
	if available.at("nameAvailable") != false {
		t.Errorf("answered %v", available.body)
	}
	c.do(http.MethodPut, path+"/replications/x", registryVersion, `{"location":"westus"}`).want(t, 400, "InvalidResourceName")
	if got := c.sub.Violations(); len(got) != 1 {
		t.Errorf("violations: %v", got)
	}
}
