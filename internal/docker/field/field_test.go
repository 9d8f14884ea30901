package field_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// api is an API type with every shape that engines use.
type api struct {
	ID    string
	Text  mode
	Flag  bool
	Maybe *bool
	Small uint16
	Nano  int64
	Bytes int64
	Grace *int
	List  []string
	Pairs []string
	Map   map[string]string
	Deep  *struct{ Inner struct{ Text string } }
	Elems []*element
	ByKey map[string]*element
	One   *element
}

type mode string

type element struct {
	Name  string
	Limit int64
	Wait  time.Duration
}

func table() field.Table {
	elements := field.Table{
		{Name: "limit", API: "Limit", Kind: field.Int{}},
		{Name: "wait", API: "Wait", Kind: field.Duration{}},
	}
	return field.Table{
		{Name: "id", API: "ID", Class: field.Observed, Stable: true, Kind: field.String{}},
		{Name: "text", API: "Text", Class: field.Replace, Kind: field.String{}, IsDefault: field.OneOf("usual")},
		{Name: "flag", API: "Flag", Class: field.Replace, Kind: field.Bool{}},
		{Name: "maybe", API: "Maybe", Class: field.Replace, Kind: field.Bool{}},
		{Name: "small", API: "Small", Class: field.InPlace, UnsetReplaces: true, Kind: field.Int{}},
		{Name: "cpus", API: "Nano", Class: field.InPlace, Kind: field.Scaled{Per: 1e9}},
		{Name: "bytes", API: "Bytes", Class: field.Replace, Kind: field.Size{}},
		{Name: "grace", API: "Grace", Class: field.Replace, Kind: field.Duration{Unit: time.Second}},
		{Name: "list", API: "List", Class: field.Replace, Kind: field.Strings{}},
		{Name: "pairs", API: "Pairs", Class: field.Replace, Kind: field.StringMap{Pairs: "="}},
		{Name: "map", API: "Map", Class: field.Replace, Kind: field.StringMap{}},
		{Name: "deep", API: "Deep.Inner.Text", Class: field.Replace, Kind: field.String{}},
		{Name: "elems", API: "Elems", Class: field.Replace, Kind: field.Keyed{By: "Name", Fields: elements}},
		{Name: "by_key", API: "ByKey", Class: field.Replace, Kind: field.Keyed{Fields: elements}},
		{Name: "one", API: "One", Class: field.Replace, Kind: field.Object{Fields: elements}},
		{Name: "limits", API: "Elems", Class: field.Observed, Kind: field.Keyed{By: "Name", Value: true, Fields: elements[:1]}},
		{Name: "steer", Class: field.ClientOnly, Kind: field.String{Default: "gently"}},
	}
}

// values are null for all attributes but the given ones.
func values(t *testing.T, set tf.Values) tf.Values {
	t.Helper()
	out := tf.Values{}
	for _, f := range table() {
		out[f.Name] = tf.NullOf(t.Context(), f.Kind.Type())
	}
	for name, v := range set {
		out[name] = v
	}
	return out
}

func elementValue(limit int64, wait string) attr.Value {
	w := tf.Duration.Null()
	if wait != "" {
		w = tf.Duration.Value(wait)
	}
	return types.ObjectValueMust(map[string]attr.Type{"limit": types.Int64Type, "wait": tf.Duration.Type()},
		map[string]attr.Value{"limit": types.Int64Value(limit), "wait": w})
}

func elementMap(elements map[string]attr.Value) attr.Value {
	return types.MapValueMust(types.ObjectType{AttrTypes: map[string]attr.Type{"limit": types.Int64Type, "wait": tf.Duration.Type()}},
		elements)
}

func full(t *testing.T) (tf.Values, api) {
	t.Helper()
	yes, grace := true, 90
	a, b := elementValue(7, "1m"), elementValue(-1, "")
	set := values(t, tf.Values{
		"text": types.StringValue("t"), "flag": types.BoolValue(true), "maybe": types.BoolValue(true), "small": types.Int64Value(9),
		"cpus": types.Float64Value(1.5), "bytes": tf.Size.Value("64m"), "grace": tf.Duration.Value("90s"),
		"list": tf.StringList([]string{"b", "a"}), "deep": types.StringValue("d"),
		"pairs":  types.MapValueMust(types.StringType, map[string]attr.Value{"B": types.StringValue("x=y"), "A": types.StringValue("")}),
		"map":    types.MapValueMust(types.StringType, map[string]attr.Value{"k": types.StringValue("v")}),
		"elems":  elementMap(map[string]attr.Value{"z": a, "a": b}),
		"by_key": elementMap(map[string]attr.Value{"k": a}), "one": a,
		"steer": types.StringValue("hard"),
	})
	want := api{
		Text: "t", Flag: true, Maybe: &yes, Small: 9, Nano: 1500000000, Bytes: 64 << 20, Grace: &grace,
		List: []string{"b", "a"}, Pairs: []string{"A=", "B=x=y"}, Map: map[string]string{"k": "v"},
		Elems: []*element{{Name: "a", Limit: -1}, {Name: "z", Limit: 7, Wait: time.Minute}},
		ByKey: map[string]*element{"k": {Limit: 7, Wait: time.Minute}}, One: &element{Limit: 7, Wait: time.Minute},
	}
	want.Deep = &struct{ Inner struct{ Text string } }{}
	want.Deep.Inner.Text = "d"
	return set, want
}

