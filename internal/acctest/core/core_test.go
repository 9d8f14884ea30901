package core_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

func endpoint() map[string]any { return map[string]any{"endpoint": "here"} }

// config is a configuration of lab_thing: a name and pairs of attribute and value.
func config(name string, pairs ...any) map[string]any {
	out := map[string]any{"name": name}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out
}

func oldThing(label string) core.Foreign {
	return core.Foreign{Type: "old_thing", Provider: "registry.terraform.io/x/old", State: fmt.Appendf(nil, `{"label":%q,"more":1}`, label)}
}

func newThing(t *testing.T) (*lab, *core.Resource) {
	t.Helper()
	l := newLab()
	return l, core.NewServer(t, factory(l), endpoint()).Resource(t, "lab_thing")
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	l, r := newThing(t)
	full := config("a", "size", 4, "secret_wo", "s", "tags", map[string]string{"k": "v"}, "extra", []any{"x", 1},
		"rules", map[string]any{"web": map[string]any{"port": 80}, "dns": map[string]any{"port": 53, "proto": "udp"}})

	planned := r.Plan(t, full)
	if planned.Action != core.Create || planned.Planned.Value(t, "id") != core.Unknown || planned.Planned.Has("secret_wo") {
		t.Errorf("planned %s %v", planned.Action, planned.Planned.Map())
	}
	if !r.Gone() {
		t.Fatal("a plan made a state")
	}
	created := r.Apply(t, full)
	if created.Action != core.Create || r.String(t, "id") != "id-1" || r.String(t, `rules["web"].proto`) != "tcp" ||
		r.String(t, `rules["dns"].handle`) != "handle-dns" || r.Int(t, "size") != 4 || r.Value(t, "extra[1]") != int64(1) {
		t.Errorf("created %s %v", created.Action, created.After.Map())
	}
	if diff := cmp.Diff(map[string]any{"name": "a"}, r.Identity().Map()); diff != "" {
		t.Error(diff)
	}
	r.ExpectEmptyPlan(t, full)

	delete(full, "size")
	full["rules"] = map[string]any{"web": map[string]any{"port": 81}}
	updated := r.Apply(t, full)
	if updated.Action != core.Update || r.String(t, "id") != "id-1" || r.State().Has("size") ||
		r.String(t, `rules["web"].handle`) != "handle-web" {
		t.Errorf("updated %s %v", updated.Action, r.State().Map())
	}
	r.ExpectEmptyPlan(t, full)
	if again := r.Apply(t, full); again.Action != core.NoOp {
		t.Errorf("applying the same again: %s", again.Action)
	}

	full["name"] = "b"
	replaced := r.Apply(t, full)
	if replaced.Action != core.Replace || r.String(t, "id") != "id-2" || !cmp.Equal(replaced.Replace, []string{"name"}) {
		t.Errorf("replaced %s %v %v", replaced.Action, replaced.Replace, r.State().Map())
	}
	if _, err := l.get("a"); err == nil {
		t.Error("the old thing is still there")
	}
	r.Destroy(t)
	if !r.Gone() || len(l.things) != 0 {
		t.Errorf("after destroy: state %v, things %v", r.State().Map(), l.things)
	}
}

func TestDriftAndDisappearance(t *testing.T) {
	t.Parallel()
	l, r := newThing(t)
	r.Apply(t, config("a", "size", 4))
	found, err := l.get("a")
	if err != nil {
		t.Fatal(err)
	}
	found.Size = types.Int64Value(9)
	l.put(found)
	if diff := cmp.Diff([]string{"size: 4 -> 9"}, r.Refresh(t)); diff != "" {
		t.Error(diff)
	}
	if change := r.Converge(t, config("a", "size", 4)); change.Action != core.Update {
		t.Errorf("drift is answered by %s", change.Action)
	}
	l.drop("a")
	r.Refresh(t)
	if !r.Gone() {
		t.Error("a vanished thing is still in the state")
	}
	if change := r.Converge(t, config("a", "size", 4)); change.Action != core.Create {
		t.Errorf("disappearance is answered by %s", change.Action)
	}
}

