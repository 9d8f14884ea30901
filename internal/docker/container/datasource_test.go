package container_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/client"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

const (
	containerData  = "containers_docker_container"
	containersData = "containers_docker_containers"
	logsData       = "containers_docker_logs"
)

// TestDataSource shows a container that somebody else runs, what comes from its image included.
func TestDataSource(t *testing.T) {
	t.Parallel()
	image, net := fixture.ImageWithConfig(t), aNetwork(t)
	name, id := plant(t, &container.Config{
		Image: image, Env: []string{"MINE=1"}, Labels: map[string]string{"mine": "1"},
		Healthcheck: &container.HealthConfig{Test: []string{"CMD", "/toolbox", "healthcheck", "always"}, Interval: 100 * 1e6, Timeout: 60 * 1e9},
	}, &container.HostConfig{
		NetworkMode: container.NetworkMode(net), PublishAllPorts: true,
		Resources: container.Resources{Memory: 64 << 20},
	}, nil)
	healthy := on(t, id, events.ActionHealthStatusHealthy, func(*client.Client) error { return nil })
	if err := fixture.Client(t).ContainerStart(t.Context(), id, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	if fixture.Podman(t) {
		fixture.RunHealthCheck(t, id)
	} else if err := <-healthy; err != nil {
		t.Fatal(err)
	}
	server, p := acctest.Proxied(t)
	server.Data(t, containerData, object{"name": name})
	p.Reset()
	byName := server.Data(t, containerData, object{"name": name})
	if calls := p.Log(); len(calls) != 1 {
		t.Errorf("it took %d calls: %v", len(calls), calls)
	}
	byID := server.Data(t, containerData, object{"id": id})
	want := object{
		"id": id, "name": name, "image": image, "image_id": look(t, id).Image, "state": "running", "user": "app", "working_dir": "/srv",
		"command": []any{"sleep"}, "entrypoint": []any{"/toolbox"}, "memory": "64m", "stop_signal": "SIGINT", "publish_all_ports": true,
		"env":    object{"PATH": "/", "FROM_IMAGE": "yes", "OTHER": "image", "MINE": "1"},
		"labels": object{"from.image": "yes", "other": "image", "mine": "1"}, "exit_code": nil, "finished_at": nil, "oom_killed": false,
		"restart_count": int64(0), "dns": []any{}, "network_mode": net, "error": nil,
	}
	if fixture.Podman(t) { // A data source shows the words of the engine.
		want["image"], want["publish_all_ports"] = "localhost/"+image, false
		delete(want, "env") // It adds variables of its own.
		if got := byName.String(t, `env["OTHER"]`) + byName.String(t, `env["MINE"]`); got != "image1" {
			t.Errorf("of the environment it shows %v", byName.Value(t, "env"))
		}
	}
	for attribute, value := range want {
		if diff := cmp.Diff(value, byName.Value(t, attribute)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", attribute, diff)
		}
		if diff := cmp.Diff(byName.Value(t, attribute), byID.Value(t, attribute)); diff != "" {
			t.Errorf("%s by name and by id:\n%s", attribute, diff)
		}
	}
	for _, path := range []string{
		"created_at", "started_at", "pid", "published_ports[\"8080/tcp\"][0].host_port", "network_data[\"" + net + "\"].ip_address",
		"networks[\"" + net + "\"]", "mount_points[\"/data\"].name",
	} {
		if !byName.Has(path) {
			t.Errorf("%s is missing", path)
		}
	}
	if got := byName.Value(t, "health"); !cmp.Equal(got, object{"status": "healthy", "failing_streak": int64(0), "exit_code": int64(0), "output": "healthy"}) {
		t.Errorf("the health is %v", got)
	}
}

// TestDataSourceOfStopped shows how a container ended, and one that never ran.
func TestDataSourceOfStopped(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r, config := job(t, object{"command": []any{"/toolbox", "exit", "3"}, "exit_codes": []any{3}})
	r.Apply(t, config)
	ended := server.Data(t, containerData, object{"name": r.String(t, "name")})
	if ended.String(t, "state") != "exited" || ended.Int(t, "exit_code") != 3 || !ended.Has("finished_at") || ended.Has("pid") || ended.Has("health") {
		t.Errorf("it is shown as %v", ended.Map())
	}
	never, config := resting(t, nil)
	never.Apply(t, config)
	shown := server.Data(t, containerData, object{"id": never.String(t, "id")})
	if shown.String(t, "state") != "created" || shown.Has("exit_code") || shown.Has("started_at") {
		t.Errorf("it is shown as %v", shown.Map())
	}
}

// TestDataSourcesOfNothing fail clearly, and refuse what cannot be.
func TestDataSourcesOfNothing(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r, config := resting(t, nil)
	r.Apply(t, config)
	id := r.String(t, "id")
	for _, c := range []struct {
		data     string
		config   object
		at, says string
	}{
		{containerData, object{"name": fixture.Name(t)}, "name", "The engine has no container"},
		{containerData, object{"id": strings.Repeat("0", 64)}, "id", "The engine has no container"},
		{containerData, object{"name": id[:12]}, "name", "The engine has no container"},
		{containerData, object{"id": "abc"}, "id", "write the whole id"},
		{containerData, object{"name": "aa", "id": id}, "name", "one"},
		{containersData, object{"filters": object{"status": []any{}}}, `filters["status"]`, "at least 1"},
		{containersData, object{"filters": object{"nonsense": []any{"x"}}}, "", "nonsense"},
		{logsData, object{"container": fixture.Name(t)}, "container", "The engine has no container"},
		{logsData, object{"container": id, "since": "yesterday"}, "since", "write one as in RFC 3339"},
		{logsData, object{"container": id, "tail": -2}, "tail", "at least -1"},
		{logsData, object{"container": id, "max_bytes": 1 << 30}, "max_bytes", "between 1 and 16777216"},
	} {
		_, diags := server.TryData(t.Context(), c.data, c.config)
		if len(diags.Errors().At(c.at).Containing(c.says)) != 1 {
			t.Errorf("%s %v: want an error at %q that says %q, got:\n%s", c.data, c.config, c.at, c.says, diags)
		}
	}
}

// TestContainersDataSource lists what filters let through.
func TestContainersDataSource(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	mark, net := fixture.Name(t), aNetwork(t)
	up, config := running(t,
		object{"labels": object{"mark": mark}, "networks": object{net: object{}}, "ports": object{"80/tcp": []any{"127.0.0.1:0"}}})
	up.Apply(t, config)
	down, config := resting(t, object{"labels": object{"mark": mark, "down": "yes"}})
	down.Apply(t, config)
	names := func(config object) []string {
		t.Helper()
		var out []string
		for _, c := range server.Data(t, containersData, config).Value(t, "containers").([]any) {
			out = append(out, c.(map[string]any)["name"].(string))
		}
		return out
	}
	both := []string{up.String(t, "name"), down.String(t, "name")}
	slices.Sort(both)
	for _, c := range []struct {
		config object
		want   []string
	}{
		{object{"filters": object{"label": []any{"mark=" + mark}}}, []string{up.String(t, "name")}},
		{object{"filters": object{"label": []any{"mark=" + mark}}, "all": true}, both},
		{object{"filters": object{"label": []any{"mark=" + mark, "down=yes"}}, "all": true}, []string{down.String(t, "name")}},
		{object{"filters": object{"label": []any{"mark=" + mark}, "status": []any{"created", "exited"}}}, []string{down.String(t, "name")}},
		{object{"filters": object{"id": []any{up.String(t, "id")}}}, []string{up.String(t, "name")}},
		{object{"filters": object{"label": []any{"mark=none"}}, "all": true}, nil},
	} {
		if got := names(c.config); !slices.Equal(got, c.want) {
			t.Errorf("%v lists %v, want %v", c.config, got, c.want)
		}
	}
	p.Reset()
	shown := server.Data(t, containersData, object{"filters": object{"id": []any{up.String(t, "id")}}})
	if calls := p.Log(); len(calls) != 1 {
		t.Errorf("it took %d calls: %v", len(calls), calls)
	}
	for path, want := range map[string]any{
		"id": up.String(t, "id"), "image": shownImage(t), "image_id": up.String(t, "image_id"), "state": "running", "labels": object{"mark": mark},
		"networks": []any{net}, "command": "/toolbox sleep",
		"ports": []any{object{"protocol": "tcp", "port": int64(80), "host_ip": "127.0.0.1", "host_port": up.Int(t, `published_ports["80/tcp"][0].host_port`)}},
	} {
		if diff := cmp.Diff(want, shown.Value(t, "containers[0]."+path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	for _, path := range []string{"created_at", "status"} {
		if shown.String(t, "containers[0]."+path) == "" {
			t.Errorf("%s is missing", path)
		}
	}
}

// TestLogs reads what containers have written, of one stream or two, within bounds.
func TestLogs(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	both, config := job(t, object{"command": []any{"/toolbox", "print", "300", "both"}})
	both.Apply(t, config)
	terminal, config := job(t, object{"command": []any{"/toolbox", "print", "3"}, "tty": true})
	terminal.Apply(t, config)
	silent, config := resting(t, nil)
	silent.Apply(t, config)
	going, config := running(t, object{"command": []any{"/toolbox", "print", "2", "hold"}, "wait": nil})
	going.Apply(t, config)
	lines := func(prefix string, from, to int) []string {
		var out []string
		for i := from; i <= to; i++ {
			out = append(out, fmt.Sprintf("%s %d", prefix, i))
		}
		return out
	}
	for _, c := range []struct {
		name string
		of   *core.Resource
		more object
		want []string
		cut  bool
	}{
		{"one stream", both, object{"stderr": false}, lines("out", 201, 300), false},
		{"the other stream", both, object{"stdout": false, "tail": 2}, lines("err", 299, 300), false},
		{"no stream", both, object{"stdout": false, "stderr": false}, nil, false},
		{"all", both, object{"stderr": false, "tail": -1}, lines("out", 1, 300), false},
		{"none", both, object{"tail": 0}, nil, false},
		{"bounded in bytes", both, object{"stderr": false, "tail": -1, "max_bytes": 17}, lines("out", 299, 300), true},
		{"less than a line", both, object{"stderr": false, "tail": 1, "max_bytes": 4}, []string{"300"}, true},
		{"of a terminal", terminal, nil, lines("out", 1, 3), false},
		{"of one that runs", going, nil, lines("out", 1, 2), false},
		{"of one that never ran", silent, nil, nil, false},
		{"later", both, object{"since": "2100-01-01T00:00:00Z"}, nil, false},
		{"earlier", both, object{"until": "946684800"}, nil, false},
		{"lately", both, object{"since": "10h", "stderr": false, "tail": 1}, lines("out", 300, 300), false},
	} {
		config := object{"container": c.of.String(t, "name")}
		for name, value := range c.more {
			config[name] = value
		}
		got := server.Data(t, logsData, config)
		if diff := cmp.Diff(c.want, texts(got.Value(t, "lines"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got.Bool(t, "truncated") != c.cut {
			t.Errorf("%s: truncated is %t", c.name, !c.cut)
		}
	}
	timed := texts(server.Data(t, logsData, object{"container": both.String(t, "id"), "timestamps": true, "tail": 1, "stderr": false}).Value(t, "lines"))
	if len(timed) != 1 || !strings.HasPrefix(timed[0], "20") || !strings.HasSuffix(timed[0], "Z out 300") {
		t.Errorf("with time stamps it is %v", timed)
	}
	if got := texts(server.Data(t, logsData, object{"container": both.String(t, "id"), "tail": -1}).Value(t, "lines")); len(got) != 600 {
		t.Errorf("both streams have %d lines, want 600", len(got))
	}
}

func texts(v any) []string {
	var out []string
	for _, e := range v.([]any) {
		out = append(out, e.(string))
	}
	return out
}

// shownImage is the name that engines show for the image of the tests.
func shownImage(t *testing.T) string {
	t.Helper()
	if fixture.Podman(t) {
		return "localhost/" + fixture.Image(t)
	}
	return fixture.Image(t)
}
