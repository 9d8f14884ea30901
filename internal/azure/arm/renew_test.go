package arm_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

// remembering is a credential that gives the same token until it is told that it is rejected.
type remembering struct{ token int }

func (r *remembering) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: fmt.Sprint("token-", r.token), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (r *remembering) reject(token string) {
	if token == fmt.Sprint("token-", r.token) {
		r.token++
	}
}

// tokens are those that the requests of a server came with.
func (s *server) tokens() (all []string) {
	for _, header := range s.headers {
		all = append(all, header.Get("Authorization"))
	}
	return all
}

func (r *remembering) of(config *arm.Config) {
	config.Credential, config.Rejected, config.Source = r, r.reject, "the test"
}

// TestTokenEnds goes on with a new token wherever the old one ends: at the request itself, and while its operation is watched.
func TestTokenEnds(t *testing.T) {
	t.Parallel()
	ended := with(map[string]string{"WWW-Authenticate": `Bearer authorization_uri="https://login.example.com/t", error="invalid_token"`},
		failure(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."))
	s := serve(t, map[string][]answer{
		"PUT " + object: {ended, with(asynchronous, provisioned(201, "Creating"))},
		look:            {running, ended, {status: 200, body: `{"status":"Succeeded"}`}},
		get:             {provisioned(200, "Succeeded")},
	})
	op, err := s.client((&remembering{}).of).Begin(t.Context(), http.MethodPut, object, version, arm.Object{"location": "westeurope"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := op.Object(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"Bearer token-0", "Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-2"}
	if diff := cmp.Diff(want, s.tokens()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`{"location":"westeurope"}`, `{"location":"westeurope"}`}, s.bodies[:2]); diff != "" {
		t.Error(diff)
	}
}

// TestTokenRefusedTwice asks no third time, and says where the token came from.
func TestTokenRefusedTwice(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{"PUT " + object: {failure(401, "ExpiredAuthenticationToken", "Too old.")}})
	_, err := s.client((&remembering{}).of).Begin(t.Context(), http.MethodPut, object, version, arm.Object{})
	if text := armerr.Describe(err); !strings.Contains(text, "A new token was refused as well: it came from the test.") ||
		!strings.Contains(text, "clock") || armerr.IsUnanswered(err) {
		t.Error(text)
	}
	if diff := cmp.Diff([]string{"Bearer token-0", "Bearer token-1"}, s.tokens()); diff != "" {
		t.Error(diff)
	}
}

// TestTokenOfAnotherTenant stays the wrong one.
func TestTokenOfAnotherTenant(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string][]answer{get: {failure(401, "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer.")}})
	_, err := s.client((&remembering{}).of).Get(t.Context(), object, version)
	if text := armerr.Describe(err); !strings.Contains(text, "set tenant_id") || strings.Contains(text, "as well") || len(s.requests()) != 1 {
		t.Error(text, s.requests())
	}
}
