package registries

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	// realm names the registry to its accounts, and the service and issuer of tokens.
	realm = "registries of tests"
	// tokenLife is how long a token is good for.
	tokenLife = 5 * time.Minute
)

// tokenServer signs tokens as registries verify them.
type tokenServer struct {
	server *Server
	signer jose.Signer
	url    string
	// refresh are the identity tokens by user.
	refresh map[string]string
	asked   atomic.Int64
}

func newTokenServer(s *Server) *tokenServer {
	s.t.Helper()
	certificate := s.ca.Issue(s.t)
	options := (&jose.SignerOptions{}).WithType("JWT").
		WithHeader("x5c", []string{base64.StdEncoding.EncodeToString(certificate.TLS.Certificate[0])})
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: certificate.Private}, options)
	if err != nil {
		s.t.Fatal(err)
	}
	server := &tokenServer{server: s, signer: signer, refresh: make(map[string]string)}
	for _, one := range s.accounts {
		server.refresh[one.user] = unique()
	}
	scheme := "http"
	if s.options.tls {
		scheme = "https"
	}
	server.url = scheme + "://" + s.listen(server) + "/token"
	return server
}

// ServeHTTP gives tokens for a password or an identity token.
func (a *tokenServer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if err := req.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	// A scope is given for each repository, or all in one.
	scopes := strings.Fields(strings.Join(req.Form["scope"], " "))
	a.asked.Add(1)
	who, known := a.who(req)
	if !known {
		refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "incorrect username or password")
		return
	}
	a.answer(w, req, who, scopes)
}

// who is the account that asks.
func (a *tokenServer) who(req *http.Request) (account, bool) {
	user, password, basic := req.BasicAuth()
	switch {
	case req.Method == http.MethodPost && req.PostForm.Get("grant_type") == "refresh_token":
		for _, one := range a.server.accounts {
			if a.refresh[one.user] == req.PostForm.Get("refresh_token") {
				return one, true
			}
		}
		return account{}, false
	case req.Method == http.MethodPost:
		user, password = req.PostForm.Get("username"), req.PostForm.Get("password")
	case !basic && len(a.server.accounts) == 0:
		return account{user: "anonymous", actions: []string{"pull"}}, true
	}
	return a.server.find(user, password)
}

// access is a right of a token.
type access struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

// grant is what of the scopes the account may do.
func (a account) grant(scopes []string) []access {
	granted := []access{}
	for _, scope := range scopes {
		kind, rest, _ := strings.Cut(scope, ":")
		colon := strings.LastIndex(rest, ":")
		if colon < 0 {
			continue
		}
		one := access{Type: kind, Name: rest[:colon], Actions: []string{}}
		for _, action := range strings.Split(rest[colon+1:], ",") {
			if a.may(action) {
				one.Actions = append(one.Actions, action)
			}
		}
		granted = append(granted, one)
	}
	return granted
}

// sign makes a token.
func (a *tokenServer) sign(who account, service string, scopes []string) string {
	now := time.Now()
	token, err := jwt.Signed(a.signer).Claims(map[string]any{
		"iss": realm, "sub": who.user, "aud": service, "jti": unique(), "access": who.grant(scopes),
		"exp": now.Add(tokenLife).Unix(), "nbf": now.Add(-time.Minute).Unix(), "iat": now.Unix(),
	}).Serialize()
	if err != nil {
		a.server.t.Error(err)
	}
	return token
}

func (a *tokenServer) answer(w http.ResponseWriter, req *http.Request, who account, scopes []string) {
	token := a.sign(who, req.Form.Get("service"), scopes)
	said := map[string]any{"token": token, "access_token": token, "expires_in": int(tokenLife.Seconds())}
	if req.Form.Get("offline_token") == "true" || req.Form.Get("access_type") == "offline" {
		said["refresh_token"] = a.refresh[who.user]
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(said); err != nil {
		// Whoever asked has gone.
		return
	}
}
