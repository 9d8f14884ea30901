package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

func agentPool(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	registry := registered(t, sub)
	return part{
		kind: containerregistry.AgentPool, server: server, sub: sub,
		config: object{"container_registry_id": registry, "name": "builders", "location": "westeurope"},
		rows: map[string]row{
			"instance_count": {[]any{2, 0, nil}, "properties.count", []any{2.0, 0.0, 1.0}},
			"tags":           {[]any{object{"a": "1"}, object{"b": "2"}, nil}, "tags", []any{object{"a": "1"}, object{"b": "2"}, object{}}},
		},
		replaced: object{
			"location": "westus", "tier": "S2", "os": "Windows",
			"virtual_network_subnet_id": azure.Group(t, sub) + "/providers/Microsoft.Network/virtualNetworks/net/subnets/agents",
		},
	}
}

// TestAgentPool takes an agent pool through its life.
func TestAgentPool(t *testing.T) {
	t.Parallel()
	agentPool(t).lives(t)
}

// TestAgentPoolRefuses finds what the service would refuse.
func TestAgentPoolRefuses(t *testing.T) {
	t.Parallel()
	agentPool(t).refuses(t, refused{
		{object{"name": "builders_of_all_images"}, "name", "3 to 20 letters"},
		{object{"instance_count": -1}, "instance_count", "at least 0"},
		{object{"tier": "S9"}, "tier", "I6"},
		{object{"os": "linux"}, "os", "Linux"},
		{object{"virtual_network_subnet_id": "/subscriptions/1"}, "virtual_network_subnet_id", "Invalid id"},
	})
}
