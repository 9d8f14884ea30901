package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

const vault = "https://example.vault.azure.net/secrets/"

func credentialSet(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	pair := func(user string) []any {
		return []any{object{"username_secret_id": vault + user, "password_secret_id": vault + user + "-password"}}
	}
	live := func(user string) []any {
		return []any{object{
			"name": "Credential1", "usernameSecretIdentifier": vault + user, "passwordSecretIdentifier": vault + user + "-password",
		}}
	}
	return part{
		kind: containerregistry.CredentialSet, server: server, sub: sub,
		config: object{
			"container_registry_id": registered(t, sub), "name": "docker-hub", "login_server": "docker.io",
			"authentication_credentials": pair("one"), "identity": object{"type": "SystemAssigned"},
		},
		rows: map[string]row{
			"authentication_credentials": {[]any{pair("two"), pair("three")}, "properties.authCredentials", []any{live("two"), live("three")}},
		},
		replaced: object{"login_server": "quay.io"},
	}
}

// TestCredentialSet takes a credential set through its life.
func TestCredentialSet(t *testing.T) {
	t.Parallel()
	credentialSet(t).lives(t)
}

// TestCredentialSetIdentity has the identity that the vault has to know, and keeps it through changes.
func TestCredentialSetIdentity(t *testing.T) {
	t.Parallel()
	p := credentialSet(t)
	r := p.resource(t)
	r.Apply(t, p.config)
	principal := r.String(t, "identity.principal_id")
	if principal == "" {
		t.Fatal("there is no principal to give a role to")
	}
	does(t, r, with(p.config, object{"authentication_credentials": p.rows["authentication_credentials"].values[0]}), core.Update)
	if got := r.String(t, "identity.principal_id"); got != principal {
		t.Errorf("the principal is now %s", got)
	}
}

// TestCredentialSetRefuses finds what the service would refuse.
func TestCredentialSetRefuses(t *testing.T) {
	t.Parallel()
	pair := func(user string) object {
		return object{"authentication_credentials": []any{object{"username_secret_id": user, "password_secret_id": vault + "one"}}}
	}
	credentialSet(t).refuses(t, refused{
		{object{"name": "hub"}, "name", "5 to 50 letters, digits and -"},
		{object{"login_server": "https://docker.io"}, "login_server", "the host of the registry alone"},
		{object{"authentication_credentials": []any{}}, "authentication_credentials", "at least 1"},
		{pair("user"), "authentication_credentials[0].username_secret_id", "https://VAULT"},
		{object{"identity": object{"type": "System"}}, "identity.type", "SystemAssigned"},
	})
}
