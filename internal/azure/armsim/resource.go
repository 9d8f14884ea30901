package armsim

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// resource is something that was created: a resource, or a resource group.
type resource struct {
	// id, kind and name are in the case of creation.
	id, kind, name      string
	subscription, group string
	// plain is the id without the words that its type spells in its own way: what is in it has ids that begin so.
	plain string
	// parent is the id of what it is in.
	parent string

	profile *profile
	// sent is what was asked for, doc what came of it, with secrets.
	sent, doc object
	// stable are values that were made once.
	stable map[string]any
	// state is the provisioningState when no operation runs.
	state   string
	pending *operation
	etag    string
	created time.Time
	// hidden counts the reads for which it is not there yet.
	hidden int
	// run is what the containers of a container group do, nil for all else.
	run *running
	// revisions are those of a profile of container groups, lingering how many requests find a subnet linked that is not used.
	revisions []object
	lingering int
	// builds are the runs of a container registry, manifests when it was first asked for each of its manifests.
	builds    []*buildRun
	manifests map[string]*seenManifest
}

func (r *resource) is(kind string) bool { return strings.EqualFold(r.kind, kind) }

// find finds a resource by id in any case.
func (s *Server) find(id string) *resource { return s.resources[strings.ToLower(id)] }

// children lists the resources directly below an id whose type ends with a word.
func (s *Server) children(id, word string) []*resource {
	var found []*resource
	for _, r := range s.resources {
		if strings.EqualFold(r.parent, id) && strings.HasSuffix(strings.ToLower(r.kind), "/"+strings.ToLower(word)) {
			found = append(found, r)
		}
	}
	return sorted(found)
}

// remove takes a resource away with all that is below it.
func (s *Server) remove(id string) {
	for key, r := range s.resources {
		if within(r.id, id) {
			delete(s.resources, key)
			s.leave(r)
		}
	}
}

// view is a resource as a reply shows it.
func (s *Server) view(r *resource, version string) object {
	doc := cloneObject(r.doc)
	if !r.profile.Stateless {
		state := r.state
		if r.pending != nil {
			state = r.pending.state
		}
		fillAt(doc, "properties.provisioningState", state, true)
	}
	if r.run != nil {
		r.showRun(doc)
	}
	s.showLinks(r, doc)
	for _, path := range r.profile.Secrets {
		removeAt(doc, strings.Split(path, "."))
	}
	for _, path := range r.profile.Emptied {
		emptyAt(doc, strings.Split(path, "."))
	}
	if described := s.described(r.kind, version); described != nil {
		hideSecrets(doc, described.Body)
	}
	hideOverrides(r, doc)
	if r.profile.ETag != "" && r.profile.ETag != "header" {
		doc[r.profile.ETag] = r.etag
	}
	return doc
}

// absent says that a resource is not there, or what it would be in.
func (s *Server) absent(t target) *failure {
	if t.group != "" && s.find("/subscriptions/"+t.subscription+"/resourceGroups/"+t.group) == nil {
		return fail(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", t.group)
	}
	if t.depth > 1 && s.find(t.parent()) == nil {
		return s.parentNotFound(t, "read")
	}
	if p, ok := profiles[strings.ToLower(t.kind)]; ok && p.Absent.Code != "" {
		f := fail(http.StatusNotFound, p.Absent.Code, "%s", s.absenceText(p.Absent.Text, t))
		f.flat = p.Absent.Flat
		return f
	}
	_, types, _ := strings.Cut(t.id, "/providers/")
	if t.scope == "" || t.group == "" {
		return fail(http.StatusNotFound, "ResourceNotFound", "The Resource '%s' was not found.", types)
	}
	return fail(http.StatusNotFound, "ResourceNotFound",
		"The Resource '%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
		types, t.group)
}

func (s *Server) absenceText(text string, t target) string {
	dummy := &resource{id: t.id, name: t.name, subscription: t.subscription, group: t.group, parent: lastPart(t.parent()), doc: object{}}
	return fmt.Sprint(s.expand(text, dummy))
}

func lastPart(id string) string { return id[strings.LastIndex(id, "/")+1:] }

func (s *Server) parentNotFound(t target, verb string) *failure {
	_, types, _ := strings.Cut(t.kind, "/")
	return fail(http.StatusNotFound, "ParentResourceNotFound",
		"Failed to perform '%s' on resource(s) of type '%s', because the parent resource '%s' could not be found.", verb, types, t.parent())
}
