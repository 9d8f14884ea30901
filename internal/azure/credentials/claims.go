package credentials

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Principal is who has logged in.
type Principal struct {
	// TenantID is the tenant, ClientID the application or managed identity, ObjectID the user, service principal or managed identity.
	TenantID, ClientID, ObjectID string
}

// Principal logs in, and tells as whom. It returns an *Error, ErrNotReady, and an error where the token does not tell.
func (a *Azure) Principal(ctx context.Context) (Principal, error) {
	in, err := a.Cloud(ctx)
	if err != nil {
		return Principal{}, err
	}
	token, err := a.managerToken(ctx, in)
	if err != nil {
		return Principal{}, err
	}
	who := claimsOf(token)
	if who.Tenant == "" {
		return Principal{}, errors.New("the access token cannot be read, so it does not say whose it is")
	}
	return Principal{TenantID: who.Tenant, ClientID: who.Client, ObjectID: who.Object}, nil
}

// managerToken gets a token for the Resource Manager, by exactly the scope that its client asks for: that token is kept.
func (a *Azure) managerToken(ctx context.Context, in Cloud) (string, error) {
	audience := in.Services[cloud.ResourceManager].Audience
	token, err := a.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{audience + "/.default"}})
	return token.Token, err
}

// claims are what is read of tokens. Nothing is trusted by them.
type claims struct {
	Tenant  string `json:"tid"`
	Client  string `json:"appid"`
	Object  string `json:"oid"`
	Expires int64  `json:"exp"`
}

// claimsOf reads a token, as far as it can be read.
func claimsOf(token string) (c claims) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 { //nolint:mnd // header, claims and signature
		return c
	}
	if raw, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
		_ = json.Unmarshal(raw, &c) // What cannot be read is not there.
	}
	return c
}
