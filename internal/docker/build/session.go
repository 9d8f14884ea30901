package build

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth"
	"github.com/moby/buildkit/session/filesync"
	"github.com/moby/buildkit/session/secrets"
	"github.com/moby/buildkit/session/secrets/secretsprovider"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// newSession returns the session through which BuildKit fetches files, secrets,
// agents and credentials from this process, and whatever more there is.
func (r *Request) newSession(
	ctx context.Context, dirs filesync.StaticDirSource, sharedKey string, more []session.Attachable,
) (*session.Session, error) {
	attachables := append([]session.Attachable{filesync.NewFSSyncProvider(dirs), &authServer{lookup: r.Auth}}, more...)
	if len(r.Secrets) > 0 {
		store, err := newSecretStore(r.Secrets)
		if err != nil {
			return nil, err
		}
		attachables = append(attachables, secretsprovider.NewSecretProvider(store))
	}
	if len(r.SSH) > 0 {
		configs := make([]sshprovider.AgentConfig, 0, len(r.SSH))
		for _, s := range r.SSH {
			configs = append(configs, sshprovider.AgentConfig{ID: s.ID, Paths: s.Paths})
		}
		provider, err := sshprovider.NewSSHAgentProvider(configs)
		if err != nil {
			return nil, fmt.Errorf("ssh: %w", err)
		}
		attachables = append(attachables, provider)
	}
	s, err := session.NewSession(ctx, sharedKey)
	if err != nil {
		return nil, fmt.Errorf("preparing the build session: %w", err)
	}
	for _, a := range attachables {
		s.Allow(a)
	}
	return s, nil
}

// secretStore holds the secrets by id.
type secretStore map[string]Secret

func newSecretStore(all []Secret) (secretStore, error) {
	store := make(secretStore, len(all))
	for _, s := range all {
		if _, ok := store[s.ID]; ok {
			return nil, fmt.Errorf("secret %q is given twice", s.ID)
		}
		if s.File != "" {
			if _, err := os.Stat(s.File); err != nil {
				return nil, fmt.Errorf("secret %q: %w", s.ID, err)
			}
		}
		store[s.ID] = s
	}
	return store, nil
}

// GetSecret implements secrets.SecretStore.
func (s secretStore) GetSecret(_ context.Context, id string) ([]byte, error) {
	secret, ok := s[id]
	if !ok {
		return nil, fmt.Errorf("secret %q: %w", id, secrets.ErrNotFound)
	}
	if secret.File == "" {
		return secret.Data, nil
	}
	data, err := os.ReadFile(secret.File)
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", id, err)
	}
	return data, nil
}

// authServer answers the engine's questions for registry credentials. Tokens
// are left to the engine: it fetches them itself when it is not offered any.
type authServer struct {
	auth.UnimplementedAuthServer

	lookup func(ctx context.Context, host string) (user, secret string, err error)
}

// Register implements session.Attachable.
func (a *authServer) Register(server *grpc.Server) { auth.RegisterAuthServer(server, a) }

// Credentials implements auth.AuthServer.
func (a *authServer) Credentials(ctx context.Context, req *auth.CredentialsRequest) (*auth.CredentialsResponse, error) {
	if a.lookup == nil {
		return &auth.CredentialsResponse{}, nil
	}
	user, secret, err := a.lookup(ctx, req.Host)
	if err != nil {
		return nil, credentialsError(req.Host, err)
	}
	return &auth.CredentialsResponse{Username: user, Secret: secret}, nil
}

func credentialsError(host string, err error) error {
	code := codes.Unknown
	if errors.Is(err, context.Canceled) {
		code = codes.Canceled
	}
	return status.Errorf(code, "credentials for %s: %v", host, err)
}
