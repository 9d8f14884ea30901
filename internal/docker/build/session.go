package build

import (
	"context"
	"fmt"
	"os"

	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/filesync"
	"github.com/moby/buildkit/session/secrets"
	"github.com/moby/buildkit/session/secrets/secretsprovider"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
)

// newSession returns the session through which BuildKit fetches files, secrets,
// agents and credentials from this process, and whatever more there is.
func (r *Request) newSession(
	ctx context.Context, dirs filesync.StaticDirSource, sharedKey string, more []session.Attachable,
) (*session.Session, error) {
	logins, err := newAuthServer(r.Auth)
	if err != nil {
		return nil, err
	}
	attachables := append([]session.Attachable{filesync.NewFSSyncProvider(dirs), logins}, more...)
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
