package container_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// TestMoveClientValues is about what the engine does not show: only the other provider's state knows it.
func TestMoveClientValues(t *testing.T) {
	t.Parallel()
	running := func(c *theirs) { c.start = true }
	ended := func(code string) func(*theirs) {
		return func(c *theirs) { c.start, c.end, c.config.Cmd = true, true, []string{"/toolbox", "exit", code} }
	}
	job := func(code int) object { return object{"attach": true, "must_run": false, "exit_code": code} }
	for _, m := range []migration{
		{name: "runs", ask: running, state: object{"must_run": nil, "attach": nil}},
		{name: "waits", ask: running, state: object{"wait": true, "wait_timeout": 30}, ours: object{"wait": object{"healthy": true}}},
		{name: "keeps its volumes", ask: running, state: object{"remove_volumes": false}, ours: object{"remove_volumes": false}},
		{name: "was never started", state: object{"start": false, "must_run": true}, ours: object{"state": "created"}},
		{
			name: "job that ended well", ask: ended("0"), state: job(0),
			ours: object{"state": "completed", "command": []any{"/toolbox", "exit", "0"}},
		},
		{
			name: "job that ended with a code that is right", ask: ended("3"), state: job(3),
			ours: object{"state": "completed", "exit_codes": []any{3}, "command": []any{"/toolbox", "exit", "3"}},
		},
		{
			name: "may stop", ask: ended("0"), state: object{"must_run": false}, update: true,
			ours: object{"state": "stopped", "command": []any{"/toolbox", "exit", "0"}},
		},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			m.run(t)
		})
	}
}

// TestMoveVersions moves states as versions of the other provider have left them.
func TestMoveVersions(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]struct {
		provider string
		version  int64
		state    object
	}{
		"2.0 after an apply": {"registry.terraform.io/terraform-providers/docker", 1, object{
			"attach": false, "capabilities": []any{}, "dns": nil, "gateway": "172.17.0.1", "ip_address": "172.17.0.2", "links": nil, "logs": false,
			"must_run": true, "network_alias": nil, "networks": nil, "start": true, "rm": false, "upload": []any{}, "labels": object{"a": "1"},
		}},
		"3.0.2 after an apply": {"registry.terraform.io/kreuzwerker/docker", 2, object{
			"attach": false, "env": nil, "healthcheck": nil, "labels": []any{object{"label": "a", "value": "1"}}, "log_opts": nil, "must_run": true,
			"network_mode": "default", "remove_volumes": true, "start": true, "wait": false, "wait_timeout": 60,
		}},
		"4.5 with the short name": {"docker", 2, object{
			"attach": false, "env": []any{}, "labels": []any{object{"label": "a", "value": "1"}}, "must_run": true, "timeouts": nil, "start": true,
		}},
		"with nothing but an id": {"mirror.example.com/acme/docker", 2, object{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name, image := fixture.Name(t), fixture.Image(t)
			m := migration{ask: func(c *theirs) { c.start, c.config.Labels = true, map[string]string{"a": "1"} }}
			id, _ := m.create(t, name, image)
			state := maps.Clone(from.state)
			state["id"] = id
			raw, err := json.Marshal(state)
			if err != nil {
				t.Fatal(err)
			}
			r := acctest.Docker(t).Resource(t, "containers_docker_container")
			r.Move(t, core.Foreign{Type: "docker_container", Provider: from.provider, SchemaVersion: from.version, State: raw})
			r.ExpectEmptyPlan(t, object{"name": name, "image": image, "command": []any{"/toolbox", "sleep"}, "labels": object{"a": "1"}})
		})
	}
}

// TestMoveRefuses is about states that are none of ours, or of nothing.
func TestMoveRefuses(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	for name, c := range map[string]struct {
		from core.Foreign
		want string
	}{
		"another type": {
			core.Foreign{Type: "docker_network", Provider: "registry.terraform.io/kreuzwerker/docker", State: []byte(`{"id":"x"}`)},
			"Unable to Move Resource State",
		},
		"another provider": {
			core.Foreign{Type: "docker_container", Provider: "registry.terraform.io/kreuzwerker/podman", State: []byte(`{"id":"x"}`)},
			"Unable to Move Resource State",
		},
		"no id":    {core.Foreign{Type: "docker_container", Provider: "docker", State: []byte(`{"id":null}`)}, "has no id"},
		"no state": {core.Foreign{Type: "docker_container", Provider: "docker", State: []byte(`[]`)}, "Unable to move container"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := server.Resource(t, "containers_docker_container").TryMove(t.Context(), c.from)
			if len(diags.Errors().Containing(c.want)) == 0 {
				t.Errorf("want an error with %q, got: %s", c.want, diags)
			}
		})
	}
}