func TestStateAfterFailures(t *testing.T) {
	t.Parallel()
	l, r := newThing(t)
	fails := func(operation, name string, size int) {
		t.Helper()
		l.setFailing(operation, true)
		defer l.setFailing(operation, false)
		_, diags := r.TryApply(t.Context(), config(name, "size", size))
		if len(diags.Errors()) != 1 {
			t.Fatalf("%s gave %d errors:\n%s", operation, len(diags.Errors()), diags)
		}
	}

	fails("plan", "a", 1)
	fails("create", "a", 1)
	if !r.Gone() {
		t.Error("a create that did nothing left a state")
	}
	fails("wait", "a", 1)
	if !r.Tainted() || r.String(t, "id") != "id-1" {
		t.Errorf("a create that failed late is not tainted: %v", r.State().Map())
	}
	if plan := r.Plan(t, config("a", "size", 1)); plan.Action != core.Replace {
		t.Errorf("a tainted thing is planned as %s", plan.Action)
	}
	fails("delete", "a", 1)
	if !r.Tainted() || r.String(t, "id") != "id-1" {
		t.Error("a failed replacement lost the tainted thing")
	}
	if change := r.Converge(t, config("a", "size", 1)); change.Action != core.Replace || r.Tainted() || r.String(t, "id") != "id-2" {
		t.Errorf("converged by %s to %v", change.Action, r.State().Map())
	}
	fails("update", "a", 2)
	if r.Int(t, "size") != 1 || r.Tainted() {
		t.Error("an update that did nothing changed the state")
	}
	fails("wait", "a", 3)
	if r.Int(t, "size") != 3 || r.Tainted() {
		t.Error("an update that failed late did not keep what it did")
	}
	l.setFailing("read", true)
	if _, diags := r.TryRefresh(t.Context()); !diags.HasError() || r.Gone() {
		t.Error("a failed refresh lost the state")
	}
	l.setFailing("read", false)
	l.setFailing("delete", true)
	if diags := r.TryDestroy(t.Context()); !diags.HasError() || r.Gone() {
		t.Error("a failed destroy lost the state")
	}
	fails("delete", "b", 3)
	if r.Gone() || r.String(t, "name") != "a" {
		t.Error("a failed replacement lost the state")
	}
	l.setFailing("delete", false)
	r.Taint()
	kept := r.Clone()
	if change := r.Apply(t, config("a", "size", 3)); change.Action != core.Replace {
		t.Errorf("a thing tainted by hand is answered by %s", change.Action)
	}
	if !kept.Tainted() || r.Tainted() {
		t.Error("the clone follows the original")
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	stop := map[string]func(*core.Server, context.CancelFunc){
		"core stops the provider": func(s *core.Server, _ context.CancelFunc) { s.Stop(t) },
		"context cancelled":       func(_ *core.Server, cancel context.CancelFunc) { cancel() },
	}
	for name, interrupt := range stop {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab()
			l.creating = make(chan struct{})
			s := core.NewServer(t, factory(l), endpoint())
			r := s.Resource(t, "lab_thing")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-l.creating
				interrupt(s, cancel)
			}()
			_, diags := r.TryApply(ctx, config("a"))
			if diags.HasError() || len(diags.Warnings()) != 1 || r.Gone() || r.Tainted() {
				t.Errorf("gone %v, tainted %v:\n%s", r.Gone(), r.Tainted(), diags)
			}
		})
	}
}

func TestUnknownValues(t *testing.T) {
	t.Parallel()
	_, r := newThing(t)
	change := r.ApplyPlanned(t, config("a", "size", core.Unknown, "tags", core.Unknown), config("a", "size", 3))
	if change.Planned.Value(t, "size") != core.Unknown || r.Int(t, "size") != 3 {
		t.Errorf("planned %v, got %v", change.Planned.Map(), r.State().Map())
	}
	same := r.ApplyPlanned(t, config("a", "size", core.Unknown), config("a", "size", 3))
	if same.Action != core.Update || r.Int(t, "size") != 3 {
		t.Errorf("an unknown value that turns out the same: %s", same.Action)
	}
	if _, diags := r.TryApply(t.Context(), config("a", "size", core.Unknown)); len(diags.Containing("Invalid configuration")) != 1 {
		t.Errorf("applied an unknown value:\n%s", diags)
	}
	_, diags := r.TryApplyPlanned(t.Context(), config("a", "size", 1), config("a", "size", 2))
	if len(diags.Containing("Configuration changed")) != 1 {
		t.Errorf("applied another configuration than planned:\n%s", diags)
	}
	if change := r.Plan(t, config("b")); change.Action != core.Replace {
		t.Errorf("another name is planned as %s", change.Action)
	}
	byUnknown := config("a")
	byUnknown["name"] = core.Unknown
	if change := r.Plan(t, byUnknown); change.Action != core.Replace {
		t.Errorf("an unknown name is planned as %s", change.Action)
	}
}

