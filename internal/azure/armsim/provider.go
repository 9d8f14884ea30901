package armsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// namespaces are the resource providers that a subscription has; there are profiles for types of the first ones only.
var namespaces = []string{
	"Microsoft.App", "Microsoft.Authorization", "Microsoft.Batch", "Microsoft.ContainerInstance", "Microsoft.ContainerRegistry",
	"Microsoft.ContainerService", "Microsoft.KeyVault", "Microsoft.ManagedIdentity", "Microsoft.Network", "Microsoft.OperationalInsights",
	"Microsoft.Resources", "Microsoft.ServiceFabric", "Microsoft.Storage", "Microsoft.Web",
	"Microsoft.Cache", "Microsoft.Compute", "Microsoft.CostManagement", "Microsoft.Management", "Microsoft.MarketplaceOrdering",
	"Microsoft.OperationsManagement", "Microsoft.Sql", "microsoft.insights",
}

// isProviderAction is for a POST to a provider itself: register, unregister, checkNameAvailability.
func isProviderAction(t target) bool {
	return t.shape == collection && t.depth == 0 && t.namespace != "" && slices.ContainsFunc(
		[]string{"register", "unregister", "checkNameAvailability"}, func(name string) bool { return strings.EqualFold(name, t.last) })
}

// serveProvider answers for resource providers: how they are, and their registration.
func (s *Server) serveProvider(q *request) reply {
	name := q.target.namespace
	i := slices.IndexFunc(namespaces, func(known string) bool { return strings.EqualFold(known, name) })
	if i < 0 {
		return refuse(fail(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", name))
	}
	key := strings.ToLower(name)
	switch {
	case q.target.shape == provider && q.method == http.MethodGet:
	case q.method == http.MethodPost && strings.EqualFold(q.target.last, "register"):
		delete(q.sub.unregistered, key)
	case q.method == http.MethodPost && strings.EqualFold(q.target.last, "unregister"):
		q.sub.unregistered[key] = true
	case q.method == http.MethodPost && strings.EqualFold(q.target.last, "checkNameAvailability"):
		return s.checkName(q)
	default:
		return notAllowed(q)
	}
	return answer(http.StatusOK, s.providerView(q, namespaces[i]))
}

func (s *Server) providerView(q *request, name string) object {
	state := "Registered"
	if q.sub.unregistered[strings.ToLower(name)] {
		state = "NotRegistered"
	}
	var displays []string
	for _, region := range regions {
		displays = append(displays, region.display)
	}
	types := []any{}
	for _, p := range profiles {
		namespace, kind, _ := strings.Cut(p.Type, "/")
		if !strings.EqualFold(namespace, name) {
			continue
		}
		types = append(types, object{
			"resourceType": kind, "locations": displays, "apiVersions": s.versionsOf(p.Type), "capabilities": "SupportsTags, SupportsLocation",
		})
	}
	id := "/providers/" + name
	if q.sub.ID != "" {
		id = "/subscriptions/" + q.sub.ID + id
	}
	return object{
		"id": id, "namespace": name, "registrationState": state, "registrationPolicy": "RegistrationRequired", "resourceTypes": types,
	}
}

func (s *Server) versionsOf(kind string) []string {
	if s.types == nil {
		return []string{}
	}
	versions, err := s.types.Versions(kind)
	if err != nil {
		return []string{}
	}
	slices.Reverse(versions)
	return append([]string{}, versions...)
}

// checkName says whether a name that has to be the only one of its kind is free.
func (s *Server) checkName(q *request) reply {
	sent, err := decodeObject(q.body)
	name, kind := textAt(sent, "name"), textAt(sent, "type")
	if err != nil || name == "" || kind == "" {
		return refuse(fail(http.StatusBadRequest, "InvalidRequestContent", "The name and the type are needed."))
	}
	for _, r := range s.resources {
		if r.is(kind) && strings.EqualFold(r.name, name) {
			return answer(http.StatusOK, object{
				"nameAvailable": false, "reason": "AlreadyExists", "message": fmt.Sprintf("The name %s is already in use.", name),
			})
		}
	}
	return answer(http.StatusOK, object{"nameAvailable": true})
}
