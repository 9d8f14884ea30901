package planning_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/planning"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// where is a default that depends on where it is asked for.
type where struct{ defaults.Describer }

func (where) DefaultString(_ context.Context, req defaults.StringRequest, resp *defaults.StringResponse) {
	resp.PlanValue = types.StringValue(req.Path.String())
}

func of(attributes map[string]schema.Attribute) schema.Schema {
	return schema.Schema{Attributes: attributes}
}

func named(a schema.Attribute) schema.Schema { return of(map[string]schema.Attribute{"name": a}) }

// unusual is what is left to the framework.
type unusual struct {
	name   string
	schema schema.Schema
	plan   func(ctx context.Context, change *object.Change)
	broken bool
	// unfit says that no plan of the resource is made here.
	unfit   bool
	destroy bool
	edit    func(req *tfprotov6.PlanResourceChangeRequest)
	// says is what the framework says, empty where it plans.
	says string
}

func unusualCases() []unusual {
	text := named(schema.StringAttribute{Optional: true})
	modifier := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	block := text
	block.Blocks = map[string]schema.Block{"block": schema.ListNestedBlock{}}
	constant := setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a")}))
	set := func(key string, value []byte) func(context.Context, *object.Change) {
		return func(ctx context.Context, c *object.Change) {
			c.Diagnostics.Append(c.Private.SetKey(ctx, key, value)...)
		}
	}
	private := func(wire string) func(*tfprotov6.PlanResourceChangeRequest) {
		return func(req *tfprotov6.PlanResourceChangeRequest) { req.PriorPrivate = []byte(wire) }
	}
	return []unusual{
		{name: "blocks", unfit: true, schema: block},
		{name: "modifiers", unfit: true, schema: named(schema.StringAttribute{Optional: true, PlanModifiers: modifier})},
		{name: "modifiers inside", unfit: true, schema: named(schema.SingleNestedAttribute{
			Optional: true, Attributes: map[string]schema.Attribute{"a": schema.StringAttribute{Optional: true, PlanModifiers: modifier}},
		})},
		{name: "a default of another kind", unfit: true, schema: named(schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType, Default: constant,
		})},
		{name: "a default that is no constant", unfit: true, schema: named(schema.StringAttribute{Optional: true, Computed: true, Default: where{}})},
		{name: "a dynamic attribute", unfit: true, schema: named(schema.DynamicAttribute{Optional: true})},
		{name: "a resource that cannot be configured", schema: text, broken: true, says: "Broken"},
		{name: "an invalid value", schema: named(schema.StringAttribute{Optional: true, CustomType: tf.Duration.Type()}), says: "Invalid"},
		{name: "a private state that is no JSON", schema: text, edit: private("no"), says: "Error Decoding Private State"},
		{name: "a private state of another SDK", schema: text, edit: private(`{"a":{}}`)},
		{name: "no private state", schema: text, edit: private("null")},
		{name: "a key that holds no JSON", schema: text, edit: private(`{"a":"bm8="}`), says: "Error Decoding Private State"},
		{name: "setting a key of the framework", schema: text, plan: set(".a", []byte("1")), says: "Restricted"},
		{name: "keeping what is no JSON", schema: text, plan: set("a", []byte("no")), says: "JSON Invalid"},
		{name: "reading a key of the framework", schema: text, says: "Restricted", plan: func(ctx context.Context, c *object.Change) {
			_, diags := c.Private.GetKey(ctx, ".a")
			c.Diagnostics.Append(diags...)
		}},
		{
			name: "a destroy that plans values", schema: text, destroy: true, says: "Unexpected Planned Resource State on Destroy",
			plan: func(_ context.Context, c *object.Change) { c.Planned = tf.Values{"name": types.StringNull()} },
		},
		{
			name: "an attribute too few", schema: text, says: "Value Conversion Error",
			plan: func(_ context.Context, c *object.Change) { delete(c.Planned, "name") },
		},
		{
			name: "a value of another type", schema: text, says: "Value Conversion Error",
			plan: func(_ context.Context, c *object.Change) { c.Planned["name"] = types.BoolValue(true) },
		},
		{
			name: "a resource type that is not there", schema: text, says: "Resource Type Not Found",
			edit: func(req *tfprotov6.PlanResourceChangeRequest) { req.TypeName = "lab_other" },
		},
		{
			name: "an identity of what has none", schema: text, says: "Unable to Convert Resource Identity",
			edit: func(req *tfprotov6.PlanResourceChangeRequest) {
				req.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: req.Config}
			},
		},
		{name: "a request without a state", schema: text, edit: func(req *tfprotov6.PlanResourceChangeRequest) { req.PriorState = nil }},
	}
}

// TestUnusualPlansAreTheFrameworks wants what this package does not know to be left to the framework, which has the words.
func TestUnusualPlansAreTheFrameworks(t *testing.T) {
	t.Parallel()
	for _, c := range unusualCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.plan == nil {
				c.plan = func(context.Context, *object.Change) {}
			}
			r := &thing{plain: plain{c.schema}, plan: c.plan, broken: c.broken}
			if err := planning.Fits(t.Context(), r); (err != nil) != c.unfit {
				t.Errorf("whether it fits: %v", err)
			}
			leavesToFramework(t, r, "data", c)
		})
	}
	text := named(schema.StringAttribute{Optional: true})
	t.Run("a provider that is not configured", func(t *testing.T) {
		t.Parallel()
		plan := func(_ context.Context, c *object.Change) {
			c.RequiresReplace = append(c.RequiresReplace, path.Root("name"))
		}
		leavesToFramework(t, &thing{plain: plain{text}, plan: plan}, nil, unusual{})
	})
	t.Run("a resource that is no planner", func(t *testing.T) {
		t.Parallel()
		leavesToFramework(t, &plain{text}, "data", unusual{})
	})
}

func leavesToFramework(t *testing.T, r resource.Resource, data any, c unusual) {
	t.Helper()
	server, found := labServer(t, r, data)
	typ := found.ValueType()
	none := tftypes.NewValue(typ, nil)
	attributes := map[string]tftypes.Value{}
	object, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	for name, inner := range object.AttributeTypes {
		attributes[name] = tftypes.NewValue(inner, nil)
		if inner.Is(tftypes.String) {
			attributes[name] = tftypes.NewValue(inner, "text")
		}
	}
	config := tftypes.NewValue(typ, attributes)
	prior := none
	if c.destroy {
		config, prior = none, config
	}
	req, err := request("lab_thing", found, config, prior, config, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.edit != nil {
		c.edit(req)
	}
	if _, err := planning.Plan(t.Context(), server, req); err == nil {
		t.Error("it is planned here")
	}
	want, err := planning.Framework(server).PlanResourceChange(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	got, err := server.PlanResourceChange(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	said := diagnostics(got.Diagnostics)
	if said != diagnostics(want.Diagnostics) || !strings.Contains(said, c.says) || c.says == "" && said != "" {
		t.Errorf("it says %q, the framework says %q, and %q was expected", said, diagnostics(want.Diagnostics), c.says)
	}
	if (got.PlannedState == nil) != (want.PlannedState == nil) {
		t.Fatal("there is a state on one side only")
	}
	if got.PlannedState != nil {
		for _, d := range stateDifference(typ, want.PlannedState, got.PlannedState) {
			t.Error(d)
		}
	}
}
