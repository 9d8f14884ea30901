package armsim

import (
	_ "embed" // The roles.
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	assignmentType = "Microsoft.Authorization/roleAssignments"
	definitionType = "Microsoft.Authorization/roleDefinitions"
)

// role is a built-in role.
type role struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Actions     []string `json:"actions"`
}

//go:embed roles.json
var roleData []byte

// builtin are the roles that every tenant has; these are those that containers need, with their real ids.
var builtin = mustRoles()

func mustRoles() (all []*role) {
	if err := json.Unmarshal(roleData, &all); err != nil {
		panic("roles.json: " + err.Error())
	}
	return all
}

func (r *role) view(scope string) object {
	id := "/providers/" + definitionType + "/" + r.ID
	if sub := parse(scope).subscription; sub != "" {
		id = "/subscriptions/" + sub + id
	}
	return object{
		"id": id, "type": definitionType, "name": r.ID,
		"properties": object{
			"roleName": r.Name, "type": "BuiltInRole", "description": r.Description, "assignableScopes": []any{"/"},
			"permissions": []any{object{"actions": r.Actions, "notActions": []any{}, "dataActions": []any{}, "notDataActions": []any{}}},
			"createdOn":   "2015-02-02T21:55:09.8806423Z", "updatedOn": "2021-11-11T20:13:07.5521127Z", "createdBy": nil, "updatedBy": nil,
		},
	}
}

func builtinRole(t target) *role {
	if !strings.EqualFold(t.kind, definitionType) {
		return nil
	}
	for _, r := range builtin {
		if strings.EqualFold(r.ID, t.name) {
			return r
		}
	}
	return nil
}

// builtinRoles lists them for a list of role definitions that is filtered by name or type.
func builtinRoles(t target, filter string) []*role {
	if !strings.EqualFold(t.kind, definitionType) {
		return nil
	}
	var found []*role
	for _, r := range builtin {
		fits := true
		for _, c := range comparison.FindAllStringSubmatch(filter, -1) {
			switch strings.ToLower(c[1]) {
			case "rolename":
				fits = fits && strings.EqualFold(c[2], r.Name)
			case "type":
				fits = fits && strings.EqualFold(c[2], "BuiltInRole")
			}
		}
		if fits {
			found = append(found, r)
		}
	}
	return found
}

// checkRole refuses role assignments that cannot be.
func (s *Server) checkRole(q *request, r, old *resource) *failure {
	if !r.is(assignmentType) {
		return nil
	}
	if uuid.Validate(r.name) != nil {
		return fail(http.StatusBadRequest, "InvalidRoleAssignmentId",
			"The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.", r.name)
	}
	definition := textAt(r.doc, "properties.roleDefinitionId")
	if named := parse(definition); builtinRole(named) == nil && s.find(definition) == nil {
		return fail(http.StatusBadRequest, "RoleDefinitionDoesNotExist", "The specified role definition with ID '%s' does not exist.", named.name)
	}
	who := textAt(r.doc, "properties.principalId")
	if q.sub.principalNotFound > 0 {
		q.sub.principalNotFound--
		return fail(http.StatusBadRequest, "PrincipalNotFound",
			"Principal %s does not exist in the directory %s. Check that you have the correct principal ID. If you are creating this principal "+
				"and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment "+
				"principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
			strings.ReplaceAll(who, "-", ""), s.App.TenantID)
	}
	return s.checkAssigned(r, old, who, definition)
}

func (s *Server) checkAssigned(r, old *resource, who, definition string) *failure {
	if old != nil {
		if !strings.EqualFold(textAt(old.doc, "properties.principalId"), who) || !sameRole(old, definition) {
			return fail(http.StatusConflict, "RoleAssignmentUpdateNotPermitted",
				"Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
		}
		return nil
	}
	for _, other := range s.resources {
		if other.is(assignmentType) && strings.EqualFold(other.parent, r.parent) && sameRole(other, definition) &&
			strings.EqualFold(textAt(other.doc, "properties.principalId"), who) {
			return fail(http.StatusConflict, "RoleAssignmentExists",
				"The role assignment already exists. The ID of the existing role assignment is %s.", strings.ReplaceAll(other.name, "-", ""))
		}
	}
	return nil
}

func sameRole(assignment *resource, definition string) bool {
	return strings.EqualFold(lastPart(textAt(assignment.doc, "properties.roleDefinitionId")), lastPart(definition))
}

// fillRole adds what only a role assignment has.
func (s *Server) fillRole(q *request, r *resource) {
	if !r.is(assignmentType) {
		return
	}
	stamp := time.Now().UTC().Format(time.RFC3339Nano)
	for path, value := range map[string]any{
		"properties.scope": r.parent, "properties.createdOn": r.created.UTC().Format(time.RFC3339Nano), "properties.updatedOn": stamp,
		"properties.createdBy": q.who.ObjectID, "properties.updatedBy": q.who.ObjectID,
	} {
		fillAt(r.doc, path, value, true)
	}
	fillAt(r.doc, "properties.principalType", "ServicePrincipal", false)
}

// assigned lists the roles of a principal at a scope and above it.
func (s *Server) assigned(objectID, scope string) []string {
	var names []string
	for _, r := range s.resources {
		if !r.is(assignmentType) || !strings.EqualFold(textAt(r.doc, "properties.principalId"), objectID) || !within(scope, r.parent) {
			continue
		}
		if found := builtinRole(parse(textAt(r.doc, "properties.roleDefinitionId"))); found != nil {
			names = append(names, found.Name)
		}
	}
	return names
}
