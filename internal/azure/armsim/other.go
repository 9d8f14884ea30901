package armsim

import (
	"net/http"
	"slices"
	"strings"
)

// serveOther answers for what is no resource: tenants, subscriptions, locations, and the resources of a group.
func (s *Server) serveOther(q *request) reply {
	if q.method == http.MethodPost && strings.EqualFold(q.target.last, "exportTemplate") {
		return refuse(fail(http.StatusNotImplemented, "NotImplemented", "Templates are not simulated."))
	}
	if q.method != http.MethodGet {
		return notAllowed(q)
	}
	t := q.target
	switch {
	case t.kind == subscriptionType && t.shape == item:
		return answer(http.StatusOK, s.subscriptionView(q.sub))
	case t.kind == subscriptionType:
		return q.page(s.subscriptionViews())
	case strings.EqualFold(t.path, "/tenants"):
		tenant := s.App.TenantID
		return q.page([]any{object{"id": "/tenants/" + tenant, "tenantId": tenant, "displayName": "armsim", "tenantCategory": "Home"}})
	case strings.EqualFold(t.last, "providers"):
		var all []any
		for _, name := range namespaces {
			all = append(all, s.providerView(q, name))
		}
		return q.page(all)
	case strings.EqualFold(t.last, "locations") && t.subscription != "":
		return q.page(s.locationViews(q.sub))
	case strings.EqualFold(t.last, "resources") && t.subscription != "":
		return s.listResources(q)
	}
	return refuse(fail(http.StatusNotFound, "NotFound", "There is nothing at '%s'.", t.path))
}

func (s *Server) subscriptionView(sub *Subscription) object {
	return object{
		"id": "/subscriptions/" + sub.ID, "subscriptionId": sub.ID, "tenantId": s.App.TenantID, "displayName": "armsim",
		"state": "Enabled", "authorizationSource": "RoleBased", "managedByTenants": []any{},
		"subscriptionPolicies": object{"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
	}
}

func (s *Server) subscriptionViews() []any {
	var all []any
	for _, sub := range s.subscriptions {
		all = append(all, s.subscriptionView(sub))
	}
	slices.SortFunc(all, func(a, b any) int { return strings.Compare(jsonText(a), jsonText(b)) })
	return all
}

func (s *Server) locationViews(sub *Subscription) []any {
	var all []any
	for _, region := range regions {
		all = append(all, object{
			"id": "/subscriptions/" + sub.ID + "/locations/" + region.name, "name": region.name, "type": "Region",
			"displayName": region.display, "regionalDisplayName": region.display, "metadata": object{"regionType": "Physical"},
		})
	}
	return all
}

// listResources lists what is in a group or a subscription, in the short form that all types share.
func (s *Server) listResources(q *request) reply {
	t := q.target
	above := "/subscriptions/" + t.subscription
	if t.group != "" {
		above += "/resourceGroups/" + t.group
		if s.find(above) == nil {
			return refuse(fail(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", t.group))
		}
	}
	var found []*resource
	for _, r := range s.resources {
		tracked := !r.is(groupType) && !r.is(assignmentType) && (textAt(r.doc, "location") != "" || strings.Count(r.kind, "/") == 1)
		if tracked && within(r.id, above) && matches(r, q.query.Get("$filter"), above) {
			found = append(found, r)
		}
	}
	var all []any
	for _, r := range sorted(found) {
		view := s.view(r, q.version)
		short := object{}
		for _, name := range []string{"id", "name", "type", "location", "tags", "kind", "sku", "identity", "managedBy"} {
			if value, ok := view[name]; ok {
				short[name] = value
			}
		}
		if strings.Contains(q.query.Get("$expand"), "provisioningState") {
			short["provisioningState"] = textAt(view, "properties.provisioningState")
		}
		all = append(all, short)
	}
	return q.page(all)
}
