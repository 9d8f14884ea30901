package containerinstance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// wants wants an error with all of the texts.
func wants(t *testing.T, diags core.Diagnostics, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if len(diags.Errors().Containing(text)) == 0 {
			t.Errorf("no error says %q: %s", text, diags)
		}
	}
}

// TestContainersThatCannotRun fail with what Azure and the container say, at once, and the next apply makes the group anew.
func TestContainersThatCannotRun(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		fate   armsim.Container
		policy string
		says   []string
	}{
		"image":          {armsim.Container{Name: "app", Unpullable: true}, "Always", []string{`"app" cannot be started`, "ailed to pull image"}},
		"image given up": {armsim.Container{Name: "app", Unpullable: true, GivesUp: time.Millisecond}, "Always", []string{"ailed to pull image"}},
		"crash": {
			armsim.Container{Name: "app", Exits: true, ExitCode: 3, Log: "one\nno such file: /etc/app\n"},
			"Always",
			[]string{"does not keep running", "exit code 3", "The end of its log:\none\nno such file: /etc/app"},
		},
		"job": {
			armsim.Container{Name: "app", Exits: true, ExitCode: 4, Log: "it failed\n"},
			"Never",
			[]string{"ended with exit code 4", "it failed"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server, sub := azure.Provider(t)
			r := server.Resource(t, groupType)
			config := small(t, sub)
			config["restart_policy"] = test.policy
			sub.Containers(test.fate)
			_, diags := r.TryApply(t.Context(), config)
			wants(t, diags, append(test.says, "Unable to create container group")...)
			sub.Containers()
			sub.Heal()
			does(t, r, config, core.Replace)
			r.Destroy(t)
			if left := sub.Resources(); len(left) != 1 {
				t.Errorf("left over: %v", left)
			}
		})
	}
}

// TestUpdatesThatFail are in the next plan again, until the containers run: what Azure shows then is what is configured.
func TestUpdatesThatFail(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		fate armsim.Container
		next core.Action
	}{
		"image":          {armsim.Container{Name: "app", Unpullable: true}, core.Replace},
		"image given up": {armsim.Container{Name: "app", Unpullable: true, GivesUp: time.Millisecond}, core.Replace},
		"crash":          {armsim.Container{Name: "app", Exits: true, ExitCode: 3}, core.Update},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server, sub := azure.Provider(t)
			r := server.Resource(t, groupType)
			config := small(t, sub)
			delete(config, "ip_address") // Nothing else that is computed shows a difference.
			does(t, r, config, core.Create)
			sub.Containers(test.fate)
			next := with(config, object{"image": "example.azurecr.io/app:2"})
			_, diags := r.TryApply(t.Context(), next)
			wants(t, diags, "Unable to update container group")
			r.Refresh(t)
			if change := r.Plan(t, next); change.Action != test.next {
				t.Errorf("the next plan is to %s, not to %s", change.Action, test.next)
			}
			if _, diags := r.TryApply(t.Context(), next); !diags.HasError() {
				t.Error("the containers still do not run, and the next apply succeeds")
			}
			sub.Containers()
			sub.Heal()
			r.Converge(t, next)
			r.Destroy(t)
		})
	}
}

// TestStartThatFails is in the next plan again, although the group is started.
func TestStartThatFails(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	delete(config, "ip_address")
	does(t, r, azure.With(config, "state", "stopped"), core.Create)
	config = azure.With(config, "state", "running")
	sub.Containers(armsim.Container{Name: "app", Exits: true, ExitCode: 3})
	_, diags := r.TryApply(t.Context(), config)
	wants(t, diags, "does not keep running")
	r.Refresh(t)
	if change := r.Plan(t, config); change.Action != core.Update {
		t.Errorf("the next plan is to %s", change.Action)
	}
	sub.Containers()
	r.Converge(t, config)
	r.Destroy(t)
}

