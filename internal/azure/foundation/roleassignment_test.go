package foundation_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/foundation"
)

const (
	assignmentType = "containers_azure_role_assignment"
	roles          = "/providers/Microsoft.Authorization/roleDefinitions/"
	pull           = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	push           = "8311e382-0749-4cb8-b61a-304f252e45ec"
)

// assignment is a configuration, for a principal of its own.
func assignment(t *testing.T, sub *armsim.Subscription) object {
	t.Helper()
	return object{"scope": azure.Group(t, sub), "role_definition_name": "AcrPull", "principal_id": uuid.NewString()}
}

// without is a copy of a configuration with one attribute less.
func without(config object, name string) object {
	less := azure.With(config, name, nil)
	delete(less, name)
	return less
}

// TestRoleAssignment is its whole life, with the requests of each step.
func TestRoleAssignment(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, assignmentType)
	config := assignment(t, sub)
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "GET", "PUT", "GET")
	r.Refresh(t)
	azure.Budget(t, sub, "read", "GET")
	r.ExpectEmptyPlan(t, config)
	id := r.String(t, "id")
	if want := config["scope"].(string) + "/providers/Microsoft.Authorization/roleAssignments/" + r.String(t, "name"); id != want {
		t.Errorf("the id is %q, not %q", id, want)
	}
	if err := uuid.Validate(r.String(t, "name")); err != nil {
		t.Error(err)
	}
	if got := r.String(t, "role_definition_id"); !strings.HasSuffix(got, roles+pull) {
		t.Errorf("the role is %q", got)
	}
	if got := r.String(t, "principal_type"); got != "ServicePrincipal" {
		t.Errorf("the type of the principal is %q", got)
	}
	sub.ForgetRequests()
	r.Apply(t, azure.With(config, "description", "Pulls images."))
	azure.Budget(t, sub, "update", "GET", "PUT", "GET")
	if got := r.String(t, "id"); got != id {
		t.Errorf("the id is %q now", got)
	}
	r.Destroy(t)
	alone(t, sub)
}

// TestRoleAssignmentChanges is what happens in place, and what does not.
func TestRoleAssignmentChanges(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, assignmentType)
	config := assignment(t, sub)
	does(t, r, config, core.Create)
	does(t, r, azure.With(config, "description", "1"), core.Update)
	does(t, r, azure.With(config, "description", "2"), core.Update)
	does(t, r, config, core.Update)
	if got := trust(t, r, sub)["description"]; got != nil {
		t.Errorf("the description stays: %v", got)
	}
	condition := azure.With(azure.With(config, "condition", "@Resource[x] StringEquals 'a'"), "condition_version", "2.0")
	does(t, r, condition, core.Update)
	does(t, r, azure.With(condition, "condition", "@Resource[x] StringEquals 'b'"), core.Update)
	if got := trust(t, r, sub)["condition"]; got != "@Resource[x] StringEquals 'b'" {
		t.Errorf("the condition is %v", got)
	}
	does(t, r, config, core.Update)
	if got := trust(t, r, sub); got["condition"] != nil || got["conditionVersion"] != nil {
		t.Errorf("the condition stays: %v", got)
	}
	does(t, r, azure.With(config, "role_definition_name", "AcrPush"), core.Replace)
	if got := r.String(t, "role_definition_id"); !strings.HasSuffix(got, push) {
		t.Errorf("the role is %q", got)
	}
	does(t, r, azure.With(config, "principal_id", uuid.NewString()), core.Replace)
	does(t, r, azure.With(config, "name", "11111111-2222-3333-4444-555555555555"), core.Replace)
	does(t, r, azure.With(config, "delegated_managed_identity_resource_id", identity(t, sub)), core.Replace)
	does(t, r, azure.With(config, "scope", "/subscriptions/"+sub.ID), core.Replace)
	ends(t, r, sub, config, "/other")
}

