package armsim

import (
	"crypto/x509"
	"strings"
	"time"

	"github.com/google/uuid"
)

// App is a registered application, with what it may prove its identity with.
type App struct {
	// TenantID, ClientID and ObjectID are made up where they are empty.
	TenantID, ClientID, ObjectID string
	// Secret is the client secret; with "" none is taken.
	Secret string
	// Certificates may sign client assertions.
	Certificates []*x509.Certificate
	// Federated are the outside identities that may act as the application.
	Federated []Federated
	// TokenLifetime is how long its access tokens are good, an hour by default.
	TokenLifetime time.Duration
	// TokenExpiresIn is how long clients are told that they are good, which is so long by default.
	TokenExpiresIn time.Duration
	// Limited says that registries ask for the role assignments of the application; without, it may pull, push and delete.
	Limited bool
}

// Federated is an outside identity that is trusted (workload identity federation).
type Federated struct {
	Issuer, Subject, Audience string
	// Key checks the signature of its tokens: a public key, or nil where tokens are trusted without.
	Key any
}

// principal is whom a token speaks for.
type principal struct {
	TenantID, ClientID, ObjectID string
	// lifetime is how long the token is good, told what clients are told of it.
	lifetime, told time.Duration
}

// lifetimeOfTokens is how long access tokens are good where the application does not say.
const lifetimeOfTokens = time.Hour

// Register makes an application known.
func (s *Server) Register(app App) *App {
	if app.TenantID == "" {
		app.TenantID = s.tenant()
	}
	if app.ClientID == "" {
		app.ClientID = uuid.NewString()
	}
	if app.ObjectID == "" {
		app.ObjectID = uuid.NewString()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps = append(s.apps, &app)
	return &app
}

// tenant is the home of everything, that of the first application.
func (s *Server) tenant() string {
	if s.App == nil {
		return uuid.NewString()
	}
	return s.App.TenantID
}

func (a *App) principal() principal {
	return principal{TenantID: a.TenantID, ClientID: a.ClientID, ObjectID: a.ObjectID, lifetime: a.TokenLifetime, told: a.TokenExpiresIn}
}

func (s *Server) appByClient(client string) *App {
	for _, app := range s.apps {
		if strings.EqualFold(app.ClientID, client) {
			return app
		}
	}
	return nil
}

func (s *Server) knowsTenant(tenant string) bool {
	switch strings.ToLower(tenant) {
	case "common", "organizations", "adfs":
		return true
	}
	for _, app := range s.apps {
		if strings.EqualFold(app.TenantID, tenant) {
			return true
		}
	}
	return false
}
