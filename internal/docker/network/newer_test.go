package network_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fake"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/transition"
)

// TestNewerEngine is about what only newer engines do: switch IPv4 off, and add options by themselves.
func TestNewerEngine(t *testing.T) {
	t.Parallel()
	s := transition.Suite{
		Server:   acctest.DockerAt(t, fake.Start(t, "1.48").Host),
		Type:     resourceType,
		ImportID: func(t *testing.T, r *core.Resource) string { t.Helper(); return r.String(t, "id") },
		Base:     func(t *testing.T) map[string]any { t.Helper(); return object{"name": fixture.Name(t)} },
	}
	transition.Take(t, s, []transition.Case{
		{
			Attribute: "ipv4", From: true, To: false, Same: []any{nil},
			Add: core.Update, Change: core.Replace, Remove: core.Replace,
		},
		{Attribute: "ipv4", From: false, To: true, Add: core.Replace, Change: core.Replace, Remove: core.Update},
		replaced("options", object{"a": "1"}, object{"a": "2", "com.docker.network.enable_ipv6": "false"}),
		{Attribute: "ingress", From: true, To: false, Add: core.Replace, Change: core.Replace, Remove: core.Update},
		// The engine fills it in, so nobody can tell whether it was configured: it stays.
		{Attribute: "scope", From: "swarm", To: "global", Add: core.Replace, Change: core.Replace, Remove: core.NoOp},
	})
	r := s.Hold(t, object{"name": "a"})
	r.Destroy(t)
	r = s.Hold(t, object{"name": "a", "ipv4": false, "ipv6": true, "ipam": object{"subnets": object{"fd00:1::/64": object{}}}})
	r.Destroy(t)
}
