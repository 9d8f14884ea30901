package planning_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// TestErrorsSayWhere wants errors inside of an attribute to name what is inside, once.
func TestErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at           path.Path
		detail, want string
	}{
		"an attribute": {path.Root("name"), "It is wrong.", "It is wrong."},
		"inside of one": {
			path.Root("ports").AtMapKey("80/tcp").AtListIndex(1).AtName("ip"), "It is wrong.",
			"It is wrong.\n\nAttribute: ports[\"80/tcp\"][1].ip",
		},
		"named already":     {path.Root("build").AtName("context"), "Set build.context.", "Set build.context."},
		"an element of set": {path.Root("tags").AtSetValue(types.StringValue("a")), "It is wrong.", "It is wrong.\n\nAttribute: tags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &thing{plain: plain{of(map[string]schema.Attribute{"name": schema.StringAttribute{Optional: true}})}}
			r.plan = func(_ context.Context, change *object.Change) {
				change.Diagnostics.AddAttributeError(c.at, "Wrong", c.detail)
			}
			server, found := labServer(t, r, "data")
			config := tftypes.NewValue(found.ValueType(), map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a")})
			req, err := request("lab_thing", found, config, tftypes.NewValue(found.ValueType(), nil), config, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := server.PlanResourceChange(t.Context(), req)
			if err != nil || len(resp.Diagnostics) != 1 {
				t.Fatalf("%v, %v", resp, err)
			}
			if got := resp.Diagnostics[0].Detail; got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}
