package containerregistry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/managed"
)

const tokenARM = registryARM + "/tokens"

// Token is the kind of tokens: users of one registry with passwords.
var Token = &managed.Kind{
	Type: "azure_container_registry_token", Thing: "token",
	Doc: "A user of one registry, for those who have no identity in Microsoft Entra ID. It may do what its scope map says, and logs in with " +
		"its name and one of up to two passwords or certificates.",
	ARM: tokenARM, Version: apiVersion, Parent: parent,
	Attributes: tokenAttributes,
	// Passwords and certificates are made by others, and a PUT might take them away.
	ReadOnly: []string{"properties.credentials"}, Patch: managed.PatchAll,
	Check: checkToken, Settle: settleCredentials,
	Found: func(_ context.Context, op *managed.Operation, live arm.Object) error {
		findPasswords(op, live)
		findCertificates(op, live)
		return nil
	},
}

func tokenAttributes() map[string]schema.Attribute {
	return managed.Join(inRegistry("token", "-"), managed.Common(), passwordAttributes(), certificateAttributes(), map[string]schema.Attribute{
		"scope_map_id": armschema.String{Path: "properties.scopeMapId", Fold: true, StringAttribute: schema.StringAttribute{
			Required: true, Validators: []validator.String{managed.IDOf(scopeMapARM)},
			MarkdownDescription: "The id of the scope map of the same registry that says what the token may do. There are some in every registry: " +
				"`_repositories_pull`, `_repositories_push` and `_repositories_admin`.",
		}},
		"enabled": choice("properties.status", "enabled", "disabled", `"enabled"`,
			"Whether the token can log in. Off keeps its passwords. Default: `true`."),
		"creation_date": createdAt("token"),
	})
}

func checkToken(plan managed.Plan) diag.Diagnostics {
	return slices.Concat(sameRegistry("scope_map_id")(plan), checkPasswords(plan), checkCertificates(plan))
}

// sameRegistry finds ids of parts that are in another registry than the part that is planned, which the service refuses.
func sameRegistry(names ...string) func(managed.Plan) diag.Diagnostics {
	return func(plan managed.Plan) diag.Diagnostics {
		var diags diag.Diagnostics
		own := plan.Planned.String(parent)
		for _, name := range names {
			for _, id := range append(plan.Planned.Strings(name), plan.Planned.String(name)) {
				if own == "" || id == "" || strings.HasPrefix(strings.ToLower(id), strings.ToLower(own)+"/") {
					continue
				}
				diags.AddAttributeError(path.Root(name), "Another registry",
					fmt.Sprintf("%q is not in the registry %s. Name one of the registry of %s.", id, own, parent))
			}
		}
		return diags
	}
}
