package tf

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// InNotation refuses strings that cannot be read in the notation.
func InNotation(n *Notation) validator.String {
	return notationValidator{notation: n}
}

type notationValidator struct {
	notation      *Notation
	canonicalOnly bool
}

// Description says what is allowed.
func (v notationValidator) Description(context.Context) string {
	return "must be a " + v.notation.name
}

// MarkdownDescription says what is allowed.
func (v notationValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateString refuses strings that cannot be read.
func (v notationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	canonical, err := v.notation.canonical(req.ConfigValue.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+v.notation.name, err.Error())
		return
	}
	if v.canonicalOnly && canonical != req.ConfigValue.ValueString() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+v.notation.name,
			fmt.Sprintf("%q is another spelling of %q: write that, since keys are compared by letter.", req.ConfigValue.ValueString(), canonical))
	}
}

// CanonicalIn refuses every spelling but the canonical one. It is for keys of maps, which Terraform compares by letter.
func CanonicalIn(n *Notation) validator.String {
	return notationValidator{notation: n, canonicalOnly: true}
}

// ConflictsWith refuses a value beside one of the named attributes of the same resource.
func ConflictsWith(names ...string) validator.String {
	expressions := make([]path.Expression, len(names))
	for i, name := range names {
		expressions[i] = path.MatchRoot(name)
	}
	return stringvalidator.ConflictsWith(expressions...)
}
