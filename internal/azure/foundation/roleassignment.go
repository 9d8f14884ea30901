package foundation

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// RoleAssignment is the kind of role assignments.
var RoleAssignment = &managed.Kind{
	Type: "azure_role_assignment", Thing: "role assignment",
	Doc: "A role of Azure for a user, a group, a service principal or a managed identity, at a scope: what it may do there.",
	ARM: "Microsoft.Authorization/roleAssignments", Version: "2022-04-01", Parent: "scope", Attributes: assignmentAttributes,
	ReadOnly: []string{
		"properties.scope", "properties.createdBy", "properties.createdOn", "properties.updatedBy", "properties.updatedOn",
	},
	Check: checkCondition, Prepare: prepareAssignment, Adjust: sendRole, Found: findRole,
	// A new principal is not known everywhere at once.
	Passing: func(_ *managed.Operation, err error) bool { return armerr.HasCode(err, "PrincipalNotFound") }, PassingFor: 2 * time.Minute,
}

const (
	roleDefinitionType = "Microsoft.Authorization/roleDefinitions"

	roleID   = "role_definition_id"
	roleName = "role_definition_name"
)

func assignmentAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"scope": managed.ParentID("What the role is for: the id of any object, resource group, subscription or management group of Azure, or "+
			"`/` for the whole tenant.", ""),
		"name": armschema.String{Replace: true, Observe: true, Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{tf.GUID()},
			MarkdownDescription: "The name, a GUID. Default: one that is made of scope, role and principal, so that a second attempt at the " +
				"same assignment finds what the first one left.",
		}},
		"principal_id": armschema.String{Path: "properties.principalId", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{tf.GUID()},
			MarkdownDescription: "The object id of who has the role: `principal_id` of a managed identity, not its `client_id`.",
		}},
		"principal_type": armschema.String{
			Path: "properties.principalType", Replace: true, Observe: true, StringAttribute: schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")},
				MarkdownDescription: "What the principal is: `User`, `Group`, `ServicePrincipal` (managed identities, too), `ForeignGroup` or " +
					"`Device`. Set it for a new identity: Azure then does not look for it, which fails until it is known everywhere. Default: " +
					"what Azure finds.",
			},
		},
		roleID: armschema.String{Path: "properties.roleDefinitionId", Replace: true, Observe: true, StringAttribute: schema.StringAttribute{
			Optional: true, CustomType: tf.RoleDefinition.Type(),
			Validators: []validator.String{tf.InNotation(tf.RoleDefinition), stringvalidator.AtLeastOneOf(path.MatchRoot(roleName))},
			MarkdownDescription: "The id of the role, as `/providers/Microsoft.Authorization/roleDefinitions/GUID` or with a scope before it. Ids " +
				"are compared by the GUID. Either this or `" + roleName + "`, or both where they are the same role.",
		}},
		roleName: armschema.String{Replace: true, Observe: true, Fold: true, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "The name of the role, such as `AcrPull`; it is looked up at the scope when the assignment is created. Either " +
				"this or `" + roleID + "`, or both where they are the same role.",
		}},
		"description": armschema.String{Path: "properties.description", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, MarkdownDescription: "What the assignment is for.",
		}},
		"condition": armschema.String{Path: "properties.condition", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "A condition on what the role allows, in the language of attribute-based access control; with " +
				"`condition_version`.",
		}},
		"condition_version": armschema.String{Path: "properties.conditionVersion", StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("2.0")},
			MarkdownDescription: "The version of the language of `condition`: `2.0`.",
		}},
		"delegated_managed_identity_resource_id": armschema.String{
			Path: "properties.delegatedManagedIdentityResourceId", Replace: true, Fold: true, StringAttribute: schema.StringAttribute{
				Optional: true, Validators: []validator.String{managed.IDOf("")},
				MarkdownDescription: "The id of the managed identity, or of the object that has it, for assignments across tenants (Azure Lighthouse).",
			},
		},
	}
}

