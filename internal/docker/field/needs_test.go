package field

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// needy is a table whose fields need something at every depth.
func needy() Table {
	inner := Table{
		{Name: "flag", Kind: Bool{}, Needs: docker.Capability{Name: "flag", API: "1.50"}},
		{Name: "kind", Kind: String{}, Needs: docker.Capability{Name: "kind", API: "1.60"}, NeededBy: OneOf("new")},
	}
	return Table{
		{Name: "top", Kind: String{}, Needs: docker.Capability{Name: "top", API: "1.40"}},
		{Name: "usual", Kind: Bool{}, IsDefault: isTrue, Needs: docker.Capability{Name: "usual", API: "1.41"}},
		{Name: "object", Kind: Object{Fields: Table{{Name: "deep", Kind: Object{Fields: inner}}}}},
		{Name: "list", Kind: Objects{Fields: inner}},
		{Name: "map", Kind: Keyed{Fields: inner}},
		{Name: "plain", Kind: Keyed{Value: true, Fields: Table{{Name: "value", Kind: Int{}}}}},
	}
}

func isTrue(v attr.Value) bool { return v.Equal(types.BoolValue(true)) }

func TestNeedsAreFoundAtEveryDepth(t *testing.T) {
	t.Parallel()
	elemTypes := map[string]attr.Type{"flag": types.BoolType, "kind": types.StringType}
	elem := types.ObjectType{AttrTypes: elemTypes}
	object := func(flag attr.Value, kind string) attr.Value {
		return types.ObjectValueMust(elemTypes, map[string]attr.Value{"flag": flag, "kind": types.StringValue(kind)})
	}
	deep := func(v attr.Value) attr.Value {
		return types.ObjectValueMust(map[string]attr.Type{"deep": elem}, map[string]attr.Value{"deep": v})
	}
	yes, no := types.BoolValue(true), types.BoolValue(false)
	for name, tt := range map[string]struct {
		values tf.Values
		want   []string
	}{
		"nothing":            {tf.Values{"top": types.StringNull()}, nil},
		"unknown":            {tf.Values{"top": types.StringUnknown(), "map": types.MapUnknown(elem), "object": deep(types.ObjectUnknown(elemTypes))}, nil},
		"at the top":         {tf.Values{"top": types.StringValue("x")}, []string{"top: top"}},
		"a default":          {tf.Values{"usual": yes}, nil},
		"not a default":      {tf.Values{"usual": no}, []string{"usual: usual"}},
		"in an object":       {tf.Values{"object": deep(object(yes, "old"))}, []string{"object.deep.flag: flag"}},
		"a value that needs": {tf.Values{"object": deep(object(no, "new"))}, []string{"object.deep.kind: kind"}},
		"in a list": {
			tf.Values{"list": types.ListValueMust(elem, []attr.Value{object(no, "old"), object(yes, "new"), types.ObjectNull(elemTypes)})},
			[]string{"list[1].flag: flag", "list[1].kind: kind"},
		},
		"in a map": {
			tf.Values{"map": types.MapValueMust(elem, map[string]attr.Value{"b": object(yes, "old"), "a": object(no, "new"), "c": types.ObjectUnknown(elemTypes)})},
			[]string{`map["a"].kind: kind`, `map["b"].flag: flag`},
		},
		"unknown inside":        {tf.Values{"object": deep(object(types.BoolUnknown(), "old"))}, nil},
		"a map of plain values": {tf.Values{"plain": types.MapValueMust(types.Int64Type, map[string]attr.Value{"a": types.Int64Value(1)})}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, n := range needy().Needs(tt.values) {
				got = append(got, n.At.String()+": "+n.Capability.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