func TestBadConfigurations(t *testing.T) {
	t.Parallel()
	l, r := newThing(t)
	for name, tt := range map[string]struct {
		config  map[string]any
		at      string
		summary string
	}{
		"required missing":    {map[string]any{"size": 1}, "name", "Missing required argument"},
		"read-only":           {config("a", "id", "x"), "id", "Value for unconfigurable attribute"},
		"unknown attribute":   {config("a", "nope", "x"), "", "Invalid configuration"},
		"wrong type":          {config("a", "size", "x"), "", "Invalid configuration"},
		"refused by provider": {config("a", "size", 0), "size", "Invalid Attribute Value"},
		"nothing":             {nil, "name", "Missing required argument"},
		"refused early":       {config("a", "mode", "early"), "mode", "Bad mode"},
	} {
		validated := r.Validate(t.Context(), tt.config)
		_, planned := r.TryPlan(t.Context(), tt.config)
		_, applied := r.TryApply(t.Context(), tt.config)
		for _, diags := range []core.Diagnostics{validated, planned, applied} {
			if len(diags.Errors().At(tt.at).Containing(tt.summary)) != 1 {
				t.Errorf("%s: want %q at %q, got:\n%s", name, tt.summary, tt.at, diags)
			}
		}
	}
	if _, diags := r.TryPlan(t.Context(), config("a", "mode", "late")); len(diags.Errors().At("mode")) != 1 {
		t.Errorf("the configured provider was not asked to validate:\n%s", diags)
	}
	if !r.Gone() || len(l.things) > 0 {
		t.Error("a bad configuration made something")
	}
	if change := r.Plan(t, config("a", "mode", "old")); len(change.Diagnostics.Warnings().At("mode")) != 1 {
		t.Errorf("the warning is lost:\n%s", change.Diagnostics)
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	l, r := newThing(t)
	r.Apply(t, config("a", "size", 4))
	imported, byIdentity := r.Clone(), r.Clone()
	imported.Forget()
	byIdentity.Forget()
	imported.Import(t, "a")
	byIdentity.ImportIdentity(t, map[string]any{"name": "a"})
	for _, got := range []*core.Resource{imported, byIdentity} {
		if diff := cmp.Diff(r.State().Map(), got.State().Map()); diff != "" {
			t.Error(diff)
		}
		got.ExpectEmptyPlan(t, config("a", "size", 4))
	}
	if diags := imported.TryImport(t.Context(), "a"); !diags.HasError() {
		t.Error("imported into a state")
	}
	imported.Forget()
	diags := imported.TryImport(t.Context(), "nobody")
	if len(diags.Containing("Cannot import non-existent remote object")) != 1 || !imported.Gone() {
		t.Errorf("importing nothing:\n%s", diags)
	}
	if diags := imported.TryImportIdentity(t.Context(), map[string]any{}); len(diags.Containing("Invalid identity")) != 1 {
		t.Error("imported by an identity without its required attribute")
	}
	if len(l.things) != 1 {
		t.Errorf("importing made something: %v", l.things)
	}
}

func TestMoveAndUpgrade(t *testing.T) {
	t.Parallel()
	l, r := newThing(t)
	r.Apply(t, config("a", "size", 4))
	moved, upgraded := r.Clone(), r.Clone()
	moved.Forget()
	moved.Move(t, oldThing("a"))
	upgraded.Upgrade(t, 0, []byte(`{"label":"a"}`))
	for _, got := range []*core.Resource{moved, upgraded} {
		if diff := cmp.Diff(r.State().Map(), got.State().Map()); diff != "" {
			t.Error(diff)
		}
		got.ExpectEmptyPlan(t, config("a", "size", 4))
	}
	moved.Forget()
	stranger := oldThing("a")
	stranger.Type = "other_thing"
	if diags := moved.TryMove(t.Context(), stranger); !diags.HasError() || !moved.Gone() {
		t.Error("moved a stranger")
	}
	if len(l.things) != 1 {
		t.Error("a move made something")
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	l := newLab()
	if _, diags := core.Configure(t.Context(), factory(l), nil); len(diags.At("endpoint").Containing("Missing required argument")) != 1 {
		t.Errorf("configured without a required attribute:\n%s", diags)
	}
	nowhere := map[string]any{"endpoint": "nowhere"}
	if _, diags := core.Configure(t.Context(), factory(l), nowhere); len(diags.Errors().Containing("Nobody is at nowhere")) != 1 {
		t.Errorf("configured for nowhere:\n%s", diags)
	}
	if _, diags := core.Configure(t.Context(), factory(l), map[string]any{"nope": 1}); !diags.HasError() {
		t.Error("configured with an attribute that is not there")
	}
	s := core.NewServer(t, factory(l), endpoint())
	r := s.Resource(t, "lab_thing")
	r.Apply(t, config("a"))
	s.Restart(t)
	r.ExpectEmptyPlan(t, config("a"))
}

func TestDataListFunction(t *testing.T) {
	t.Parallel()
	l := newLab()
	s := core.NewServer(t, factory(l), endpoint())
	for i := range 3 {
		s.Resource(t, "lab_thing").Apply(t, config(fmt.Sprint("t", i), "size", i+1))
	}
	if got := s.Data(t, "lab_thing", config("t1")).Int(t, "size"); got != 2 {
		t.Errorf("size is %d", got)
	}
	if _, diags := s.TryData(t.Context(), "lab_thing", config("nobody")); len(diags.Errors().At("name")) != 1 {
		t.Errorf("found nobody:\n%s", diags)
	}
	for summary, bad := range map[string]map[string]any{
		"Missing required argument": nil, "Value for unconfigurable attribute": config("a", "size", 1),
	} {
		if _, diags := s.TryData(t.Context(), "lab_thing", bad); len(diags.Containing(summary)) != 1 {
			t.Errorf("%v: want %q, got:\n%s", bad, summary, diags)
		}
	}
	if _, diags := s.TryData(t.Context(), "lab_other", nil); !diags.HasError() {
		t.Error("a data source that is not there")
	}

	names := map[string]bool{}
	for _, result := range s.List(t, "lab_thing", nil, core.ListOptions{IncludeResource: true}) {
		names[result.DisplayName] = result.Identity.String(t, "name") == result.DisplayName && result.Resource.Int(t, "size") > 0
	}
	if !maps.Equal(names, map[string]bool{"t0": true, "t1": true, "t2": true}) {
		t.Errorf("listed %v", names)
	}
	for _, result := range s.List(t, "lab_thing", nil, core.ListOptions{}) {
		if !result.Resource.IsNull() {
			t.Error("a resource was returned that nobody asked for")
		}
	}

	if _, diags := s.TryList(t.Context(), "lab_thing", nil, core.ListOptions{Limit: 2}); len(diags.Containing("more than 2")) != 1 {
		t.Errorf("the limit is not kept:\n%s", diags)
	}

	if got := s.Call(t, "sum", 1, 2, 3); got != int64(6) {
		t.Errorf("sum is %v", got)
	}
	if _, funcErr := s.TryCall(t, "sum", -1); funcErr == nil || !strings.Contains(funcErr.Text, "less than nothing") {
		t.Errorf("got %v", funcErr)
	}
}

func BenchmarkApplyUpdate(b *testing.B) {
	r := core.NewServer(b, factory(newLab()), endpoint()).Resource(b, "lab_thing")
	r.Apply(b, config("a", "size", 1))
	for b.Loop() {
		r.Apply(b, config("a", "size", r.Int(b, "size")+1))
	}
}