// checkCondition wants the version of the language of a condition.
func checkCondition(plan managed.Plan) (diags diag.Diagnostics) {
	given := func(name string) bool { return plan.Planned.Known(name) || plan.Planned.Unknown(name) }
	switch {
	case given("condition") && !given("condition_version"):
		diags.AddAttributeError(path.Root("condition_version"), "No version of the condition", `Set condition_version = "2.0" with condition.`)
	case given("condition_version") && !given("condition"):
		diags.AddAttributeError(path.Root("condition_version"), "No condition", "Set condition as well, or remove condition_version.")
	}
	return diags
}

// prepareAssignment finds the role by its name, or its name, and names the assignment.
func prepareAssignment(ctx context.Context, op *managed.Operation) error {
	planned := op.Plan()
	switch {
	case op.Config().Known(roleID) && op.Config().Known(roleName):
		if role, err := nameOfRole(ctx, op, planned.String(roleID)); err == nil && !strings.EqualFold(role, planned.String(roleName)) {
			return managed.At(roleName, fmt.Errorf("the role %s is %q, not %q: leave one of the two out", planned.String(roleID), role,
				planned.String(roleName)))
		}
	case planned.Unknown(roleID):
		role, err := roleByName(ctx, op, planned.String(roleName))
		if err != nil {
			return err
		}
		op.Set(roleID, role)
	case planned.Unknown(roleName):
		role, err := nameOfRole(ctx, op, planned.String(roleID))
		switch {
		case armerr.IsNotFound(err):
			return managed.At(roleID, err)
		case err == nil:
			op.Set(roleName, role)
		}
		// Who may not read roles may assign them all the same.
	}
	if !planned.Known("name") {
		op.Set("name", assignmentName(op.Plan()))
	}
	return nil
}

// assignmentName is the same GUID for the same assignment, which Azure does not take twice anyway. So none is lost when an answer is.
func assignmentName(planned managed.Values) string {
	role, err := tf.RoleDefinition.Canonical(planned.String(roleID))
	if err != nil {
		role = planned.String(roleID)
	}
	what := []string{planned.String("scope"), planned.String("principal_id"), role}
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(strings.ToLower(strings.Join(what, "\n")))).String()
}

// roleByName is the id of the role of that name at the scope.
func roleByName(ctx context.Context, op *managed.Operation, name string) (string, error) {
	scope := strings.TrimSuffix(op.Plan().String("scope"), "/")
	filter := url.Values{"$filter": {"roleName eq '" + strings.ReplaceAll(name, "'", "''") + "'"}}
	for found, err := range op.Client.List(ctx, scope+"/providers/"+roleDefinitionType, op.Version(), filter) {
		if err != nil {
			return "", err
		}
		if id, _ := found["id"].(string); strings.EqualFold(nameIn(found), name) && id != "" {
			return id, nil
		}
	}
	return "", managed.At(roleName, fmt.Errorf("there is no role %q at the scope %q: az role definition list --scope %[2]s shows those "+
		"that there are", name, op.Plan().String("scope")))
}

func nameOfRole(ctx context.Context, op *managed.Operation, id string) (string, error) {
	role, err := op.Client.Get(ctx, id, op.Version())
	return nameIn(role), err
}

// nameIn is the name in a role.
func nameIn(role arm.Object) string {
	name, _ := arm.Inside(role, "properties")["roleName"].(string)
	return name
}

// sendRole adds the role that was found by its name: it is not configured, so it is not sent by itself.
func sendRole(op *managed.Operation, body arm.Object) {
	if properties, ok := body["properties"].(arm.Object); ok {
		properties["roleDefinitionId"] = op.Plan().String(roleID)
	}
}

// findRole finds the name of a role that is new in the state, which is after an import above all.
func findRole(ctx context.Context, op *managed.Operation, live arm.Object) error {
	id, _ := arm.Inside(live, "properties")["roleDefinitionId"].(string)
	if id == "" || tf.RoleDefinition.Same(id, op.Plan().String(roleID)) {
		return nil
	}
	name, err := nameOfRole(ctx, op, id)
	if err == nil {
		op.Set(roleName, name)
	}
	return err
}
