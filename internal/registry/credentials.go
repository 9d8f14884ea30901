package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
)

// Credentials are what a registry lets somebody in with. The zero value is anonymous. However they are printed, logged
// or marshalled, they do not show their secrets.
type Credentials struct {
	// Username and Password go together.
	Username, Password string
	// IdentityToken is exchanged for access tokens (OAuth's refresh token).
	IdentityToken string
	// RegistryToken is sent to the registry as it is.
	RegistryToken string
	// Source says where they come from, as messages say it.
	Source string
	// Advice is what to do where they are not enough, if there is something to say beyond that.
	Advice string
	// Expires is when they have to be looked up anew; zero is never.
	Expires time.Time

	// searched is what had nothing to offer before this, for messages.
	searched string
}

// Anonymous says that there is nothing to let somebody in with.
func (c Credentials) Anonymous() bool {
	return c.Password == "" && c.IdentityToken == "" && c.RegistryToken == ""
}

// Searched says where nothing was found, and why, if the credentials are anonymous.
func (c Credentials) Searched() string {
	if !c.Anonymous() {
		return ""
	}
	return c.searched
}

// String says whose credentials these are and where they come from.
func (c Credentials) String() string {
	switch {
	case c.Anonymous():
		return "no credentials"
	case c.IdentityToken != "":
		return "the identity token from " + c.Source
	case c.RegistryToken != "":
		return "the registry token from " + c.Source
	}
	return fmt.Sprintf("the password of %q from %s", c.Username, c.Source)
}

// GoString is String, for %#v.
func (c Credentials) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { writeString(f, c.String()) }

// MarshalJSON writes String.
func (c Credentials) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// writeString ignores errors, as formatters have nowhere to report them.
func writeString(w io.Writer, s string) { _, _ = io.WriteString(w, s) }

// basic is the value of a basic Authorization header without its scheme.
func (c Credentials) basic() string {
	if c.Password == "" {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(c.Username + ":" + c.Password))
}

// secrets are the texts that must not be shown.
func (c Credentials) secrets() []string {
	return []string{c.Password, c.IdentityToken, c.RegistryToken, c.basic()}
}

// EngineAuth are credentials in the form that Docker engines take them (X-Registry-Auth). Marshalled as JSON it has its
// secrets; printed, it does not.
type EngineAuth struct {
	Username      string `json:"username,omitempty"`
	Password      string `json:"password,omitempty"`
	ServerAddress string `json:"serveraddress,omitempty"`
	IdentityToken string `json:"identitytoken,omitempty"`
	RegistryToken string `json:"registrytoken,omitempty"`
}

// Engine are the credentials for an engine that pulls from or pushes to the registry, or builds from its images.
func (c Credentials) Engine(host string) EngineAuth {
	return EngineAuth{
		Username: c.Username, Password: c.Password, IdentityToken: c.IdentityToken, RegistryToken: c.RegistryToken,
		ServerAddress: ServerAddress(host),
	}
}

// Header is the value of X-Registry-Auth. The error is that of encoding/json.
func (a EngineAuth) Header() (string, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(data), nil
}

// Format prints the server's address alone, whatever the verb.
func (a EngineAuth) Format(f fmt.State, _ rune) {
	writeString(f, "credentials for "+a.ServerAddress)
}

// Native is a login that a cloud offers for its own registries.
type Native interface {
	// Login returns the credentials for the registry. Anonymous ones say that it has none, and the note why, for messages;
	// without a note, the registry is not of that cloud. An error ends the search, an ErrNotReady as what it is.
	Login(ctx context.Context, host string) (found Credentials, note string, err error)
}

// Keychain gives the credentials to code of go-containerregistry. The context serves those callers that have none.
func (r *Registries) Keychain(ctx context.Context) authn.Keychain {
	return keychain{ctx: ctx, registries: r}
}

type keychain struct {
	ctx        context.Context
	registries *Registries
}

// Resolve is part of authn.Keychain.
func (k keychain) Resolve(of authn.Resource) (authn.Authenticator, error) {
	return k.ResolveContext(k.ctx, of)
}

// ResolveContext is part of authn.ContextKeychain.
func (k keychain) ResolveContext(ctx context.Context, of authn.Resource) (authn.Authenticator, error) {
	found, err := k.registries.Credentials(ctx, of.RegistryStr())
	if err != nil {
		return nil, err
	}
	if found.Anonymous() {
		return authn.Anonymous, nil
	}
	return authn.FromConfig(authn.AuthConfig{
		Username: found.Username, Password: found.Password, IdentityToken: found.IdentityToken, RegistryToken: found.RegistryToken,
	}), nil
}
