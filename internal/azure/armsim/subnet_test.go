package armsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const networkVersion = "2024-05-01"

// subnet makes a subnet, delegated to container groups or not.
func (c *client) subnet(group, delegations string) string {
	c.t.Helper()
	network := group + "/providers/Microsoft.Network/virtualNetworks/net"
	c.must(http.MethodPut, network, networkVersion, `{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}`)
	path := network + "/subnets/sub"
	c.must(http.MethodPut, path, networkVersion, `{"properties":{"addressPrefix":"10.0.0.0/24","delegations":[`+delegations+`]}}`)
	return path
}

const delegation = `{"name":"aci","properties":{"serviceName":"Microsoft.ContainerInstance/containerGroups"}}`

func privateBody(t *testing.T, subnet string) string {
	t.Helper()
	return groupBody(t, fmt.Sprintf(`{"properties":{"subnetIds":[{"id":%q}],"ipAddress":{"type":"Private","ports":[{"port":80}]}}}`, subnet))
}

func TestContainerGroupsInSubnets(t *testing.T) {
	c, path := instances(t)
	subnet := c.subnet(strings.Split(path, "/providers/")[0], delegation)
	first := c.do(http.MethodPut, path, instanceVersion, privateBody(t, subnet))
	if first.want(t, 201, ""); first.at("properties.ipAddress") != nil {
		t.Errorf("there is an address already: %v", first.body)
	}
	if _, err := c.poll(first); err != nil {
		t.Fatal(err)
	}
	if ip := fmt.Sprint(c.seen(path, "Running", "Running").at("properties.ipAddress.ip")); !strings.HasPrefix(ip, "10.") {
		t.Errorf("address %s", ip)
	}
	c.do(http.MethodDelete, subnet, networkVersion, "").want(t, 400, "InUseSubnetCannotBeDeleted")
	network := subnet[:strings.LastIndex(subnet, "/subnets/")]
	c.do(http.MethodDelete, network, networkVersion, "").want(t, 400, "InUseSubnetCannotBeDeleted")
	c.do(http.MethodPut, subnet, networkVersion, `{"properties":{"addressPrefix":"10.0.0.0/24"}}`).want(t, 400, "SubnetMissingRequiredDelegation")

	c.sub.SubnetsLinger(3)
	c.do(http.MethodDelete, path, instanceVersion, "").want(t, 200, "")
	for range 2 {
		if got := c.do(http.MethodGet, subnet, networkVersion, ""); !strings.Contains(jsonOf(t, got.body), "serviceAssociationLinks/acisal") {
			t.Errorf("the link is gone: %v", got.body)
		}
	}
	c.do(http.MethodDelete, subnet, networkVersion, "").want(t, 400, "InUseSubnetCannotBeDeleted")
	if got := c.do(http.MethodGet, subnet, networkVersion, ""); strings.Contains(jsonOf(t, got.body), "serviceAssociationLinks") {
		t.Errorf("the link stays: %v", got.body)
	}
	c.must(http.MethodDelete, subnet, networkVersion, "")
	c.must(http.MethodDelete, network, networkVersion, "")
}

func TestLinksOfSubnetsCanBeDeleted(t *testing.T) {
	c, path := instances(t)
	subnet := c.subnet(strings.Split(path, "/providers/")[0], delegation)
	c.must(http.MethodPut, path, instanceVersion, privateBody(t, subnet))
	link := subnet + "/providers/Microsoft.ContainerInstance/serviceAssociationLinks/default"
	c.do(http.MethodDelete, link, instanceVersion, "").want(t, 400, "ServiceAssociationLinkInUse")
	c.sub.SubnetsLinger(1000)
	c.do(http.MethodDelete, path, instanceVersion, "").want(t, 200, "")
	c.do(http.MethodDelete, link, instanceVersion, "").want(t, 204, "")
	c.must(http.MethodDelete, subnet, networkVersion, "")
}

func TestSubnetsThatAreNotForContainerGroups(t *testing.T) {
	c, path := instances(t)
	subnet := c.subnet(strings.Split(path, "/providers/")[0], "")
	c.do(http.MethodPut, path, instanceVersion, privateBody(t, subnet)).want(t, 400, "SubnetMissingRequiredDelegation")
	c.do(http.MethodPut, path, instanceVersion, privateBody(t, subnet+"x")).want(t, 400, "SubnetNotFound")
	elsewhere := strings.Replace(privateBody(t, subnet), "westeurope", "northeurope", 1)
	c.do(http.MethodPut, path, instanceVersion, elsewhere).want(t, 400, "SubnetInOtherLocation")
	public := groupBody(t, fmt.Sprintf(`{"properties":{"subnetIds":[{"id":%q}],"ipAddress":{"type":"Public","ports":[{"port":80}]}}}`, subnet))
	c.do(http.MethodPut, path, instanceVersion, public).want(t, 400, "PublicIPAddressInSubnet")
}
