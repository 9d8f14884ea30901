package containerregistry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

// mapped makes a scope map as somebody else would, and gives its id.
func mapped(t *testing.T, sub *armsim.Subscription, registry, name string) string {
	t.Helper()
	return put(t, sub, registry+"/scopeMaps/"+name, object{"properties": object{"actions": []any{"repositories/app/content/read"}}})
}

func token(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	registry := registered(t, sub)
	one, two := mapped(t, sub, registry, "first"), mapped(t, sub, registry, "second")
	return part{
		kind: containerregistry.Token, server: server, sub: sub,
		config: object{"container_registry_id": registry, "name": "deploy", "scope_map_id": one},
		rows: map[string]row{
			"scope_map_id": {[]any{two}, "properties.scopeMapId", []any{two}},
			"enabled":      {[]any{false, true, nil}, "properties.status", []any{"disabled", "enabled", "enabled"}},
		},
	}
}

// TestToken takes a token through its life.
func TestToken(t *testing.T) {
	t.Parallel()
	token(t).lives(t)
}

// TestTokenKeepsCredentials changes a token that somebody gave a password: it is not part of what is sent.
func TestTokenKeepsCredentials(t *testing.T) {
	t.Parallel()
	p := token(t)
	r := p.resource(t)
	r.Apply(t, p.config)
	id := r.String(t, "id")
	password := []any{object{"name": "password1", "creationTime": "2026-01-02T03:04:05Z"}}
	put(t, p.sub, id, object{"properties": object{
		"scopeMapId": p.config["scope_map_id"], "status": "enabled", "credentials": object{"passwords": password},
	}})
	p.sub.ForgetRequests()
	if c := r.Apply(t, with(p.config, object{"enabled": false})); c.Action != core.Update {
		t.Errorf("the change is to %s", c.Action)
	}
	p.budget(t, "update", "GET", "PATCH", "GET")
	if diff := cmp.Diff(password, at(p.sub.Resource(id), "properties.credentials.passwords")); diff != "" {
		t.Error(diff)
	}
}

// TestTokenRefuses finds what the service would refuse.
func TestTokenRefuses(t *testing.T) {
	t.Parallel()
	p := token(t)
	registry, _ := p.config["container_registry_id"].(string)
	p.refuses(t, refused{
		{object{"name": "deploy_er"}, "name", "5 to 50 letters, digits and -"},
		{object{"scope_map_id": registry}, "scope_map_id", "not Microsoft.ContainerRegistry/registries/scopeMaps"},
		{object{"scope_map_id": registry + "0/scopeMaps/first"}, "scope_map_id", "is not in the registry"},
	})
	if _, diags := p.resource(t).TryPlan(t.Context(), with(p.config, object{"scope_map_id": core.Unknown})); diags.HasError() {
		t.Errorf("what is not known yet is refused: %s", diags)
	}
}
