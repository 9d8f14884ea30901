package credentials_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/credentials"
)

// TestSecret logs in with a secret, from the block, from files and from the environment.
func TestSecret(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	app := s.App
	s.enters(t, open(t, s.block(object{"client_id": app.ClientID, "tenant_id": app.TenantID, "client_secret": app.Secret}), nil))
	s.enters(t, open(t, s.block(object{
		"client_id_path": file(t, app.ClientID+"\n"), "tenant_id": app.TenantID, "client_secret_path": file(t, app.Secret+"\n"),
	}), nil))
	// What stands in the block wins, in whichever form.
	stale := map[string]string{
		"ARM_CLIENT_ID": "stale", "ARM_CLIENT_SECRET": "stale", "ARM_CLIENT_ID_FILE_PATH": "/stale", "ARM_CLIENT_SECRET_FILE_PATH": "/stale",
	}
	s.enters(t, open(t, s.block(object{
		"client_id_path": file(t, app.ClientID), "tenant_id": app.TenantID, "client_secret_path": file(t, app.Secret),
	}), stale))
	s.enters(t, open(t, s.block(object{"client_id": app.ClientID, "tenant_id": app.TenantID, "client_secret": app.Secret}), stale))
	for _, prefix := range []string{"ARM_", "AZURE_"} {
		s.enters(t, open(t, s.block(nil), map[string]string{
			prefix + "CLIENT_ID": app.ClientID, prefix + "TENANT_ID": app.TenantID, prefix + "CLIENT_SECRET": app.Secret,
		}))
	}
}

// TestCertificate logs in with a certificate in all forms that are around.
func TestCertificate(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	parsed, key, text := certificates.Application(t)
	app := s.Register(armsim.App{Certificates: append(s.App.Certificates, parsed)})
	with := func(more object) object {
		more["client_id"], more["tenant_id"] = app.ClientID, app.TenantID
		return s.block(more)
	}
	s.enters(t, open(t, with(object{"client_certificate": text}), nil))
	s.enters(t, open(t, with(object{"client_certificate_path": file(t, text)}), nil))
	for name, encoder := range map[string]*pkcs12.Encoder{"OpenSSL 1": pkcs12.LegacyDES, "OpenSSL 3": pkcs12.Modern2023} {
		archive, err := encoder.Encode(key, parsed, nil, "archive-password")
		// The old form ends in random bytes: one that ends in white space shows that no byte is dropped.
		for err == nil && encoder == pkcs12.LegacyDES && !strings.ContainsRune(" \n\t", rune(archive[len(archive)-1])) {
			archive, err = encoder.Encode(key, parsed, nil, "archive-password")
		}
		if err != nil {
			t.Fatal(name, err)
		}
		s.enters(t, open(t, with(object{
			"client_certificate": base64.StdEncoding.EncodeToString(archive), "client_certificate_password": "archive-password",
		}), nil))
		s.enters(t, open(t, with(object{"client_certificate_path": file(t, string(archive)), "client_certificate_password": "archive-password"}), nil))
		_, err = open(t, with(object{"client_certificate_path": file(t, string(archive)), "client_certificate_password": "wrong-password"}), nil).
			GetToken(t.Context(), scope)
		if err == nil || !strings.Contains(err.Error(), "azure.client_certificate_path cannot be read") || strings.Contains(err.Error(), "wrong-password") {
			t.Error(name, err)
		}
	}
}

// TestFederated logs in with tokens of somebody else, and reads their files anew each time.
func TestFederated(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	app, other := s.trusted(t)
	ids := object{"client_id": app.ClientID, "tenant_id": app.TenantID}
	with := func(more object) object {
		for name, v := range ids {
			more[name] = v
		}
		return s.block(more)
	}
	good, bad := other.token(t, "pipeline"), other.token(t, "stranger")
	s.enters(t, open(t, with(object{"oidc_token": good}), nil))
	s.enters(t, open(t, with(object{"use_oidc": true}), map[string]string{"ARM_OIDC_TOKEN": good}))

	rotated := file(t, good)
	for name, azure := range map[string]*credentials.Azure{
		"file": open(t, with(object{"oidc_token_path": rotated}), nil),
		"pod": open(t, s.block(nil), map[string]string{
			"AZURE_CLIENT_ID": app.ClientID, "AZURE_TENANT_ID": app.TenantID, "AZURE_FEDERATED_TOKEN_FILE": rotated,
		}),
	} {
		for _, step := range []struct {
			content string
			fails   bool
		}{{good, false}, {bad, true}, {other.token(t, "pipeline") + "\n", false}} {
			write(t, rotated, step.content)
			_, err := azure.GetToken(t.Context(), scope)
			if (err != nil) != step.fails {
				t.Errorf("%s: %v", name, err)
			}
			if step.fails && (!strings.Contains(armerr.Describe(err), "no federated credential") || strings.Contains(armerr.Describe(err), bad)) {
				t.Errorf("%s: %s", name, armerr.Describe(err))
			}
		}
	}
}

