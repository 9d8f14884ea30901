package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

func cacheRule(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	registry := registered(t, sub)
	one, two := registry+"/credentialSets/first", registry+"/credentialSets/second"
	for _, id := range []string{one, two} {
		put(t, sub, id, object{"properties": object{"loginServer": "docker.io"}})
	}
	return part{
		kind: containerregistry.CacheRule, server: server, sub: sub,
		config: object{
			"container_registry_id": registry, "name": "dotnet", "source_repo": "mcr.microsoft.com/dotnet/*", "target_repo": "cached/dotnet/*",
		},
		rows: map[string]row{
			"credential_set_id": {[]any{one, two, nil}, "properties.credentialSetResourceId", []any{one, two, nil}},
		},
		replaced: object{"source_repo": "mcr.microsoft.com/*", "target_repo": "*"},
	}
}

// TestCacheRule takes a cache rule through its life.
func TestCacheRule(t *testing.T) {
	t.Parallel()
	cacheRule(t).lives(t)
}

// TestCacheRuleRefuses finds what the service would refuse.
func TestCacheRuleRefuses(t *testing.T) {
	t.Parallel()
	p := cacheRule(t)
	registry, _ := p.config["container_registry_id"].(string)
	hub := object{"source_repo": "docker.io/library/nginx", "target_repo": "nginx"}
	p.refuses(t, refused{
		{object{"name": "dot_net"}, "name", "5 to 50 letters, digits and -"},
		{object{"source_repo": "library/nginx"}, "source_repo", "write the registry and the repository"},
		{object{"source_repo": "docker.io/library/nginx:1.27"}, "source_repo", "without a tag"},
		{object{"source_repo": "mcr.microsoft.com/*/sdk"}, "source_repo", "with * at most as the last part"},
		{object{"target_repo": "Cached/*"}, "target_repo", "in lower case"},
		{object{"target_repo": "cached"}, "target_repo", "of both source_repo and target_repo"},
		{hub, "credential_set_id", "Docker Hub is entered with credentials only"},
		{object{"credential_set_id": registry}, "credential_set_id", "not Microsoft.ContainerRegistry/registries/credentialSets"},
		{object{"credential_set_id": registry + "0/credentialSets/first"}, "credential_set_id", "is not in the registry"},
	})
	if _, diags := p.resource(t).TryPlan(t.Context(), with(with(p.config, hub), object{"credential_set_id": core.Unknown})); diags.HasError() {
		t.Errorf("what is not known yet is refused: %s", diags)
	}
}
