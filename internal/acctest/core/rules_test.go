package core

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// obj makes the tables below readable.
type obj = map[string]any

type list = []any

// thing is a schema with every kind of attribute that has a rule of its own.
func thing() *tfprotov6.Schema {
	inner := []*tfprotov6.SchemaAttribute{
		{Name: "key", Type: tftypes.String, Required: true},
		{Name: "opt", Type: tftypes.String, Optional: true},
		{Name: "oc", Type: tftypes.String, Optional: true, Computed: true},
		{Name: "comp", Type: tftypes.String, Computed: true},
		{Name: "wo", Type: tftypes.String, Optional: true, WriteOnly: true},
	}
	noWriteOnly := inner[:4] // Sets cannot have any.
	nested := func(name string, nesting tfprotov6.SchemaObjectNestingMode, computed bool) *tfprotov6.SchemaAttribute {
		attrs := inner
		if nesting == tfprotov6.SchemaObjectNestingModeSet {
			attrs = noWriteOnly
		}
		return &tfprotov6.SchemaAttribute{
			Name: name, Optional: true, Computed: computed, NestedType: &tfprotov6.SchemaObject{Nesting: nesting, Attributes: attrs},
		}
	}
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		{Name: "req", Type: tftypes.String, Optional: true},
		{Name: "oc", Type: tftypes.String, Optional: true, Computed: true},
		{Name: "comp", Type: tftypes.Number, Computed: true},
		{Name: "wo", Type: tftypes.String, Optional: true, WriteOnly: true},
		{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true},
		{Name: "names", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true},
		{Name: "any", Type: tftypes.DynamicPseudoType, Optional: true},
		nested("one", tfprotov6.SchemaObjectNestingModeSingle, false),
		nested("items", tfprotov6.SchemaObjectNestingModeList, false),
		nested("by_key", tfprotov6.SchemaObjectNestingModeMap, false),
		nested("peers", tfprotov6.SchemaObjectNestingModeSet, false),
		nested("auto", tfprotov6.SchemaObjectNestingModeMap, true),
	}}}
}

