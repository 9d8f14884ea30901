package armsim

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signer makes and checks the tokens of this simulator.
type signer struct {
	key  *ecdsa.PrivateKey
	jose jose.Signer
}

// claims are what an access token says.
type claims struct {
	jwt.Claims
	ClientID string `json:"appid,omitempty"`
	ObjectID string `json:"oid,omitempty"`
	TenantID string `json:"tid,omitempty"`
	Version  string `json:"ver,omitempty"`
	Kind     string `json:"idtyp,omitempty"`
	// Made and Ends are when the token was made and when it ends, to the nanosecond.
	Made int64 `json:"made,omitempty"`
	Ends int64 `json:"ends,omitempty"`
}

func (c claims) ended() bool { return time.Now().UnixNano() > c.Ends }

func newSigner() (*signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", "armsim")
	inner, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	if err != nil {
		return nil, err
	}
	return &signer{key: key, jose: inner}, nil
}

func (s *signer) sign(claims any) (string, error) {
	return jwt.Signed(s.jose).Claims(claims).Serialize()
}

// errToken is for tokens that are not from here.
var errToken = errors.New("the token is not one of this simulator")

// read checks the signature of a token and takes its claims; when it ends is for the caller to look at.
func (s *signer) read(token string, into any) error {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return errToken
	}
	if parsed.Claims(s.key.Public(), into) != nil {
		return errToken
	}
	return nil
}

// accessToken makes a token of a principal for an audience. It returns the time until it ends, as clients are told, as well.
func (s *Server) accessToken(who principal, audience string) (string, time.Duration, error) {
	lifetime := who.lifetime
	if lifetime == 0 {
		lifetime = lifetimeOfTokens
	}
	now := time.Now()
	token, err := s.signer.sign(claims{
		Claims: jwt.Claims{
			Issuer: "https://sts.windows.net/" + who.TenantID + "/", Subject: who.ObjectID, Audience: jwt.Audience{audience}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now.Add(-time.Minute)), Expiry: jwt.NewNumericDate(now.Add(lifetime)),
		},
		ClientID: who.ClientID, ObjectID: who.ObjectID, TenantID: who.TenantID, Version: "1.0", Kind: "app",
		Made: now.UnixNano(), Ends: now.Add(lifetime).UnixNano(),
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued[who.ObjectID]++
	return token, cmp.Or(who.told, lifetime), err
}

// Issued is how many access tokens an application got so far.
func (s *Server) Issued(app *App) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issued[app.ObjectID]
}

// audiences of tokens that Resource Manager takes, without a slash at the end.
var audiences = []string{
	"https://management.azure.com", "https://management.core.windows.net", "https://management.usgovcloudapi.net",
	"https://management.core.usgovcloudapi.net", "https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn",
}

// authenticate finds out who sends a request to Resource Manager. Answers are worded as Azure words them.
func (s *Server) authenticate(r *http.Request) (claims, *failure) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token == "" || !strings.EqualFold(scheme, "Bearer") {
		return claims{}, fail(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	}
	var who claims
	if err := s.signer.read(token, &who); err != nil {
		return claims{}, fail(http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid.")
	}
	if who.ended() {
		return claims{}, expired(who)
	}
	mine := append(slices.Clone(audiences), "https://"+r.Host)
	for _, audience := range who.Audience {
		if slices.Contains(mine, strings.TrimRight(audience, "/")) {
			return who, nil
		}
	}
	return claims{}, fail(http.StatusUnauthorized, "InvalidAuthenticationTokenAudience",
		"The access token has been obtained for wrong audience or resource '%s'. It should exactly match with one of the allowed audiences '%s'.",
		strings.Join(who.Audience, ","), strings.Join(mine, "','"))
}

func expired(who claims) *failure {
	now := time.Now().UTC().Format("1/2/2006 3:04:05 PM")
	end := ""
	if who.Expiry != nil {
		end = who.Expiry.Time().UTC().Format("1/2/2006 3:04:05 PM")
	}
	return fail(http.StatusUnauthorized, "ExpiredAuthenticationToken",
		"The access token expiry UTC time '%s' is earlier than current UTC time '%s'.", end, now)
}

// challenge asks for a token, as Resource Manager does with every 401.
func (s *Server) challenge(w http.ResponseWriter, f *failure) {
	w.Header().Set("WWW-Authenticate", `Bearer authorization_uri="https://login.microsoftonline.com/`+s.App.TenantID+
		`", error="invalid_token", error_description="`+f.Message+`"`)
	writeError(w, f)
}
