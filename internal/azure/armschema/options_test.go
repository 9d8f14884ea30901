package armschema_test

import (
	"fmt"
	"math/big"
	"strings"
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

// TestOverlay is what the lifecycles do not reach.
func TestOverlay(t *testing.T) {
	t.Parallel()
	m := sample()
	of := typeOf(t, m)
	for name, test := range map[string]struct {
		live        string
		prior, plan obj
		want        string
	}{
		"null":              {`{"title": "t", "future": null, "deep": {"x": null}}`, obj{"name": "t"}, obj{"name": "t"}, `{"title": "t", "deep": {}}`},
		"kind taken away":   {`{"title": "t", "kind": "A", "a": "x", "b": 1}`, obj{"kind_a": obj{"a": "x"}}, obj{"name": "t"}, `{"title": "t", "b": 1}`},
		"secret each time":  {`{"title": "t"}`, obj{"password": "p"}, obj{"name": "t", "password": "p"}, `{"title": "t", "password": "p"}`},
		"secret taken away": {`{"title": "t", "password": "****"}`, obj{"password": "p"}, obj{"name": "t"}, `{"title": "t"}`},
		"last item": {
			`{"items": [{"name": "a"}, {"name": "b"}]}`,
			obj{"items": []any{obj{"name": "a"}, obj{"name": "b"}}},
			obj{"name": "t", "items": []any{obj{"name": "a"}}},
			`{"title": "t", "items": [{"name": "a"}]}`,
		},
		"key in another case": {
			`{"named": [{"name": "APP", "size": 1, "x": 1, "state": "s"}]}`,
			obj{"named": obj{"App": obj{"size": 1}}},
			obj{"name": "t", "named": obj{"App": obj{}}},
			`{"title": "t", "named": [{"name": "APP", "x": 1}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := value(of, test.plan)
			live := parse(t, test.live)
			got, err := m.Overlay(live, armschema.Input{Prior: value(of, test.prior), Plan: plan, Config: plan}, nil)
			if err != nil {
				t.Fatal(err)
			}
			sameBody(t, got, test.want)
			if d := cmp.Diff(parse(t, test.live), live); d != "" {
				t.Errorf("the live document is changed:\n%s", d)
			}
		})
	}
}

// TestSharedArrays keeps order and what others have put there.
func TestSharedArrays(t *testing.T) {
	t.Parallel()
	m := containerGroup()
	of := typeOf(t, m)
	const variables = `{"properties": {"containers": [{"name": "app", "properties": {"environmentVariables": %s}}]}}`
	for name, test := range map[string]struct {
		live        string
		prior, next obj
		want        []any
	}{
		"order": {
			`[{"name": "B", "value": "1", "x": "y"}, {"name": "A", "value": "1"}]`,
			obj{"A": "1", "B": "1"},
			obj{"A": "2", "B": "2"},
			[]any{obj{"name": "B", "value": "2", "x": "y"}, obj{"name": "A", "value": "2"}},
		},
		"of others": {
			`[{"name": "A", "value": "1"}, {"name": "X", "future": true}]`, obj{"A": "1"}, nil, []any{obj{"name": "X", "future": true}},
		},
	} {
		inputs := [2]tftypes.Value{}
		for i, v := range []obj{test.prior, test.next} {
			app := with(aContainer, obj{"environment_variables": v})
			if v == nil {
				app = aContainer
			}
			inputs[i] = value(of, with(aContainers, obj{"containers": obj{"app": app}}))
		}
		in := armschema.Input{Prior: inputs[0], Plan: inputs[1], Config: inputs[1]}
		body, err := m.Overlay(parse(t, fmt.Sprintf(variables, test.live)), in, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := find(any(body), []string{"properties", "containers", "0", "properties", "environmentVariables"})
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestIdentitiesKeepTheirSpelling sends the keys that the service knows, and nothing that it says about them.
func TestIdentitiesKeepTheirSpelling(t *testing.T) {
	t.Parallel()
	m := registry()
	of := typeOf(t, m)
	plan := value(of, obj{"location": "x", "sku": "s", "identity": obj{"type": "UserAssigned", "identity_ids": []any{"/ids/One", "/ids/Two"}}})
	got, err := m.Overlay(parse(t, `{"identity": {"userAssignedIdentities": {"/IDS/one": {"clientId": "c"}, "/ids/gone": {}}}}`),
		armschema.Input{Prior: plan, Plan: plan, Config: plan}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, got, `{"location": "x", "sku": {"name": "s"}, "properties": {},
		"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/IDS/one": {}, "/ids/Two": {}}}}`)
	same, err := m.Diff(parse(t, `{"location": "x", "sku": {"name": "s"}, "properties": {},
		"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/IDS/one": {"clientId": "c"}, "/ids/Two": {}}}}`),
		armschema.Input{Prior: plan, Plan: plan, Config: plan}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameBody(t, same, `{}`)
}

// TestErrors are those of bodies and values that are not of the schema.
func TestErrors(t *testing.T) {
	t.Parallel()
	m := sample()
	of := typeOf(t, m)
	_, err := m.Encode(value(of, obj{"name": unknown{}}), value(of, obj{}))
	wantError(t, err, "name: its value is unknown")
	for body, want := range map[string]string{
		`{"title": {"secret": 1}}`:                   "the service shows title as an object",
		`{"words": "secret"}`:                        "the service shows words as a plain value",
		`{"named": {"secret": 1}}`:                   "the service shows named as an object",
		`{"items": ["secret"]}`:                      "the service shows items[] as a plain value",
		`{"access": "secret"}`:                       "open: a value of type tftypes.Bool was expected",
		`{"flag": "secret"}`:                         "flag: a value of type tftypes.Bool was expected",
		`{"named": [{"name": "a", "size": "many"}]}`: "named: a: size: a value of type tftypes.Number was expected",
	} {
		_, _, err := m.Import(t.Context(), value(of, nil), parse(t, body))
		wantError(t, err, want)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows a value: %s", err)
		}
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got the error %v, want %q", err, want)
	}
}

// TestRevision wants a digest that follows the write-only values, and nothing else.
func TestRevision(t *testing.T) {
	t.Parallel()
	m := containerGroup()
	of := typeOf(t, m)
	secrets := func(v any) tftypes.Value {
		return value(of, obj{"containers": obj{"app": with(aContainer, obj{"secrets": obj{"A": v}})}})
	}
	one, known := m.Revision("salt", secrets("x"))
	if again, _ := m.Revision("salt", secrets("x")); again != one || one == "" || !known {
		t.Errorf("the digests %q and %q of the same, known is %t", one, again, known)
	}
	for _, salt := range []string{"salt", "other"} {
		if other, _ := m.Revision(salt, secrets(map[string]any{"salt": "y", "other": "x"}[salt])); other == one {
			t.Error("another secret or salt has the same digest")
		}
	}
	if _, known := m.Revision("salt", secrets(unknown{})); known {
		t.Error("the digest of something unknown is known")
	}
	if none, known := m.Revision("salt", value(of, obj{})); none != "" || !known {
		t.Errorf("without secrets there is the digest %q, known is %t", none, known)
	}
}

// TestDescriptions says what a change does, and where the value goes.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for name, a := range containerGroup().Attributes {
		got[name] = a.GetMarkdownDescription()
		if o, ok := a.(armschema.ObjectMap); ok {
			for inner, b := range o.NestedObject.Attributes {
				got[name+"."+inner] = b.GetMarkdownDescription()
			}
		}
	}
	for name, want := range map[string]string{
		"os_type": "Text. Changing this creates a new object. ARM API: `properties.osType`.",
		"tags":    "Tags. Changed in place. ARM API: `tags`.",
		"encryption": "Encryption. Changed in place as far as what is inside is; adding or removing creates a new object. " +
			"ARM API: `properties.encryption`.",
		"name": "Text. Changing this creates a new object.",
		"id":   "Text. ARM API: `id`.",
		"volumes.storage_account_key_wo": "Text. Changed in place. Write-only: it is in no plan and no state. " +
			"ARM API: `properties.volumes[].azureFile.storageAccountKey`.",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	note := sample().Attributes["note"].GetMarkdownDescription()
	if want := "Note. Only steers the provider: changing it calls nothing."; note != want {
		t.Errorf("note: %q, want %q", note, want)
	}
}

// TestReplaceHoldsForAllInside names the attribute that differs.
func TestReplaceHoldsForAllInside(t *testing.T) {
	t.Parallel()
	m := sample()
	of := typeOf(t, m)
	config := value(of, obj{"name": "t", "fixed": obj{"a": "y"}})
	p, err := m.Plan(armschema.Change{Config: config, Plan: config, State: value(of, obj{"name": "t", "fixed": obj{"a": "x"}})})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Replace.String(); got != "[fixed.a]" {
		t.Errorf("what replaces is %s", got)
	}
}

// TestNumbersAreExact keeps planned numbers to the last bit, and writes whole ones without an exponent.
func TestNumbersAreExact(t *testing.T) {
	t.Parallel()
	m := containerGroup()
	of := typeOf(t, m)
	plan := value(of, obj{"containers": obj{"a": obj{"image": "i", "cpu": big.NewFloat(0.1), "memory": 100000000}}, "os_type": "x", "location": "x"})
	body, err := m.Encode(plan, plan)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, body); !strings.Contains(got, `{"cpu":0.1,"memoryInGB":100000000}`) {
		t.Errorf("the body is %s", got)
	}
	for name, decode := range map[string]func(tftypes.Value, map[string]any) (tftypes.Value, error){"applied": m.Applied, "refresh": m.Refresh} {
		got, err := decode(plan, body)
		if err != nil || !got.Equal(plan) {
			t.Errorf("%s: %v\n%s", name, err, diff(plan, got))
		}
	}
}

// TestWalk shows what a conformance check goes by.
func TestWalk(t *testing.T) {
	t.Parallel()
	got := map[string]armschema.Leaf{}
	for _, m := range []*armschema.Mapping{registry(), containerGroup()} {
		m.Walk(func(l armschema.Leaf) { got[l.Attribute] = l })
	}
	for _, want := range []armschema.Leaf{
		{Attribute: "name", Kind: armschema.Text, Class: armschema.Replace, Required: true},
		{Attribute: "public_access", ARM: "properties.publicNetworkAccess", Kind: armschema.Text, Class: armschema.InPlace},
		{Attribute: "secrets_revision", Kind: armschema.Text, Class: armschema.Observed, Follows: []string{"secrets_revision"}},
		{Attribute: "tags", ARM: "tags", Kind: armschema.Record, Elem: "tags.*", ElemKind: armschema.Text, Class: armschema.InPlace},
		{
			Attribute: "network_rule_set.ip_ranges", ARM: "properties.networkRuleSet.ipRules", Kind: armschema.Array,
			Elem: "properties.networkRuleSet.ipRules[].value", ElemKind: armschema.Text, Class: armschema.InPlace,
		},
		{Attribute: "identity.identity_ids", ARM: "identity.userAssignedIdentities", Kind: armschema.Record, Keys: true, Class: armschema.InPlace},
		{Attribute: "containers", ARM: "properties.containers", Kind: armschema.Array, Key: "properties.containers[].name", Class: armschema.InPlace, Required: true},
		{
			Attribute: "containers.ports.protocol", ARM: "properties.containers[].properties.ports[].protocol", Kind: armschema.Text,
			Class: armschema.InPlace, Default: true,
		},
		{
			Attribute: "containers.secrets", ARM: "properties.containers[].properties.environmentVariables", Kind: armschema.Array,
			Key: "properties.containers[].properties.environmentVariables[].name", ElemKind: armschema.Text,
			Elem: "properties.containers[].properties.environmentVariables[].secureValue", Class: armschema.InPlace, Secret: true, Hidden: true,
		},
		{
			Attribute: "docker", ARM: "properties.step", Kind: armschema.Record, Class: armschema.InPlace,
			Discriminator: "properties.step.type", Variant: "Docker",
		},
		{Attribute: "settings", ARM: "properties.settings", Kind: armschema.Any, Class: armschema.InPlace},
	} {
		if d := cmp.Diff(want, got[want.Attribute]); d != "" {
			t.Errorf("%s (-want +got):\n%s", want.Attribute, d)
		}
	}
}

// TestNewRefuses options that make no sense.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]schema.Attribute{
		"unset": armschema.Bool{Path: "x", Unset: "{", BoolAttribute: optionalBool},
		"place": armschema.String{Path: ".", StringAttribute: optional},
		"words": armschema.Bool{Path: "x", True: "on", BoolAttribute: optionalBool},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", name)
				}
			}()
			armschema.New(map[string]schema.Attribute{"x": a})
		}()
	}
}
