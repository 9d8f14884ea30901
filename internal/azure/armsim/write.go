package armsim

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// write is PUT and PATCH: it checks what was sent, makes a resource of it, and answers as the type does.
func (s *Server) write(q *request) reply {
	old := s.find(q.target.id)
	if q.method == http.MethodPatch && old == nil {
		return refuse(s.absent(q.target))
	}
	if failed := s.writable(q, old); failed != nil {
		return refuse(failed)
	}
	sent, failed := s.readBody(q, old)
	if failed != nil {
		return refuse(failed)
	}
	p := s.profileOf(q.target.kind, q.version)
	r := s.prepared(q, p, old, sent)
	for _, check := range []func(*request, *resource, *resource) *failure{
		s.checkLocation, s.checkIdentities, s.checkRules, s.checkReferences, s.checkRole,
		s.checkProfiles, s.checkContainerGroup, s.checkDelegation, s.checkCertificates,
	} {
		if failed := check(q, r, old); failed != nil {
			return refuse(failed)
		}
	}
	s.fillIn(q, r)
	how := p.step(q.method, old == nil)
	if failed := how.failsAtOnce(q.fault); failed != nil {
		return refuse(failed)
	}
	s.engage(q, r, old)
	s.revise(q, r, old)
	s.resources[strings.ToLower(r.id)] = r
	return s.answerWrite(q, r, how, old == nil)
}

