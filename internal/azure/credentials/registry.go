package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

const (
	// registryAudience is that of tokens for container registries, in all clouds.
	registryAudience = "https://containerregistry.azure.net"
	// noSuchAudience is the authority's number for an audience that the tenant does not know.
	noSuchAudience = "AADSTS500011"
	// nobody is the user that has a refresh token as password, for those who know no other credentials.
	nobody = "00000000-0000-0000-0000-000000000000"
	// refreshLife is how long a refresh token of a registry lives that does not say, and margin how long before its end it is renewed, at
	// most a tenth of its life.
	refreshLife = time.Hour
	margin      = 5 * time.Minute

	roles = "The identity needs a role at the registry: AcrPull to read, AcrPush to write, AcrDelete to delete; where role_assignment_mode " +
		"is AbacRepositoryPermissions, Container Registry Repository Reader, Writer or Contributor. A new role takes some minutes to work."
)

var _ registry.Native = (*Azure)(nil)

// Login gives credentials for the registries of the cloud: a refresh token of the registry for a token of the way to log in. It has none
// where no azure setting is there at all, so that nobody is asked for a registry that somebody uses without Azure. What is definitely
// refused is a note, since the registry may let anybody in; all else is an error.
func (a *Azure) Login(ctx context.Context, host string) (registry.Credentials, string, error) {
	none := registry.Credentials{}
	switch {
	case !a.mayBeRegistry(host):
		return none, "", nil
	case !a.settings.explicit():
		return none, "Azure (there are no azure settings)", nil
	}
	found, err := a.enterRegistry(ctx, host)
	var known *Error
	switch {
	case errors.Is(err, ErrNotReady):
		return none, "", fmt.Errorf("%w: %w", registry.ErrNotReady, err)
	case errors.As(err, &known):
		return none, fmt.Sprintf("Azure (%s)", known.text), nil
	}
	return found, "", err
}

// enterRegistry logs in to a registry; it has no credentials for hosts that are none of the cloud.
func (a *Azure) enterRegistry(ctx context.Context, host string) (registry.Credentials, error) {
	ready, err := a.enter(ctx)
	// Where a private cloud does not describe itself, only hosts in Microsoft's clouds are known to be registries.
	ours := isRegistry(host)
	if ready != nil {
		ours = strings.HasSuffix(host, "."+ready.login.cloud.RegistrySuffix)
	}
	if !ours {
		return registry.Credentials{}, nil
	}
	if err != nil {
		return registry.Credentials{}, err
	}
	token, err := a.registryToken(ctx, ready.login.cloud)
	if err != nil {
		return registry.Credentials{}, err
	}
	refresh, err := ready.refreshToken(ctx, host, token)
	return registry.Credentials{
		Username: nobody, Password: refresh, IdentityToken: refresh, Expires: renewal(refresh, time.Now()),
		Source: "Azure (" + ready.way.name + ")", Advice: roles,
	}, err
}

// explicit tells whether there is any azure setting, in the block or in the environment.
func (s *Settings) explicit() bool { return s.block || len(s.given) > 0 }

// mayBeRegistry tells whether a host is or may be a registry of the cloud, without asking anybody.
func (a *Azure) mayBeRegistry(host string) bool {
	return isRegistry(host) || a.settings.text("metadata_host") != ""
}

// isRegistry tells whether a host is a registry in one of Microsoft's clouds. One with a port is none: the token goes nowhere else.
func isRegistry(host string) bool {
	for _, one := range clouds {
		if strings.HasSuffix(host, "."+one.RegistrySuffix) {
			return true
		}
	}
	return false
}

// registryToken gets a token for registries. Where the tenant knows none, those for the Resource Manager let in too, unless the registry
// has that switched off.
func (a *Azure) registryToken(ctx context.Context, in Cloud) (string, error) {
	token, err := a.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{registryAudience + "/.default"}})
	if err != nil && strings.Contains(err.Error(), noSuchAudience) {
		return a.managerToken(ctx, in)
	}
	return token.Token, err
}

// refreshToken exchanges a token for the refresh token of a registry. It returns an *Error where the registry refuses that.
func (e *entrance) refreshToken(ctx context.Context, host, token string) (string, error) {
	form := url.Values{"grant_type": {"access_token"}, "service": {host}, "access_token": {token}}
	if tenant := claimsOf(token).Tenant; tenant != "" {
		form.Set("tenant", tenant)
	}
	req, err := runtime.NewRequest(ctx, http.MethodPost, "https://"+host+"/oauth2/exchange")
	if err != nil {
		return "", err
	}
	if err := req.SetBody(streaming.NopCloser(strings.NewReader(form.Encode())), "application/x-www-form-urlencoded"); err != nil {
		return "", err
	}
	body, status, err := exchange(req, e.login.options)
	switch {
	case armerr.Ended(err):
		return "", err
	case err != nil:
		return "", fmt.Errorf("%s gives no token: %s", host, armerr.Explain(err))
	}
	var answer struct {
		Token string `json:"refresh_token"`
	}
	if status == http.StatusOK && json.Unmarshal(body, &answer) == nil && answer.Token != "" {
		return answer.Token, nil
	}
	said := fmt.Sprintf("the registry answers %d to the token of %s: %s", status, e.way.name,
		strings.ReplaceAll(armerr.Excerpt(body), token, "(secret)"))
	if status/100 == http.StatusBadRequest/100 && status != http.StatusTooManyRequests {
		return "", &Error{text: said}
	}
	return "", errors.New(said)
}

// renewal is when a refresh token is not used any more.
func renewal(token string, now time.Time) time.Time {
	ends := now.Add(refreshLife)
	if at := claimsOf(token).Expires; at != 0 {
		ends = time.Unix(at, 0)
	}
	return ends.Add(-min(margin, ends.Sub(now)/10)) //nolint:mnd // a tenth
}
