package planning_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// leaves are attributes of every kind that has no attributes inside.
func leaves() map[string]schema.Attribute {
	object := map[string]attr.Type{"a": types.StringType, "b": tf.Duration.Type()}
	return map[string]schema.Attribute{
		"name":     schema.StringAttribute{Optional: true},
		"given":    schema.StringAttribute{Optional: true, Computed: true},
		"made":     schema.StringAttribute{Computed: true},
		"spelt":    schema.StringAttribute{Optional: true, Computed: true, CustomType: tf.Duration.Type()},
		"standard": schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("standard")},
		"yes":      schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(true)},
		"seven":    schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(7)},
		"number":   schema.Int64Attribute{Optional: true, Computed: true},
		"ratio":    schema.Float64Attribute{Optional: true, Computed: true},
		"words":    schema.ListAttribute{Optional: true, Computed: true, ElementType: types.StringType},
		"tags":     schema.SetAttribute{Optional: true, Computed: true, ElementType: types.StringType},
		"spans":    schema.SetAttribute{Optional: true, Computed: true, ElementType: tf.Duration.Type()},
		"labels":   schema.MapAttribute{Optional: true, Computed: true, ElementType: tf.Duration.Type()},
		"atomic":   schema.ObjectAttribute{Optional: true, Computed: true, AttributeTypes: object},
	}
}

// traits are what some nested attributes may not have.
type traits struct {
	secrets bool
	// spelt are parts that have several spellings; elements of sets have them if speltInSets.
	spelt, speltInSets bool
}

// inside are the attributes inside of a nested one, some levels deep.
func inside(levels int, with traits) map[string]schema.Attribute {
	out := leaves()
	if !with.spelt {
		maps.DeleteFunc(out, func(name string, _ schema.Attribute) bool {
			return slices.Contains([]string{"spelt", "ratio", "spans", "labels", "atomic"}, name)
		})
	}
	if levels > 0 {
		maps.Copy(out, nested(levels-1, with))
	}
	if with.secrets {
		out["secret"] = schema.StringAttribute{Optional: true, WriteOnly: true}
	}
	return out
}

// nested are attributes of every kind that has attributes inside. Not all of these may have secrets.
func nested(levels int, with traits) map[string]schema.Attribute {
	inner := schema.NestedAttributeObject{Attributes: inside(levels, with)}
	with.secrets = false
	without := schema.NestedAttributeObject{Attributes: inside(levels, with)}
	with.spelt = with.spelt && with.speltInSets
	element := schema.NestedAttributeObject{Attributes: inside(levels, with)}
	return map[string]schema.Attribute{
		"one":  schema.SingleNestedAttribute{Optional: true, Attributes: inner.Attributes},
		"some": schema.SingleNestedAttribute{Optional: true, Computed: true, Attributes: without.Attributes},
		"list": schema.ListNestedAttribute{Optional: true, NestedObject: inner},
		"map":  schema.MapNestedAttribute{Optional: true, NestedObject: inner},
		"set":  schema.SetNestedAttribute{Optional: true, Computed: true, NestedObject: element},
	}
}

func everything(speltInSets bool) schema.Schema {
	all := leaves()
	maps.Copy(all, nested(1, traits{secrets: true, spelt: true, speltInSets: speltInSets}))
	all["secret"] = schema.StringAttribute{Optional: true, WriteOnly: true}
	all["secrets"] = schema.SingleNestedAttribute{
		Optional: true, WriteOnly: true,
		Attributes: map[string]schema.Attribute{"secret": schema.StringAttribute{Optional: true, WriteOnly: true}},
	}
	return schema.Schema{Attributes: all}
}

// planEverything does all that a plan can do, by what is planned.
func planEverything(ctx context.Context, change *object.Change) {
	kept, _ := change.Private.GetKey(ctx, "kept")
	if change.Destroys() {
		change.Diagnostics.AddWarning("Destroyed", string(kept))
		return
	}
	if len(kept) > 0 {
		change.Diagnostics.AddAttributeWarning(path.Root("list").AtListIndex(0).AtName("name"), "Kept", string(kept))
		change.Diagnostics.Append(change.Private.SetKey(ctx, "kept", nil)...)
	} else {
		change.Diagnostics.Append(change.Private.SetKey(ctx, "kept", []byte(`"now"`))...)
	}
	if !tf.Same(change.Prior["name"], change.Planned["name"]) {
		again := path.Root("name")
		change.RequiresReplace = append(change.RequiresReplace,
			again, path.Root("tags").AtSetValue(types.StringValue("a")), again, path.Root("map").AtMapKey("a"), path.Root("given"))
	}
	if change.Updates() && change.Planned["made"].IsUnknown() {
		change.Planned["made"] = change.Prior["made"]
	}
	switch change.Planned.String("name") {
	case "web":
		change.Planned["words"] = tf.StringList([]string{"one", "two"})
	case "60s":
		change.Diagnostics.AddAttributeError(path.Root("labels").AtMapKey("a"), "Refused", "It cannot be.")
		change.Diagnostics.AddError("Refused", "It cannot be.")
	}
}

// TestEveryShapeIsPlannedAsTheFrameworkDoes plans things with attributes of every kind at every depth.
func TestEveryShapeIsPlannedAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	made := everything(true)
	typ, ok := made.Type().(attr.TypeWithAttributeTypes)
	if !ok {
		t.Fatal("the schema is no object")
	}
	server, found := labServer(t, identified{&thing{plain: plain{made}, plan: planEverything}}, "data")
	s := subject{
		server: server, name: "lab_thing", schema: found, typ: typ, texts: []string{"", "a", "web", "1m", "60s"},
		private: map[string]string{"kept": `{"a":1}`, ".frameworks": "1", "other": "[]"},
	}
	for _, what := range []string{"create", "update", "destroy"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s.check(t, func(rt *rapid.T) bool { return s.history(t, rt, what) })
		})
	}
	t.Run("anything", func(t *testing.T) {
		t.Parallel()
		s.check(t, func(rt *rapid.T) bool { return s.anything(t, rt) })
	})
}

// anything draws values that have nothing to do with each other, and may be invalid.
func (s subject) anything(t *testing.T, rt *rapid.T) bool {
	g := generator{ctx: t.Context(), t: rt, texts: s.texts, unknown: 10, null: 30}
	if rapid.IntRange(0, 2).Draw(rt, "wild") == 0 {
		g.texts, g.wild = append(g.texts, "no duration"), true
	}
	wire := s.schema.ValueType()
	planned := g.known(s.typ, wire)
	config, prior := g.change(planned, s.typ, 8), g.change(planned, s.typ, 8)
	switch rapid.IntRange(0, 9).Draw(rt, "whole") {
	case 0:
		prior = tftypes.NewValue(wire, nil)
	case 1:
		config = tftypes.NewValue(wire, nil)
	case 2:
		config, prior = g.known(s.typ, wire), g.known(s.typ, wire)
	case 3:
		prior = planned
	}
	req, err := request(s.name, s.schema, config, prior, planned, nil)
	if err != nil {
		rt.Fatal(err)
	}
	identities := map[string]any{"none": nil, "null": nil, "some": map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a")}}
	if kind := rapid.SampledFrom([]string{"none", "null", "some"}).Draw(rt, "identity"); kind != "none" {
		typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
		identity, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, identities[kind]))
		if err != nil {
			rt.Fatal(err)
		}
		req.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &identity}
	}
	taken, differs := compare(t.Context(), s.server, wire, req)
	if differs != "" {
		rt.Fatal(differs)
	}
	return taken
}