// TestPutAndGet writes every kind of field to the API's types and reads it back.
func TestPutAndGet(t *testing.T) {
	t.Parallel()
	set, want := full(t)
	var got api
	if diags := table().Put(t.Context(), set, &got); diags.HasError() {
		t.Fatal(diags)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the API gets something else (-want +got):\n%s", diff)
	}
	shown := table().Get(t.Context(), &got)
	for _, f := range table() {
		switch v := shown[f.Name]; {
		case f.Class == field.ClientOnly:
			if !v.IsUnknown() {
				t.Errorf("%s is kept by the engine: %s", f.Name, v)
			}
		case f.Class != field.Observed && !tf.Same(v, set[f.Name]):
			t.Errorf("%s is read back as %s, want %s", f.Name, v, set[f.Name])
		}
	}
	if got := shown["limits"].String(); got != `{"a":-1,"z":7}` {
		t.Errorf("plain values by key are %s", got)
	}
}

// TestPutRefusesWhatDoesNotFit wants an error on the attribute, not a wrapped number.
func TestPutRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]attr.Value{
		"small": types.Int64Value(70000), "grace": tf.Duration.Value("1500ms"), "bytes": tf.Size.Value("lots"),
	} {
		diags := table().Put(t.Context(), values(t, tf.Values{name: v}), new(api))
		if len(diags.Errors()) != 1 {
			t.Errorf("%s = %s gives %v", name, v, diags)
		}
	}
	if diags := table().Put(t.Context(), values(t, tf.Values{"small": types.Int64Value(-1)}), new(api)); !diags.HasError() {
		t.Error("a negative number fits an unsigned one")
	}
}

// TestRefresh compares what is configured and nothing else.
func TestRefresh(t *testing.T) {
	t.Parallel()
	prior := values(t, tf.Values{"bytes": tf.Size.Value("1024k"), "steer": types.StringValue("hard"), "text": types.StringValue("t")})
	after := table().Refresh(t.Context(), prior,
		table().Get(t.Context(), &api{ID: "i", Text: "u", Bytes: 1 << 20, Flag: true, List: []string{"x"}}))
	want := values(t, tf.Values{
		"id": types.StringValue("i"), "bytes": tf.Size.Value("1024k"), "steer": types.StringValue("hard"), "text": types.StringValue("u"),
	})
	for name, v := range want {
		if !after[name].Equal(v) {
			t.Errorf("%s is %s, want %s", name, after[name], v)
		}
	}
}

// TestImport shows all but defaults and zeroes.
func TestImport(t *testing.T) {
	t.Parallel()
	no := false
	begun := values(t, table().Defaults(t.Context()))
	after := table().Import(t.Context(), begun,
		table().Get(t.Context(), &api{ID: "i", Text: "usual", Maybe: &no, Nano: 5e8, Elems: []*element{{Name: "n", Limit: 1}}}))
	want := values(t, tf.Values{
		"id": types.StringValue("i"), "cpus": types.Float64Value(0.5), "steer": types.StringValue("gently"),
		"elems":  elementMap(map[string]attr.Value{"n": elementValue(1, "")}),
		"limits": types.MapValueMust(types.Int64Type, map[string]attr.Value{"n": types.Int64Value(1)}),
	})
	for name, v := range want {
		if !after[name].Equal(v) {
			t.Errorf("%s is %s, want %s", name, after[name], v)
		}
	}
}

// TestIgnored finds what the engine left out.
func TestIgnored(t *testing.T) {
	t.Parallel()
	planned := values(t, tf.Values{"small": types.Int64Value(9), "text": types.StringValue("t"), "bytes": tf.Size.Value("1g")})
	ignored := table().Ignored(t.Context(), planned, table().Get(t.Context(), &api{Text: "t", Bytes: 1 << 30}))
	if len(ignored) != 1 || ignored[0].Name != "small" {
		t.Errorf("ignored are %v", ignored)
	}
}