// writable says whether the place is there to write to.
func (s *Server) writable(q *request, old *resource) *failure {
	t := q.target
	if t.kind != groupType && t.group != "" {
		group := s.find("/subscriptions/" + t.subscription + "/resourceGroups/" + t.group)
		switch {
		case group == nil:
			return fail(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", t.group)
		case group.pending != nil && group.pending.state == "Deleting":
			return fail(http.StatusConflict, "ResourceGroupBeingDeleted",
				"The resource group '%s' is in deprovisioning state and cannot perform this operation.", t.group)
		}
	}
	if above := parse(t.parent()); above.shape == item && above.kind != subscriptionType && s.find(t.parent()) == nil {
		return s.parentNotFound(t, "write")
	}
	if match := q.header.Get("If-Match"); match != "" && (old == nil || match != "*" && match != old.etag && old.profile.ETag != "") {
		return unmatched(match)
	}
	if q.header.Get("If-None-Match") == "*" && old != nil {
		return fail(http.StatusPreconditionFailed, "PreconditionFailed", "The resource exists already.")
	}
	return s.busy(q, old)
}

func unmatched(match string) *failure {
	return fail(http.StatusPreconditionFailed, "PreconditionFailed", "The condition '%s' in the If-Match header was not satisfied.", match)
}

func (s *Server) busy(q *request, old *resource) *failure {
	if old == nil || old.pending == nil {
		return nil
	}
	if old.pending.state == "Deleting" && old.is(groupType) {
		return fail(http.StatusConflict, "ResourceGroupBeingDeleted",
			"The resource group '%s' is in deprovisioning state and cannot perform this operation.", old.name)
	}
	if old.profile.Busy == "" {
		return nil
	}
	if old.profile.BusyText != "" {
		return fail(http.StatusConflict, old.profile.Busy, "%s", s.expand(old.profile.BusyText, old))
	}
	return fail(http.StatusConflict, old.profile.Busy, "The resource '%s' is still %s: wait until that is done.",
		q.target.name, strings.ToLower(old.pending.state))
}

// readBody takes what was sent, merged into what is there for a PATCH.
func (s *Server) readBody(q *request, old *resource) (object, *failure) {
	sent, err := decodeObject(q.body)
	if err != nil || sent == nil {
		return nil, fail(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: '%s'.", "a JSON object is expected")
	}
	if failed := s.check(q); failed != nil {
		return nil, failed
	}
	if q.method == http.MethodPatch {
		sent = merge(cloneObject(old.sent), sent, true)
	}
	for _, name := range []string{"id", "name", "type"} {
		delete(sent, name)
	}
	sent, _ = withoutNulls(sent).(object)
	return sent, nil
}

// prepared makes a resource out of what was sent, so far without what the service adds. Ids keep the case in which they
// and what they are in were created.
func (s *Server) prepared(q *request, p *profile, old *resource, sent object) *resource {
	t := q.target
	r := &resource{
		kind: p.Type, name: t.name, subscription: strings.ToLower(t.subscription), group: t.group, parent: t.parent(),
		profile: p, sent: sent, doc: cloneObject(sent), stable: map[string]any{}, state: "Succeeded",
		created: time.Now(), hidden: q.fault.Hidden,
	}
	above := r.parent
	if found := s.find(r.parent); found != nil {
		r.parent, r.group, above = found.id, found.group, found.plain
	}
	r.plain = plainID(t, r, above)
	r.id = r.spell()
	if old != nil {
		r.id, r.plain, r.name, r.parent = old.id, old.plain, old.name, old.parent
		r.stable, r.created, r.hidden, r.lingering = old.stable, old.created, old.hidden, old.lingering
	}
	return r
}

func plainID(t target, r *resource, above string) string {
	word := lastPart(r.kind) + "/" + r.name
	switch {
	case t.kind == groupType:
		return "/subscriptions/" + r.subscription + "/resourceGroups/" + r.name
	case t.depth > 1:
		return above + "/" + word
	}
	return fmt.Sprintf("%s/providers/%s/%s", above, r.kind[:strings.Index(r.kind, "/")], word)
}

// spell writes the id as the type has it.
func (r *resource) spell() string {
	id := r.plain
	if word := r.profile.IDWord; word != "" {
		id = strings.TrimSuffix(id, lastPart(r.kind)+"/"+r.name) + word + "/" + r.name
	}
	if word := r.profile.GroupWord; word != "" {
		id = strings.Replace(id, "/resourceGroups/", "/"+word+"/", 1)
	}
	return id
}

// answerWrite answers a write that was taken.
func (s *Server) answerWrite(q *request, r *resource, how step, creating bool) reply {
	given := reply{status: how.Status, header: http.Header{}}
	ready := func() { s.appear(r) }
	switch {
	case how.Poll != "":
		q.pointTo(s.begin(q, r, how, ready), given.header)
	default:
		ready()
	}
	if creating && how.RelativeLocation {
		given.header.Set("Location", r.id)
	}
	q.etag(given.header, r)
	if how.Body != "none" {
		given.body = s.written(r, q.version)
	}
	return given
}

// written is a resource as the reply to its write shows it.
func (s *Server) written(r *resource, version string) object {
	view := s.view(r, version)
	if r.profile.DisplayLater {
		view["location"] = canonicalLocation(textAt(view, "location"))
	}
	return view
}

// delete takes a resource away, at once or in its time.
func (s *Server) delete(q *request) reply {
	t := q.target
	r := s.find(t.id)
	if r == nil {
		if failed := s.absent(t); t.kind == groupType || failed.Code == "ResourceGroupNotFound" {
			return refuse(failed)
		}
		return answer(http.StatusNoContent, nil)
	}
	if match := q.header.Get("If-Match"); match != "" && match != "*" && match != r.etag && r.profile.ETag != "" {
		return refuse(unmatched(match))
	}
	if failed := s.inUse(r); failed != nil {
		return refuse(failed)
	}
	how := r.profile.Delete
	if failed := how.failsAtOnce(q.fault); failed != nil {
		return refuse(failed)
	}
	given := reply{status: how.Status, header: http.Header{}}
	gone := func() { s.remove(r.id) }
	if r.pending != nil && r.pending.state == "Deleting" {
		q.pointTo(r.pending, given.header)
		return given
	}
	if how.Poll != "" {
		q.pointTo(s.begin(q, r, how, gone), given.header)
	}
	if how.Body == "full" {
		given.body = s.view(r, q.version)
	}
	if how.Poll == "" {
		gone()
	}
	return given
}
