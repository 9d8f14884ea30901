package credentials

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// issuer gives tokens for all audiences but those that it refuses, and notes what it was asked for.
type issuer struct {
	refuses map[string]string
	asked   []string
}

func (i *issuer) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	scope := options.Scopes[0]
	i.asked = append(i.asked, scope)
	if why := i.refuses[scope]; why != "" {
		return azcore.AccessToken{}, errors.New(why)
	}
	return azcore.AccessToken{Token: jwt(`{"tid":"the-tenant"}`)}, nil
}

// jwt is a token that says something, and that nobody has signed.
func jwt(says string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(says)) + ".sig"
}

// answering answers as a registry does.
type answering func(form string) (status int, body string)

func (h answering) Do(req *http.Request) (*http.Response, error) {
	form, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	status, body := h(string(form))
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func entered(from *issuer, at answering) *Azure {
	settings := Settings{block: true, getenv: func(string) string { return "" }}
	in := &login{Settings: &settings, cloud: clouds["public"], options: policy.ClientOptions{Transport: at}}
	return &Azure{settings: settings, ready: &entrance{login: in, credential: from, way: &way{name: "a way"}}}
}

const (
	forRegistries = "https://containerregistry.azure.net/.default"
	forManager    = "https://management.core.windows.net//.default"
)

// TestRegistryAudience asks for a token for the Resource Manager only where the tenant knows none for registries.
func TestRegistryAudience(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		refuses map[string]string
		asked   []string
		note    string
	}{
		"known":   {nil, []string{forRegistries}, ""},
		"unknown": {map[string]string{forRegistries: "AADSTS500011: no such principal"}, []string{forRegistries, forManager}, ""},
		"refused": {map[string]string{forRegistries: "AADSTS7000215: wrong secret"}, []string{forRegistries}, "AADSTS7000215"},
	} {
		from := &issuer{refuses: test.refuses}
		a := entered(from, func(form string) (int, string) {
			if !strings.Contains(form, "tenant=the-tenant") || !strings.Contains(form, "service=a.azurecr.io") {
				t.Errorf("%s: the form is %s", what, form)
			}
			return http.StatusOK, `{"refresh_token":"r"}`
		})
		found, note, err := a.Login(t.Context(), "a.azurecr.io")
		if err != nil || !strings.Contains(note, test.note) || found.Anonymous() != (test.note != "") {
			t.Errorf("%s: %s, %q, %v", what, found, note, err)
		}
		if !slices.Equal(from.asked, test.asked) {
			t.Errorf("%s: asked for %v", what, from.asked)
		}
	}
}

// TestExchangeFails tells what is refused from what went wrong, and shows no token.
func TestExchangeFails(t *testing.T) {
	t.Parallel()
	secret := jwt(`{"tid":"the-tenant"}`)
	for status, refused := range map[int]bool{
		http.StatusUnauthorized: true, http.StatusForbidden: true, http.StatusOK: false, http.StatusNotImplemented: false,
	} {
		a := entered(&issuer{}, func(string) (int, string) { return status, "not with " + secret })
		found, note, err := a.Login(t.Context(), "a.azurecr.io")
		said := note + fmt.Sprint(err)
		if !found.Anonymous() || (note != "") != refused || (err != nil) == refused {
			t.Errorf("%d: %s, %q, %v", status, found, note, err)
		}
		if !strings.Contains(said, "not with (secret)") || strings.Contains(said, secret) {
			t.Errorf("%d: the message is %s", status, said)
		}
	}
}

// TestRenewal is before the end of the token.
func TestRenewal(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	for says, want := range map[string]time.Duration{
		`{"exp":1010800}`: 3*time.Hour - 5*time.Minute, `{"exp":1000100}`: 90 * time.Second, `{}`: 55 * time.Minute, `no JSON`: 55 * time.Minute,
	} {
		if got := renewal(jwt(says), now).Sub(now); got != want {
			t.Errorf("%s is renewed after %s, not %s", says, got, want)
		}
	}
	if got := renewal("opaque", now).Sub(now); got != 55*time.Minute {
		t.Errorf("an opaque token is renewed after %s", got)
	}
}
