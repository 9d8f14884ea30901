package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

func replication(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	return part{
		kind: containerregistry.Replication, server: server, sub: sub,
		config: object{"container_registry_id": registered(t, sub), "name": "northeurope", "location": "North Europe"},
		rows: map[string]row{
			"region_endpoint_enabled": {[]any{false, true, nil}, "properties.regionEndpointEnabled", []any{false, true, true}},
			"tags": {
				[]any{object{"a": "1"}, object{"b": "2"}, nil}, "tags", []any{object{"a": "1"}, object{"b": "2"}, object{}},
			},
		},
		replaced: object{"location": "westus", "zone_redundancy_enabled": true},
	}
}

// TestReplication takes a replication through its life.
func TestReplication(t *testing.T) {
	t.Parallel()
	replication(t).lives(t)
}

// TestReplicationZones says what Azure chose where nothing is configured, and holds it to what is.
func TestReplicationZones(t *testing.T) {
	t.Parallel()
	p := replication(t)
	r := p.resource(t)
	r.Apply(t, p.config)
	if r.Bool(t, "zone_redundancy_enabled") {
		t.Error("there are zones that nobody asked for")
	}
	r.ExpectEmptyPlan(t, with(p.config, object{"zone_redundancy_enabled": false}))
	r.Destroy(t)
	r.Apply(t, with(p.config, object{"zone_redundancy_enabled": true}))
	if got := at(p.sub.Resource(r.String(t, "id")), "properties.zoneRedundancy"); got != "Enabled" {
		t.Errorf("the service has %v", got)
	}
	r.ExpectEmptyPlan(t, p.config)
}

// TestReplicationRefuses finds what the service would refuse.
func TestReplicationRefuses(t *testing.T) {
	t.Parallel()
	replication(t).refuses(t, refused{
		{object{"name": "north-europe"}, "name", "5 to 50 letters and digits"},
		{object{"location": nil}, "location", "No location"},
	})
}
