package containerregistry_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerregistry"
)

func connectedRegistry(t *testing.T) part {
	t.Helper()
	server, sub := azure.Provider(t)
	registry := registered(t, sub)
	scope := mapped(t, sub, registry, "sites")
	tokenOf := func(name string) string {
		return put(t, sub, registry+"/tokens/"+name, object{"properties": object{"scopeMapId": scope}})
	}
	sync, other, client := tokenOf("site1"), tokenOf("site2"), tokenOf("client")
	in := "properties.parent.syncProperties."
	return part{
		kind: containerregistry.ConnectedRegistry, server: server, sub: sub,
		config: object{"container_registry_id": registry, "name": "site1", "sync_token_id": sync},
		rows: map[string]row{
			"sync_message_ttl": {[]any{"P2D", "PT36H", nil}, in + "messageTtl", []any{"P2D", "PT36H", "P1D"}},
			"sync_schedule":    {[]any{"0 3 * * *", "0 4 * * MON", nil}, in + "schedule", []any{"0 3 * * *", "0 4 * * MON", "* * * * *"}},
			"sync_window":      {[]any{"PT3H", "PT4H30M", nil}, in + "syncWindow", []any{"PT3H", "PT4H30M", nil}},
			"client_token_ids": {[]any{[]any{client}, []any{client, other}, nil}, "properties.clientTokenIds", []any{[]any{client}, []any{client, other}, []any{}}},
			"notifications": {
				[]any{[]any{"app:*:push"}, []any{"sample/repo/*:1.0:*"}, nil},
				"properties.notificationsList",
				[]any{[]any{"app:*:push"}, []any{"sample/repo/*:1.0:*"}, []any{}},
			},
			"log_level":                  {[]any{"Debug", "Error", nil}, "properties.logging.logLevel", []any{"Debug", "Error", "None"}},
			"audit_log_enabled":          {[]any{true, false, nil}, "properties.logging.auditLogStatus", []any{"Enabled", "Disabled", "Disabled"}},
			"garbage_collection_enabled": {[]any{false, true, nil}, "properties.garbageCollection.enabled", []any{false, true, true}},
		},
		replaced: object{"mode": "ReadOnly", "sync_token_id": other, "parent_registry_id": registry + "/connectedRegistries/site0"},
	}
}

// TestConnectedRegistry takes a connected registry through its life.
func TestConnectedRegistry(t *testing.T) {
	t.Parallel()
	connectedRegistry(t).lives(t)
}

// TestConnectedRegistryGarbage keeps the schedule that was configured last where none is: what Azure has by itself is not known.
func TestConnectedRegistryGarbage(t *testing.T) {
	t.Parallel()
	p := connectedRegistry(t)
	r := p.resource(t)
	does(t, r, with(p.config, object{"garbage_collection_schedule": "0 5 * * *"}), core.Create)
	does(t, r, with(p.config, object{"garbage_collection_schedule": "0 6 * * *"}), core.Update)
	does(t, r, p.config, core.NoOp)
	if got := at(p.sub.Resource(r.String(t, "id")), "properties.garbageCollection.schedule"); got != "0 6 * * *" {
		t.Errorf("the schedule is %v", got)
	}
}

// TestConnectedRegistryRefuses finds what the service would refuse.
func TestConnectedRegistryRefuses(t *testing.T) {
	t.Parallel()
	p := connectedRegistry(t)
	registry, _ := p.config["container_registry_id"].(string)
	p.refuses(t, refused{
		{object{"name": "site-1"}, "name", "5 to 50 letters and digits"},
		{object{"mode": "Read"}, "mode", "ReadOnly"},
		{object{"sync_token_id": registry}, "sync_token_id", "not Microsoft.ContainerRegistry/registries/tokens"},
		{object{"sync_token_id": registry + "0/tokens/site1"}, "sync_token_id", "is not in the registry"},
		{object{"client_token_ids": []any{registry + "0/tokens/site1"}}, "client_token_ids", "is not in the registry"},
		{object{"client_token_ids": []any{}}, "client_token_ids", "at least 1"},
		{object{"sync_message_ttl": "1d"}, "sync_message_ttl", "as ISO 8601 has it"},
		{object{"sync_window": "P"}, "sync_window", "is no duration"},
		{object{"sync_message_ttl": "PT12H"}, "sync_message_ttl", "from P1D to P90D"},
		{object{"sync_message_ttl": "P3M1D"}, "sync_message_ttl", "from P1D to P90D"},
		{object{"sync_window": "PT2H59M"}, "sync_window", "from PT3H to P7D"},
		{object{"sync_window": "P1W1D"}, "sync_window", "from PT3H to P7D"},
		{object{"sync_schedule": "0 3 * *"}, "sync_schedule", "minute, hour, day of the month"},
		{object{"sync_schedule": "0 3 * * ?"}, "sync_schedule", "means nothing in a cron expression"},
		{object{"notifications": []any{"app:push"}}, "notifications", "is no notification"},
		{object{"notifications": []any{"*/app:1.0:push"}}, "notifications", "is no notification"},
		{object{"log_level": "debug"}, "log_level", "Debug"},
	})
}
