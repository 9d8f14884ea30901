package tf_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// sampleType is an object with every kind of part.
func sampleTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"text": types.StringType, "size": tf.Size.Type(), "flag": types.BoolType, "number": types.Int64Type,
		"list": types.ListType{ElemType: types.StringType}, "set": types.SetType{ElemType: tf.Capability.Type()},
		"map":   types.MapType{ElemType: types.StringType},
		"inner": types.MapType{ElemType: types.ObjectType{AttrTypes: innerTypes()}},
	}
}

func innerTypes() map[string]attr.Type {
	return map[string]attr.Type{"wait": tf.Duration.Type(), "flag": types.BoolType}
}

// draw makes an object; each part is null with some probability.
func draw(t *rapid.T, label string) types.Object {
	part := func(name string, make func() attr.Value) attr.Value {
		if rapid.IntRange(0, 3).Draw(t, label+name+"?") == 0 {
			return tf.NullOf(t.Context(), sampleTypes()[name])
		}
		return make()
	}
	text := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label+name) }
	return types.ObjectValueMust(sampleTypes(), map[string]attr.Value{
		"text":   part("text", func() attr.Value { return types.StringValue(text("text", "a", "b")) }),
		"size":   part("size", func() attr.Value { return tf.Size.Value(text("size", "1g", "1024m", "2g")) }),
		"flag":   part("flag", func() attr.Value { return types.BoolValue(rapid.Bool().Draw(t, label+"flag")) }),
		"number": part("number", func() attr.Value { return types.Int64Value(rapid.Int64Range(0, 2).Draw(t, label+"number")) }),
		"list": part("list", func() attr.Value {
			return tf.StringList(rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 3).Draw(t, label+"list"))
		}),
		"set": part("set", func() attr.Value {
			names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"KILL", "CHOWN"}), 0, 2, rapid.ID).Draw(t, label+"set")
			prefix := text("prefix", "", "CAP_")
			elements := make([]attr.Value, len(names))
			for i, n := range names {
				elements[i] = tf.Capability.Value(prefix + n)
			}
			return types.SetValueMust(tf.Capability.Type(), elements)
		}),
		"map": part("map", func() attr.Value {
			elements := map[string]attr.Value{}
			for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k", "l"}), 0, 2, rapid.ID).Draw(t, label+"map") {
				elements[key] = types.StringValue(text("map"+key, "", "v"))
			}
			return types.MapValueMust(types.StringType, elements)
		}),
		"inner": part("inner", func() attr.Value {
			elements := map[string]attr.Value{}
			for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"k", "l"}), 0, 2, rapid.ID).Draw(t, label+"inner") {
				wait := tf.Duration.Value(text("wait"+key, "60s", "1m", "2m"))
				if rapid.Bool().Draw(t, label+"nowait"+key) {
					wait = tf.Duration.Null()
				}
				elements[key] = types.ObjectValueMust(innerTypes(), map[string]attr.Value{
					"wait": wait, "flag": types.BoolValue(rapid.Bool().Draw(t, label+"flag"+key)),
				})
			}
			return types.MapValueMust(types.ObjectType{AttrTypes: innerTypes()}, elements)
		}),
	})
}

// TestReconcile proves what a refresh promises: what is not configured stays so, what is there unchanged keeps
// its spelling, and a second refresh changes nothing.
func TestReconcile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := t.Context()
		prior, observed := draw(t, "prior "), draw(t, "observed ")
		after, ok := tf.Reconcile(ctx, prior, observed).(types.Object)
		if !ok {
			t.Fatal("an object became something else")
		}
		for name, was := range prior.Attributes() {
			is, seen := after.Attributes()[name], observed.Attributes()[name]
			if was.IsNull() && !is.IsNull() {
				t.Fatalf("%s is not configured and became %s", name, is)
			}
			if tf.Same(was, seen) && !is.Equal(was) {
				t.Fatalf("%s is there as configured, %s, and became %s", name, was, is)
			}
			if _, nested := was.Type(ctx).(types.MapType); !nested && !was.IsNull() && !tf.Same(is, seen) && !empty(was) {
				t.Fatalf("%s is shown as %s and became %s", name, seen, is)
			}
		}
		if again := tf.Reconcile(ctx, after, observed); !again.Equal(after) {
			t.Fatalf("a second refresh gives %s, the first gave %s", again, after)
		}
	})
}

func empty(v attr.Value) bool {
	switch c := v.(type) {
	case types.List:
		return len(c.Elements()) == 0
	case types.Set:
		return len(c.Elements()) == 0
	default:
		return false
	}
}