// TestRoleAssignmentRoles are compared by the GUID, and named either way.
func TestRoleAssignmentRoles(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, assignmentType)
	named := assignment(t, sub)
	config := without(named, "role_definition_name")
	config["role_definition_id"] = "/subscriptions/" + sub.ID + roles + strings.ToUpper(pull)
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "GET", "PUT", "GET")
	r.Refresh(t)
	if got := r.String(t, "role_definition_id"); got != config["role_definition_id"] {
		t.Errorf("the spelling of the role is lost: %q", got)
	}
	r.ExpectEmptyPlan(t, config)
	r.ExpectEmptyPlan(t, named)
	r.ExpectEmptyPlan(t, azure.With(config, "role_definition_id", roles+pull))
	r.ExpectEmptyPlan(t, azure.With(config, "principal_type", "ServicePrincipal"))
	does(t, r, azure.With(config, "role_definition_id", roles+push), core.Replace)
	if got := r.String(t, "role_definition_name"); got != "AcrPush" {
		t.Errorf("the role is called %q", got)
	}
	does(t, r, named, core.Replace)
	r.Destroy(t)
	alone(t, sub)
}

// TestRoleAssignmentUnknownRole is an error on the attribute, and nothing is made.
func TestRoleAssignmentUnknownRole(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := assignment(t, sub)
	_, diags := server.Resource(t, assignmentType).TryApply(t.Context(), azure.With(config, "role_definition_name", "It's Pull"))
	if len(diags.Errors().At("role_definition_name").Containing(`no role "It's Pull"`)) != 1 {
		t.Errorf("a wrong name:\n%s", diags)
	}
	config = azure.With(without(config, "role_definition_name"), "role_definition_id", roles+"11111111-2222-3333-4444-555555555555")
	_, diags = server.Resource(t, assignmentType).TryApply(t.Context(), config)
	if len(diags.Errors().At("role_definition_id").Containing("RoleDefinitionDoesNotExist")) != 1 {
		t.Errorf("a wrong id:\n%s", diags)
	}
	if writes := sub.Count(http.MethodPut, "roleAssignments"); writes > 0 {
		t.Errorf("%d writes", writes)
	}
}

// TestRoleAssignmentNewPrincipal is not known everywhere at once.
func TestRoleAssignmentNewPrincipal(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := assignment(t, sub)
	r := server.Resource(t, assignmentType)
	sub.PrincipalNotFound(2)
	sub.ForgetRequests()
	r.Apply(t, config)
	azure.Budget(t, sub, "create", "GET", "GET", "PUT", "PUT", "PUT", "GET")
	r.Destroy(t)
	sub.PrincipalNotFound(1 << 30)
	_, diags := server.Resource(t, assignmentType).TryApply(t.Context(), config)
	if len(diags.Errors().Containing("Set principal_type")) != 1 {
		t.Errorf("the error does not explain:\n%s", diags)
	}
	alone(t, sub)
}

// TestRoleAssignmentIsNotLost when Azure's answer to the create is lost, and whoever comes after it finds it.
func TestRoleAssignmentIsNotLost(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := assignment(t, sub)
	first := server.Resource(t, assignmentType)
	sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "roleAssignments", Times: -1, Drop: armsim.DropAfter})
	first.Apply(t, config)
	sub.Heal()
	first.ExpectEmptyPlan(t, config)
	_, diags := server.Resource(t, assignmentType).TryApply(t.Context(), config)
	if len(diags.Errors().Containing("already there")) != 1 || len(diags.Errors().Containing(first.String(t, "name"))) != 1 {
		t.Errorf("the same assignment once more:\n%s", diags)
	}
	_, diags = server.Resource(t, assignmentType).TryApply(t.Context(), azure.With(config, "name", uuid.NewString()))
	if len(diags.Errors().Containing("import that assignment")) != 1 {
		t.Errorf("the same assignment by another name:\n%s", diags)
	}
	first.Destroy(t)
	alone(t, sub)
}

