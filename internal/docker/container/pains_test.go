package container_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/docker/docker/api/types/container"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// resting is a container that is never started, with a name of its own and more configuration.
func resting(t *testing.T, more object) (*core.Resource, object) {
	t.Helper()
	config := object{"name": fixture.Name(t), "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "state": "created"}
	maps.Copy(config, more)
	return resource(t, config), config
}

// running is a container that runs, that counts as started at once and stops at once when it is destroyed.
func running(t *testing.T, more object) (*core.Resource, object) {
	t.Helper()
	config := object{"state": "running", "wait": object{"min_uptime": "0s"}, "stop_timeout": "0s"}
	maps.Copy(config, more)
	return resting(t, config)
}

// resource is a new instance, destroyed when the test ends.
func resource(t *testing.T, config object) *core.Resource {
	t.Helper()
	if name, ok := config["name"].(string); ok {
		fixture.NothingLeft(t, name)
	}
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	destroyed(t, r)
	return r
}

func destroyed(t *testing.T, r *core.Resource) {
	t.Helper()
	t.Cleanup(func() {
		if diags := r.TryDestroy(context.WithoutCancel(t.Context())); diags.HasError() {
			t.Errorf("cleaning up:\n%s", diags)
		}
	})
}

// look is what the engine shows of a container.
func look(t *testing.T, nameOrID string) container.InspectResponse {
	t.Helper()
	found, err := fixture.Client(t).ContainerInspect(t.Context(), nameOrID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// does applies a configuration, wants the action, and wants a second plan to be empty.
func does(t *testing.T, r *core.Resource, config object, want core.Action) {
	t.Helper()
	change := r.Apply(t, config)
	if change.Action != want {
		t.Fatalf("the plan was to %s %v, want %s", change.Action, change.Replace, want)
	}
	r.ExpectEmptyPlan(t, config)
}

// fails applies a configuration and wants an error that has all the given texts.
func fails(t *testing.T, r *core.Resource, config object, texts ...string) {
	t.Helper()
	_, diags := r.TryApply(t.Context(), config)
	errors := diags.Errors()
	for _, text := range texts {
		if len(errors.Containing(text)) == 0 {
			t.Errorf("no error says %q:\n%s", text, diags)
		}
	}
}

// TestRespelt is about values that engines keep in other words, and users write in several: none of them is a change.
func TestRespelt(t *testing.T) {
	t.Parallel()
	health := func(interval, timeout, period string) object {
		return object{
			"test": []any{"CMD", "/toolbox", "healthcheck", "always"}, "interval": interval, "timeout": timeout, "start_period": period,
		}
	}
	image := fixture.Image(t)
	cases := []struct {
		attribute string
		first     any
		same      []any
		other     any
	}{
		{
			"ports",
			object{"9000/tcp": []any{"9001"}, "80/tcp": []any{"8080", "127.0.0.1:8081", "0"}, "53/udp": []any{"0.0.0.0:53", "[::]:53"}},
			[]any{
				object{"53/udp": []any{"[::]:53", "0.0.0.0:53"}, "80/tcp": []any{"0", "127.0.0.1:8081", "8080"}, "9000/tcp": []any{"9001"}},
				object{"53/udp": []any{"[0::0]:53", "0.0.0.0:53"}, "80/tcp": []any{"8080", "127.0.0.1:8081", "0"}, "9000-9000/tcp": []any{"9001"}},
			},
			object{"9000/tcp": []any{"9001"}, "80/tcp": []any{"8080", "0"}, "53/udp": []any{"0.0.0.0:53", "[::]:53"}},
		},
		{"cap_add", []any{"NET_ADMIN", "CAP_SYS_TIME"}, []any{[]any{"sys_time", "cap_net_admin"}}, []any{"NET_ADMIN"}},
		{"cap_drop", []any{"CAP_MKNOD"}, []any{[]any{"mknod"}}, []any{"ALL"}},
		{"working_dir", "/srv/", []any{"/srv", "/srv//", "/tmp/../srv"}, "/tmp"},
		{
			"healthcheck", health("60s", "1500ms", "1h"),
			[]any{health("1m", "1.5s", "60m"), health("1m0s", "1s500ms", "3600s")},
			health("61s", "1500ms", "1h"),
		},
		{"stop_timeout", "90s", []any{"1m30s", "1.5m"}, "91s"},
		{"memory", "128m", []any{"128M", "131072k", "134217728", "128MiB"}, nil},
		{"shm_size", "1g", []any{"1024m", "1GB"}, "2g"},
		{"dns", []any{"2001:db8::1", "8.8.8.8"}, []any{[]any{"2001:0db8:0::1", "8.8.8.8"}}, []any{"8.8.8.8", "2001:db8::1"}},
		{
			"extra_hosts",
			object{"db": []any{"fd00::2", "10.0.0.2"}, "host": []any{"host-gateway"}},
			[]any{object{"db": []any{"[fd00:0::2]", "10.0.0.2"}, "host": []any{"host-gateway"}}},
			object{"db": []any{"10.0.0.2", "fd00::2"}},
		},
		{"image", image, []any{"docker.io/library/" + image}, fixture.ImageWithConfig(t)},
		{"env", object{"A": "1", "B": "2"}, nil, object{"A": "1"}},
		{"labels", object{"a": "1", "b": "2"}, nil, object{"b": "2"}},
	}
	first := object{}
	for _, c := range cases {
		first[c.attribute] = c.first
	}
	r, config := resting(t, first)
	does(t, r, config, core.Create)
	for _, c := range cases {
		for _, value := range c.same {
			if change := r.Plan(t, with(config, c.attribute, value)); change.Action != core.NoOp {
				t.Errorf("%s = %v is planned to %s %v", c.attribute, value, change.Action, change.Replace)
			}
		}
		if c.other == nil {
			continue
		}
		if change := r.Plan(t, with(config, c.attribute, c.other)); change.Action != core.Replace {
			t.Errorf("%s = %v is planned to %s, want a replacement", c.attribute, c.other, change.Action)
		}
	}
}

// TestImageSettingsDoNotShow is about what an image sets: nobody configured it, so it is neither in the state nor a change.
func TestImageSettingsDoNotShow(t *testing.T) {
	t.Parallel()
	r, config := resting(t, object{"image": fixture.ImageWithConfig(t)})
	delete(config, "command")
	does(t, r, config, core.Create)
	for _, name := range []string{
		"command", "entrypoint", "env", "labels", "user", "working_dir", "expose", "mounts", "stop_signal", "healthcheck", "hostname", "ports",
	} {
		if r.State().Has(name) {
			t.Errorf("%s is %v in the state", name, r.Value(t, name))
		}
	}
	does(t, r, with(config, "env", object{"MINE": "1", "OTHER": "mine"}), core.Replace)
	does(t, r, with(config, "labels", object{"mine": "1", "other": "mine"}), core.Replace)
	shown := look(t, r.String(t, "id")).Config
	if shown.Labels["from.image"] != "yes" || shown.Labels["other"] != "mine" {
		t.Errorf("labels are %v", shown.Labels)
	}
	does(t, r, config, core.Replace)
	shown = look(t, r.String(t, "id")).Config
	if shown.Labels["mine"] != "" || shown.Labels["other"] != "image" || slices.Contains(shown.Env, "MINE=1") || !slices.Contains(shown.Env, "OTHER=image") {
		t.Errorf("labels and env that were removed from the configuration are still there: %v, %v", shown.Labels, shown.Env)
	}
}

// TestOthersNamespaces is about container:<name>, of which engines keep the id.
func TestOthersNamespaces(t *testing.T) {
	t.Parallel()
	host, hostConfig := running(t, object{"ipc_mode": "shareable"})
	host.Apply(t, hostConfig)
	for _, by := range []string{"name", "id"} {
		other := "container:" + host.String(t, by)
		r, config := resting(t, object{"network_mode": other, "pid_mode": other, "ipc_mode": other})
		does(t, r, config, core.Create)
		if shown := look(t, r.String(t, "id")).HostConfig; string(shown.PidMode) != other && by == "id" {
			t.Errorf("pid_mode is %s, want %s", shown.PidMode, other)
		}
		if change := r.Plan(t, with(config, "pid_mode", "host")); change.Action != core.Replace {
			t.Errorf("another pid_mode is planned to %s", change.Action)
		}
		for _, again := range []string{"name", "id"} {
			same := with(config, "network_mode", "container:"+host.String(t, again))
			if change := r.Plan(t, same); change.Action != core.NoOp {
				t.Errorf("the same container by its %s is planned to %s", again, change.Action)
			}
		}
	}
}

// TestAnotherOfTheNamespacesName is about container:<name> when that container has been made anew: engines keep the id of the
// one before, with which this one cannot start again.
func TestAnotherOfTheNamespacesName(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "Podman keeps a container that others share namespaces with")
	host, hostConfig := running(t, object{"ipc_mode": "shareable"})
	does(t, host, hostConfig, core.Create)
	other := "container:" + host.String(t, "name")
	guests, configs := map[string]*core.Resource{}, map[string]object{}
	for _, attribute := range []string{"network_mode", "pid_mode", "ipc_mode"} {
		guests[attribute], configs[attribute] = resting(t, object{attribute: other})
		does(t, guests[attribute], configs[attribute], core.Create)
	}
	does(t, host, with(hostConfig, "env", object{"A": "1"}), core.Replace)
	for attribute, guest := range guests {
		guest.Refresh(t)
		does(t, guest, configs[attribute], core.Replace)
	}
	host.Destroy(t)
	for attribute, guest := range guests {
		guest.Refresh(t)
		if change := guest.Plan(t, configs[attribute]); change.Action != core.Replace {
			t.Errorf("with the container of its %s gone the plan is to %s", attribute, change.Action)
		}
	}
}

// TestMemoryAboveStoredSwap is about the swap limit that engines derive from a memory limit, and that then stands in its way.
func TestMemoryAboveStoredSwap(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it changes limits by a new container")
	r, config := running(t, object{"memory": "64m"})
	does(t, r, config, core.Create)
	does(t, r, with(config, "memory", "512m"), core.Update)
	does(t, r, with(config, "memory", "32m"), core.Update)
	config = with(with(config, "memory", "64m"), "memory_swap", "64m")
	does(t, r, config, core.Update)
	config = with(with(config, "memory", "256m"), "memory_swap", "1g")
	does(t, r, config, core.Update)
	if shown := look(t, r.String(t, "id")).HostConfig; shown.Memory != 256<<20 || shown.MemorySwap != 1<<30 {
		t.Errorf("memory is %d, memory_swap is %d", shown.Memory, shown.MemorySwap)
	}
	config = with(config, "memory", "128m")
	config["memory_swap"] = nil
	does(t, r, config, core.Replace)
	if shown := look(t, r.String(t, "id")).HostConfig; shown.Memory != 128<<20 || shown.MemorySwap != 256<<20 {
		t.Errorf("after removing memory_swap memory is %d, memory_swap is %d", shown.Memory, shown.MemorySwap)
	}
}

// TestOrderOfResolvers is about lists of which the order matters.
func TestOrderOfResolvers(t *testing.T) {
	t.Parallel()
	r, config := resting(t, object{
		"dns": []any{"8.8.8.8", "1.1.1.1", "9.9.9.9"}, "dns_search": []any{"z.test", "a.test"}, "dns_opts": []any{"ndots:2", "edns0"},
	})
	does(t, r, config, core.Create)
	for api, want := range map[string]string{
		"HostConfig.Dns": `["8.8.8.8","1.1.1.1","9.9.9.9"]`, "HostConfig.DnsSearch": `["z.test","a.test"]`, "HostConfig.DnsOptions": `["ndots:2","edns0"]`,
	} {
		if got := inspect(t, r.String(t, "name"), api); got != want {
			t.Errorf("%s is %s, want %s", api, got, want)
		}
	}
	if change := r.Plan(t, with(config, "dns", []any{"1.1.1.1", "8.8.8.8", "9.9.9.9"})); change.Action != core.Replace {
		t.Errorf("another order is planned to %s", change.Action)
	}
}
