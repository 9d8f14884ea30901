package managed

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// identitiesFit wants the ids of an identity to be those that its type speaks of. Azure refuses a type without its ids
// (MissingIdentityIds).
type identitiesFit struct{}

// Description says what is allowed.
func (identitiesFit) Description(context.Context) string {
	return "must have identity_ids if type has UserAssigned, and none if not"
}

// MarkdownDescription says what is allowed.
func (v identitiesFit) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject refuses what does not fit, as far as it is known.
func (identitiesFit) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	kind, _ := req.ConfigValue.Attributes()["type"].(types.String)
	ids, _ := req.ConfigValue.Attributes()["identity_ids"].(types.Set)
	if kind.ValueString() == "" || ids.IsUnknown() {
		return
	}
	at, ofUser := req.Path.AtName("identity_ids"), strings.Contains(kind.ValueString(), "UserAssigned")
	switch some := len(ids.Elements()) > 0; {
	case ofUser && !some:
		resp.Diagnostics.AddAttributeError(at, "No identities",
			"Add the id of at least one user-assigned identity, or write type = \"SystemAssigned\".")
	case !ofUser && some:
		resp.Diagnostics.AddAttributeError(at, "Identities of another type",
			"Write type = \"SystemAssigned, UserAssigned\" for both kinds, or take identity_ids out.")
	}
}
