package build

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/moby/buildkit/session/auth"
	"golang.org/x/crypto/nacl/sign"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Login is what lets in at a registry. The zero value is anonymous. However it is printed, it does not show its secrets.
type Login struct {
	// User and Secret are a name and a password. Without a user, the secret is an identity token.
	User, Secret string
	// Token is sent to the registry as it is, if that takes bearer tokens.
	Token string
}

// Format prints the user alone, whatever the verb.
func (l Login) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "login of %q", l.User) }

// authServer answers the engine's questions for registry credentials. The engine fetches tokens itself, with what it is told
// here, but for registries of which there is a token already: for those this end says that it fetches them.
type authServer struct {
	auth.UnimplementedAuthServer

	lookup func(ctx context.Context, host string) (Login, error)
	// public and private are of this session alone: it is how the engine keeps tokens of different sessions apart.
	public  *[32]byte
	private *[64]byte
}

func newAuthServer(lookup func(ctx context.Context, host string) (Login, error)) (*authServer, error) {
	if lookup == nil {
		lookup = func(context.Context, string) (Login, error) { return Login{}, nil }
	}
	public, private, err := sign.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("preparing the build session: %w", err)
	}
	return &authServer{lookup: lookup, public: public, private: private}, nil
}

// Register implements session.Attachable.
func (a *authServer) Register(server *grpc.Server) { auth.RegisterAuthServer(server, a) }

// errOnlyToken is the answer for a registry of which there is a token alone. An answer without credentials would have the
// engine go on with what it has of an anonymous build.
var errOnlyToken = errors.New("there is a registry token, but the builder wants a user name and a password, or an identity token")

// Credentials implements auth.AuthServer.
func (a *authServer) Credentials(ctx context.Context, req *auth.CredentialsRequest) (*auth.CredentialsResponse, error) {
	found, err := a.find(ctx, req.Host)
	if found.Token != "" {
		return nil, credentialsError(req.Host, errOnlyToken)
	}
	return &auth.CredentialsResponse{Username: found.User, Secret: found.Secret}, err
}

// GetTokenAuthority implements auth.AuthServer: only where there is a token, this end fetches it.
func (a *authServer) GetTokenAuthority(ctx context.Context, req *auth.GetTokenAuthorityRequest) (*auth.GetTokenAuthorityResponse, error) {
	if err := a.mustHaveToken(ctx, req.Host); err != nil {
		return nil, err
	}
	return &auth.GetTokenAuthorityResponse{PublicKey: a.public[:]}, nil
}

// VerifyTokenAuthority implements auth.AuthServer.
func (a *authServer) VerifyTokenAuthority(
	ctx context.Context, req *auth.VerifyTokenAuthorityRequest,
) (*auth.VerifyTokenAuthorityResponse, error) {
	if err := a.mustHaveToken(ctx, req.Host); err != nil {
		return nil, err
	}
	return &auth.VerifyTokenAuthorityResponse{Signed: sign.Sign(nil, req.Payload, a.private)}, nil
}

// FetchToken implements auth.AuthServer. The registry is sent nothing but what it is to be sent anyway.
func (a *authServer) FetchToken(ctx context.Context, req *auth.FetchTokenRequest) (*auth.FetchTokenResponse, error) {
	found, err := a.find(ctx, req.Host)
	return &auth.FetchTokenResponse{Token: found.Token}, err
}

// mustHaveToken returns what makes the engine fetch tokens itself, if there is none.
func (a *authServer) mustHaveToken(ctx context.Context, host string) error {
	found, err := a.find(ctx, host)
	if err == nil && found.Token == "" {
		return status.Error(codes.Unavailable, "tokens are left to the engine")
	}
	return err
}

func (a *authServer) find(ctx context.Context, host string) (Login, error) {
	found, err := a.lookup(ctx, host)
	if err != nil {
		return Login{}, credentialsError(host, err)
	}
	return found, nil
}

func credentialsError(host string, err error) error {
	code := codes.Unknown
	if errors.Is(err, context.Canceled) {
		code = codes.Canceled
	}
	return status.Errorf(code, "credentials for %s: %v", host, err)
}
