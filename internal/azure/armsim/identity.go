package armsim

import (
	"net/http"
	"strings"
	"time"
)

const (
	// identityPath is where App Service has the tokens of managed identities.
	identityPath = "/msi/token"
	// instancePath is where virtual machines have them.
	instancePath = "/metadata/identity/oauth2/token"
)

// serveIdentity gives tokens of managed identities: of the system-assigned one, which is the application of this
// simulator, or of a user-assigned one that was created.
func (s *Server) serveIdentity(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch r.URL.Path {
	case identityPath:
		if r.Header.Get("X-Identity-Header") != s.IdentityHeader {
			writeJSON(w, http.StatusUnauthorized, object{"statusCode": 401, "message": "The header X-IDENTITY-HEADER is wrong."})
			return
		}
	case instancePath:
		if r.Header.Get("Metadata") != "true" {
			writeJSON(w, http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Required metadata header not specified"})
			return
		}
	default:
		http.NotFound(w, r)
		return
	}
	owner := query.Get("principal_id") + query.Get("object_id")
	who, ok := s.managed(query.Get("client_id"), owner, query.Get("mi_res_id")+query.Get("msi_res_id"))
	if !ok || query.Get("resource") == "" {
		writeJSON(w, http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Identity not found"})
		return
	}
	token, lifetime, err := s.accessToken(who, query.Get("resource"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer := versionOne(token, query.Get("resource"), lifetime)
	answer["client_id"] = who.ClientID
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) managed(client, objectID, id string) (principal, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found *resource
	switch {
	case client != "":
		found = s.identityBy("clientId", client)
	case objectID != "":
		found = s.identityBy("principalId", objectID)
	case id != "":
		found = s.resources[strings.ToLower(id)]
	default:
		return s.App.principal(), true
	}
	if found == nil {
		app := s.appByClient(client)
		if app == nil {
			return principal{}, false
		}
		return app.principal(), true
	}
	return principal{
		TenantID: s.App.TenantID, ClientID: textAt(found.doc, "properties.clientId"), ObjectID: textAt(found.doc, "properties.principalId"),
		lifetime: time.Hour,
	}, true
}

// identityBy finds a user-assigned identity by one of its properties.
func (s *Server) identityBy(property, value string) *resource {
	for _, r := range s.resources {
		if r.is("Microsoft.ManagedIdentity/userAssignedIdentities") && strings.EqualFold(textAt(r.doc, "properties."+property), value) {
			return r
		}
	}
	return nil
}
