package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fake"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

const dataType = "containers_docker_engine"

type object = map[string]any

func TestEngine(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	got := server.Data(t, dataType, nil)
	if diff := cmp.Diff([]string{"GET /info", "GET /version"}, p.Log()); diff != "" {
		t.Errorf("calls of the data source:\n%s", diff)
	}
	info, err := fixture.Client(t).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := object{
		"id": info.ID, "name": info.Name, "version": info.ServerVersion, "os": info.OSType, "architecture": info.Architecture,
		"cpus": int64(info.NCPU), "memory": info.MemTotal, "storage_driver": info.Driver, "cgroup_driver": info.CgroupDriver,
		"cgroup_version": info.CgroupVersion, "kernel_version": info.KernelVersion, "root_dir": info.DockerRootDir,
		"swarm_state": string(info.Swarm.LocalNodeState),
	}
	if fixture.Podman(t) {
		want["id"] = nil
	}
	shown := object{}
	for name := range want {
		shown[name] = got.Value(t, name)
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	if got.String(t, "api_version") == "" || got.String(t, "kind") == "" {
		t.Errorf("it shows %v", got.Map())
	}
	// It must not differ at every plan.
	if diff := cmp.Diff(got.Map(), server.Data(t, dataType, nil).Map()); diff != "" {
		t.Errorf("asked again:\n%s", diff)
	}
}

// TestWhatEnginesSay is about what the engine for tests may not have.
func TestWhatEnginesSay(t *testing.T) {
	t.Parallel()
	engine := fake.Start(t, "1.48")
	engine.Answer("/info", `{"ID":"x","Labels":["zone=a","plain"],"SecurityOptions":["name=seccomp,profile=default","name=rootless"],
		"Runtimes":{"runc":{"path":"runc"},"crun":{"path":"crun"}},"NCPU":4,"MemTotal":1024,"Warnings":["No swap limit support"],
		"DefaultAddressPools":[{"Base":"10.0.0.0/8","Size":24}],"Plugins":{"Volume":["local","csi"]},
		"Swarm":{"NodeID":"n","LocalNodeState":"active","ControlAvailable":true,"Cluster":{"ID":"c"}}}`)
	engine.Answer("/version", `{"ApiVersion":"1.48","MinAPIVersion":"1.24","GitCommit":"abc"}`)
	got := acctest.DockerAt(t, engine.Host).Data(t, dataType, nil).Map()
	want := object{
		"id": "x", "labels": object{"zone": "a", "plain": ""}, "security_options": []any{"rootless", "seccomp"}, "rootless": true,
		"runtimes": []any{"crun", "runc"}, "cpus": int64(4), "memory": int64(1024), "warnings": []any{"No swap limit support"},
		"address_pools":  []any{object{"base": "10.0.0.0/8", "size": int64(24)}},
		"volume_plugins": []any{"csi", "local"}, "network_plugins": []any{}, "kind": "docker",
		"swarm_node_id": "n", "swarm_cluster_id": "c", "swarm_state": "active", "swarm_manager": true,
		"api_version": "1.48", "min_api_version": "1.24", "git_commit": "abc", "http_proxy": nil,
	}
	shown := object{}
	for name := range want {
		shown[name] = got[name]
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
}

// TestAway asks engines that do not answer.
func TestAway(t *testing.T) {
	t.Parallel()
	_, diags := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").TryData(t.Context(), dataType, nil)
	if diags.Containing("/nonexistent/docker.sock").Errors() == nil {
		t.Errorf("it says %s", diags)
	}
	engine := fake.Start(t, "1.48")
	server := acctest.DockerAt(t, engine.Host)
	if _, diags = server.TryData(t.Context(), dataType, nil); diags.Containing("/info").Errors() == nil {
		t.Errorf("it says %s", diags)
	}
	engine.Answer("/info", `{}`)
	if _, diags = server.TryData(t.Context(), dataType, nil); diags.Containing("/version").Errors() == nil {
		t.Errorf("it says %s", diags)
	}
}
