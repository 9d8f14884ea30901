package field

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// shown is a spec with one field of each kind.
type shown struct {
	Text, Size string
	Bytes      int64
	Count      int
	CPUs       int64
	On         bool
	List, Set  []string
	Pairs      map[string]string
	One        *shownInner
	Many       []shownInner
	Keyed      map[string]shownInner
	Values     []shownInner
}

type shownInner struct {
	Key, Text string
	Pairs     map[string]string
}

func shownTable() Table {
	nested := Table{{Name: "text", API: "Text", Kind: String{}}, {Name: "pairs", API: "Pairs", Kind: StringMap{}}}
	return Table{
		{Name: "text", API: "Text", Kind: String{}, Doc: "A text. Default: none."},
		{Name: "path", API: "Size", Kind: String{Notation: tf.Path}, Sensitive: true},
		{Name: "bytes", API: "Bytes", Kind: Size{}},
		{Name: "count", API: "Count", Kind: Int{}},
		{Name: "cpus", API: "CPUs", Kind: Scaled{Per: 10}},
		{Name: "on", API: "On", Kind: Bool{}},
		{Name: "list", API: "List", Kind: Strings{}},
		{Name: "set", API: "Set", Kind: StringSet{}},
		{Name: "pairs", API: "Pairs", Kind: StringMap{}},
		{Name: "one", API: "One", Kind: Object{Fields: nested}},
		{Name: "many", API: "Many", Kind: Objects{Fields: nested}},
		{Name: "keyed", API: "Keyed", Kind: Keyed{Fields: nested}},
		{Name: "values", API: "Values", Kind: Keyed{By: "Key", Value: true, Fields: nested[:1]}},
		{Name: "client_only", Kind: String{}},
	}
}

// TestDataFitsItsSchema wants each value to be of the type that the schema has for it.
func TestDataFitsItsSchema(t *testing.T) {
	t.Parallel()
	attributes := shownTable().DataAttributes()
	inner := shownInner{Key: "k", Text: "x"}
	for name, spec := range map[string]*shown{
		"empty": {},
		"full": {
			Text: "a", Size: "/b", Bytes: 1, Count: 2, CPUs: 3, On: true, List: []string{"l"}, Set: []string{"s"},
			Pairs: map[string]string{"a": "b"}, One: &inner, Many: []shownInner{inner}, Keyed: map[string]shownInner{"k": inner},
			Values: []shownInner{inner},
		},
	} {
		data := shownTable().Data(t.Context(), spec)
		if len(data) != len(attributes) || len(data) != len(shownTable())-1 {
			t.Errorf("%s: %d values for %d attributes", name, len(data), len(attributes))
		}
		for key, v := range data {
			a := attributes[key]
			if !a.GetType().Equal(v.Type(t.Context())) || !a.IsComputed() || a.IsOptional() || a.IsSensitive() != (key == "path") {
				t.Errorf("%s: %s is %s, the schema has %s", name, key, v.Type(t.Context()), a.GetType())
			}
			switch v.(type) {
			case types.List, types.Set, types.Map:
				if v.IsNull() {
					t.Errorf("%s: %s is null", name, key)
				}
			}
		}
	}
	if got := attributes["text"].GetMarkdownDescription(); got != "A text." {
		t.Errorf("described as %q", got)
	}
}

func TestDataWalksInside(t *testing.T) {
	t.Parallel()
	data := shownTable().Data(t.Context(), &shown{Many: []shownInner{{Text: "x"}}})
	many, ok := data["many"].(types.List)
	if !ok || len(many.Elements()) != 1 {
		t.Fatalf("many is %s", data["many"])
	}
	want := types.ObjectValueMust(Table{{Name: "text", Kind: String{}}, {Name: "pairs", Kind: StringMap{}}}.attrTypes(), map[string]attr.Value{
		"text": types.StringValue("x"), "pairs": types.MapValueMust(types.StringType, nil),
	})
	if !many.Elements()[0].Equal(want) {
		t.Errorf("inside is %s", many.Elements()[0])
	}
}
