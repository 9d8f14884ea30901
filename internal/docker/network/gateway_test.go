package network

import (
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func TestUsualGateways(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		config network.IPAMConfig
		usual  bool
	}{
		{network.IPAMConfig{Subnet: "10.1.2.0/24", Gateway: "10.1.2.1"}, true},
		{network.IPAMConfig{Subnet: "10.1.2.0/24", Gateway: "10.1.2.2"}, false},
		{network.IPAMConfig{Subnet: "10.1.2.0/24", Gateway: ""}, false},
		{network.IPAMConfig{Subnet: "10.1.2.0/24", IPRange: "10.1.2.128/25", Gateway: "10.1.2.128"}, true},
		{network.IPAMConfig{Subnet: "10.1.2.0/24", IPRange: "10.1.2.128/25", Gateway: "10.1.2.1"}, false},
		{network.IPAMConfig{Subnet: "10.1.2.0/24", IPRange: "10.1.2.0/25", Gateway: "10.1.2.1"}, true},
		{network.IPAMConfig{Subnet: "fd00:5::/64", Gateway: "fd00:5::1"}, true},
		{network.IPAMConfig{Subnet: "fd00:5::/64", Gateway: "fd00:5::ab"}, false},
	} {
		before := []network.IPAMConfig{tt.config}
		after := withoutUsualGateways(&network.IPAM{Config: before}).Config[0]
		want := tt.config
		if tt.usual {
			want.Gateway = ""
		}
		if diff := cmp.Diff(want, after); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.config, diff)
		}
		if before[0].Gateway != tt.config.Gateway {
			t.Errorf("%+v: what the engine shows was changed", tt.config)
		}
	}
	if withoutUsualGateways(nil) != nil {
		t.Error("out of nothing came something")
	}
}

// TestHiddenSubnets is about engines that do not show the subnets of a network that only holds a configuration: what is
// configured stands.
func TestHiddenSubnets(t *testing.T) {
	t.Parallel()
	shown := func(configOnly bool) tf.Values {
		return fields().Get(t.Context(), specOf(network.Inspect{ConfigOnly: configOnly, IPAM: network.IPAM{Driver: "default"}}, true))
	}
	configured := tf.Values{}
	for _, f := range fields() {
		configured[f.Name] = tf.NullOf(t.Context(), f.Kind.Type())
	}
	configured["ipam"] = fields().Get(t.Context(), specOf(network.Inspect{IPAM: network.IPAM{
		Driver: "default", Config: []network.IPAMConfig{{Subnet: "10.1.2.0/24"}},
	}}, true))["ipam"]
	if after := fields().Refresh(t.Context(), configured, shown(true)); !after["ipam"].Equal(configured["ipam"]) {
		t.Errorf("hidden subnets became %s", after["ipam"])
	}
	after := fields().Refresh(t.Context(), configured, shown(false))
	if subnets, _ := after.Object("ipam")["subnets"].(types.Map); len(subnets.Elements()) > 0 {
		t.Errorf("subnets that the engine does not have stayed: %s", subnets)
	}
}
