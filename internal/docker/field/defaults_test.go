package field

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func never(attr.Value) bool { return false }

// inner is a table of a nested object with one field of each sort of default.
func inner() Table {
	return Table{
		{Name: "driver", Kind: String{}, IsDefault: OneOf("default"), Constant: true},
		{Name: "options", Kind: StringMap{}},
		{Name: "note", Kind: String{}},
		{Name: "mode", Kind: String{Default: "rw"}, IsDefault: OneOf("rw")},
	}
}

func innerObject(driver, note string, options map[string]attr.Value) types.Object {
	text := func(s string) attr.Value {
		if s == "" {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	o := types.MapNull(types.StringType)
	if options != nil {
		o = types.MapValueMust(types.StringType, options)
	}
	return types.ObjectValueMust(inner().attrTypes(), map[string]attr.Value{
		"driver": text(driver), "note": text(note), "options": o, "mode": types.StringValue("rw"),
	})
}

func keyed(elements map[string]attr.Value) attr.Value {
	return types.MapValueMust(types.ObjectType{AttrTypes: inner().attrTypes()}, elements)
}

func listed(elements ...attr.Value) attr.Value {
	return types.ListValueMust(types.ObjectType{AttrTypes: inner().attrTypes()}, elements)
}

func TestDefaultsReplaceNothing(t *testing.T) {
	t.Parallel()
	var (
		plain    = Field{Kind: String{}}
		constant = Field{Kind: String{}, IsDefault: OneOf("local"), Constant: true}
		varying  = Field{Kind: String{}, IsDefault: OneOf("private", "shareable")}
		flag     = Field{Kind: Bool{}}
		setting  = Field{Kind: Bool{}, IsDefault: never}
		labels   = Field{Kind: StringMap{}}
		object   = Field{Kind: Object{Fields: inner()}}
		objects  = Field{Kind: Keyed{Fields: inner()}}
		list     = Field{Kind: Objects{Fields: inner()}}

		null, text = types.StringNull(), types.StringValue
		yes, no    = types.BoolValue(true), types.BoolValue(false)
		none       = types.MapNull(types.StringType)
		empty      = types.MapValueMust(types.StringType, nil)
		one        = types.MapValueMust(types.StringType, map[string]attr.Value{"a": text("1")})
		spelt      = innerObject("default", "x", map[string]attr.Value{})
		short      = innerObject("", "x", nil)
		other      = innerObject("", "y", nil)
	)
	for name, tt := range map[string]struct {
		field     Field
		was, will attr.Value
		want      bool
	}{
		"same":                          {plain, text("a"), text("a"), true},
		"other":                         {plain, text("a"), text("b"), false},
		"set":                           {plain, null, text("a"), false},
		"unset":                         {plain, text("a"), null, false},
		"unknown":                       {constant, null, types.StringUnknown(), false},
		"default spelt out":             {constant, null, text("local"), true},
		"default left out":              {constant, text("local"), null, true},
		"from default to another":       {constant, text("local"), text("nfs"), false},
		"one of many defaults set":      {varying, null, text("private"), false},
		"one of many defaults left out": {varying, text("shareable"), null, true},
		"from one default to another":   {varying, text("private"), text("shareable"), false},
		"false spelt out":               {flag, types.BoolNull(), no, true},
		"false left out":                {flag, no, types.BoolNull(), true},
		"true left out":                 {flag, yes, types.BoolNull(), false},
		"switched on":                   {flag, no, yes, false},
		"the engine's setting refused":  {setting, types.BoolNull(), no, false},
		"the engine's setting asked":    {setting, no, types.BoolNull(), false},
		"empty map":                     {labels, none, empty, true},
		"empty map left out":            {labels, empty, none, true},
		"emptied map":                   {labels, one, empty, false},
		"nested default spelt out":      {object, short, spelt, true},
		"nested default left out":       {object, spelt, short, true},
		"nested change":                 {object, spelt, other, false},
		"in a map":                      {objects, keyed(map[string]attr.Value{"k": spelt}), keyed(map[string]attr.Value{"k": short}), true},
		"in a map, changed":             {objects, keyed(map[string]attr.Value{"k": spelt}), keyed(map[string]attr.Value{"k": other}), false},
		"in a map, other key":           {objects, keyed(map[string]attr.Value{"k": spelt}), keyed(map[string]attr.Value{"l": short}), false},
		"in a map, more": {
			objects, keyed(map[string]attr.Value{"k": spelt}), keyed(map[string]attr.Value{"k": short, "l": other}), false,
		},
		"in a list":              {list, listed(spelt, other), listed(short, other), true},
		"in a list, other order": {list, listed(spelt, other), listed(other, short), false},
		"in a list, fewer":       {list, listed(spelt, other), listed(short), false},
	} {
		tt.field.Name, tt.field.Class = "x", Replace
		got := !tt.field.replaces(tf.Values{"x": tt.was}, tf.Values{"x": tt.will}, nil)
		if got != tt.want {
			t.Errorf("%s: stays is %v", name, got)
		}
	}
}

func TestImportLeavesDefaultsOut(t *testing.T) {
	t.Parallel()
	table := Table{
		{Name: "ipam", Class: Replace, Kind: Object{Fields: inner()}},
		{Name: "all", Class: Replace, Kind: Object{Fields: inner()}},
		{Name: "flag", Class: Replace, Kind: Bool{}},
		{Name: "driver", Class: Replace, Kind: String{}, IsDefault: OneOf("private", "shareable")},
		{Name: "many", Class: Replace, Kind: Keyed{Fields: inner()}},
		{Name: "list", Class: Replace, Kind: Objects{Fields: inner()}},
	}
	spelt := innerObject("default", "x", nil)
	got := table.Import(t.Context(), tf.Values{}, tf.Values{
		"ipam": spelt, "all": innerObject("default", "", map[string]attr.Value{}), "flag": types.BoolValue(false),
		"driver": types.StringValue("shareable"), "many": keyed(map[string]attr.Value{"k": spelt}), "list": listed(spelt),
	})
	short := innerObject("", "x", nil)
	want := tf.Values{
		"ipam": short, "all": innerObject("", "", nil), "flag": types.BoolNull(), "driver": types.StringNull(),
		"many": keyed(map[string]attr.Value{"k": short}), "list": listed(short),
	}
	for name, v := range want {
		if !got[name].Equal(v) {
			t.Errorf("%s is %s, not %s", name, got[name], v)
		}
	}
}

// TestEmptyReplacesNothing is about what is configured without asking for anything, and about fields where that counts.
func TestEmptyReplacesNothing(t *testing.T) {
	t.Parallel()
	bare := Table{{Name: "note", Kind: String{}}}
	empty := types.ObjectValueMust(bare.attrTypes(), map[string]attr.Value{"note": types.StringNull()})
	none := types.ListValueMust(types.StringType, nil)
	for name, tt := range map[string]struct {
		field Field
		value attr.Value
		means bool
	}{
		"object":                {Field{Kind: Object{Fields: bare}}, empty, true},
		"list":                  {Field{Kind: Strings{}}, none, true},
		"list where it counts":  {Field{Kind: Strings{}, EmptyCounts: true}, none, false},
		"with defaults":         {Field{Kind: Strings{}, IsDefault: never}, none, true},
		"with defaults, counts": {Field{Kind: Strings{}, IsDefault: never, EmptyCounts: true}, none, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			null := tf.NullOf(t.Context(), tt.field.Kind.Type())
			if tt.field.means(tt.value, null) != tt.means || tt.field.means(null, tt.value) != tt.means {
				t.Errorf("empty and null mean the same: %t, want %t", !tt.means, tt.means)
			}
		})
	}
}
