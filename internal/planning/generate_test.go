package planning_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// generator draws values, which may be unknown or null at every depth.
type generator struct {
	ctx context.Context
	t   *rapid.T
	// texts are what to draw texts from.
	texts []string
	// unknown says how many values of a hundred are unknown, null how many are null.
	unknown, null int
	// wild draws invalid texts and sets too.
	wild bool
}

// value draws a value of a type. Texts in a notation are valid.
func (g generator) value(typ attr.Type) tftypes.Value {
	wire := typ.TerraformType(g.ctx)
	switch dice := rapid.IntRange(0, 99).Draw(g.t, "dice"); {
	case dice < g.unknown:
		return tftypes.NewValue(wire, tftypes.UnknownValue)
	case dice < g.unknown+g.null:
		return tftypes.NewValue(wire, nil)
	}
	return g.known(typ, wire)
}

func (g generator) known(typ attr.Type, wire tftypes.Type) tftypes.Value {
	switch typ := typ.(type) {
	case attr.TypeWithAttributeTypes:
		return g.object(typ.AttributeTypes(), wire)
	case attr.TypeWithElementType:
		return g.collection(typ.ElementType(), wire)
	}
	switch {
	case wire.Is(tftypes.Bool):
		return tftypes.NewValue(wire, rapid.Bool().Draw(g.t, "bool"))
	case wire.Is(tftypes.Number) && typ.Equal(types.Float64Type):
		return tftypes.NewValue(wire, rapid.SampledFrom([]float64{0, 0.1, 2.5}).Draw(g.t, "ratio"))
	case wire.Is(tftypes.Number):
		return tftypes.NewValue(wire, rapid.Int64Range(0, 3).Draw(g.t, "number"))
	}
	texts := slices.DeleteFunc(slices.Clone(g.texts), func(s string) bool { return !g.wild && !valid(g.ctx, typ, s) })
	if len(texts) == 0 {
		return tftypes.NewValue(wire, nil)
	}
	return tftypes.NewValue(wire, rapid.SampledFrom(texts).Draw(g.t, "text"))
}

func (g generator) object(attributes map[string]attr.Type, wire tftypes.Type) tftypes.Value {
	out := map[string]tftypes.Value{}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		out[name] = g.value(attributes[name])
	}
	return tftypes.NewValue(wire, out)
}

func (g generator) collection(element attr.Type, wire tftypes.Type) tftypes.Value {
	count := rapid.IntRange(0, 2).Draw(g.t, "count")
	if wire.Is(tftypes.Map{}) {
		out := map[string]tftypes.Value{}
		for range count {
			out[rapid.SampledFrom([]string{"a", "b", "c"}).Draw(g.t, "key")] = g.value(element)
		}
		return tftypes.NewValue(wire, out)
	}
	var out []tftypes.Value
	for range count {
		v := g.value(element)
		if !g.wild && wire.Is(tftypes.Set{}) && slices.ContainsFunc(out, v.Equal) {
			continue
		}
		out = append(out, v)
	}
	return tftypes.NewValue(wire, out)
}

// valid tells whether a text is one in the notation of its type.
func valid(ctx context.Context, typ attr.Type, text string) bool {
	v, err := typ.ValueFromTerraform(ctx, tftypes.NewValue(tftypes.String, text))
	if err != nil {
		return false
	}
	checked, ok := v.(xattr.ValidateableAttribute)
	if !ok {
		return true
	}
	var resp xattr.ValidateAttributeResponse
	checked.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{}, &resp)
	return !resp.Diagnostics.HasError()
}

// change draws another value for some attributes of an object.
func (g generator) change(object tftypes.Value, typ attr.TypeWithAttributeTypes, most int) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if err := object.As(&attributes); err != nil {
		g.t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(attributes))
	for range rapid.IntRange(0, most).Draw(g.t, "changes") {
		name := rapid.SampledFrom(names).Draw(g.t, "changed")
		attributes[name] = g.value(typ.AttributeTypes()[name])
	}
	return tftypes.NewValue(object.Type(), attributes)
}

