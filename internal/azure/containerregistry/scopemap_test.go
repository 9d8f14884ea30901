package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

func scopeMap(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	return part{
		kind: containerregistry.ScopeMap, server: server, sub: sub,
		config: object{
			"container_registry_id": registered(t, sub), "name": "team-readers", "actions": []any{"repositories/team/*/content/read"},
		},
		rows: map[string]row{
			"description": {[]any{"Reads", "Reads more", nil}, "properties.description", []any{"Reads", "Reads more", ""}},
			"actions": {
				[]any{
					[]any{"repositories/app/content/read", "repositories/app/metadata/read"},
					[]any{"repositories/app/metadata/read", "gateway/site1/config/read"},
				},
				"properties.actions",
				[]any{
					[]any{"repositories/app/content/read", "repositories/app/metadata/read"},
					[]any{"repositories/app/metadata/read", "gateway/site1/config/read"},
				},
			},
		},
	}
}

// TestScopeMap takes a scope map through its life.
func TestScopeMap(t *testing.T) {
	t.Parallel()
	scopeMap(t).lives(t)
}

// TestScopeMapRefuses finds what the service would refuse.
func TestScopeMapRefuses(t *testing.T) {
	t.Parallel()
	actions := func(one string) object { return object{"actions": []any{one}} }
	scopeMap(t).refuses(t, refused{
		{object{"name": "abc"}, "name", "5 to 50 letters, digits and _ and -"},
		{object{"container_registry_id": "registry"}, "container_registry_id", "Invalid id"},
		{object{"actions": []any{}}, "actions", "at least 1"},
		{actions("images/app/content/read"), "actions", `an action begins with "repositories/" or "gateway/"`},
		{actions("content/read"), "actions", "an action is a repository and what may be done there"},
		{actions("repositories/app/pull"), "actions", "an action is a repository"},
		{actions("repositories/team/app/content/pull"), "actions", `"content/pull" is nothing that can be done`},
		{actions("repositories/App/content/read"), "actions", `"App" is no repository`},
		{actions("repositories/*/app/content/read"), "actions", "with * at most at its end"},
		{actions("gateway/site1/content/read"), "actions", "done with a connected registry"},
		{object{"description": ""}, "description", "between 1 and 256"},
	})
}
