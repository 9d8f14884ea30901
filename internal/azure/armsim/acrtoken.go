package armsim

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// access is what a token of a registry lets its bearer do.
type access struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

// registryClaims are what the tokens of a registry say.
type registryClaims struct {
	jwt.Claims
	// Grant is refresh_token or access_token.
	Grant    string   `json:"grant_type"`
	ClientID string   `json:"appid,omitempty"`
	Access   []access `json:"access,omitempty"`
}

const (
	refreshLifetime = 3 * time.Hour
	accessLifetime  = 75 * time.Minute
	// nobody is the user name that goes with a refresh token as password.
	nobody = "00000000-0000-0000-0000-000000000000"
	// registryAudience is of tokens that are for registries alone.
	registryAudience = "https://containerregistry.azure.net"
)

func (s *Server) registryClaimsOf(host, subject, client, grant string, lifetime time.Duration, granted []access) registryClaims {
	now := time.Now()
	return registryClaims{
		Claims: jwt.Claims{
			Issuer: "Azure Container Registry", Subject: subject, Audience: jwt.Audience{host},
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(lifetime)),
		},
		Grant: grant, ClientID: client, Access: granted,
	}
}

// exchange turns an access token of Entra into a refresh token of a registry.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request, registry *resource) {
	if err := r.ParseForm(); err != nil || r.Form.Get("grant_type") != "access_token" || !strings.EqualFold(r.Form.Get("service"), r.Host) {
		(&registryProblem{http.StatusBadRequest, "UNSUPPORTED", "grant_type has to be access_token, and service the host."}).write(w)
		return
	}
	var who claims
	if s.signer.read(r.Form.Get("access_token"), &who) != nil || who.ended() || !s.takes(registry, who) {
		unauthorized("the access token is invalid, has ended, or is for somebody else.").write(w)
		return
	}
	s.writeToken(w, "refresh_token", s.registryClaimsOf(r.Host, who.ObjectID, who.ClientID, "refresh_token", refreshLifetime, nil))
}

// takes says whether a registry takes tokens for this audience: those for Resource Manager can be switched off.
func (s *Server) takes(registry *resource, who claims) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	arm := textAt(registry.doc, "properties.policies.azureADAuthenticationAsArmPolicy.status") != "disabled"
	return slices.ContainsFunc(who.Audience, func(audience string) bool {
		audience = strings.TrimRight(audience, "/")
		return audience == registryAudience || arm && slices.Contains(audiences, audience)
	})
}

func (s *Server) writeToken(w http.ResponseWriter, name string, says registryClaims) {
	token, err := s.signer.sign(says)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, http.StatusOK, object{name: token})
}

// registryToken gives an access token for a refresh token, for a password, or to anybody where that is allowed.
func (s *Server) registryToken(w http.ResponseWriter, r *http.Request, registry *resource) {
	if err := r.ParseForm(); err != nil {
		(&registryProblem{http.StatusBadRequest, "UNSUPPORTED", "a form is needed."}).write(w)
		return
	}
	user, password, _ := r.BasicAuth()
	if r.Form.Get("grant_type") == "password" {
		user, password = r.Form.Get("username"), r.Form.Get("password")
	}
	refresh := r.Form.Get("refresh_token")
	if user == nobody {
		refresh = password
	}
	subject, client, actions, ok := s.bearer(r.Host, registry, user, password, refresh)
	if !ok {
		unauthorized("authentication required, visit https://aka.ms/acr/authorization for more information.").write(w)
		return
	}
	lifetime := accessLifetime
	if app := s.application(client); app != nil && app.TokenLifetime != 0 {
		lifetime = app.TokenLifetime
	}
	granted := grant(strings.Fields(strings.Join(r.Form["scope"], " ")), actions)
	s.writeToken(w, "access_token", s.registryClaimsOf(r.Host, subject, client, "access_token", lifetime, granted))
}

func (s *Server) application(client string) *App {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.appByClient(client)
}

// bearer finds out who asks for a token, and what they may do.
func (s *Server) bearer(
	host string, registry *resource, user, password, refresh string,
) (subject, client string, actions []string, ok bool) {
	if refresh != "" {
		var says registryClaims
		if s.signer.read(refresh, &says) != nil || says.Grant != "refresh_token" || !says.good(host) {
			return "", "", nil, false
		}
		return says.Subject, says.ClientID, s.actionsOf(says.Subject, says.ClientID, registry), true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if user != "" {
		return user, "", []string{"*"}, administrator(registry, user, password)
	}
	open, _ := valueAt(registry.doc, "properties.anonymousPullEnabled").(bool)
	return "anonymous", "", []string{"pull"}, open
}

func (says registryClaims) good(host string) bool {
	return slices.Contains(says.Audience, host) && says.Expiry != nil && time.Now().Before(says.Expiry.Time())
}

func administrator(registry *resource, user, password string) bool {
	enabled, _ := valueAt(registry.doc, "properties.adminUserEnabled").(bool)
	if !enabled || !strings.EqualFold(user, registry.name) {
		return false
	}
	for _, name := range []string{"password", "password2"} {
		if kept, _ := registry.stable[name].(string); kept != "" && subtle.ConstantTimeCompare([]byte(kept), []byte(password)) == 1 {
			return true
		}
	}
	return false
}

// actionsOf are what a principal may do by its roles; applications that are not Limited may do everything.
func (s *Server) actionsOf(objectID, client string, registry *resource) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if app := s.appByClient(client); app != nil && !app.Limited {
		return []string{"*"}
	}
	return s.roleActions(objectID, registry)
}

// roleActions are what the roles of a principal let it do.
func (s *Server) roleActions(objectID string, registry *resource) []string {
	var actions []string
	for _, role := range s.assigned(objectID, registry.id) {
		switch role {
		case "Owner", "Contributor":
			return []string{"*"}
		case "AcrPush":
			actions = append(actions, "pull", "push")
		case "AcrPull", "Reader":
			actions = append(actions, "pull")
		case "AcrDelete":
			actions = append(actions, "delete")
		}
	}
	return actions
}

// grant gives of what was asked for what may be.
func grant(scopes, allowed []string) []access {
	var granted []access
	for _, scope := range scopes {
		kind, rest, _ := strings.Cut(scope, ":")
		cut := strings.LastIndex(rest, ":")
		if cut < 0 {
			continue
		}
		given := access{Type: kind, Name: rest[:cut]}
		for action := range strings.SplitSeq(rest[cut+1:], ",") {
			if slices.Contains(allowed, "*") || slices.Contains(allowed, action) {
				given.Actions = append(given.Actions, action)
			}
		}
		granted = append(granted, given)
	}
	return granted
}

// admitted says whether a request may go to the registry.
func (s *Server) admitted(r *http.Request, registry *resource, need access) bool {
	if user, password, ok := r.BasicAuth(); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		return administrator(registry, user, password)
	}
	var says registryClaims
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if s.signer.read(token, &says) != nil || says.Grant != "access_token" || !says.good(r.Host) {
		return false
	}
	return need.Name == "" || slices.ContainsFunc(says.Access, func(has access) bool {
		return has.Type == need.Type && has.Name == need.Name &&
			(slices.Contains(has.Actions, "*") || slices.Contains(has.Actions, need.Actions[0]))
	})
}
