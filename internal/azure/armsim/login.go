package armsim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
)

// serveLogin is the authority of Microsoft Entra: discovery, OpenID configuration, keys and tokens.
func (s *Server) serveLogin(w http.ResponseWriter, r *http.Request) {
	tenant, rest, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	switch rest {
	case "discovery/instance":
		s.discover(w, r)
		return
	case "discovery/keys", "discovery/v2.0/keys":
		key := jose.JSONWebKey{Key: s.signer.key.Public(), KeyID: "armsim", Algorithm: string(jose.ES256)}
		writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
		return
	}
	s.mu.Lock()
	known := s.knowsTenant(tenant)
	s.mu.Unlock()
	if !known {
		writeLoginError(w, http.StatusBadRequest, "invalid_tenant", 90002,
			"Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", tenant)
		return
	}
	base := "https://" + r.Host + "/" + tenant
	switch rest {
	case "v2.0/.well-known/openid-configuration":
		writeJSON(w, http.StatusOK, configuration(base, "/v2.0"))
	case ".well-known/openid-configuration":
		writeJSON(w, http.StatusOK, configuration(base, ""))
	case "oauth2/v2.0/token", "oauth2/token":
		s.serveToken(w, r, tenant)
	default:
		writeLoginError(w, http.StatusNotFound, "invalid_request", 900144, "There is nothing at %s.", r.URL.Path)
	}
}

// discover tells whether an authority is one of Microsoft's, or this one, and where it describes itself.
func (s *Server) discover(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	for _, needed := range []string{"api-version", "authorization_endpoint"} {
		if query.Get(needed) == "" {
			writeMissing(w, needed)
			return
		}
	}
	authority, err := url.Parse(query.Get("authorization_endpoint"))
	if err != nil || !slices.Contains(append(slices.Clone(loginHosts), s.MetadataHost, r.Host), authority.Host) {
		writeLoginError(w, http.StatusBadRequest, "invalid_instance", 50049, "Unknown or invalid instance.")
		return
	}
	tenant, _, _ := strings.Cut(strings.Trim(authority.Path, "/"), "/")
	alias := func(names ...string) object {
		return object{"preferred_network": names[0], "preferred_cache": names[0], "aliases": names}
	}
	writeJSON(w, http.StatusOK, object{
		"tenant_discovery_endpoint": "https://" + authority.Host + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []any{
			alias(loginHosts[:4]...), alias("login.microsoftonline.us"),
			alias("login.partner.microsoftonline.cn", "login.chinacloudapi.cn"),
		},
	})
}

func configuration(base, version string) object {
	oauth := base + "/oauth2" + version
	return object{
		"issuer": base + version, "token_endpoint": oauth + "/token", "authorization_endpoint": oauth + "/authorize",
		"device_authorization_endpoint": oauth + "/devicecode", "jwks_uri": base + "/discovery" + version + "/keys",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"response_types_supported":              []string{"code", "id_token", "token"},
		"subject_types_supported":               []string{"pairwise"}, "id_token_signing_alg_values_supported": []string{"ES256"},
		"tenant_region_scope": nil, "cloud_instance_name": "microsoftonline.com",
	}
}

// loginFailure is an error of the authority.
type loginFailure struct {
	status  int
	code    string
	number  int
	message string
}

func loginFail(status int, code string, number int, format string, args ...any) *loginFailure {
	return &loginFailure{status, code, number, fmt.Sprintf(format, args...)}
}

func writeLoginError(w http.ResponseWriter, status int, code string, number int, format string, args ...any) {
	trace, now := uuid.NewString(), time.Now().UTC().Format("2006-01-02 15:04:05Z")
	text := fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", number, fmt.Sprintf(format, args...), trace, trace, now)
	writeJSON(w, status, object{
		"error": code, "error_description": text, "error_codes": []int{number}, "timestamp": now, "trace_id": trace, "correlation_id": trace,
	})
}

// writeMissing says that a request lacks something.
func writeMissing(w http.ResponseWriter, what string) {
	writeLoginError(w, http.StatusBadRequest, "invalid_request", 900144, "The request must contain the following parameter: '%s'.", what)
}

// serveToken gives a token to an application that proves who it is.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request, tenant string) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		writeLoginError(w, http.StatusBadRequest, "invalid_request", 900561, "The endpoint only accepts POST requests with a form.")
		return
	}
	who, failed := s.prove(r, tenant)
	if failed != nil {
		writeLoginError(w, failed.status, failed.code, failed.number, "%s", failed.message)
		return
	}
	second := strings.HasSuffix(r.URL.Path, "/v2.0/token")
	wants := "resource"
	if second {
		wants = "scope"
	}
	audience, _, _ := strings.Cut(strings.TrimSpace(r.Form.Get(wants)), " ")
	if audience == "" {
		writeMissing(w, wants)
		return
	}
	if second {
		scope, ok := strings.CutSuffix(audience, "/.default")
		if !ok {
			writeLoginError(w, http.StatusBadRequest, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
			return
		}
		audience = scope
	}
	token, lifetime, err := s.accessToken(who, audience)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	seconds := int(lifetime.Seconds())
	if second {
		writeJSON(w, http.StatusOK, object{"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token})
		return
	}
	writeJSON(w, http.StatusOK, versionOne(token, audience, lifetime))
}

// versionOne is the older form of an answer with a token, in which all is text.
func versionOne(token, audience string, lifetime time.Duration) object {
	end := time.Now().Add(lifetime)
	return object{
		"token_type": "Bearer", "access_token": token, "resource": audience, "refresh_token": "",
		"expires_in": fmt.Sprint(int(lifetime.Seconds())), "ext_expires_in": fmt.Sprint(int(lifetime.Seconds())),
		"expires_on": fmt.Sprint(end.Unix()), "not_before": fmt.Sprint(time.Now().Add(-time.Minute).Unix()),
	}
}