func value(t *testing.T, in obj) tftypes.Value {
	t.Helper()
	typ := thing().ValueType()
	if in == nil {
		return tftypes.NewValue(typ, nil)
	}
	v, err := toValue("", typ, in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sparse drops nulls, so that expectations can be short.
func sparse(in any) any {
	switch in := in.(type) {
	case obj:
		out := obj{}
		for k, v := range in {
			if v != nil {
				out[k] = sparse(v)
			}
		}
		return out
	case list:
		out := list{}
		for _, v := range in {
			out = append(out, sparse(v))
		}
		return out
	case int:
		return int64(in)
	default:
		return in
	}
}

func TestProposedNewState(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ prior, config, want obj }{
		"create":                   {nil, obj{"req": "a"}, obj{"req": "a"}},
		"computed keeps prior":     {obj{"req": "a", "oc": "x", "comp": 7}, obj{"req": "b"}, obj{"req": "b", "oc": "x", "comp": 7}},
		"configured wins":          {obj{"oc": "x"}, obj{"oc": "y"}, obj{"oc": "y"}},
		"removed is null":          {obj{"req": "a", "tags": obj{"k": "v"}}, obj{}, obj{}},
		"unknown stays":            {obj{"req": "a"}, obj{"req": Unknown}, obj{"req": Unknown}},
		"write-only is in it":      {nil, obj{"wo": "s", "one": obj{"key": "k", "wo": "s"}}, obj{"wo": "s", "one": obj{"key": "k", "wo": "s"}}},
		"plain map is owned whole": {obj{"tags": obj{"a": "1", "b": "2"}}, obj{"tags": obj{"a": "1"}}, obj{"tags": obj{"a": "1"}}},
		"single: computed inside": {
			obj{"one": obj{"key": "k", "comp": "c"}},
			obj{"one": obj{"key": "l"}},
			obj{"one": obj{"key": "l", "comp": "c"}},
		},
		"single: removed": {obj{"one": obj{"key": "k", "comp": "c"}}, obj{}, obj{}},
		"single: unknown": {obj{"one": obj{"key": "k"}}, obj{"one": Unknown}, obj{"one": Unknown}},
		"list: by index": {
			obj{"items": list{obj{"key": "a", "comp": "1"}}},
			obj{"items": list{obj{"key": "b"}, obj{"key": "a"}}},
			obj{"items": list{obj{"key": "b", "comp": "1"}, obj{"key": "a"}}},
		},
		"list: shorter": {
			obj{"items": list{obj{"key": "a", "comp": "1"}, obj{"key": "b"}}},
			obj{"items": list{obj{"key": "a"}}},
			obj{"items": list{obj{"key": "a", "comp": "1"}}},
		},
		"map: by key": {
			obj{"by_key": obj{"x": obj{"key": "a", "comp": "1"}, "y": obj{"key": "a", "comp": "2"}}},
			obj{"by_key": obj{"y": obj{"key": "b"}, "z": obj{"key": "c"}}},
			obj{"by_key": obj{"y": obj{"key": "b", "comp": "2"}, "z": obj{"key": "c"}}},
		},
		"map: unknown element": {
			obj{"by_key": obj{"x": obj{"key": "a", "comp": "1"}}},
			obj{"by_key": obj{"x": Unknown}},
			obj{"by_key": obj{"x": Unknown}},
		},
		"set: by configured values": {
			obj{"peers": list{obj{"key": "a", "comp": "1"}, obj{"key": "b", "comp": "2", "oc": "o"}}},
			obj{"peers": list{obj{"key": "b"}, obj{"key": "c"}}},
			obj{"peers": list{obj{"key": "b", "comp": "2", "oc": "o"}, obj{"key": "c"}}},
		},
		"set: each prior once": {
			obj{"peers": list{obj{"key": "a", "oc": "z", "comp": "1"}}},
			obj{"peers": list{obj{"key": "a"}, obj{"key": "a", "oc": "z"}}},
			obj{"peers": list{obj{"key": "a", "oc": "z", "comp": "1"}, obj{"key": "a", "oc": "z"}}},
		},
		"computed map: chosen by the provider": {
			obj{"auto": obj{"x": obj{"comp": "c", "key": nil}}}, obj{}, obj{"auto": obj{"x": obj{"comp": "c"}}},
		},
		"computed map: was configured": {obj{"auto": obj{"x": obj{"key": "k", "comp": "c"}}}, obj{}, obj{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schema := thing()
			got := proposedNewState(schema.ValueType(), schema.Block.Attributes, value(t, tt.prior), value(t, tt.config))
			if diff := cmp.Diff(sparse(tt.want), sparse(fromValue(got))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckPlan(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prior, config, planned obj
		bad                    string // Path of the only error; empty for none.
	}{
		"as configured":                    {nil, obj{"req": "a"}, obj{"req": "a", "oc": Unknown, "comp": Unknown}, ""},
		"changed":                          {nil, obj{"req": "a"}, obj{"req": "b"}, "req"},
		"prior spelling":                   {obj{"req": "A"}, obj{"req": "a"}, obj{"req": "A"}, ""},
		"prior although removed":           {obj{"req": "a"}, obj{}, obj{"req": "a"}, "req"},
		"unknown although configured":      {nil, obj{"req": "a"}, obj{"req": Unknown}, "req"},
		"unknown configuration made up":    {nil, obj{"req": Unknown}, obj{"req": "a"}, "req"},
		"unknown configuration kept":       {nil, obj{"req": Unknown}, obj{"req": Unknown}, ""},
		"computed and configured, changed": {obj{"oc": "x"}, obj{"oc": "y"}, obj{"oc": "z"}, "oc"},
		"computed, planned":                {nil, obj{}, obj{"oc": "made up", "comp": 3}, ""},
		"write-only":                       {nil, obj{"wo": "s"}, obj{"wo": "s"}, "wo"},
		"write-only null":                  {nil, obj{"wo": "s"}, obj{}, ""},
		"absent":                           {nil, obj{"req": "a"}, nil, "."},
		"map with another key":             {nil, obj{"tags": obj{"a": "1"}}, obj{"tags": obj{"a": "1", "b": "2"}}, "tags"},
		"set in another order":             {nil, obj{"names": list{"a", "b"}}, obj{"names": list{"b", "a"}}, ""},
		"nested computed":                  {nil, obj{"one": obj{"key": "k"}}, obj{"one": obj{"key": "k", "comp": Unknown, "oc": "d"}}, ""},
		"nested, not computed":             {nil, obj{"one": obj{"key": "k"}}, obj{"one": obj{"key": "k", "opt": "d"}}, "one.opt"},
		"nested, dropped":                  {nil, obj{"one": obj{"key": "k"}}, obj{}, "one"},
		"nested, made up":                  {nil, obj{}, obj{"one": obj{"key": "k"}}, "one"},
		"list element dropped": {
			nil,
			obj{"items": list{obj{"key": "a"}, obj{"key": "b"}}},
			obj{"items": list{obj{"key": "a"}}},
			"items",
		},
		"list element changed": {nil, obj{"items": list{obj{"key": "a"}}}, obj{"items": list{obj{"key": "b"}}}, "items[0].key"},
		"map key renamed": {
			nil,
			obj{"by_key": obj{"a": obj{"key": "k"}}},
			obj{"by_key": obj{"b": obj{"key": "k"}}},
			`by_key["a"]`,
		},
		"map element changed": {
			nil,
			obj{"by_key": obj{"a": obj{"key": "k"}}},
			obj{"by_key": obj{"a": obj{"key": "l"}}},
			`by_key["a"].key`,
		},
		"map element null": {nil, obj{"by_key": obj{"a": obj{"key": "k"}}}, obj{"by_key": obj{"a": nil}}, `by_key["a"]`},
		"map element prior": {
			obj{"by_key": obj{"a": obj{"key": "K"}}},
			obj{"by_key": obj{"a": obj{"key": "k"}}},
			obj{"by_key": obj{"a": obj{"key": "K"}}},
			"",
		},
		"set element changed":  {nil, obj{"peers": list{obj{"key": "a"}}}, obj{"peers": list{obj{"key": "b"}}}, "peers"},
		"set element computed": {nil, obj{"peers": list{obj{"key": "a"}}}, obj{"peers": list{obj{"key": "a", "comp": "c"}}}, ""},
		"computed map made up": {nil, obj{}, obj{"auto": obj{"x": obj{"key": "k"}}}, ""},
		"computed map configured, extended": {
			nil,
			obj{"auto": obj{"x": obj{"key": "k"}}},
			obj{"auto": obj{"x": obj{"key": "k"}, "y": obj{"key": "k"}}},
			"auto",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := checkPlan(thing().Block.Attributes, value(t, tt.prior), value(t, tt.config), value(t, tt.planned))
			expectAt(t, diags, tt.bad)
		})
	}
}

// expectAt wants one error at a path; "." is an error without a path, "" is none.
func expectAt(t *testing.T, diags Diagnostics, path string) {
	t.Helper()
	if path == "" {
		if diags.HasError() {
			t.Errorf("unexpected:\n%s", diags)
		}
		return
	}
	if path == "." {
		path = ""
	}
	if len(diags) != 1 || !diags.HasError() || len(diags.At(path)) != 1 {
		t.Errorf("want one error at %q, got:\n%s", path, diags)
	}
}

func TestCheckConforms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		promised, actual obj
		bad              string
	}{
		"equal":                    {obj{"req": "a", "comp": 1}, obj{"req": "a", "comp": 1}, ""},
		"unknown filled":           {obj{"oc": Unknown, "items": Unknown}, obj{"oc": "x", "items": list{obj{"key": "k"}}}, ""},
		"unknown became null":      {obj{"oc": Unknown}, obj{}, ""},
		"changed":                  {obj{"req": "a"}, obj{"req": "b"}, "req"},
		"number changed":           {obj{"comp": 1}, obj{"comp": 2}, "comp"},
		"vanished":                 {obj{"req": "a"}, obj{}, "req"},
		"appeared":                 {obj{}, obj{"req": "a"}, "req"},
		"still unknown":            {obj{"req": "a"}, obj{"req": Unknown}, "req"},
		"empty became unknown":     {obj{"tags": obj{}}, obj{"tags": Unknown}, "tags"},
		"empty is not null":        {obj{"tags": obj{}}, obj{}, "tags"},
		"null is not empty":        {obj{}, obj{"tags": obj{}}, "tags"},
		"map key vanished":         {obj{"tags": obj{"a": "1"}}, obj{"tags": obj{}}, `tags["a"]`},
		"map key appeared":         {obj{"tags": obj{}}, obj{"tags": obj{"a": "1"}}, `tags["a"]`},
		"map value changed":        {obj{"tags": obj{"a": "1"}}, obj{"tags": obj{"a": "2"}}, `tags["a"]`},
		"map value filled":         {obj{"tags": obj{"a": Unknown}}, obj{"tags": obj{"a": "2"}}, ""},
		"list length":              {obj{"items": list{obj{"key": "a"}}}, obj{"items": list{}}, "items"},
		"list element":             {obj{"items": list{obj{"key": "a"}}}, obj{"items": list{obj{"key": "b"}}}, "items[0].key"},
		"set order":                {obj{"names": list{"a", "b"}}, obj{"names": list{"b", "a"}}, ""},
		"set element changed":      {obj{"names": list{"a", "b"}}, obj{"names": list{"a", "c"}}, "names"},
		"set element lost":         {obj{"names": list{"a", "b"}}, obj{"names": list{"a"}}, "names"},
		"set elements became same": {obj{"names": list{"a", Unknown}}, obj{"names": list{"a"}}, ""},
		"set element appeared": {
			obj{"peers": list{obj{"key": "a", "comp": Unknown}}},
			obj{"peers": list{obj{"key": "a"}, obj{"key": "b"}}},
			"peers",
		},
		"set element filled": {
			obj{"peers": list{obj{"key": "a", "comp": Unknown}}},
			obj{"peers": list{obj{"key": "a", "comp": "c"}}},
			"",
		},
		"dynamic changed type":   {obj{"any": "1"}, obj{"any": 1}, "any"},
		"dynamic same":           {obj{"any": list{"1", 2}}, obj{"any": list{"1", 2}}, ""},
		"dynamic changed inside": {obj{"any": list{"1", 2}}, obj{"any": list{"1", 3}}, "any[1]"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectAt(t, checkConforms("x", value(t, tt.promised), value(t, tt.actual)), tt.bad)
		})
	}
}

func TestCheckConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config obj
		bad    string
	}{
		"nothing":           {obj{}, ""},
		"read-only":         {obj{"comp": 1}, "comp"},
		"read-only unknown": {obj{"comp": Unknown}, "comp"},
		"required missing":  {obj{"items": list{obj{"key": "a"}, obj{"opt": "b"}}}, "items[1].key"},
		"required unknown":  {obj{"one": obj{"key": Unknown}}, ""},
		"nested read-only":  {obj{"by_key": obj{"x": obj{"key": "k", "comp": "c"}}}, `by_key["x"].comp`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectAt(t, checkConfig(thing().Block.Attributes, value(t, tt.config)), tt.bad)
		})
	}
}

