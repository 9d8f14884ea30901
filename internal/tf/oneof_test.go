package tf_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func TestExactlyOneOf(t *testing.T) {
	t.Parallel()
	set, unknown, null := types.StringValue("x"), types.StringUnknown(), types.StringNull()
	attrTypes := map[string]attr.Type{"a": types.StringType, "b": types.StringType, "other": types.StringType}
	object := func(a, b attr.Value) types.Object {
		return types.ObjectValueMust(attrTypes, map[string]attr.Value{"a": a, "b": b, "other": set})
	}
	for name, c := range map[string]struct {
		value types.Object
		want  string
	}{
		"one":              {value: object(set, null)},
		"none":             {value: object(null, null), want: "Set one of a, b."},
		"both":             {value: object(set, set), want: "Only one of a, b can be set, not a and b."},
		"none yet":         {value: object(unknown, null)},
		"one, perhaps two": {value: object(set, unknown)},
		"null":             {value: types.ObjectNull(attrTypes)},
		"unknown":          {value: types.ObjectUnknown(attrTypes)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var resp validator.ObjectResponse
			tf.ExactlyOneOf("a", "b").ValidateObject(t.Context(), validator.ObjectRequest{Path: path.Root("x"), ConfigValue: c.value}, &resp)
			var got []string
			for _, d := range resp.Diagnostics {
				got = append(got, d.Detail())
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
