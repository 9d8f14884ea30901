package tf

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ExactlyOneOf wants one of the named attributes in a nested object, and no more. The framework's own validator of that
// name looks through the whole configuration for each attribute of each object, which takes a second for a few dozen.
func ExactlyOneOf(names ...string) validator.Object { return exactlyOneOf(names) }

type exactlyOneOf []string

// Description says what is allowed.
func (v exactlyOneOf) Description(context.Context) string {
	return "must have exactly one of " + strings.Join(v, ", ")
}

// MarkdownDescription says what is allowed.
func (v exactlyOneOf) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject counts. What is unknown may turn out to be null.
func (v exactlyOneOf) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var set []string
	maybe := false
	for _, name := range v {
		switch value, ok := req.ConfigValue.Attributes()[name]; {
		case !ok || value.IsNull():
		case value.IsUnknown():
			maybe = true
		default:
			set = append(set, name)
		}
	}
	switch {
	case len(set) > 1:
		resp.Diagnostics.AddAttributeError(req.Path, "Conflicting options",
			fmt.Sprintf("Only one of %s can be set, not %s.", strings.Join(v, ", "), strings.Join(set, " and ")))
	case len(set) == 0 && !maybe:
		resp.Diagnostics.AddAttributeError(req.Path, "Missing option", fmt.Sprintf("Set one of %s.", strings.Join(v, ", ")))
	}
}
