package armsim

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armtypes"
)

// described finds the published description of a type, nil where there is none.
func (s *Server) described(kind, version string) *armtypes.Resource {
	if s.types == nil {
		return nil
	}
	found, err := s.types.Resource(kind, version)
	if err != nil {
		return nil
	}
	return found
}

// unknownType refuses a type that the published types of that very provider and version do not have.
func (s *Server) unknownType(q *request) *failure {
	if s.types == nil || q.sub.unchecked || q.target.kind == groupType || s.described(q.target.kind, q.version) != nil {
		return nil
	}
	if !s.types.Has(q.target.namespace, q.version) {
		return nil
	}
	_, types, _ := strings.Cut(q.target.kind, "/")
	supported, err := s.types.Versions(q.target.kind)
	if err != nil && !errors.Is(err, armtypes.ErrUnknown) {
		return fail(http.StatusInternalServerError, "InternalServerError", "%s", err)
	}
	return q.violation(fail(http.StatusBadRequest, "InvalidResourceType",
		"The resource type '%s' could not be found in the namespace '%s' for api version '%s'. The supported api-versions are '%s'.",
		types, q.target.namespace, q.version, strings.Join(supported, ",")))
}

// check compares the name and the body of a write with the published types.
func (s *Server) check(q *request) *failure {
	described := s.described(q.target.kind, q.version)
	if described == nil || q.sub.unchecked {
		return nil
	}
	if problems := described.CheckName(q.target.name); len(problems) > 0 {
		return q.violation(fail(http.StatusBadRequest, "InvalidResourceName",
			"The resource name '%s' is invalid: %s.", q.target.name, problems[0].Detail))
	}
	if !described.Writable {
		return q.violation(fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "Resources of type '%s' cannot be written.", described.Type))
	}
	problems := described.CheckRequest(q.body)
	if q.method == http.MethodPatch {
		problems = described.CheckPatch(q.body)
	}
	if len(problems) == 0 {
		return nil
	}
	return q.violation(worded(problems))
}

// checkAction compares what a POST sends with the published types.
func (s *Server) checkAction(q *request, kind string) *failure {
	if s.types == nil || q.sub.unchecked {
		return nil
	}
	for name, action := range s.types.Actions(kind, q.version) {
		if !strings.EqualFold(name, q.target.last) {
			continue
		}
		if problems := armtypes.CheckBody(action.Input, q.body); len(problems) > 0 {
			return q.violation(worded(problems))
		}
	}
	return nil
}

// violation notes a request that is wrong whatever the client makes of the answer.
func (q *request) violation(f *failure) *failure {
	q.sub.violations = append(q.sub.violations, fmt.Sprintf("%s %s?api-version=%s: %s", q.method, q.target.path, q.version, f))
	return f
}

// worded puts problems in the words of Azure, the first as the error and the others as its details.
func worded(problems []armtypes.Problem) *failure {
	first := wordedOne(problems[0])
	for _, p := range problems[1:] {
		first.Details = append(first.Details, *wordedOne(p))
	}
	return first
}

func wordedOne(p armtypes.Problem) *failure {
	var f *failure
	switch {
	case p.Path == "":
		f = fail(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: '%s'.", p.Detail)
	case p.Path == "location" && p.Reason == armtypes.Missing:
		f = fail(http.StatusBadRequest, "LocationRequired", "The location property is required for this definition.")
	case p.Reason == armtypes.Unknown:
		f = fail(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: 'Could not find member '%s' on object of type '%s'. Path '%s'.'.",
			p.Path[strings.LastIndex(p.Path, ".")+1:], "ResourceDefinition", p.Path)
	case p.Reason == armtypes.WrongType:
		f = fail(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: 'Error converting value: %s. Path '%s'.'.", p.Detail, p.Path)
	case p.Reason == armtypes.Missing:
		f = fail(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid: the required property '%s' is missing.", p.Path)
	case p.Reason == armtypes.ReadOnly:
		f = fail(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid: the property '%s' is read-only.", p.Path)
	default:
		f = fail(http.StatusBadRequest, "InvalidRequestContent", "The value of the property '%s' is invalid: %s.", p.Path, p.Detail)
	}
	f.Target = p.Path
	return f
}

// hideSecrets removes from a reply what its type calls write-only or sensitive.
func hideSecrets(value any, t *armtypes.Type) {
	switch v := value.(type) {
	case object:
		for name := range v {
			p, ok := t.Member(name)
			if !ok {
				continue
			}
			if p.Secret() && !p.ReadOnly() {
				delete(v, name)
				continue
			}
			hideSecrets(v[name], p.Type)
		}
	case []any:
		if t.Item == nil {
			return
		}
		for _, element := range v {
			hideSecrets(element, t.Item)
		}
	}
}