// TestReconcileOwnsMapsWhole shows that a foreign key is drift and a missing one is gone.
func TestReconcileOwnsMapsWhole(t *testing.T) {
	t.Parallel()
	prior := textMap("a", "1", "b", "2")
	got := tf.Reconcile(t.Context(), prior, textMap("a", "1", "c", "3"))
	if want := textMap("a", "1", "c", "3"); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := tf.Reconcile(t.Context(), textMap(), types.MapNull(types.StringType)); !got.Equal(textMap()) {
		t.Errorf("a map that is configured to be empty became %s", got)
	}
	if got := tf.Reconcile(t.Context(), prior, types.MapUnknown(types.StringType)); !got.Equal(prior) {
		t.Errorf("a value that the platform does not show became %s", got)
	}
}

func textMap(pairs ...string) types.Map {
	elements := map[string]attr.Value{}
	for i := 0; i < len(pairs); i += 2 {
		elements[pairs[i]] = types.StringValue(pairs[i+1])
	}
	return types.MapValueMust(types.StringType, elements)
}

// TestRespell proves that a plan means what is configured, and is the prior state wherever that means the same.
func TestRespell(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prior, planned := draw(t, "prior "), draw(t, "planned ")
		got := tf.Respell(t.Context(), prior, planned)
		if !tf.Same(got, planned) {
			t.Fatalf("%s became %s", planned, got)
		}
		if tf.Same(prior, planned) && !got.Equal(prior) {
			t.Fatalf("%s means the same as before and became %s", planned, got)
		}
	})
}

// TestCovers proves the rule that adopts what was imported: an object covers what was read of it and what is less.
func TestCovers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		have := draw(t, "have ")
		if !tf.Covers(have, have) {
			t.Fatalf("%s does not cover itself", have)
		}
		less := map[string]attr.Value{}
		for name, v := range have.Attributes() {
			less[name] = v
			if rapid.Bool().Draw(t, "drop "+name) {
				less[name] = tf.NullOf(t.Context(), v.Type(t.Context()))
			}
		}
		if !tf.Covers(types.ObjectValueMust(sampleTypes(), less), have) {
			t.Fatalf("%s does not cover the lesser %s", have, less)
		}
		other := draw(t, "other ")
		if tf.Covers(other, have) && !other.Attributes()["text"].IsNull() && !other.Attributes()["text"].Equal(have.Attributes()["text"]) {
			t.Fatalf("%s covers %s", have, other)
		}
	})
}

// TestShown proves that an import writes nothing that is zero, and all else.
func TestShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		observed := draw(t, "observed ")
		shown, _ := tf.Shown(t.Context(), observed).(types.Object)
		for name, v := range shown.Attributes() {
			seen := observed.Attributes()[name]
			switch {
			case v.IsNull() && name == "text" && !seen.IsNull():
				t.Fatalf("%s was left out: %s", name, seen)
			case v.Equal(types.BoolValue(false)), v.Equal(types.Int64Value(0)), !v.IsNull() && empty(v):
				t.Fatalf("%s is shown although it is zero: %s", name, v)
			}
		}
		if !tf.Covers(shown, observed) {
			t.Fatalf("%s shows more than %s", shown, observed)
		}
	})
}

// TestFill proves that known parts of a plan stay and unknown ones are taken from what is shown.
func TestFill(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		planned, observed := draw(t, "planned "), draw(t, "observed ")
		name := rapid.SampledFrom([]string{"text", "size", "list", "map", "inner"}).Draw(t, "unknown")
		holed := planned.Attributes()
		holed[name] = tf.UnknownOf(t.Context(), sampleTypes()[name])
		filled, _ := tf.Fill(t.Context(), types.ObjectValueMust(sampleTypes(), holed), observed).(types.Object)
		if tf.HasUnknown(filled) {
			t.Fatalf("something is unknown in %s", filled)
		}
		for n, v := range filled.Attributes() {
			want := planned.Attributes()[n]
			if n == name {
				want = observed.Attributes()[n]
			}
			if !v.Equal(want) {
				t.Fatalf("%s is %s, want %s", n, v, want)
			}
		}
	})
}

// TestNullAndUnknownOfAnyType makes the two special values of each type.
func TestNullAndUnknownOfAnyType(t *testing.T) {
	t.Parallel()
	for name, typ := range sampleTypes() {
		if v := tf.NullOf(context.WithoutCancel(t.Context()), typ); !v.IsNull() || !v.Type(t.Context()).Equal(typ) {
			t.Errorf("%s: null is %s of type %s", name, v, v.Type(t.Context()))
		}
		if v := tf.UnknownOf(t.Context(), typ); !v.IsUnknown() || !v.Type(t.Context()).Equal(typ) {
			t.Errorf("%s: unknown is %s of type %s", name, v, v.Type(t.Context()))
		}
	}
}
