package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
)

// AccessToken lets somebody do some actions in one repository. However it is printed, it does not show its value.
type AccessToken struct {
	// Value is what stands behind "Bearer" in the header Authorization.
	Value string
	// Ends is until when it should be used; zero where that is not known.
	Ends time.Time
}

// Format prints the time alone, whatever the verb.
func (a AccessToken) Format(f fmt.State, _ rune) {
	writeString(f, "an access token until "+a.Ends.String())
}

// Access returns an access token for actions (pull, push, delete) in a repository, made for the caller alone. It is empty
// where the registry has no token server; a registry token of the settings is returned as it is. The token server decides
// whether the token is good for all that was asked for: many say nothing about what they leave out. It returns the errors
// of Credentials and the kinds of Error.
func (r *Registries) Access(ctx context.Context, repository name.Repository, actions ...string) (AccessToken, error) {
	host, shown := repository.RegistryStr(), shown(repository.Name())
	s, err := r.session(host)
	if err != nil {
		return AccessToken{}, r.explain(host, shown, err)
	}
	made, err := s.access(ctx, scope{"repository:" + repository.RepositoryStr(), actions})
	return made, r.explain(host, shown, err)
}

func (s *session) access(ctx context.Context, wanted scope) (AccessToken, error) {
	greeted, err := s.conn.greet(ctx)
	if err != nil {
		return AccessToken{}, err
	}
	creds, err := s.home.credentials(ctx)
	if err != nil {
		return AccessToken{}, err
	}
	s.home.use(creds)
	if creds.RegistryToken != "" {
		return AccessToken{Value: creds.RegistryToken}, nil
	}
	if greeted.challenge.scheme != bearer {
		return AccessToken{}, nil
	}
	// Not one of those that are known: it may be good for more than was asked for, or end soon.
	made, err := s.home.fetch(ctx, greeted.challenge, []scope{wanted}, creds)
	if err != nil {
		return AccessToken{}, err
	}
	return AccessToken{Value: made.value, Ends: made.ends}, nil
}
