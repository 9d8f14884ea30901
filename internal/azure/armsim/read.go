package armsim

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

func (s *Server) get(q *request) reply {
	if role := builtinRole(q.target); role != nil {
		return answer(http.StatusOK, role.view(q.target.scope))
	}
	r := s.find(q.target.id)
	if r != nil && r.hidden > 0 && q.method == http.MethodGet {
		r.hidden--
		r = nil
	}
	switch {
	case r == nil && q.method == http.MethodHead:
		return answer(http.StatusNotFound, nil)
	case r == nil:
		return refuse(s.absent(q.target))
	case q.method == http.MethodHead:
		return answer(http.StatusNoContent, nil)
	}
	given := reply{status: http.StatusOK, body: s.view(r, q.version), header: http.Header{}}
	q.etag(given.header, r)
	return given
}

// list answers with all resources of a type below what the path names: a parent, a group, or the subscription.
func (s *Server) list(q *request) reply {
	t := q.target
	if failed := s.missingAbove(t); failed != nil {
		return refuse(failed)
	}
	var found []*resource
	for _, r := range s.resources {
		if r.is(t.kind) && within(r.id, t.id) && r.hidden == 0 && matches(r, q.query.Get("$filter"), t.id) {
			found = append(found, r)
		}
	}
	var all []any
	for _, role := range builtinRoles(t, q.query.Get("$filter")) {
		all = append(all, role.view(t.id))
	}
	for _, r := range sorted(found) {
		view := s.view(r, q.version)
		if r.run != nil {
			hideRun(view)
		}
		all = append(all, view)
	}
	return q.page(all)
}

func (s *Server) missingAbove(t target) *failure {
	if t.id == "" || strings.EqualFold(t.id, "/subscriptions/"+t.subscription) || s.find(t.id) != nil {
		return nil
	}
	above := parse(t.id)
	if above.shape != item {
		return nil
	}
	if t.depth > 0 && s.absent(above).Code == "ResourceNotFound" {
		_, types, _ := strings.Cut(t.kind, "/")
		return fail(http.StatusNotFound, "ParentResourceNotFound",
			"Failed to perform 'read' on resource(s) of type '%s', because the parent resource '%s' could not be found.", types, t.id)
	}
	return s.absent(above)
}

// page answers with one page of a list and where the next one is.
func (q *request) page(all []any) reply {
	size, start := q.sub.pageSize, 0
	if top, err := strconv.Atoi(q.query.Get("$top")); err == nil && top > 0 && top < size {
		size = top
	}
	if token, err := strconv.Atoi(q.query.Get("$skiptoken")); err == nil {
		start = min(token, len(all))
	}
	end := min(start+size, len(all))
	body := object{"value": append([]any{}, all[start:end]...)}
	if end < len(all) && q.query.Get("$top") == "" {
		next := url.Values{}
		for name, values := range q.query {
			next[name] = values
		}
		next.Set("$skiptoken", strconv.Itoa(end))
		body["nextLink"] = fmt.Sprintf("%s%s?%s", q.base, q.target.path, next.Encode())
	}
	return answer(http.StatusOK, body)
}

var comparison = regexp.MustCompile(`(?i)([\w/.]+)\s+eq\s+'([^']*)'`)

// matches applies the comparisons of an OData filter that are joined by "and", and atScope().
func matches(r *resource, filter, scope string) bool {
	if strings.Contains(strings.ToLower(filter), "atscope()") && !within(scope, r.parent) {
		return false
	}
	for _, c := range comparison.FindAllStringSubmatch(filter, -1) {
		var got string
		switch name := strings.ToLower(c[1]); name {
		case "resourcetype":
			got = r.kind
		case "name":
			got = r.name
		case "tagname":
			if tags, _ := r.doc["tags"].(object); tags[c[2]] == nil {
				return false
			}
			continue
		default:
			got = textAt(r.doc, "properties."+c[1])
			if got == "" {
				got = textAt(r.doc, c[1])
			}
		}
		if !strings.EqualFold(got, c[2]) {
			return false
		}
	}
	return true
}
