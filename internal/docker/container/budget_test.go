package container_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/versions"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// budget counts what a container costs, request by request.
type budget struct {
	*core.Resource
	proxy *proxy.Proxy
	// named are the words for what has another name in each run.
	named map[string]string
	pings int
}

func newBudget(t *testing.T, name string) *budget {
	t.Helper()
	fixture.NothingLeft(t, name)
	server, p := acctest.Proxied(t)
	return &budget{Resource: server.Resource(t, resourceType), proxy: p, named: map[string]string{name: "NAME"}}
}

// spent wants exactly these requests since the last time.
func (b *budget) spent(t *testing.T, what string, want ...string) {
	t.Helper()
	if !b.Gone() {
		b.named[b.String(t, "id")] = "ID"
	}
	var pairs []string
	for name, word := range b.named {
		pairs = append(pairs, name, word)
	}
	names := strings.NewReplacer(pairs...)
	got := []string{}
	for _, line := range b.proxy.Log() {
		got = append(got, names.Replace(line))
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
	b.pings += b.proxy.Pings()
	b.proxy.Reset()
}

// TestBudgetOfALife counts the calls of a container from create to delete: create = exists check + create + start + wait +
// inspect; read = inspect; an empty plan = nothing; delete = stop + remove. All of it costs one ping.
func TestBudgetOfALife(t *testing.T) {
	t.Parallel()
	name := fixture.Name(t)
	b := newBudget(t, name)
	config := object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}}
	b.Apply(t, config)
	b.spent(t, "create", "GET /containers/NAME/json", "POST /containers/create", "POST /containers/ID/start",
		"POST /containers/ID/wait", "GET /containers/ID/json")
	b.Refresh(t)
	b.spent(t, "read", "GET /containers/ID/json")
	if change := b.Apply(t, config); change.Action != core.NoOp {
		t.Errorf("the plan was to %s", change.Action)
	}
	b.spent(t, "empty plan")
	b.Destroy(t)
	b.spent(t, "delete", "POST /containers/ID/stop", "DELETE /containers/ID")
	if b.pings != 1 {
		t.Errorf("%d pings, want one", b.pings)
	}
}

// manyAtCreate tells whether the engine connects a container to several networks when it creates it.
func manyAtCreate(t *testing.T) bool {
	t.Helper()
	version, err := fixture.Client(t).ServerVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return versions.GreaterThanOrEqualTo(version.APIVersion, "1.44")
}

// TestBudgetOfCreates counts what else a create can have to do: n-1 connects, one upload for all files, a long poll for a
// job, the events and a look for each change of its health. A look that a wait ends with is the last one.
func TestBudgetOfCreates(t *testing.T) {
	t.Parallel()
	on := networks(t, 3)
	var connects []string
	if !manyAtCreate(t) {
		connects = []string{"POST /networks/" + on[1] + "/connect", "POST /networks/" + on[2] + "/connect"}
	}
	begin := []string{"GET /containers/NAME/json", "POST /containers/create"}
	for name, c := range map[string]struct {
		config object
		want   []string
	}{
		"created": {config: object{"state": "created"}, want: []string{"GET /containers/ID/json"}},
		"networks and files, paused": {
			config: object{
				"state": "paused", "uploads": uploads("text"), "wait": object{"min_uptime": "0s"},
				"networks": object{on[0]: object{}, on[1]: object{}, on[2]: object{}},
			},
			want: append(connects, "PUT /containers/ID/archive", "POST /containers/ID/start", "POST /containers/ID/pause",
				"GET /containers/ID/json"),
		},
		"job": {
			config: object{"state": "completed", "command": []any{"/toolbox", "exit", "0"}},
			want:   []string{"POST /containers/ID/start", "POST /containers/ID/wait", "GET /containers/ID/json"},
		},
		"restarted": {
			config: object{"restart": "always"},
			want:   []string{"POST /containers/ID/start", "POST /containers/ID/wait", "GET /containers/ID/json"},
		},
		"healthy": {
			config: object{
				"wait": object{"healthy": true}, "healthcheck": object{
					"test": []any{"CMD", "/toolbox", "healthcheck", "after", "2s"}, "interval": "300ms", "retries": 1000,
				},
			},
			want: []string{"POST /containers/ID/start", "GET /events", "GET /containers/ID/json", "GET /containers/ID/json"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name := fixture.Name(t)
			if c.config["healthcheck"] != nil {
				fixture.DockerOnly(t, "the number of calls depends on who runs the health checks")
			}
			b := newBudget(t, name)
			config := object{"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "stop_timeout": "0s"}
			maps.Copy(config, c.config)
			b.Apply(t, config)
			if fixture.Podman(t) { // It has to be asked for the mounts before files are copied.
				if i := slices.Index(c.want, "PUT /containers/ID/archive"); i >= 0 {
					c.want = slices.Insert(slices.Clone(c.want), i, "GET /containers/ID/json")
				}
			}
			b.spent(t, "create", slices.Concat(begin, c.want)...)
			b.Destroy(t)
			b.spent(t, "delete without a stop", "DELETE /containers/ID")
		})
	}
}

// TestBudgetOfUpdates counts the calls of each change in place: one for what is asked, one to see what became of it.
func TestBudgetOfUpdates(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it changes limits by a new container, and needs a look before it copies files")
	on := networks(t, 2)
	name := fixture.Name(t)
	b := newBudget(t, name)
	b.named[on[0]], b.named[on[1]] = "A", "B"
	config := object{
		"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "stop_timeout": "0s",
		"networks": object{on[0]: object{}}, "memory": "64m", "wait": object{"min_uptime": "0s"}, "uploads": uploads("text"),
	}
	b.Apply(t, config)
	b.spent(t, "create", "GET /containers/NAME/json", "POST /containers/create", "PUT /containers/ID/archive",
		"POST /containers/ID/start", "GET /containers/ID/json")
	look := "GET /containers/ID/json"
	for _, step := range []struct {
		what   string
		change object
		want   []string
	}{
		{"rename", object{"name": name + "-new"}, []string{"POST /containers/ID/rename", look}},
		{"limits", object{"memory": "96m", "cpu_shares": 512, "restart": "always"}, []string{"POST /containers/ID/update", look}},
		{"networks", object{"networks": object{on[1]: object{}}}, []string{"POST /networks/A/disconnect", "POST /networks/B/connect", look}},
		{"another alias", object{"networks": object{on[1]: object{"aliases": []any{"a"}}}}, []string{
			"POST /networks/B/disconnect", "POST /networks/B/connect", look,
		}},
		{"pause", object{"state": "paused"}, []string{"POST /containers/ID/pause", look}},
		{"unpause", object{"state": "running"}, []string{"POST /containers/ID/unpause", look}},
		{"stop", object{"state": "stopped"}, []string{"POST /containers/ID/stop", look}},
		{"start", object{"state": "running"}, []string{"POST /containers/ID/start", look}},
		{"how to wait", object{"wait": object{"min_uptime": "1m"}, "timeouts": object{"create": "1m"}}, nil},
	} {
		maps.Copy(config, step.change)
		if change := b.Apply(t, config); change.Action != core.Update {
			t.Errorf("%s: the plan was to %s", step.what, change.Action)
		}
		b.spent(t, step.what, step.want...)
	}
	b.ExpectEmptyPlan(t, config)
	b.Destroy(t)
}
