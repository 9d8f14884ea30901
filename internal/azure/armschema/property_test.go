package armschema_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// each runs a property for every schema.
func each(t *testing.T, property func(*rapid.T, world)) {
	t.Helper()
	for name, m := range map[string]*armschema.Mapping{
		"resource group": resourceGroup(), "registry": registry(), "container group": containerGroup(),
	} {
		w := world{m: m, of: schema.Schema{Attributes: m.Attributes}.Type().TerraformType(t.Context())}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { property(t, w) })
		})
	}
}

// world is a resource and a service that keeps it.
type world struct {
	m  *armschema.Mapping
	of tftypes.Type
}

// configure draws a configuration, and plans it.
func (w world) configure(t *rapid.T, label string, state tftypes.Value, u armschema.Unclaimed) (config, plan tftypes.Value) {
	drawn := draw(t, label, w.m.Attributes)
	config = value(w.of, drawn)
	return config, w.plan(t, config, value(w.of, proposed(w.m.Attributes, drawn)), state, u).Value
}

func (w world) plan(t *rapid.T, config, plan, state tftypes.Value, u armschema.Unclaimed) armschema.Planned {
	p, err := w.m.Plan(armschema.Change{Config: config, Plan: plan, State: state, Unclaimed: u})
	must(t, err)
	return p
}

// applied is the state after an apply, with the revision that the resource itself has to fill.
func (w world) applied(t *rapid.T, plan tftypes.Value, live map[string]any) tftypes.Value {
	state, err := w.m.Applied(plan, live)
	must(t, err)
	var attributes map[string]tftypes.Value
	must(t, state.As(&attributes))
	if v, ok := attributes["secrets_revision"]; ok && !v.IsKnown() {
		attributes["secrets_revision"] = tftypes.NewValue(tftypes.String, nil)
	}
	return tftypes.NewValue(w.of, attributes)
}

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serve is what the service shows after a PUT: all but secrets, with values of its own.
func serve(t fataler, body map[string]any) map[string]any {
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	live := parse(t, string(b))
	hide(live)
	live["id"], live["foreign"] = "/id", "root"
	if p, ok := live["properties"].(map[string]any); ok {
		p["foreign"] = map[string]any{"deep": true}
		for _, e := range list(p["containers"]) {
			e.(map[string]any)["foreign"] = "element"
		}
	}
	return live
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// secret are the names of what is not shown, in bodies and, since their digests take long, in some configurations.
var secret = map[string]bool{"secureValue": true, "storageAccountKey": true, "secrets": true, "storage_account_key_wo": true}

func hide(v any) {
	for _, e := range list(v) {
		hide(e)
	}
	o, _ := v.(map[string]any)
	for k, e := range o {
		hide(e)
		if inner, ok := e.(map[string]any); secret[k] || k == "azureFile" && ok && len(inner) == 0 {
			delete(o, k)
		}
	}
}

// without takes away what serve adds.
func without(live map[string]any) map[string]any {
	delete(live, "id")
	delete(live, "foreign")
	if p, ok := live["properties"].(map[string]any); ok {
		delete(p, "foreign")
		for _, e := range list(p["containers"]) {
			delete(e.(map[string]any), "foreign")
		}
	}
	return live
}

// TestApplyIsStable proves that an object is as planned, and that nothing is to be done afterwards.
func TestApplyIsStable(t *testing.T) {
	t.Parallel()
	each(t, func(t *rapid.T, w world) {
		config, plan := w.configure(t, "", tftypes.NewValue(w.of, nil), nil)
		body, err := w.m.Encode(plan, config)
		must(t, err)
		live := serve(t, body)
		state := w.applied(t, plan, live)
		if !state.IsFullyKnown() {
			t.Fatalf("something is unknown after an apply: %s", state)
		}
		after, err := w.m.Refresh(state, live)
		must(t, err)
		if !after.Equal(state) {
			t.Fatalf("a refresh changes the state:\n%s", diff(state, after))
		}
		if p := w.plan(t, config, plan, state, nil); p.Changed || !p.Value.Equal(state) {
			t.Fatalf("the same configuration is a change:\n%s", diff(state, p.Value))
		}
	})
}

func diff(a, b tftypes.Value) string {
	out := ""
	diffs, _ := a.Diff(b)
	for _, d := range diffs {
		out += d.String() + "\n"
	}
	return out
}

// TestImportIsStable proves that what is imported and configured as it is needs no update, and is sent as it was.
func TestImportIsStable(t *testing.T) {
	t.Parallel()
	each(t, func(t *rapid.T, w world) {
		drawn := draw(t, "", w.m.Attributes)
		for _, unseen := range []string{"extra_properties", "delete_contents"} {
			delete(drawn, unseen)
		}
		if volumes, _ := drawn["volumes"].(obj); len(volumes) == 0 {
			delete(drawn, "volumes") // They cannot be unclaimed, so an import takes none for not configured: see TestImportEmpty.
		}
		config, proposed := value(w.of, drawn), value(w.of, proposed(w.m.Attributes, drawn))
		body, err := w.m.Encode(proposed, config)
		must(t, err)
		live := serve(t, body)
		state, unclaimed, err := w.m.Import(t.Context(), value(w.of, obj{"name": drawn["name"]}), live)
		must(t, err)
		if p := w.plan(t, config, proposed, state, unclaimed); p.Changed || !p.Value.Equal(state) {
			t.Fatalf("the same configuration is a change:\n%s", diff(state, p.Value))
		}
		bare := value(w.of, obj{"name": drawn["name"], "location": "westeurope"})
		if p := w.plan(t, bare, proposed, state, unclaimed); len(p.Replace) > 1 {
			t.Fatalf("what is not configured is replaced: %v", p.Replace)
		}
		again, err := w.m.Encode(state, state)
		must(t, err)
		want := without(live)
		if d := cmp.Diff(number(want), number(again)); d != "" {
			t.Fatalf("what was imported is sent otherwise (-want +got):\n%s", d)
		}
	})
}

// TestUpdateIsExact proves that after an update the object is as if it had been created so, and that what others keep in
// it is still there.
func TestUpdateIsExact(t *testing.T) {
	t.Parallel()
	each(t, func(t *rapid.T, w world) {
		config, plan := w.configure(t, "first", tftypes.NewValue(w.of, nil), nil)
		body, err := w.m.Encode(plan, config)
		must(t, err)
		live := serve(t, body)
		state := w.applied(t, plan, live)

		config, next := w.configure(t, "second", state, nil)
		in := armschema.Input{Prior: state, Plan: next, Config: config}
		updated, err := w.m.Overlay(live, in, nil)
		must(t, err)
		want, err := w.m.Encode(next, config)
		must(t, err)
		keepUnset(want, updated)
		if updated["foreign"] != "root" {
			t.Fatal("a property that is not ours is gone")
		}
		patch, err := w.m.Diff(live, in, nil)
		must(t, err)
		start := parse(t, text(t, live))
		delete(start, "id")
		if d := cmp.Diff(number(updated), number(apply(start, patch))); d != "" {
			t.Fatalf("the patch gives something else (-want +got):\n%s", d)
		}
		after := w.applied(t, next, serve(t, updated))
		if refreshed, err := w.m.Refresh(after, serve(t, updated)); err != nil || !refreshed.Equal(after) {
			t.Fatalf("a refresh changes the state: %v\n%s", err, diff(after, refreshed))
		}
		if d := cmp.Diff(number(want), number(without(updated))); d != "" {
			t.Fatalf("the update is not exact (-want +got):\n%s", d)
		}
	})
}

// keepUnset adds what an update leaves where a create says nothing: what Unset says, and what the service has chosen.
func keepUnset(want, updated map[string]any) {
	if _, some := want["identity"]; !some && updated["identity"] != nil {
		want["identity"] = map[string]any{"type": "None"}
	}
	p, _ := updated["properties"].(map[string]any)
	q, _ := want["properties"].(map[string]any)
	if v, ok := p["adminUserEnabled"]; ok && v == false {
		q["adminUserEnabled"] = false
	}
	if p["publicNetworkAccess"] == "Enabled" {
		q["publicNetworkAccess"] = "Enabled"
	}
	if _, some := q["ipAddress"]; !some && p["ipAddress"] != nil {
		q["ipAddress"] = p["ipAddress"]
	}
}

// apply applies a patch as RFC 7396 says.
func apply(to, patch map[string]any) map[string]any {
	if to == nil {
		to = map[string]any{}
	}
	for k, v := range patch {
		inner, isObject := v.(map[string]any)
		switch {
		case v == nil:
			delete(to, k)
		case isObject:
			was, _ := to[k].(map[string]any)
			to[k] = apply(was, inner)
		default:
			to[k] = v
		}
	}
	return to
}

func text(t fataler, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestMergePatch proves of any two documents that one and the patch are the other, and that equal ones need none.
func TestMergePatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := document(t, "from", 3), document(t, "to", 3)
		patch := armschema.MergePatch(from, to)
		if got := apply(parse(t, text(t, from)), parse(t, text(t, patch))); text(t, got) != text(t, to) {
			t.Fatalf("%s and the patch %s are %s, want %s", text(t, from), text(t, patch), text(t, got), text(t, to))
		}
		if none := armschema.MergePatch(to, to); len(none) > 0 {
			t.Fatalf("the patch between equals is %s", text(t, none))
		}
	})
}