// TestRoleAssignmentUnknown plans one for an identity that is not there yet, in the whole tenant.
func TestRoleAssignmentUnknown(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, assignmentType)
	config := azure.With(assignment(t, sub), "principal_type", "ServicePrincipal")
	r.ApplyPlanned(t, azure.With(azure.With(config, "principal_id", core.Unknown), "scope", core.Unknown), config)
	r.ExpectEmptyPlan(t, config)
	does(t, r, azure.With(config, "scope", "/"), core.Replace)
	if got := r.String(t, "id"); !strings.HasPrefix(got, "/providers/Microsoft.Authorization/roleAssignments/") {
		t.Errorf("the id is %q", got)
	}
	takenOver(t, server, assignmentType, r.String(t, "id"), r.String(t, "id")+"|22222222-2222-2222-2222-222222222222", azure.With(config, "scope", "/"))
	r.Destroy(t)
	alone(t, sub)
}

// TestRoleAssignmentTakenOver imports and moves one, with its role named either way.
func TestRoleAssignmentTakenOver(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := azure.With(assignment(t, sub), "description", "Pulls images.")
	first := server.Resource(t, assignmentType)
	first.Apply(t, config)
	id := first.String(t, "id")
	takenOver(t, server, assignmentType, id, id+"|22222222-2222-2222-2222-222222222222", config)
	config = azure.With(without(without(config, "role_definition_name"), "description"), "role_definition_id", roles+pull)
	takenOver(t, server, assignmentType, id, id, config)
}

// TestRoleAssignmentBadInput is refused before anything is sent.
func TestRoleAssignmentBadInput(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	good := assignment(t, sub)
	byID := without(good, "role_definition_name")
	for _, c := range []struct {
		config           object
		attribute, value string
		want             string
	}{
		{good, "name", "pull", "write a GUID"},
		{good, "scope", "subscriptions/1", "no id of Azure"},
		{good, "principal_id", "me", "write a GUID"},
		{good, "principal_type", "Robot", "ServicePrincipal"},
		{byID, "role_definition_id", pull, "no id of a role"},
		{byID, "role_definition_id", roles + "AcrPull", "no id of a role"},
		{good, "condition_version", "1.0", "2.0"},
		{good, "condition_version", "2.0", "Set condition as well"},
		{good, "delegated_managed_identity_resource_id", "app", "no id of Azure"},
	} {
		refused(t, server.Resource(t, assignmentType), azure.With(c.config, c.attribute, c.value), c.attribute, c.want)
	}
	refused(t, server.Resource(t, assignmentType), azure.With(good, "condition", "true"), "condition_version", `Set condition_version = "2.0"`)
	refused(t, server.Resource(t, assignmentType), byID, "role_definition_id", "role_definition_name")
}

// TestRoleAssignmentConforms checks the schema by the published types.
func TestRoleAssignmentConforms(t *testing.T) {
	t.Parallel()
	azure.Conforms(t, foundation.RoleAssignment, "properties.roleDefinitionId")
}

// TestRoleByIDAndName takes both where they are the same role, as in the configuration that Terraform writes of an import.
func TestRoleByIDAndName(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := object{
		"scope": azure.Group(t, sub), "principal_id": "11111111-2222-3333-4444-555555555555", "principal_type": "ServicePrincipal",
		"role_definition_id":   "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
		"role_definition_name": "Reader",
	}
	r := server.Resource(t, "containers_azure_role_assignment")
	_, diags := r.TryApply(t.Context(), config)
	if len(diags.Errors().At("role_definition_name").Containing(`is "AcrPull", not "Reader"`)) == 0 {
		t.Errorf("no error tells the two apart: %s", diags)
	}
	config["role_definition_name"] = "AcrPull"
	does(t, r, config, core.Create)
	r.Destroy(t)
}