func TestConversion(t *testing.T) {
	t.Parallel()
	name := "n"
	in := obj{
		"req": &name, "tags": map[string]string{"a": "1"}, "names": []string{"a", "a"}, "any": obj{"x": 1.5, "y": true},
		"items": []obj{{"key": "k"}}, "comp": uint16(7), "oc": (*string)(nil), "by_key": map[string]any(nil),
	}
	want := obj{
		"req": "n", "tags": obj{"a": "1"}, "names": list{"a"}, "any": obj{"x": 1.5, "y": true},
		"items": list{obj{"key": "k"}}, "comp": int64(7),
	}
	if diff := cmp.Diff(want, sparse(fromValue(value(t, in)))); diff != "" {
		t.Error(diff)
	}
	for name, bad := range map[string]obj{
		"wrong type":        {"req": 1},
		"list for map":      {"tags": list{"a"}},
		"map for list":      {"items": obj{}},
		"unknown attribute": {"nope": 1},
		"deep":              {"one": obj{"nope": 1}},
		"list for object":   {"one": list{}},
		"no such type":      {"any": make(chan int)},
		"wrong element":     {"names": list{1}},
	} {
		if v, err := toValue("", thing().ValueType(), bad); err == nil {
			t.Errorf("%s: converted to %s", name, formatValue(v))
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	o := Object{value(t, obj{
		"req": "a", "comp": 7, "names": list{"a"}, "items": list{obj{"key": "k"}},
		"by_key": obj{"80/tcp": obj{"key": "x", "oc": Unknown}, "a]\"b": obj{"key": "y"}},
	})}
	for path, want := range map[string]any{
		"req": "a", "comp": int64(7), "items[0].key": "k", `by_key["80/tcp"].key`: "x", `by_key["80/tcp"].oc`: Unknown,
		`by_key["a]\"b"].key`: "y", "oc": nil,
	} {
		if got := o.Value(t, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	for _, path := range []string{
		"nope", "items[1]", "items[x]", `by_key["81"]`, "req.x", "one.key", `by_key["80/tcp"`, "items[0", "names[0]",
	} {
		if v, err := lookup(o.value, path); err == nil {
			t.Errorf("%s gives %s", path, formatValue(v))
		}
	}
	if !o.Has("req") || o.Has("oc") || o.Has("nope") || !o.Has(`by_key["80/tcp"].oc`) {
		t.Error("Has is wrong")
	}
	if o.String(t, "oc") != "" || o.Int(t, "comp") != 7 {
		t.Error("typed access is wrong")
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	before := value(t, obj{"req": "a", "tags": obj{"a": "1", "b": "2"}, "one": obj{"key": "k"}})
	after := value(t, obj{"req": "b", "tags": obj{"a": "1"}, "one": obj{"key": "k", "comp": Unknown}})
	want := []string{
		`one.comp: null -> (known after apply)`,
		`req: "a" -> "b"`,
		`tags["b"]: "2" -> (absent)`,
	}
	if diff := cmp.Diff(want, differences(before, after)); diff != "" {
		t.Error(diff)
	}
	if got := differences(before, before); len(got) > 0 {
		t.Errorf("a value differs from itself: %v", got)
	}
}
