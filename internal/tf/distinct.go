package tf

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Distinct refuses a set in which two texts mean the same in the notation: the platform keeps one of them, and shows another set.
func Distinct(n *Notation) validator.Set { return distinct{n} }

type distinct struct{ notation *Notation }

// Description says what is allowed.
func (distinct) Description(context.Context) string { return "must not have two spellings of the same" }

// MarkdownDescription says what is allowed.
func (v distinct) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet refuses a second spelling.
func (v distinct) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	first := map[string]string{}
	for _, text := range slices.Sorted(slices.Values(StringsOf(req.ConfigValue))) {
		canonical, err := v.notation.Canonical(text)
		if err != nil {
			continue // Another check says so.
		}
		if other, twice := first[canonical]; twice {
			resp.Diagnostics.AddAttributeError(req.Path, "Invalid value",
				fmt.Sprintf("%q and %q mean the same: leave one of them out.", other, text))
		}
		first[canonical] = text
	}
}
