package armsim

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// fillIn adds to a resource what the service adds.
func (s *Server) fillIn(q *request, r *resource) {
	p := r.profile
	r.doc["id"], r.doc["name"], r.doc["type"] = r.id, r.name, p.Shown
	if location := textAt(r.doc, "location"); location != "" {
		r.doc["location"] = canonicalLocation(location)
		if p.DisplayLocation {
			r.doc["location"] = displayLocation(location)
		}
	}
	s.fillIdentity(r)
	s.fillPaths(r, p.Defaults, false)
	for _, more := range p.DefaultsIf {
		if applies(r.doc, more.If) {
			s.fillPaths(r, more.Set, false)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(p.Computed)) {
		if _, known := r.stable[path]; !known {
			r.stable[path] = s.expand(p.Computed[path], r)
		}
		fillAt(r.doc, path, r.stable[path], true)
	}
	s.fillPaths(r, p.Stamped, true)
	if p.SystemData {
		r.doc["systemData"] = systemData(q, r)
	}
	s.fillRole(q, r)
	r.fillPasswords()
	r.fillCertificates()
	r.etag = newETag()
	if old := s.find(r.id); old != nil && old.pending == nil {
		s.fillPaths(r, p.Ready, false)
	}
}

// fillPaths goes through paths in order, so that what depends on another property comes after it by its longer path.
func (s *Server) fillPaths(r *resource, values map[string]any, replace bool) {
	for _, path := range slices.Sorted(maps.Keys(values)) {
		fillAt(r.doc, path, s.expand(values[path], r), replace)
	}
}

// appear is for what shows when a resource has come into being.
func (s *Server) appear(r *resource) {
	if r.run != nil && r.state == "Failed" {
		return
	}
	for _, path := range slices.Sorted(maps.Keys(r.profile.Ready)) {
		if _, known := r.stable[path]; !known {
			r.stable[path] = s.expand(r.profile.Ready[path], r)
		}
		fillAt(r.doc, path, r.stable[path], true)
	}
	r.state = "Succeeded"
	r.begin()
}

func systemData(q *request, r *resource) object {
	stamp := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }
	return object{
		"createdBy": q.who.ClientID, "createdByType": "Application", "createdAt": stamp(r.created),
		"lastModifiedBy": q.who.ClientID, "lastModifiedByType": "Application", "lastModifiedAt": stamp(time.Now()),
	}
}

// fillIdentity gives managed identities their principals: a new one for the resource itself, those of the identities
// that are assigned.
func (s *Server) fillIdentity(r *resource) {
	identity, _ := r.doc["identity"].(object)
	kind := strings.ToLower(textAt(identity, "type"))
	if strings.Contains(kind, "systemassigned") {
		if r.stable["identity"] == nil {
			r.stable["identity"] = s.expand("{guid}", r)
		}
		identity["principalId"], identity["tenantId"] = r.stable["identity"], s.App.TenantID
	}
	assigned, _ := identity["userAssignedIdentities"].(object)
	for id := range assigned {
		if found := s.find(id); found != nil {
			assigned[id] = object{"principalId": textAt(found.doc, "properties.principalId"), "clientId": textAt(found.doc, "properties.clientId")}
		}
	}
}