// TestPipelines asks GitHub Actions and Azure Pipelines for tokens as each of them wants to be asked.
func TestPipelines(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	app, other := s.trusted(t)
	var asked []string
	given := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.String())
		answer := map[string]string{"value": other.token(t, "pipeline")}
		if r.Method == http.MethodPost {
			answer = map[string]string{"oidcToken": answer["value"]}
		}
		if r.Header.Get("Authorization") != "Bearer let-me-in" {
			w.WriteHeader(http.StatusForbidden)
			answer = nil
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(given.Close)
	ids := object{"client_id": app.ClientID, "tenant_id": app.TenantID}
	env := map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": given.URL + "/github?run=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "let-me-in", "ARM_USE_OIDC": "true"}
	s.enters(t, open(t, s.block(ids), env))
	env = map[string]string{
		"SYSTEM_OIDCREQUESTURI": given.URL + "/azure", "SYSTEM_ACCESSTOKEN": "let-me-in", "ARM_USE_OIDC": "true",
		"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "connection",
	}
	s.enters(t, open(t, s.block(ids), env))
	want := []string{"GET /github?audience=api%3A%2F%2FAzureADTokenExchange&run=1", "POST /azure?api-version=7.1&serviceConnectionId=connection"}
	if strings.Join(asked, "\n") != strings.Join(want, "\n") {
		t.Error(asked)
	}
	ids["oidc_request_url"], ids["oidc_request_token"] = given.URL, "wrong-token"
	_, err := open(t, s.block(ids), nil).GetToken(t.Context(), scope)
	if text := armerr.Describe(err); !strings.Contains(text, "azure.oidc_request_url gives no token: it answers 403") ||
		!strings.Contains(text, "id-token: write") || strings.Contains(text, "wrong-token") {
		t.Error(text)
	}
	// Without use_oidc, what the platform gives is not used.
	if _, err := open(t, s.block(object{"client_id": app.ClientID, "tenant_id": app.TenantID}), map[string]string{
		"ACTIONS_ID_TOKEN_REQUEST_URL": given.URL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "let-me-in",
	}).GetToken(t.Context(), scope); err == nil || !strings.Contains(err.Error(), "no way to log in") {
		t.Error(err)
	}
}

// TestManagedIdentity asks the address that is set.
func TestManagedIdentity(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	at := strings.TrimSuffix(s.IdentityEndpoint, "/msi/token") + "/metadata/identity/oauth2/token"
	// MSAL keeps tokens of managed identities for the whole process, by client id.
	s.enters(t, open(t, s.block(object{
		"use_managed_identity": true, "managed_identity_endpoint": at, "client_id": s.App.ClientID,
	}), nil))
	_, err := open(t, s.block(object{"use_managed_identity": true, "managed_identity_endpoint": at, "client_id": "nobody"}), nil).
		GetToken(t.Context(), scope)
	if text := armerr.Describe(err); !strings.Contains(text, "the managed identity") || !strings.Contains(text, "client_id is that of the one") {
		t.Error(text)
	}
}

// TestAppService finds a managed identity by the variables of the platform. It cannot run beside others: azidentity reads them itself.
func TestAppService(t *testing.T) {
	s := simulate(t)
	t.Setenv("IDENTITY_ENDPOINT", s.IdentityEndpoint)
	t.Setenv("IDENTITY_HEADER", s.IdentityHeader)
	s.enters(t, open(t, s.block(nil), map[string]string{"ARM_USE_MSI": "true"}))
}

