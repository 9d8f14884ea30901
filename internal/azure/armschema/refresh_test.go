package armschema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// sample has what the real schemas leave out.
func sample() *armschema.Mapping {
	nested := func(attributes map[string]schema.Attribute) schema.NestedAttributeObject {
		return schema.NestedAttributeObject{Attributes: attributes}
	}
	password := optional
	password.Sensitive = true
	return armschema.New(map[string]schema.Attribute{
		"name":     armschema.String{Path: "title", StringAttribute: required},
		"password": armschema.String{Path: "password", Secret: true, StringAttribute: password},
		"flag":     armschema.Bool{Path: "flag", Unset: "false", BoolAttribute: optionalBool},
		"open":     armschema.Bool{Path: "access", True: "On", False: "Off", BoolAttribute: optionalBool},
		"words": armschema.Set{Path: "words", Fold: true, SetAttribute: schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Words.",
		}},
		"items": armschema.Objects{Path: "items", ListNestedAttribute: schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: "Items.", NestedObject: nested(map[string]schema.Attribute{
				"name":  armschema.String{Path: "name", Fold: true, StringAttribute: required},
				"note":  armschema.String{Path: "note", StringAttribute: optional},
				"state": armschema.String{Path: "state", StringAttribute: computed},
			}),
		}},
		"named": armschema.ObjectMap{Path: "named", Key: "name", Fold: true, MapNestedAttribute: schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: "Named.", NestedObject: nested(map[string]schema.Attribute{
				"size":  armschema.Int64{Path: "size", Int64Attribute: optionalInt},
				"state": armschema.String{Path: "state", StringAttribute: computed},
			}),
		}},
		"kind_a": armschema.Object{Path: ".", Discriminator: "kind=A", SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "A.", Attributes: map[string]schema.Attribute{
				"a": armschema.String{Path: "a", StringAttribute: required},
			},
		}},
		"fixed": armschema.Object{Path: "fixed", Replace: true, SingleNestedAttribute: schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Fixed.", Attributes: map[string]schema.Attribute{
				"a": armschema.String{Path: "a", StringAttribute: optional},
			},
		}},
		"note": armschema.String{StringAttribute: schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("n"), MarkdownDescription: "Note.",
		}},
		"tries": armschema.Int64{Int64Attribute: schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(3), MarkdownDescription: "Tries.",
		}},
		"given": schema.StringAttribute{Computed: true, MarkdownDescription: "Given."},
	})
}

// TestRefresh looks up what prior has, in the words of prior.
func TestRefresh(t *testing.T) {
	t.Parallel()
	m := sample()
	of := typeOf(t, m)
	for name, test := range map[string]struct {
		prior obj
		live  string
		want  obj
	}{
		"secret":                {obj{"password": "p"}, `{"password": "****"}`, obj{"password": "p"}},
		"gone":                  {obj{"name": "a"}, `{}`, obj{}},
		"nothing is empty":      {obj{"words": []any{}, "items": []any{}, "named": obj{}}, `{}`, obj{"words": []any{}, "items": []any{}, "named": obj{}}},
		"nothing was something": {obj{"words": []any{"a"}, "items": []any{obj{"name": "a"}}, "named": obj{"a": obj{}}}, `{}`, obj{}},
		"nothing is unset":      {obj{"flag": false}, `{}`, obj{"flag": false}},
		"unset as it was":       {obj{"flag": false}, `{"flag": false}`, obj{"flag": false}},
		"unset by others":       {obj{"flag": true}, `{"flag": false}`, obj{}},
		"not managed":           {obj{}, `{"flag": true, "words": ["a"], "items": [{"name": "a"}], "kind": "A", "a": "x"}`, obj{}},
		"words of a set":        {obj{"words": []any{"One"}}, `{"words": ["two", "ONE"]}`, obj{"words": []any{"two", "One"}}},
		"key in another case":   {obj{"named": obj{"App": obj{"size": 1}}}, `{"named": [{"name": "aPP", "size": 2}]}`, obj{"named": obj{"App": obj{"size": 2}}}},
		"foreign key": {
			obj{"named": obj{}},
			`{"named": [{"name": "b", "size": 2, "state": "s"}]}`,
			obj{"named": obj{"b": obj{"size": 2, "state": "s"}}},
		},
		"items by position": {
			obj{"items": []any{obj{"name": "A"}}},
			`{"items": [{"name": "a", "note": "x", "state": "s"}, {"name": "b", "note": "y"}]}`,
			obj{"items": []any{obj{"name": "A", "state": "s"}, obj{"name": "b", "note": "y"}}},
		},
		"number in a string":       {obj{"named": obj{"a": obj{"size": 1}}}, `{"named": [{"name": "a", "size": "1"}]}`, obj{"named": obj{"a": obj{"size": 1}}}},
		"other number in a string": {obj{"named": obj{"a": obj{"size": 1}}}, `{"named": [{"name": "a", "size": "2"}]}`, obj{"named": obj{"a": obj{"size": 2}}}},
		"bool in a string":         {obj{"flag": true}, `{"flag": "True"}`, obj{"flag": true}},
		"bool in words":            {obj{"open": true}, `{"access": "off"}`, obj{"open": false}},
		"same bool in words":       {obj{"open": true}, `{"access": "ON"}`, obj{"open": true}},
		"kind":                     {obj{"kind_a": obj{"a": "x"}}, `{"kind": "a", "a": "y"}`, obj{"kind_a": obj{"a": "y"}}},
		"other kind":               {obj{"kind_a": obj{"a": "x"}}, `{"kind": "B", "a": "y"}`, obj{}},
		"kept by the client":       {obj{"note": "x", "given": "g"}, `{"note": "y"}`, obj{"note": "x", "given": "g"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := m.Refresh(value(of, test.prior), parse(t, test.live))
			if err != nil {
				t.Fatal(err)
			}
			sameValue(t, got, value(of, test.want))
		})
	}
}