// TestMoveSetsIdentity asks the provider alone, since the read that follows sets the identity too.
func TestMoveSetsIdentity(t *testing.T) {
	t.Parallel()
	moved, err := acctest.Server().MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceTypeName: "docker_container", SourceProviderAddress: "docker", SourceState: &tfprotov6.RawState{JSON: []byte(`{"id":"abc"}`)},
		SourcePrivate: []byte(timeoutsOfSDK), TargetTypeName: "containers_docker_container",
	})
	if err != nil || len(moved.Diagnostics) > 0 {
		t.Fatalf("the move failed: %v %v", err, moved.Diagnostics)
	}
	if moved.TargetIdentity == nil {
		t.Fatal("the move set no identity")
	}
	identity, err := moved.TargetIdentity.IdentityData.Unmarshal(tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"id": tftypes.String, "engine": tftypes.String,
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := tftypes.NewValue(identity.Type(), map[string]tftypes.Value{
		"id": tftypes.NewValue(tftypes.String, "abc"), "engine": tftypes.NewValue(tftypes.String, nil),
	})
	if !identity.Equal(want) {
		t.Errorf("the identity is %s, want %s", identity, want)
	}
}

// TestMoveOfNothing moves a container that somebody has removed: the next plan creates it.
func TestMoveOfNothing(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	id := string(bytes.Repeat([]byte("0f"), 32))
	r.Move(t, core.Foreign{Type: "docker_container", Provider: "docker", SchemaVersion: 2, State: []byte(`{"id":"` + id + `"}`)})
	if !r.Gone() {
		t.Errorf("the state is %v, want none", r.State().Map())
	}
}

// TestMoveKeepsAddresses is about a hardware address that was asked for: the engine shows it like one that it chose.
func TestMoveKeepsAddresses(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "it takes no fixed hardware address through this API")
	name, image, on := fixture.Name(t), fixture.Image(t), makeNetwork(t, "10.213.78.0/28")
	id, _ := migration{ask: func(c *theirs) {
		c.start = true
		c.networks = map[string]*network.EndpointSettings{on: {IPAMConfig: &network.EndpointIPAMConfig{}}}
	}}.create(t, name, image)
	made, err := fixture.Client(t).ContainerInspect(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	mac := made.NetworkSettings.Networks[on].MacAddress
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	r.Move(t, stateOf(t, id, name, image, object{
		"networks_advanced": []any{object{"name": made.NetworkSettings.Networks[on].NetworkID, "mac_address": mac}},
	}))
	r.ExpectEmptyPlan(t, object{
		"name": name, "image": image, "command": []any{"/toolbox", "sleep"}, "networks": object{on: object{"mac_address": mac}},
	})
}

// TestChangeBehindAMove is about what was true when a container was moved and is not any more.
func TestChangeBehindAMove(t *testing.T) {
	t.Parallel()
	fixture.DockerOnly(t, "nobody can change the restart policy of a container")
	name, image := fixture.Name(t), fixture.Image(t)
	id, _ := migration{}.create(t, name, image)
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	r.Move(t, stateOf(t, id, name, image, object{"start": false}))
	always := container.UpdateConfig{RestartPolicy: container.RestartPolicy{Name: "always"}}
	_, err := fixture.Client(t).ContainerUpdate(t.Context(), id, always)
	if err != nil {
		t.Fatal(err)
	}
	r.Refresh(t)
	r.Apply(t, object{"name": name, "image": image, "command": []any{"/toolbox", "sleep"}, "state": "created", "restart": "no"})
	if got := inspect(t, name, "HostConfig.RestartPolicy.Name"); got != `"no"` {
		t.Errorf("the restart policy is %s, want no", got)
	}
}

// TestUploadsAfterAMove is about files that the other provider copied: spelling them in another way changes nothing, other
// contents make a new container.
func TestUploadsAfterAMove(t *testing.T) {
	t.Parallel()
	name, image := fixture.Name(t), fixture.Image(t)
	id, _ := migration{}.create(t, name, image)
	server, engine := acctest.Proxied(t)
	r := server.Resource(t, "containers_docker_container")
	r.Move(t, stateOf(t, id, name, image, object{"start": false, "upload": []any{object{"file": "/etc/a", "content": "text"}}}))
	ours := object{"name": name, "image": image, "command": []any{"/toolbox", "sleep"}, "state": "created"}
	ours["uploads"] = object{"/etc/a": object{"content_base64": "dGV4dA==", "permissions": "0644"}}
	engine.Reset()
	if change := r.Apply(t, ours); change.Action != core.Update {
		t.Errorf("the plan for another spelling was to %s, want an update (%v)", change.Action, change.Replace)
	}
	for _, request := range engine.Requests() {
		if request.Method != "GET" {
			t.Errorf("the engine was asked to %s", request)
		}
	}
	r.ExpectEmptyPlan(t, ours)
	ours["uploads"] = object{"/etc/a": object{"content": "other"}}
	if change := r.Plan(t, ours); change.Action != core.Replace {
		t.Errorf("the plan for other contents is to %s, want a replacement", change.Action)
	}
}

// TestPlatformAfterAMove configures a platform that the container does not have, of which the engine shows a part only.
func TestPlatformAfterAMove(t *testing.T) {
	t.Parallel()
	name, image := fixture.Name(t), fixture.Image(t)
	id, _ := migration{}.create(t, name, image)
	r := acctest.Docker(t).Resource(t, "containers_docker_container")
	r.Move(t, stateOf(t, id, name, image, object{"start": false}))
	change := r.Plan(t, object{
		"name": name, "image": image, "command": []any{"/toolbox", "sleep"}, "state": "created", "platform": "linux/s390x",
	})
	if change.Action != core.Replace {
		t.Errorf("the plan is to %s, want a replacement", change.Action)
	}
}
