package registries

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/certificates"
)

// Option says what kind of registry is started. Without any it speaks plain http, knows no accounts and takes everything.
type Option func(*options)

type options struct {
	accounts             []account
	tls, tokens, keepAll bool
	faults               []Fault
}

// account is a user and what that user may do.
type account struct {
	user, password string
	// actions are those that the account is limited to; nil is no limit.
	actions []string
}

// Password lets an account do everything, and nobody in without one. The first account is the one of Settings.
func Password(user, password string) Option {
	return func(o *options) { o.accounts = append(o.accounts, account{user: user, password: password}) }
}

// Limited lets a further account in, which may do nothing but the actions: "pull", "push", "delete". For everything else
// a registry with passwords answers 403; one with a token server gives a token that is not enough.
func Limited(user, password string, actions ...string) Option {
	return func(o *options) {
		o.accounts = append(o.accounts, account{user: user, password: password, actions: append([]string{}, actions...)})
	}
}

// TLS has the registry, and its token server, speak TLS for localhost and 127.0.0.1 with a certificate of its own authority.
func TLS() Option { return func(o *options) { o.tls = true } }

// TokenServer puts a token server in front. Without a Password, everybody may pull.
func TokenServer() Option { return func(o *options) { o.tokens = true } }

// NoDelete has the registry refuse to delete.
func NoDelete() Option { return func(o *options) { o.keepAll = true } }

// With gives the registry faults from the beginning.
func With(faults ...Fault) Option {
	return func(o *options) { o.faults = append(o.faults, faults...) }
}

// passHeader marks the requests of the test itself.
const passHeader = "X-Test-Pass"

// unique is a text that nothing else has.
func unique() string { return rand.Text() }

func serverTLS(t testing.TB, ca *certificates.Authority) *tls.Config {
	t.Helper()
	return &tls.Config{Certificates: []tls.Certificate{*ca.Issue(t).TLS}}
}

// first is the account of the settings; it is empty if there is none.
func (s *Server) first() account {
	if len(s.accounts) == 0 {
		return account{}
	}
	return s.accounts[0]
}

// find is the account of that name and password.
func (s *Server) find(user, password string) (account, bool) {
	at := slices.IndexFunc(s.accounts, func(a account) bool { return a.user == user && a.password == password })
	if at < 0 {
		return account{}, false
	}
	return s.accounts[at], true
}

func (a account) may(action string) bool {
	return a.actions == nil || slices.Contains(a.actions, action)
}

// htpasswd is the file of all accounts, empty if there are none or a token server asks for them.
func (s *Server) htpasswd() string {
	if len(s.accounts) == 0 || s.options.tokens {
		return ""
	}
	var lines strings.Builder
	for _, one := range s.accounts {
		hash, err := bcrypt.GenerateFromPassword([]byte(one.password), bcrypt.MinCost)
		if err != nil {
			s.t.Fatal(err)
		}
		// Apache's spelling of the algorithm, which is the same.
		fmt.Fprintf(&lines, "%s:%s\n", one.user, strings.Replace(string(hash), "$2a$", "$2y$", 1))
	}
	return s.file("htpasswd", lines.String())
}

// own is a request as somebody who may do everything sends it.
func (s *Server) own(req *http.Request) *http.Request {
	out := req.Clone(req.Context())
	out.Header.Del("Authorization")
	switch {
	case s.options.tokens:
		scopes := []string{"registry:catalog:*"}
		if parts := inRepository.FindStringSubmatch(req.URL.Path); parts != nil {
			scopes = append(scopes, "repository:"+parts[1]+":pull,push,delete")
		}
		if from := req.URL.Query().Get("from"); from != "" {
			scopes = append(scopes, "repository:"+from+":pull")
		}
		out.Header.Set("Authorization", "Bearer "+s.tokens.sign(account{}, realm, scopes))
	case len(s.accounts) > 0:
		out.SetBasicAuth(s.accounts[0].user, s.accounts[0].password)
	}
	return out
}

// limit answers 403 to limited accounts where the registry itself knows no limits.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if s.options.tokens {
			next.ServeHTTP(w, req)
			return
		}
		user, password, _ := req.BasicAuth()
		if who, known := s.find(user, password); known && inRepository.MatchString(req.URL.Path) && !who.may(actionOf(req)) {
			refuse(w, http.StatusForbidden, "DENIED", "requested access to the resource is denied")
			return
		}
		next.ServeHTTP(w, req)
	})
}

var inRepository = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs|tags|referrers)/`)

// actionOf is the right that a request needs.
func actionOf(req *http.Request) string {
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		return "pull"
	case http.MethodDelete:
		return "delete"
	}
	return "push"
}

// refuse answers as registries do.
func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`, code, message)
}
