package armsim

import (
	"net/http"
	"strconv"
	"strings"
)

const (
	groupProfileType = "Microsoft.ContainerInstance/containerGroupProfiles"
	manyGroupsType   = "Microsoft.ContainerInstance/ngroups"
)

// revise gives a profile of container groups its next revision, and keeps those before.
func (s *Server) revise(q *request, r, old *resource) {
	if !r.is(groupProfileType) {
		return
	}
	if old != nil {
		r.revisions = old.revisions
	}
	if old == nil || q.method == http.MethodPut {
		fillAt(r.doc, "properties.revision", len(r.revisions)+1, true)
		r.revisions = append(r.revisions, r.doc)
		return
	}
	fillAt(r.doc, "properties.revision", len(r.revisions), true)
}

// revision finds a revision of a profile by its number.
func (r *resource) revision(number string) object {
	i, err := strconv.Atoi(number)
	if err != nil || i < 1 || i > len(r.revisions) {
		return nil
	}
	return r.revisions[i-1]
}

// serveRevisions answers with one revision of a profile, or with all. They have the id of the profile itself.
func (s *Server) serveRevisions(q *request) reply {
	if q.method != http.MethodGet {
		return notAllowed(q)
	}
	t := q.target
	id := t.id
	if t.shape == item {
		id = t.parent()
	}
	r := s.find(id)
	if r == nil {
		return refuse(s.absent(parse(id)))
	}
	if t.shape == item {
		revision := r.revision(t.name)
		if revision == nil {
			return refuse(fail(http.StatusNotFound, "ResourceNotFound", "The profile '%s' has no revision '%s'.", r.name, t.name))
		}
		return answer(http.StatusOK, s.revisionView(r, revision, q.version))
	}
	var all []any
	for _, revision := range r.revisions {
		all = append(all, s.revisionView(r, revision, q.version))
	}
	return q.page(all)
}

// revisionView is a revision without its secrets.
func (s *Server) revisionView(r *resource, revision object, version string) object {
	then := *r
	then.doc = revision
	return s.view(&then, version)
}

// checkProfiles refuses references to profiles that are not there.
func (s *Server) checkProfiles(_ *request, r, _ *resource) *failure {
	var used []object
	switch {
	case r.is(containerGroupType):
		if reference, ok := valueAt(r.doc, "properties.containerGroupProfile").(object); ok {
			used = append(used, reference)
		}
	case r.is(manyGroupsType):
		for _, p := range r.containers("containerGroupProfiles") {
			used = append(used, object{"id": textAt(p, "resource.id"), "revision": p["revision"]})
		}
	}
	for _, reference := range used {
		id := textAt(reference, "id")
		found := s.find(id)
		if found == nil || !found.is(groupProfileType) {
			return fail(http.StatusBadRequest, "ContainerGroupProfileNotFound",
				"The container group profile '%s' of '%s' was not found.", id, r.name)
		}
		if n, ok := reference["revision"].(float64); ok && found.revision(strconv.Itoa(int(n))) == nil {
			return fail(http.StatusBadRequest, "ContainerGroupProfileNotFound",
				"The container group profile '%s' of '%s' has no revision %g.", id, r.name, n)
		}
	}
	return nil
}

// isRevisions says whether a path is of revisions of profiles.
func isRevisions(t target) bool { return strings.EqualFold(t.kind, groupProfileType+"/revisions") }
