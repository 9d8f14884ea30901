package armsim

import (
	"net/http"
	"slices"
	"strings"
)

const (
	networkType = "Microsoft.Network/virtualNetworks"
	subnetType  = "Microsoft.Network/virtualNetworks/subnets"
	// linkName is how the link of Container Instances is called.
	linkName = "acisal"
	// defaultLingering is how many requests for a subnet find it linked still.
	defaultLingering = 2
)

// SubnetsLinger is for how many requests a subnet stays linked once its last container group is gone.
func (sub *Subscription) SubnetsLinger(requests int) { sub.set(func() { sub.lingering = requests }) }

// checkSubnets refuses subnets that are not there, that are elsewhere, or that are not for container groups.
func (g *groupCheck) checkSubnets() *failure {
	for _, reference := range objects(g.props["subnetIds"]) {
		id := textAt(reference, "id")
		subnet := g.find(id)
		switch {
		case subnet == nil || !subnet.is(subnetType):
			return g.refuse("SubnetNotFound", "The subnet '%s' of container group '%s' was not found.", id)
		case canonicalLocation(g.locationOf(subnet)) != canonicalLocation(textAt(g.r.doc, "location")):
			return g.refuse("SubnetInOtherLocation", "The subnet '%s' and container group '%s' are not in the same location.", id)
		case !delegated(subnet):
			return g.refuse("SubnetMissingRequiredDelegation",
				"Subnet missing required delegation 'Microsoft.ContainerInstance' for container group '%s'.")
		}
	}
	return nil
}

func delegated(subnet *resource) bool {
	return slices.ContainsFunc(subnet.containers("delegations"), func(d object) bool {
		return strings.EqualFold(textAt(d, "properties.serviceName"), containerGroupType)
	})
}

// subnetsOf are the ids of the subnets that a group is in.
func (r *resource) subnetsOf() []string {
	if !r.is(containerGroupType) {
		return nil
	}
	var ids []string
	for _, reference := range r.containers("subnetIds") {
		ids = append(ids, textAt(reference, "id"))
	}
	return ids
}

// used says whether a container group is in a subnet.
func (s *Server) used(subnet *resource) bool {
	for _, r := range s.resources {
		if slices.ContainsFunc(r.subnetsOf(), func(id string) bool { return strings.EqualFold(id, subnet.id) }) {
			return true
		}
	}
	return false
}

func (s *Server) linked(subnet *resource) bool { return subnet.lingering > 0 || s.used(subnet) }

// leave has the subnets linger that a group leaves.
func (s *Server) leave(r *resource) {
	sub := s.subscriptions[r.subscription]
	for _, id := range r.subnetsOf() {
		if subnet := s.find(id); subnet != nil && sub != nil {
			subnet.lingering = sub.lingering
		}
	}
}

// fade is after a request for a subnet: without groups, its link goes some time.
func (s *Server) fade(id string) {
	if subnet := s.find(id); subnet != nil && subnet.lingering > 0 && !s.used(subnet) {
		subnet.lingering--
	}
}

// showLinks adds the link of Container Instances to the view of a subnet.
func (s *Server) showLinks(subnet *resource, doc object) {
	if !subnet.is(subnetType) || !s.linked(subnet) {
		return
	}
	fillAt(doc, "properties.serviceAssociationLinks", []any{object{
		"id": subnet.id + "/serviceAssociationLinks/" + linkName, "name": linkName, "type": subnetType + "/serviceAssociationLinks",
		"properties": object{
			"provisioningState": "Succeeded", "linkedResourceType": containerGroupType, "allowDelete": true, "enabledForArmDeployments": false,
			"link": subnet.id + "/providers/Microsoft.ContainerInstance/serviceAssociationLinks/default", "locations": []any{},
		},
	}}, true)
}

// inUse refuses to delete a subnet that is linked, and a network with one.
func (s *Server) inUse(r *resource) *failure {
	subnets := []*resource{r}
	if r.is(networkType) {
		subnets = s.children(r.id, "subnets")
	}
	for _, subnet := range subnets {
		if subnet.is(subnetType) && s.linked(subnet) {
			return fail(http.StatusBadRequest, "InUseSubnetCannotBeDeleted", "Subnet %s is in use by %s/serviceAssociationLinks/%s and cannot be "+
				"deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
				subnet.name, subnet.id, linkName)
		}
	}
	return nil
}

// checkDelegation refuses to take the delegation from a subnet that is linked.
func (s *Server) checkDelegation(_ *request, r, old *resource) *failure {
	if old == nil || !r.is(subnetType) || delegated(r) || !s.linked(old) {
		return nil
	}
	return fail(http.StatusBadRequest, "SubnetMissingRequiredDelegation",
		"Subnet %s requires any of the following delegation(s) [%s] to reference service association link %s/serviceAssociationLinks/%s.",
		r.id, containerGroupType, r.id, linkName)
}

// unlink takes the link from a subnet that has no groups any more.
func (s *Server) unlink(q *request) reply {
	subnet := s.find(q.target.scope)
	switch {
	case subnet == nil:
		return refuse(s.absent(parse(q.target.scope)))
	case s.used(subnet):
		return refuse(fail(http.StatusBadRequest, "ServiceAssociationLinkInUse", "There are container groups in the subnet '%s'.", subnet.id))
	}
	subnet.lingering = 0
	return answer(http.StatusNoContent, nil)
}