// TestCLI logs in as the Azure CLI, and works on its subscription.
func TestCLI(t *testing.T) {
	s := simulate(t)
	token, err := open(t, s.block(object{"client_id": s.App.ClientID, "tenant_id": s.App.TenantID, "client_secret": s.App.Secret}), nil).
		GetToken(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	calls := filepath.Join(dir, "calls")
	script := fmt.Sprintf(`#!/bin/sh
echo "$@" >>%s
case "$2" in
get-access-token) echo '{"accessToken":"%s","expires_on":%d}' ;;
show) echo '{"id":"%s","tenantId":"t"}' ;;
esac
`, calls, token.Token, token.ExpiresOn.Unix(), s.subscription)
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte(script), 0o700); err != nil { //nolint:gosec // a program has to be executable
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	azure := open(t, object{"metadata_host": s.MetadataHost, "ca_path": s.CAFile}, nil)
	s.enters(t, azure)
	for range 2 {
		if id, err := azure.SubscriptionID(t.Context()); err != nil || id != s.subscription {
			t.Error(id, err)
		}
	}
	made, err := os.ReadFile(calls)
	if err != nil || strings.Count(string(made), "\n") != 2 {
		t.Errorf("az was called for %s, %v", made, err)
	}
	s.enters(t, open(t, s.block(object{"use_cli": true, "tenant_id": "some-tenant"}), nil))
	if made := read(t, calls); !strings.HasSuffix(made, " --tenant some-tenant\n") {
		t.Errorf("az takes a tenant or a subscription, and not both: %s", made)
	}
	write(t, filepath.Join(dir, "az"), "#!/bin/sh\necho 'ERROR: Please run az login to set up account.' >&2; exit 1\n")
	azure = open(t, object{"metadata_host": s.MetadataHost, "ca_path": s.CAFile}, nil)
	if _, err := azure.GetToken(t.Context(), scope); err == nil || !strings.Contains(armerr.Describe(err), "Log in with az login") ||
		!strings.Contains(err.Error(), "the client secret: client_secret or client_secret_path is not set") {
		t.Error(armerr.Describe(err))
	}
	if _, err := azure.SubscriptionID(t.Context()); err == nil || !strings.Contains(armerr.Describe(err), "Set azure.subscription_id or ARM_SUBSCRIPTION_ID") {
		t.Error(err)
	}
}

// TestWrongSecret asks once, and says what the authority says without what is secret.
func TestWrongSecret(t *testing.T) {
	t.Parallel()
	const wrong = "wrong-and-secret"
	var logins int
	authority := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/token"):
			logins++
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided: ` + r.PostFormValue("client_secret") +
				`.\r\nTrace ID: t1"}`))
		case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
			_, _ = fmt.Fprintf(w, `{"issuer":"https://%[1]s/t/v2.0","token_endpoint":"https://%[1]s/t/oauth2/v2.0/token","authorization_endpoint":"https://%[1]s/a"}`,
				r.Host)
		default:
			t.Errorf("asked for %s", r.URL)
		}
	}))
	t.Cleanup(authority.Close)
	azure := open(t, object{
		"client_id": "c", "tenant_id": "t", "client_secret": wrong, "ca_pem": pemOf(authority),
		"endpoints": object{"authority": authority.URL, "resource_manager": authority.URL},
	}, nil)
	_, err := azure.Client().Get(t.Context(), "/subscriptions/s", "2022-12-01")
	text := armerr.Describe(err)
	if logins != 1 || strings.Contains(text, wrong) {
		t.Errorf("%d logins: %s", logins, text)
	}
	for _, want := range []string{"with the client secret", "AADSTS7000215: Invalid client secret provided: (secret).", "Trace ID: t1", "not its id"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing: %s", want, text)
		}
	}
}

// TestNoAuthority says that the authority is what cannot be reached, and asks one that is not trusted only once.
func TestNoAuthority(t *testing.T) {
	t.Parallel()
	var handshakes atomic.Int32
	authority := httptest.NewUnstartedServer(http.NotFoundHandler())
	authority.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		handshakes.Add(1)
		return nil, nil //nolint:nilnil // the server's own configuration
	}}
	authority.StartTLS()
	block := object{"client_id": "c", "tenant_id": "t", "client_secret": "s", "endpoints": object{"authority": authority.URL}}
	_, err := open(t, block, nil).GetToken(t.Context(), scope)
	if text := armerr.Describe(err); handshakes.Load() != 1 || !strings.Contains(text, "certificate is not trusted") || !strings.Contains(text, "ca_path") {
		t.Error(handshakes.Load(), text)
	}
	authority.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = open(t, block, nil).GetToken(ctx, scope)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestLogs finds no secret in anything that is logged, by this provider or by Azure's libraries. It cannot run beside others: those log
// to one place.
func TestLogs(t *testing.T) {
	s := simulate(t)
	app, other := s.trusted(t)
	var logged bytes.Buffer
	azlog.SetListener(func(event azlog.Event, text string) { fmt.Fprintln(&logged, event, text) })
	t.Cleanup(func() { azlog.SetListener(nil) })
	ctx := tflogtest.RootLogger(t.Context(), &logged)

	parsed, _, text := certificates.Application(t)
	certified := s.Register(armsim.App{Certificates: append(s.App.Certificates, parsed)})
	assertion, password := other.token(t, "pipeline"), rand.Text()
	secrets := []string{s.App.Secret, assertion, password, strings.Split(text, "\n")[25]}
	for _, block := range []object{
		{"client_id": s.App.ClientID, "tenant_id": s.App.TenantID, "client_secret": s.App.Secret},
		{"client_id": s.App.ClientID, "tenant_id": s.App.TenantID, "client_secret": password},
		{"client_id": app.ClientID, "tenant_id": app.TenantID, "oidc_token": assertion},
		{"client_id": certified.ClientID, "tenant_id": certified.TenantID, "client_certificate": text},
	} {
		azure := open(t, s.block(block), nil)
		if _, err := azure.Client().Get(ctx, "/subscriptions/"+s.subscription, "2022-12-01"); err != nil {
			fmt.Fprintln(&logged, armerr.Describe(err))
		}
		if token, err := azure.GetToken(ctx, scope); err == nil {
			secrets = append(secrets, token.Token)
		}
	}
	if !strings.Contains(logged.String(), "Azure Resource Manager") || !strings.Contains(logged.String(), "OUTGOING REQUEST") {
		t.Error("nothing was logged")
	}
	for _, secret := range secrets {
		if strings.Contains(logged.String(), secret) {
			t.Errorf("%.12s… is logged", secret)
		}
	}
}
