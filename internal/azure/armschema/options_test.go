package armschema_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

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