// TestApplied fills what is unknown.
func TestApplied(t *testing.T) {
	t.Parallel()
	m := sample()
	of := typeOf(t, m)
	live := parse(t, `{"title": "t", "items": [{"name": "x", "state": "s"}, {"name": "y", "state": "t"}], "words": ["w"],
		"named": [{"name": "APP", "state": "s"}, {"name": "other"}]}`)
	got, err := m.Applied(value(of, obj{
		"name": "mine", "items": []any{obj{"name": "A", "state": unknown{}}}, "words": unknown{}, "given": unknown{},
		"named": obj{"App": obj{"size": unknown{}, "state": unknown{}}, "new": obj{"state": unknown{}}},
	}), live)
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, got, value(of, obj{
		"name": "mine", "items": []any{obj{"name": "A", "state": "s"}}, "words": []any{"w"}, "given": unknown{},
		"named": obj{"App": obj{"state": "s"}, "new": obj{}},
	}))
}

// TestImport shows all but secrets, and sets what only the client keeps.
func TestImport(t *testing.T) {
	t.Parallel()
	m := sample()
	of := typeOf(t, m)
	got, unclaimed, err := m.Import(t.Context(), value(of, obj{"given": "g"}), parse(t,
		`{"title": "t", "password": "****", "flag": false, "words": [], "items": [{"name": "a", "note": "b"}], "kind": "A", "a": "x"}`))
	if err != nil {
		t.Fatal(err)
	}
	sameValue(t, got, value(of, obj{
		"name": "t", "flag": false, "words": []any{}, "items": []any{obj{"name": "a", "note": "b"}}, "kind_a": obj{"a": "x"},
		"note": "n", "tries": 3, "given": "g",
	}))
	want := armschema.Unclaimed{"flag": nil, "words": nil, "items": nil, "kind_a": nil}
	if d := cmp.Diff(want, unclaimed); d != "" {
		t.Errorf("what is unclaimed (-want +got):\n%s", d)
	}

	// One item that is as it was imported keeps what is not configured of it; another one does not.
	for name, test := range map[string]struct {
		config, want []any
		changed      bool
	}{
		"the same": {[]any{obj{"name": "A"}}, []any{obj{"name": "a", "note": "b"}}, false},
		"another":  {[]any{obj{"name": "b"}}, []any{obj{"name": "b", "state": unknown{}}}, true},
		"none":     {[]any{}, []any{}, true},
	} {
		config := obj{"name": "t", "note": "n", "tries": 3, "items": test.config}
		p, err := m.Plan(armschema.Change{Config: value(of, config), Plan: value(of, config), State: got, Unclaimed: unclaimed})
		if err != nil {
			t.Fatal(err)
		}
		var attributes map[string]tftypes.Value
		if err := p.Value.As(&attributes); err != nil {
			t.Fatal(err)
		}
		if want := value(attributes["items"].Type(), test.want); !attributes["items"].Equal(want) || p.Changed != test.changed {
			t.Errorf("%s: changed is %t, items are %s, want %s", name, p.Changed, attributes["items"], want)
		}
	}
}

// TestDoubt leaves nothing computed known where something changes, and changes nothing by itself.
func TestDoubt(t *testing.T) {
	t.Parallel()
	m := registry()
	of := typeOf(t, m)
	state := value(of, with(aRegistry, obj{
		"data_endpoint_hostnames": []any{"a"}, "login_server": "l", "provisioning_state": "Failed", "id": "/id",
		"role_assignment_mode": "LegacyRegistryPermissions",
	}))
	for name, test := range map[string]struct {
		changes obj
		changed bool
		want    any
	}{
		"nothing changes":   {obj{}, false, []any{"a"}},
		"something changes": {obj{"admin_enabled": true}, true, unknown{}},
	} {
		config := with(aRegistry, test.changes)
		plan := value(of, with(config, obj{"role_assignment_mode": "LegacyRegistryPermissions"}))
		p, err := m.Plan(armschema.Change{Config: value(of, config), Plan: plan, State: state, Doubt: true})
		if err != nil {
			t.Fatal(err)
		}
		var attributes map[string]tftypes.Value
		if err := p.Value.As(&attributes); err != nil {
			t.Fatal(err)
		}
		names := attributes["data_endpoint_hostnames"]
		if want := value(names.Type(), test.want); p.Changed != test.changed || !names.Equal(want) {
			t.Errorf("%s: changed is %t, the names are %s", name, p.Changed, names)
		}
	}
}
