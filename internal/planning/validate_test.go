package planning_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// frameworkSays is what the framework says about a configuration.
func (s subject) frameworkSays(ctx context.Context, rt *rapid.T, req *tfprotov6.ValidateResourceConfigRequest) string {
	resp, err := planning.Framework(s.server).ValidateResourceConfig(ctx, req)
	if err != nil {
		rt.Fatal(err)
	}
	return diagnostics(resp.Diagnostics)
}

// differs compares what the framework says with what is found here.
func (s subject) differs(rt *rapid.T, req *tfprotov6.ValidateResourceConfigRequest, said string, err error) {
	config, unreadable := req.Config.Unmarshal(s.schema.ValueType())
	switch {
	case unreadable != nil:
		rt.Fatal(unreadable)
	case err == nil && said != "":
		rt.Fatalf("right here, but the framework says: %s\n%s", said, config)
	case errors.Is(err, planning.ErrSays) && said == "":
		rt.Fatalf("%v, but the framework has nothing: %s", err, config)
	case err != nil && said == "" && !hasOpenElement(config):
		rt.Fatalf("left to the framework without need: %v\n%s", err, config)
	}
}

// hasOpenElement tells whether an object in a collection is null or unknown.
func hasOpenElement(config tftypes.Value) (found bool) {
	_ = tftypes.Walk(config, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		_, root := at.LastStep().(tftypes.AttributeName)
		found = found || !root && len(at.Steps()) > 0 && v.Type().Is(tftypes.Object{}) && (v.IsNull() || !v.IsKnown())
		return true, nil
	})
	return found
}

// someConfig draws a configuration to validate, in most cases with what is required and little else.
func (s subject) someConfig(ctx context.Context, rt *rapid.T) *tfprotov6.ValidateResourceConfigRequest {
	g := generator{ctx: ctx, t: rt, texts: s.texts, unknown: 5, null: rapid.SampledFrom([]int{40, 90}).Draw(rt, "nulls")}
	if rapid.IntRange(0, 4).Draw(rt, "wild") == 0 {
		g.texts, g.wild = append(g.texts, "no duration", "refused"), true
	}
	config := g.known(s.typ, s.schema.ValueType())
	if rapid.IntRange(0, 3).Draw(rt, "complete") > 0 {
		config = s.completed(g, config)
	}
	wire, err := tfprotov6.NewDynamicValue(s.schema.ValueType(), config)
	if err != nil {
		rt.Fatal(err)
	}
	req := &tfprotov6.ValidateResourceConfigRequest{TypeName: s.name, Config: &wire}
	if rapid.IntRange(0, 3).Draw(rt, "capable") > 0 {
		req.ClientCapabilities = &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true}
	}
	return req
}

// completed has what is required, and nothing that only a read can tell.
func (s subject) completed(g generator, config tftypes.Value) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if err := config.As(&attributes); err != nil {
		g.t.Fatal(err)
	}
	for _, a := range s.schema.Block.Attributes {
		typ, wire := s.typ.AttributeTypes()[a.Name], attributes[a.Name].Type()
		switch {
		case a.Required && attributes[a.Name].IsNull():
			attributes[a.Name] = g.known(typ, wire)
		case a.Computed && !a.Optional:
			attributes[a.Name] = tftypes.NewValue(wire, nil)
		}
	}
	return tftypes.NewValue(config.Type(), attributes)
}

// TestResourcesAreValidatedAsByTheFramework validates configurations of every resource type in both ways.
func TestResourcesAreValidatedAsByTheFramework(t *testing.T) {
	t.Parallel()
	address := nothing(t)
	server, schemas := served(t, address)
	for name, r := range acctest.Resources(t.Context()) {
		s := subjectOf(t, server, schemas, name, r, address)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				req := s.someConfig(t.Context(), rt)
				said := s.frameworkSays(t.Context(), rt, req)
				s.differs(rt, req, said, planning.Validates(t.Context(), server, req))
			})
		})
	}
}