// TestSlowStart waits for containers that are not running yet when Azure says that the group is there.
func TestSlowStart(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	sub.Containers(armsim.Container{Name: "app", Start: 300 * time.Millisecond})
	does(t, server.Resource(t, groupType), small(t, sub), core.Create)
	data := server.Data(t, groupType, object{"name": "web", "resource_group_id": azure.Group(t, sub)})
	if got := data.String(t, "instances.app.state"); got != "Running" {
		t.Errorf("the container is %s", got)
	}
}

// TestJob ends well, and cannot be changed after that: the next change makes another group.
func TestJob(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	config["restart_policy"] = "Never"
	delete(config, "ip_address")
	sub.Containers(armsim.Container{Name: "app", Exits: true, Log: "done\n"})
	does(t, r, config, core.Create)
	log := server.Data(t, groupType+"_logs", object{"container_group_id": r.String(t, "id"), "container": "app", "tail": 1})
	if got := log.String(t, "content"); !strings.Contains(got, "done") {
		t.Errorf("the log is %q", got)
	}
	does(t, r, azure.With(config, "tags", object{"a": "1"}), core.Update)
	does(t, r, with(config, object{"image": "example.azurecr.io/app:2"}), core.Replace)
	r.Destroy(t)
}

// until waits until a group is in a state, and shows it.
func until(t *testing.T, server *core.Server, id, state string) core.Object {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		seen := server.Data(t, groupType, object{"id": id})
		if seen.String(t, "state") == state {
			return seen
		}
		if time.Now().After(end) {
			t.Fatalf("the group is still %s", seen.String(t, "state"))
		}
	}
}

// TestTagsAlone changes nothing but tags: one PATCH, which no container notices, whatever has become of them.
func TestTagsAlone(t *testing.T) {
	t.Parallel()
	for state, test := range map[string]struct {
		fate   armsim.Container
		policy string
		after  string
	}{
		"Running":   {policy: "Always"},
		"Stopped":   {policy: "Always", after: "stop"},
		"Succeeded": {fate: armsim.Container{Exits: true, Runs: time.Millisecond}, policy: "Never"},
		// It fails only once it was created.
		"Failed": {fate: armsim.Container{Exits: true, ExitCode: 3, Runs: 2 * time.Second}, policy: "Never"},
	} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			server, sub := azure.Provider(t)
			r := server.Resource(t, groupType)
			config := with(small(t, sub), object{"secure_environment_variables": object{"A": "s3cret"}})
			config["restart_policy"] = test.policy
			sub.Containers(test.fate)
			r.Apply(t, config)
			id := r.String(t, "id")
			if test.after != "" {
				if _, diags := server.TryInvoke(t.Context(), groupType+"_"+test.after, object{"container_group_id": id}); diags.HasError() {
					t.Fatal(diags)
				}
			}
			before := until(t, server, id, state)
			r.Refresh(t)
			for _, tags := range []any{object{"a": "1", "b": "2"}, object{"b": "3"}, nil} {
				sub.ForgetRequests()
				r.Apply(t, azure.With(config, "tags", tags))
				budget(t, sub, fmt.Sprint("tags ", tags), "GET", "PATCH")
				r.Refresh(t)
				r.ExpectEmptyPlan(t, azure.With(config, "tags", tags))
			}
			after := server.Data(t, groupType, object{"id": id})
			for _, same := range []string{"state", "events", "instances"} {
				if diff := cmp.Diff(before.Value(t, same), after.Value(t, same)); diff != "" {
					t.Errorf("%s after the change of tags (-before +after):\n%s", same, diff)
				}
			}
			if !strings.Contains(stored(sub, id), "s3cret") {
				t.Error("the secret is lost")
			}
			changed := azure.With(with(config, object{"image": "example.azurecr.io/app:2"}), "tags", object{"a": "1"})
			want := core.Update
			if test.policy == "Never" {
				want = core.Replace
			}
			if change := r.Plan(t, changed); change.Action != want {
				t.Errorf("another image is to %s, not to %s", change.Action, want)
			}
			r.Destroy(t)
		})
	}
}

