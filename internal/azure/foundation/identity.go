package foundation

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// UserAssignedIdentity is the kind of user-assigned managed identities.
var UserAssignedIdentity = &managed.Kind{
	Type: "azure_user_assigned_identity", Thing: "user-assigned identity",
	Doc: "A managed identity that lives by itself, so that it can have its roles before what uses it is there: containers that pull from a " +
		"registry with it, for example.",
	ARM: identityType, Version: identityVersion, Parent: "resource_group_id", Attributes: identityAttributes,
}

const (
	identityType    = managed.IdentityType
	identityVersion = "2024-11-30"
)

func identityAttributes() map[string]schema.Attribute {
	return managed.Join(managed.InResourceGroup("identity"), map[string]schema.Attribute{
		"name": managed.Name("The name: 3 to 128 letters, digits, `_` and `-`, with a letter or digit first.",
			tf.Matching(regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$`),
				"write 3 to 128 letters, digits, underscores and hyphens, with a letter or digit first")),
		"isolation_scope": armschema.String{Path: "properties.isolationScope", Unset: `"None"`, StringAttribute: schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("None", "Regional")},
			MarkdownDescription: "What can use the identity: `Regional`, only objects in its own region, or `None`, objects in all regions. " +
				"Not set means `None`.",
		}},
		"client_id": managed.Stable("properties.clientId",
			"The id of the identity's application, by which programs say which identity they want a token of."),
		"principal_id": managed.Stable("properties.principalId", "The object id of the identity, for role assignments."),
		"tenant_id":    managed.Stable("properties.tenantId", "The tenant that the identity is in."),
	})
}
