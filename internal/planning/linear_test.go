package planning_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// TestCallsGrowWithTheSchemaOnly counts the bytes that a plan and a read allocate with ten times as many attributes.
func TestCallsGrowWithTheSchemaOnly(t *testing.T) {
	for name, call := range map[string]func(*testing.T, tfprotov6.ProviderServer, *tfprotov6.Schema, tftypes.Value){
		"plan": planOnce, "read": readOnce,
	} {
		few, many := allocated(t, 20, call), allocated(t, 200, call)
		if many > 12*few {
			t.Errorf("a %s of 20 attributes allocates %d bytes, one of 200 does %d", name, few, many)
		}
	}
}

func allocated(t *testing.T, count int, call func(*testing.T, tfprotov6.ProviderServer, *tfprotov6.Schema, tftypes.Value)) int64 {
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
	r := &thing{plain: plain{of(attributes)}, plan: func(context.Context, *object.Change) {}}
	r.read = func(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
	server, found := labServer(t, r, "data")
	value := tftypes.NewValue(found.ValueType(), values)
	return testing.Benchmark(func(b *testing.B) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			call(t, server, found, value)
		}
	}).AllocedBytesPerOp()
}

func planOnce(t *testing.T, server tfprotov6.ProviderServer, found *tfprotov6.Schema, config tftypes.Value) {
	t.Helper()
	req, err := request("lab_thing", found, config, tftypes.NewValue(config.Type(), nil), config, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.PlanResourceChange(t.Context(), req)
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatalf("the plan fails: %v", err)
	}
}

func readOnce(t *testing.T, server tfprotov6.ProviderServer, found *tfprotov6.Schema, state tftypes.Value) {
	t.Helper()
	req, err := readRequest("lab_thing", found.ValueType(), state, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ReadResource(t.Context(), req)
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatalf("the read fails: %v", err)
	}
}