// TestState stops and starts a group, and leaves it alone where nothing is said.
func TestState(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	config = with(config, object{"secure_environment_variables": object{"A": "s3cret"}})
	stopped, running := azure.With(config, "state", "stopped"), azure.With(config, "state", "running")
	does(t, r, stopped, core.Create)
	id := r.String(t, "id")
	state := func() string { return server.Data(t, groupType, object{"id": id}).String(t, "state") }
	if got := state(); got != "Stopped" {
		t.Errorf("the group is %s, not stopped", got)
	}
	sub.ForgetRequests()
	r.Apply(t, running)
	budget(t, sub, "start", "GET", "POST", "GET")
	if got := state(); got != "Running" {
		t.Errorf("the group is %s, not running", got)
	}
	r.Refresh(t)
	r.ExpectEmptyPlan(t, running)
	invoke := func(action string) {
		t.Helper()
		if _, diags := server.TryInvoke(t.Context(), groupType+"_"+action, object{"container_group_id": id}); diags.HasError() {
			t.Fatalf("%s: %s", action, diags)
		}
	}
	invoke("stop")
	r.Refresh(t)
	does(t, r, running, core.Update)
	if got := state(); got != "Running" {
		t.Errorf("the group is %s after somebody stopped it", got)
	}
	r.Apply(t, config)
	invoke("stop")
	r.Refresh(t)
	r.ExpectEmptyPlan(t, config)
	invoke("start")
	invoke("restart")
	_, diags := server.TryInvoke(t.Context(), groupType+"_stop", object{"container_group_id": id + "x"})
	wants(t, diags, "Unable to stop container group")
	_, diags = server.TryInvoke(t.Context(), groupType+"_stop", object{"container_group_id": azure.Group(t, sub)})
	wants(t, diags, "Invalid id")
}

// TestRoleThatSpreads waits for a role that the group's identity got just now, and for nothing else.
func TestRoleThatSpreads(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	sub.Containers(armsim.Container{Name: "app", Inaccessible: true, Times: 3})
	_, diags := server.Resource(t, groupType).TryApply(t.Context(), config)
	wants(t, diags, "InaccessibleImage")
	identity := azure.Identity(t, sub, "puller")
	config["identity"] = object{"type": "UserAssigned", "identity_ids": []any{identity}}
	config["image_registry_credentials"] = object{"example.azurecr.io": object{"identity_id": identity}}
	does(t, server.Resource(t, groupType), config, core.Create)
}

// TestTransition waits for Azure to end what it does with the group by itself.
func TestTransition(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	r := server.Resource(t, groupType)
	does(t, r, config, core.Create)
	for _, method := range []string{"PUT", "DELETE"} {
		sub.Inject(armsim.Fault{Method: method, Path: "containerGroups", Times: 2, Status: 409, Code: "ContainerGroupTransitioning"})
	}
	does(t, r, with(config, object{"image": "example.azurecr.io/app:2"}), core.Update)
	r.Destroy(t)
}

// TestStuck has an update with an image that cannot be pulled, which Azure tries for half an hour without taking another change: the
// next one makes a new group.
func TestStuck(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	r := server.Resource(t, groupType)
	does(t, r, config, core.Create)
	sub.Containers(armsim.Container{Image: "example.azurecr.io/none:1", Unpullable: true})
	_, diags := r.TryApply(t.Context(), with(config, object{"image": "example.azurecr.io/none:1"}))
	wants(t, diags, "cannot be pulled")
	r.Refresh(t)
	does(t, r, with(config, object{"image": "example.azurecr.io/app:2"}), core.Replace)
}

// TestNeverAllowed says which role is missing, after a bounded wait.
func TestNeverAllowed(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	config := small(t, sub)
	identity := azure.Identity(t, sub, "puller")
	config["identity"] = object{"type": "UserAssigned", "identity_ids": []any{identity}}
	config["image_registry_credentials"] = object{"example.azurecr.io": object{"identity_id": identity}}
	sub.Containers(armsim.Container{Name: "app", Inaccessible: true})
	_, diags := server.Resource(t, groupType).TryApply(t.Context(), config)
	wants(t, diags, "InaccessibleImage", "AcrPull")
	if left := sub.Resources(); len(left) != 2 {
		t.Errorf("left over: %v", left)
	}
}
