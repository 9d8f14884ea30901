package armsim

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// checkLocation refuses locations that are none, and another one than that of a resource that is there.
func (s *Server) checkLocation(_ *request, r, old *resource) *failure {
	location := textAt(r.doc, "location")
	if location == "" {
		return nil
	}
	if !knownLocation(location) {
		if r.is(groupType) {
			return fail(http.StatusBadRequest, "LocationNotAvailableForResourceGroup",
				"The provided location '%s' is not available for resource group. List of available regions is '%s'.",
				location, strings.Join(locationNames(), ","))
		}
		return fail(http.StatusBadRequest, "LocationNotAvailableForResourceType",
			"The provided location '%s' is not available for resource type '%s'. List of available regions for the resource type is '%s'.",
			location, r.kind, strings.Join(locationNames(), ","))
	}
	if old == nil {
		return nil
	}
	before := textAt(old.doc, "location")
	if canonicalLocation(before) == canonicalLocation(location) {
		return nil
	}
	if r.is(groupType) {
		return fail(http.StatusConflict, "InvalidResourceGroupLocation",
			"Invalid resource group location '%s'. The Resource group already exists in location '%s'.", location, before)
	}
	return fail(http.StatusConflict, "InvalidResourceLocation",
		"The resource '%s' already exists in location '%s' in resource group '%s'. A resource with the same name cannot be created in "+
			"location '%s'. Please select a new resource name.", r.name, before, r.group, location)
}

// checkIdentities refuses identities that do not exist.
func (s *Server) checkIdentities(_ *request, r, _ *resource) *failure {
	assigned, _ := valueAt(r.doc, "identity.userAssignedIdentities").(object)
	for id := range assigned {
		if s.find(id) == nil {
			return fail(http.StatusBadRequest, "FailedIdentityOperation",
				"Identity operation for resource '%s' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. "+
					"Response: '{\"error\":{\"code\":\"BadRequest\",\"message\":\"Resource '%s' was not found.\"}}'.'", r.id, id)
		}
	}
	return nil
}

// checkRules applies the rules of the profile, and refuses changes of what cannot be changed.
func (s *Server) checkRules(_ *request, r, old *resource) *failure {
	for _, rule := range r.profile.Rules {
		doc := r.doc
		if rule.Parent {
			above := s.find(r.parent)
			if above == nil {
				continue
			}
			doc = above.doc
		}
		if applies(r.doc, rule.If) && !satisfied(doc, rule.Need) {
			return fail(rule.Status, rule.Code, "%s", s.expand(rule.Text, r))
		}
	}
	for _, path := range r.profile.Fixed {
		if old == nil {
			break
		}
		before, after := valueAt(old.doc, path), valueAt(r.doc, path)
		if after != nil && before != nil && !reflect.DeepEqual(before, after) {
			f := fail(http.StatusConflict, "PropertyChangeNotAllowed", "Changing property '%s' is not allowed.", path)
			f.Target = path
			return f
		}
	}
	return nil
}

func applies(doc object, conditions map[string]any) bool {
	for path, want := range conditions {
		got := valueAt(doc, path)
		if want == "*" && got != nil {
			continue
		}
		if !same(got, want) {
			return false
		}
	}
	return true
}

func satisfied(doc object, needs map[string][]any) bool {
	for path, allowed := range needs {
		got := valueAt(doc, path)
		if !slices.ContainsFunc(allowed, func(want any) bool { return same(got, want) }) {
			return false
		}
	}
	return true
}

func same(a, b any) bool {
	left, isText := a.(string)
	right, _ := b.(string)
	if isText {
		return strings.EqualFold(left, right)
	}
	return reflect.DeepEqual(a, b)
}

// checkReferences refuses what is in an environment that is not there, or not yet.
func (s *Server) checkReferences(_ *request, r, _ *resource) *failure {
	for _, reference := range r.profile.References {
		id := textAt(r.doc, reference.Path)
		if id == "" {
			continue
		}
		found := s.find(id)
		if found == nil {
			return fail(http.StatusBadRequest, reference.Absent, "The resource '%s' does not exist.", id)
		}
		if found.pending != nil || found.state != "Succeeded" {
			return fail(http.StatusBadRequest, reference.NotReady, "The resource '%s' is not provisioned yet.", id)
		}
	}
	return nil
}
