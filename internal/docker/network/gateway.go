package network

import (
	"net/netip"
	"slices"

	"github.com/docker/docker/api/types/network"
)

// withoutUsualGateways leaves out the gateways that engines choose by themselves: newer ones show them.
func withoutUsualGateways(ipam *network.IPAM) *network.IPAM {
	if ipam == nil {
		return nil
	}
	own := *ipam
	own.Config = slices.Clone(ipam.Config)
	for i, c := range own.Config {
		if isUsualGateway(c) {
			own.Config[i].Gateway = ""
		}
	}
	return &own
}

// isUsualGateway tells whether the gateway is the first address that the engine may hand out, of the range if there is one.
func isUsualGateway(c network.IPAMConfig) bool {
	gateway, err := netip.ParseAddr(c.Gateway)
	if err != nil {
		return false
	}
	subnet, err := netip.ParsePrefix(c.Subnet)
	if err != nil {
		return false
	}
	from := subnet.Masked().Addr()
	if inner, err := netip.ParsePrefix(c.IPRange); err == nil && inner.Masked().Addr() != from {
		return gateway == inner.Masked().Addr()
	}
	return gateway == from.Next()
}
