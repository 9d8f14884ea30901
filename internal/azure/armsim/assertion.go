package armsim

import (
	"crypto/sha1" //nolint:gosec // Thumbprints of certificates are SHA-1 by definition.
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// prove checks the credential of a request for a token.
func (s *Server) prove(r *http.Request, tenant string) (principal, *loginFailure) {
	form := r.Form
	if grant := form.Get("grant_type"); grant != "client_credentials" {
		return principal{}, loginFail(http.StatusBadRequest, "unsupported_grant_type", 70003,
			"The app requested an unsupported grant type '%s'.", grant)
	}
	client := form.Get("client_id")
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.appByClient(client)
	if app == nil {
		app = s.appOfIdentity(client)
	}
	if app == nil {
		return principal{}, loginFail(http.StatusBadRequest, "unauthorized_client", 700016,
			"Application with identifier '%s' was not found in the directory '%s'.", client, tenant)
	}
	if form.Get("client_assertion") != "" && form.Get("client_assertion_type") == assertionType {
		return app.principal(), app.assert(form.Get("client_assertion"), r)
	}
	secret := form.Get("client_secret")
	if secret == "" {
		return principal{}, loginFail(http.StatusUnauthorized, "invalid_client", 7000218,
			"The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
	}
	if app.Secret == "" || subtle.ConstantTimeCompare([]byte(app.Secret), []byte(secret)) == 0 {
		return principal{}, loginFail(http.StatusUnauthorized, "invalid_client", 7000215,
			"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, "+
				"for a secret added to app '%s'.", client)
	}
	return app.principal(), nil
}

// assert checks a signed assertion: one of the application itself, by a registered certificate, or one of an outside
// identity that is trusted.
func (a *App) assert(assertion string, r *http.Request) *loginFailure {
	parsed, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.RS384, jose.RS512})
	if err != nil {
		return loginFail(http.StatusUnauthorized, "invalid_client", 50027, "JWT token is invalid or malformed.")
	}
	var says jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&says); err != nil {
		return loginFail(http.StatusUnauthorized, "invalid_client", 50027, "JWT token is invalid or malformed.")
	}
	if says.Issuer == a.ClientID {
		return a.assertSelf(parsed, says, r)
	}
	if failed := inTime(says); failed != nil {
		return failed
	}
	return a.assertOutside(parsed, says)
}

func (a *App) assertSelf(parsed *jwt.JSONWebToken, says jwt.Claims, r *http.Request) *loginFailure {
	cert := a.certificate(parsed.Headers[0])
	if cert == nil {
		return loginFail(http.StatusUnauthorized, "invalid_client", 700027,
			"The certificate with identifier used to sign the client assertion is not registered on application.")
	}
	if parsed.Claims(cert.PublicKey, &says) != nil {
		return loginFail(http.StatusUnauthorized, "invalid_client", 700027, "Client assertion failed signature validation.")
	}
	if failed := inTime(says); failed != nil {
		return failed
	}
	if endpoint := "https://" + r.Host + r.URL.Path; says.Subject != a.ClientID || !slices.Contains(says.Audience, endpoint) {
		return loginFail(http.StatusUnauthorized, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.")
	}
	return nil
}

func inTime(says jwt.Claims) *loginFailure {
	now := time.Now()
	if says.Expiry == nil || now.After(says.Expiry.Time()) || says.NotBefore != nil && now.Add(time.Minute).Before(says.NotBefore.Time()) {
		return loginFail(http.StatusUnauthorized, "invalid_client", 700024, "Client assertion is not within its valid time range.")
	}
	return nil
}

// certificate finds the registered certificate whose thumbprint is in the header of an assertion.
func (a *App) certificate(header jose.Header) *x509.Certificate {
	for _, cert := range a.Certificates {
		short, long := sha1.Sum(cert.Raw), sha256.Sum256(cert.Raw) //nolint:gosec // As above.
		if header.ExtraHeaders["x5t"] == base64.RawURLEncoding.EncodeToString(short[:]) ||
			header.ExtraHeaders["x5t"] == base64.StdEncoding.EncodeToString(short[:]) ||
			// Older clients have it as the id of the key.
			header.KeyID == base64.URLEncoding.EncodeToString(short[:]) ||
			header.ExtraHeaders["x5t#S256"] == base64.RawURLEncoding.EncodeToString(long[:]) ||
			header.ExtraHeaders["x5t#S256"] == base64.StdEncoding.EncodeToString(long[:]) {
			return cert
		}
	}
	return nil
}

func (a *App) assertOutside(parsed *jwt.JSONWebToken, says jwt.Claims) *loginFailure {
	for _, trusted := range a.Federated {
		if trusted.Issuer != says.Issuer || trusted.Subject != says.Subject || !slices.Contains(says.Audience, trusted.Audience) {
			continue
		}
		if trusted.Key != nil && parsed.Claims(trusted.Key, &says) != nil {
			return loginFail(http.StatusUnauthorized, "invalid_client", 700030, "The signature of the assertion is invalid.")
		}
		return nil
	}
	return loginFail(http.StatusUnauthorized, "invalid_client", 700213,
		"No matching federated identity record found for presented assertion subject '%s', issuer '%s' and audience '%s'.",
		says.Subject, says.Issuer, strings.Join(says.Audience, ","))
}

// appOfIdentity is a user-assigned identity as an application, which its federated credentials may act as.
func (s *Server) appOfIdentity(client string) *App {
	identity := s.identityBy("clientId", client)
	if identity == nil {
		return nil
	}
	app := &App{TenantID: s.App.TenantID, ClientID: client, ObjectID: textAt(identity.doc, "properties.principalId"), Limited: true}
	for _, child := range s.children(identity.id, "federatedIdentityCredentials") {
		audiences, _ := valueAt(child.doc, "properties.audiences").([]any)
		for _, audience := range audiences {
			audience, _ := audience.(string)
			app.Federated = append(app.Federated, Federated{
				Issuer: textAt(child.doc, "properties.issuer"), Subject: textAt(child.doc, "properties.subject"), Audience: audience,
			})
		}
	}
	return app
}
