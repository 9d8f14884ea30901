package armschema_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// blur makes parts of a configuration unknown, at any depth, but for whole elements that are objects: the framework takes
// these for objects in which what is required is missing.
func blur(t *rapid.T, label string, v any, whole bool) any {
	if _, isObject := v.(map[string]any); (!isObject || whole) && rapid.IntRange(0, 9).Draw(t, label+"!") == 9 {
		return core.Unknown
	}
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(x)) {
			out[name] = blur(t, label+"."+name, x[name], !slices.Contains([]string{"a", "image", "B"}, name))
		}
		return out
	case []any:
		out := []any{}
		for _, e := range x {
			out = append(out, blur(t, label+"[]", e, false))
		}
		return out
	default:
		return v
	}
}

// TestAnyTwoConfigurations goes from any configuration to any other one, through core's own rules. Parts of each are
// unknown in the plan and known when it is applied.
func TestAnyTwoConfigurations(t *testing.T) {
	t.Parallel()
	for name, m := range mappings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := start(t, name)
			rapid.Check(t, func(rt *rapid.T) {
				if rapid.SampledFrom([]bool{true, true, true, false}).Draw(rt, "skip") {
					return // a lifecycle takes so long that one in four has to do
				}
				r.Forget()
				for _, label := range []string{"first", "second"} {
					config := draw(rt, label, m.Attributes)
					hide(config)
					planned, _ := blur(rt, label, config, false).(map[string]any)
					if _, diags := r.TryApplyPlanned(t.Context(), planned, config); diags.HasError() {
						rt.Fatalf("%s: %v", label, diags)
					}
					if _, diags := r.TryRefresh(t.Context()); diags.HasError() {
						rt.Fatalf("%s: %v", label, diags)
					}
					c, diags := r.TryPlan(t.Context(), config)
					if diags.HasError() || c.Action != core.NoOp {
						rt.Fatalf("%s: the plan after it is a %s: %v", label, c.Action, diags)
					}
				}
			})
		})
	}
}
