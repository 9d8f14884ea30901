package planning_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// TestPlansGrowWithTheSchemaOnly counts what a plan allocates with ten times as many attributes.
func TestPlansGrowWithTheSchemaOnly(t *testing.T) {
	few, many := allocations(t, 20), allocations(t, 200)
	if many > 12*few {
		t.Errorf("a plan of 20 attributes allocates %.0f times, one of 200 does it %.0f times", few, many)
	}
}

func allocations(t *testing.T, count int) float64 {
	t.Helper()
	attributes, values := map[string]schema.Attribute{}, map[string]tftypes.Value{}
	for i := range count {
		name := fmt.Sprintf("attribute_%d", i)
		attributes[name] = schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{"made": schema.StringAttribute{Computed: true}},
		}}
		element := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"made": tftypes.String}}
		made := tftypes.NewValue(element, map[string]tftypes.Value{"made": tftypes.NewValue(tftypes.String, nil)})
		values[name] = tftypes.NewValue(tftypes.List{ElementType: element}, []tftypes.Value{made})
	}
	nothing := func(context.Context, *object.Change) {}
	server, found := labServer(t, &thing{plain: plain{of(attributes)}, plan: nothing}, "data")
	typ := found.ValueType()
	config := tftypes.NewValue(typ, values)
	req, err := request("lab_thing", found, config, tftypes.NewValue(typ, nil), config, nil)
	if err != nil {
		t.Fatal(err)
	}
	return testing.AllocsPerRun(2, func() {
		resp, err := server.PlanResourceChange(t.Context(), req)
		if err != nil || len(resp.Diagnostics) > 0 {
			t.Fatalf("the plan fails: %v", err)
		}
	})
}