// settled gives every unknown value one, as an apply does: what is unknown inside of others becomes null.
func (g generator) settled(planned tftypes.Value, typ attr.TypeWithAttributeTypes) tftypes.Value {
	g.unknown = 0
	attributes := map[string]tftypes.Value{}
	if err := planned.As(&attributes); err != nil {
		g.t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if !attributes[name].IsKnown() {
			attributes[name] = g.value(typ.AttributeTypes()[name])
			continue
		}
		known, err := tftypes.Transform(attributes[name], func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
			if !v.IsKnown() {
				return tftypes.NewValue(v.Type(), nil), nil
			}
			return v, nil
		})
		if err != nil {
			g.t.Fatal(err)
		}
		attributes[name] = known
	}
	return tftypes.NewValue(planned.Type(), attributes)
}

// subject is a resource type to plan objects of.
type subject struct {
	server tfprotov6.ProviderServer
	name   string
	schema *tfprotov6.Schema
	typ    attr.TypeWithAttributeTypes
	texts  []string
	// private are what may be in the private state.
	private map[string]string
}

// check draws plans and wants most of them to be taken: what is left to the framework proves nothing.
func (s subject) check(t *testing.T, plan func(*rapid.T) (taken bool)) {
	t.Helper()
	taken, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		all++
		if plan(rt) {
			taken++
		}
	})
	if taken < all/2 {
		t.Errorf("only %d of %d plans were taken", taken, all)
	}
}

// history draws a configuration, a state and a private state, and plans: a create, or an update of what a create could have
// made by now, to a configuration in which a little has changed, or a destroy of it. It tells whether the plan was taken.
func (s subject) history(t *testing.T, rt *rapid.T, what string) bool {
	ctx := t.Context()
	full := generator{ctx: ctx, t: rt, texts: s.texts, unknown: 3, null: 60}
	null := tftypes.NewValue(s.schema.ValueType(), nil)
	config := full.known(s.typ, s.schema.ValueType())
	prior, proposed := null, core.ProposedNewState(s.schema, null, config)
	if what != "create" {
		prior = full.settled(s.planned(ctx, rt, config, prior, proposed), s.typ)
		if rapid.Bool().Draw(rt, "drift") {
			drift := full
			drift.unknown = 0
			prior = drift.change(prior, s.typ, 3)
		}
		config = full.change(config, s.typ, 3)
		proposed = core.ProposedNewState(s.schema, prior, config)
	}
	if what == "destroy" {
		config, proposed = null, null
	}
	private := s.somePrivate(rt)
	req, err := request(s.name, s.schema, config, prior, proposed, private)
	if err != nil {
		rt.Fatal(err)
	}
	taken, differs := compare(ctx, s.server, s.schema.ValueType(), req)
	if differs != "" {
		rt.Fatalf("config: %s\nprior: %s\nproposed: %s\nprivate: %s\n%s", config, prior, proposed, private, differs)
	}
	return taken
}

// somePrivate draws a private state. A key of the framework's own is rare: it leaves the whole request to the framework.
func (s subject) somePrivate(rt *rapid.T) map[string][]byte {
	private := map[string][]byte{}
	for _, key := range slices.Sorted(maps.Keys(s.private)) {
		drawn := rapid.IntRange(0, 3).Draw(rt, key) == 0
		if strings.HasPrefix(key, ".") {
			drawn = rarely(rt, key)
		}
		if drawn {
			private[key] = []byte(s.private[key])
		}
	}
	return private
}

// rarely is true once in about twenty draws. It is no bound of what is drawn: rapid prefers those.
func rarely(rt *rapid.T, what string) bool { return rapid.IntRange(0, 19).Draw(rt, what) == 13 }

// planned is the framework's plan.
func (s subject) planned(ctx context.Context, rt *rapid.T, config, prior, proposed tftypes.Value) tftypes.Value {
	req, err := request(s.name, s.schema, config, prior, proposed, nil)
	if err != nil {
		rt.Fatal(err)
	}
	resp, err := s.server.PlanResourceChange(ctx, req)
	if err != nil {
		rt.Fatal(err)
	}
	v, err := resp.PlannedState.Unmarshal(s.schema.ValueType())
	if err != nil {
		rt.Fatal(err)
	}
	return v
}