// document is a JSON object without nulls, which a patch cannot write.
func document(t *rapid.T, label string, depth int) map[string]any {
	out := map[string]any{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID).Draw(t, label) {
		at := label + "." + name
		switch rapid.IntRange(0, 3).Draw(t, at) {
		case 0:
			out[name] = rapid.SampledFrom([]string{"", "x"}).Draw(t, at)
		case 1:
			out[name] = []any{rapid.Bool().Draw(t, at)}
		default:
			if depth > 0 {
				out[name] = document(t, at, depth-1)
			}
		}
	}
	return out
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

// number makes a body comparable: equal numbers are equal, elements that are known by name are in order, and variables of
// which nothing but the name is shown are left out, since no state tells that they were sent.
func number(v map[string]any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		return err
	}
	tidy(out)
	return out
}

func tidy(v any) {
	for _, e := range list(v) {
		tidy(e)
	}
	slices.SortFunc(list(v), func(a, b any) int { return strings.Compare(nameOf(a), nameOf(b)) })
	o, _ := v.(map[string]any)
	for k, e := range o {
		tidy(e)
		if k != "environmentVariables" {
			continue
		}
		o[k] = slices.DeleteFunc(list(e), func(e any) bool { return len(e.(map[string]any)) == 1 })
		if len(list(o[k])) == 0 {
			delete(o, k)
		}
	}
}

func nameOf(v any) string {
	o, _ := v.(map[string]any)
	name, _ := o["name"].(string)
	return name
}
