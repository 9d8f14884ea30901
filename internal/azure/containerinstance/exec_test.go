package containerinstance_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const execType = groupType + "_exec"

// programs are what the containers have.
var programs = map[string]armsim.Program{
	"migrate": func(_ context.Context, args []string, out io.Writer) int {
		fmt.Fprintf(out, "migrating\n\x1b[32m%q\x1b[0m\ndone", args[1:])
		return 0
	},
	"fail": func(_ context.Context, _ []string, out io.Writer) int {
		fmt.Fprintln(out, strings.Repeat("a line\n", 40)+"no such table: users")
		return 3
	},
	"chatter": func(_ context.Context, _ []string, out io.Writer) int {
		fmt.Fprintln(out, strings.Repeat(strings.Repeat("x", 99)+"\n", 5000)+"the last one")
		return 1
	},
	"hang up": func(_ context.Context, _ []string, out io.Writer) int {
		fmt.Fprintln(out, "half")
		return armsim.HangUp
	},
	"linger": func(ctx context.Context, _ []string, out io.Writer) int {
		fmt.Fprintln(out, "waiting")
		<-ctx.Done()
		fmt.Fprintln(out, "interrupted")
		return 130
	},
}

// executing is a running group of one container, and the configuration of a command in it.
func executing(t *testing.T, fate armsim.Container) (*core.Server, *armsim.Subscription, object) {
	t.Helper()
	server, sub := azure.Provider(t)
	fate.Programs = programs
	sub.Containers(fate)
	r := server.Resource(t, groupType)
	config := small(t, sub)
	config["restart_policy"] = "Never"
	r.Apply(t, config)
	sub.ForgetRequests()
	return server, sub, object{"container_group_id": r.String(t, "id"), "command": []any{"migrate", "--to", "it's 5", "a\nb"}}
}

// TestExec runs a command, and shows what it writes.
func TestExec(t *testing.T) {
	t.Parallel()
	server, sub, config := executing(t, armsim.Container{})
	progress, diags := server.TryInvoke(t.Context(), execType, config)
	if diags.HasError() {
		t.Fatal(diags)
	}
	if got, want := strings.Join(progress, "\n"), "migrating\n"+`["--to" "it's 5" "a\nb"]`+"\ndone"; got != want {
		t.Errorf("it shows %q, not %q", got, want)
	}
	budget(t, sub, "exec", "GET", "POST", "GET")
	if _, diags = server.TryInvoke(t.Context(), execType, azure.With(config, "container", "app")); diags.HasError() {
		t.Error(diags)
	}
}

// TestExecFails says why.
func TestExecFails(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		fate   armsim.Container
		change object
		fault  armsim.Fault
		says   []string
	}{
		"exit code": {
			change: object{"command": []any{"fail"}}, says: []string{"exit code 3", "The end of what it wrote:", "no such table: users"},
		},
		"much output": {change: object{"command": []any{"chatter"}}, says: []string{"exit code 1", "the last one"}},
		"no program": {
			change: object{"command": []any{"nothing", "s3cret-argument"}}, says: []string{"exit code 127", "no such program"},
		},
		"no container": {change: object{"container": "other"}, says: []string{"et container to one that the group has: app"}},
		"no group":     {change: object{"container_group_id": "+x"}, says: []string{"ResourceNotFound"}},
		"no shell": {
			fate: armsim.Container{Shell: "/bin/ash"}, says: []string{"does not have the shell /bin/sh", "no such file or directory"},
		},
		"ended":   {fate: armsim.Container{Exits: true}, says: []string{"does not run: it ended with exit code 0"}},
		"hung up": {change: object{"command": []any{"hang up"}}, says: []string{"nobody knows what has become of it", "half"}},
		"time": {
			change: object{"command": []any{"linger"}, "timeouts": object{"invoke": "1s"}},
			says:   []string{"did not end in time", "timeouts.invoke", "waiting\ninterrupted"},
		},
		"refused": {
			fault: armsim.Fault{Method: "POST", Status: http.StatusForbidden, Code: "AuthorizationFailed"},
			says:  []string{"AuthorizationFailed"},
		},
		"socket": {
			fault: armsim.Fault{Path: "execstream", Status: http.StatusServiceUnavailable}, says: []string{"503", "atlas.cloudapp.azure.com"},
		},
		"no socket": {fault: armsim.Fault{Path: "execstream", Drop: armsim.DropBefore}, says: []string{"atlas.cloudapp.azure.com"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server, sub, config := executing(t, test.fate)
			for name, value := range test.change {
				if value == "+x" {
					value = fmt.Sprint(config[name], "x")
				}
				config = azure.With(config, name, value)
			}
			if test.fault.Status != 0 || test.fault.Drop != armsim.NoDrop {
				sub.Inject(test.fault)
			}
			progress, diags := server.TryInvoke(t.Context(), execType, config)
			wants(t, diags, append(test.says, "Unable to run command")...)
			if text := fmt.Sprint(diags, progress); strings.Contains(text, "s3cret") || strings.Contains(text, "sessionId") {
				t.Errorf("it shows a secret: %s", text)
			}
			if shown := len(strings.Join(progress, "\n")); shown > 300<<10 {
				t.Errorf("it shows %d bytes", shown)
			}
		})
	}
}

// TestExecChooses wants the container to be named where there is more than one.
func TestExecChooses(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	sub.Containers(armsim.Container{Programs: programs})
	r := server.Resource(t, groupType)
	config := small(t, sub)
	containers, _ := config["containers"].(object)
	config["containers"] = object{"app": containers["app"], "side": object{"image": "example.azurecr.io/side:1", "cpu": 0.5, "memory": 0.5}}
	r.Apply(t, config)
	run := object{"container_group_id": r.String(t, "id"), "command": []any{"migrate"}}
	_, diags := server.TryInvoke(t.Context(), execType, run)
	wants(t, diags, "et container to one that the group has: app, side")
	if _, diags = server.TryInvoke(t.Context(), execType, azure.With(run, "container", "side")); diags.HasError() {
		t.Error(diags)
	}
	if _, diags := server.TryInvoke(t.Context(), groupType+"_stop", object{"container_group_id": r.String(t, "id")}); diags.HasError() {
		t.Fatal(diags)
	}
	_, diags = server.TryInvoke(t.Context(), execType, azure.With(run, "container", "side"))
	wants(t, diags, "the group is stopped")
	for name, wrong := range (object{
		"container_group_id": azure.Group(t, sub), "command": []any{}, "shell": "/bin/sh -c", "container": "",
		"timeouts": object{"invoke": "soon"},
	}) {
		if _, diags := server.TryInvoke(t.Context(), execType, azure.With(run, name, wrong)); !diags.HasError() {
			t.Errorf("%s = %v is possible", name, wrong)
		}
	}
}
