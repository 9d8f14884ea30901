package container_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

type object = map[string]any

// attribute is one attribute with two values, and what the engine must show for each.
type attribute struct {
	name string
	// api is the place in the engine's inspect document.
	api string
	// values are set one after the other, then the attribute is removed; want is what the engine shows for each.
	values [2]any
	want   [2]string
	// first, second and gone are what the changes must do: from nothing to a value, to another one, and to nothing.
	first, second, gone core.Action
	// with is further configuration that the attribute needs.
	with object
	// unset is what the engine shows afterwards, where that is not what it showed before.
	unset string
}

func replaced(name, api string, a any, wantA string, b any, wantB string) attribute {
	return attribute{
		name: name, api: api, values: [2]any{a, b}, want: [2]string{wantA, wantB},
		first: core.Replace, second: core.Replace, gone: core.Replace,
	}
}

// single is an attribute with one useful value.
func single(name, api string, value any, want string) attribute {
	a := replaced(name, api, value, want, value, want)
	a.second = core.NoOp
	return a
}

// flag is off by default: taking away what switches it off changes nothing on the engine.
func flag(name, api, off string) attribute {
	a := replaced(name, api, true, `true`, false, off)
	a.gone = core.Update
	return a
}

// limit is an attribute that the engine changes in place but cannot unset.
func limit(name, api string, a any, wantA string, b any, wantB string) attribute {
	l := replaced(name, api, a, wantA, b, wantB)
	l.first, l.second = core.Update, core.Update
	return l
}

func (a attribute) needs(with object) attribute {
	a.with = with
	return a
}

// TestAttributes takes every attribute through its three transitions: nothing to a value, value to value, value
// to nothing. Each must reach the engine, be done in the promised way, and leave an empty plan.
func TestAttributes(t *testing.T) {
	t.Parallel()
	for _, a := range attributes() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			if podmanVariants()[a.name].refused && fixture.Podman(t) {
				a.refused(t)
				return
			}
			a.here(t).run(t)
		})
	}
}

func (a attribute) run(t *testing.T) {
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	base := object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created"}
	maps.Copy(base, a.with)
	steps := []struct {
		what   string
		config object
		action core.Action
		want   string
	}{
		{"before", base, core.Create, ""},
		{"nothing to a value", with(base, a.name, a.values[0]), a.first, a.want[0]},
		{"value to value", with(base, a.name, a.values[1]), a.second, a.want[1]},
		{"value to nothing", base, a.gone, a.unset},
	}
	for _, step := range steps {
		change := r.Apply(t, step.config)
		if change.Action != step.action {
			t.Errorf("%s: the plan was to %s, want %s", step.what, change.Action, step.action)
		}
		r.Refresh(t)
		r.ExpectEmptyPlan(t, step.config)
		shown := inspect(t, name, a.api)
		want := step.want
		if want == "" {
			want = steps[0].want
		}
		if step.what == "before" {
			steps[0].want = shown
			continue
		}
		if diff := cmp.Diff(want, shown); diff != "" && want != anything {
			t.Errorf("%s: the engine shows something else (-want +got):\n%s", step.what, diff)
		}
	}
	r.Destroy(t)
}

func with(base object, name string, value any) object {
	out := maps.Clone(base)
	out[name] = value
	return out
}

// inspect is a part of what the engine shows of a container, as JSON.
func inspect(t *testing.T, name, dotted string) string {
	t.Helper()
	_, raw, err := fixture.Client(t).ContainerInspectWithRaw(t.Context(), name, false)
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Split(dotted, ".") {
		inner, ok := document.(map[string]any)
		if !ok {
			return "null"
		}
		document = inner[key]
	}
	if list, ok := document.([]any); ok && dotted == "Config.Env" { // Its order means nothing, and Podman has one of its own.
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	out, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
