package volume_test

import (
	"maps"
	"testing"

	"github.com/docker/docker/api/types/volume"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fake"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/transition"
)

// everything is a cluster with every attribute, and everythingSent what the engine must get for it.
func everything() object {
	return object{
		"group": "g", "scope": "multi", "sharing": "onewriter", "type": "mount", "fs_type": "ext4", "mount_flags": []any{"noatime", "ro"},
		"required_bytes": "10g", "limit_bytes": "20g",
		"requisite_topologies": []any{object{"segments": object{"zone": "b"}}, object{"segments": object{"zone": "a"}}},
		"preferred_topologies": []any{object{"segments": object{"zone": "a", "rack": "1"}}},
		"secrets":              object{"password": "secret-1", "user": "secret-2"},
	}
}

func everythingSent() volume.ClusterVolumeSpec {
	return volume.ClusterVolumeSpec{
		Group: "g", Availability: "active",
		AccessMode: &volume.AccessMode{
			Scope: "multi", Sharing: "onewriter", MountVolume: &volume.TypeMount{FsType: "ext4", MountFlags: []string{"noatime", "ro"}},
		},
		CapacityRange: &volume.CapacityRange{RequiredBytes: 10 << 30, LimitBytes: 20 << 30},
		AccessibilityRequirements: &volume.TopologyRequirement{
			Requisite: []volume.Topology{{Segments: map[string]string{"zone": "b"}}, {Segments: map[string]string{"zone": "a"}}},
			Preferred: []volume.Topology{{Segments: map[string]string{"zone": "a", "rack": "1"}}},
		},
		Secrets: []volume.Secret{{Key: "password", Secret: "secret-1"}, {Key: "user", Secret: "secret-2"}},
	}
}

func TestClusterVolume(t *testing.T) {
	t.Parallel()
	engine := fake.Start(t, "1.43")
	p := proxy.Start(t, engine.Host)
	s := transition.Suite{
		Server:   acctest.DockerAt(t, p.Host),
		Type:     resourceType,
		ImportID: func(t *testing.T, r *core.Resource) string { t.Helper(); return r.String(t, "name") },
	}
	least := object{"name": "least", "driver": "csi", "cluster": object{}}
	r := s.Hold(t, least)
	want := volume.ClusterVolumeSpec{
		Availability: "active",
		AccessMode:   &volume.AccessMode{Scope: "single", Sharing: "none", BlockVolume: &volume.TypeBlock{}},
	}
	if diff := cmp.Diff(want, engine.Volume("least").ClusterVolume.Spec); diff != "" {
		t.Errorf("the engine got something else:\n%s", diff)
	}
	if r.String(t, "cluster_id") != "id-of-least" || r.String(t, "scope") != "global" {
		t.Errorf("the state is %v", r.State().Map())
	}
	r.Destroy(t)

	whole := object{"name": "whole", "driver": "csi", "cluster": everything()}
	r = s.Hold(t, whole)
	if diff := cmp.Diff(everythingSent(), engine.Volume("whole").ClusterVolume.Spec); diff != "" {
		t.Errorf("the engine got something else:\n%s", diff)
	}
	respelt := maps.Clone(whole)
	cluster := everything()
	cluster["required_bytes"] = "10240m"
	respelt["cluster"] = cluster
	if change := r.Apply(t, respelt); change.Action != core.NoOp {
		t.Errorf("another spelling of a size: %s", change.Action)
	}
	r.Destroy(t)
}

// TestClusterAttributes changes each attribute of a cluster volume: only its availability may change without a new volume.
func TestClusterAttributes(t *testing.T) {
	t.Parallel()
	server := acctest.DockerAt(t, fake.Start(t, "1.43").Host)
	r := server.Resource(t, resourceType)
	r.Apply(t, object{"name": "whole", "driver": "csi", "cluster": everything()})
	others := object{
		"group": "h", "scope": "single", "sharing": "all", "type": "block", "fs_type": "xfs", "mount_flags": []any{"ro", "noatime"},
		"required_bytes": "11g", "limit_bytes": "21g", "requisite_topologies": []any{object{"segments": object{"zone": "b"}}},
		"preferred_topologies": []any{object{"segments": object{"zone": "b"}}}, "secrets": object{"password": "secret-3"},
	}
	for name := range everything() {
		for _, value := range []any{others[name], nil} {
			cluster := everything()
			cluster[name] = value
			if name == "type" {
				delete(cluster, "fs_type")
				delete(cluster, "mount_flags")
			}
			if change := r.Plan(t, object{"name": "whole", "driver": "csi", "cluster": cluster}); change.Action != core.Replace {
				t.Errorf("%s = %v: %s", name, value, change.Action)
			}
		}
		delete(others, name)
	}
	if len(others) > 0 {
		t.Errorf("attributes that are not there: %v", others)
	}
	if change := r.Plan(t, object{"name": "whole", "driver": "csi"}); change.Action != core.Replace {
		t.Errorf("no cluster volume any more: %s", change.Action)
	}
}

func TestAvailability(t *testing.T) {
	t.Parallel()
	engine := fake.Start(t, "1.43")
	p := proxy.Start(t, engine.Host)
	server := acctest.DockerAt(t, p.Host)
	r := server.Resource(t, resourceType)
	drained := server.Resource(t, resourceType)
	drained.Apply(t, object{"name": "bb", "driver": "csi", "cluster": object{}, "availability": "drain"})
	if got := engine.Volume("bb").ClusterVolume.Spec.Availability; got != "drain" {
		t.Errorf("made with the availability %s", got)
	}
	config := object{"name": "aa", "driver": "csi", "cluster": object{}}
	r.Apply(t, config)
	for _, step := range []struct {
		availability any
		want         volume.Availability
	}{{"pause", "pause"}, {"drain", "drain"}, {nil, "active"}, {"pause", "pause"}, {"active", "active"}} {
		config["availability"] = step.availability
		p.Reset()
		if change := r.Apply(t, config); change.Action != core.Update {
			t.Errorf("%v: %s %v", step.availability, change.Action, change.Replace)
		}
		expectCalls(t, p.Log(), "a change of the availability", "GET /volumes/aa", "PUT /volumes/aa", "GET /volumes/aa")
		if got := engine.Volume("aa").ClusterVolume.Spec.Availability; got != step.want {
			t.Errorf("%v: the engine has %s", step.availability, got)
		}
		r.ExpectEmptyPlan(t, config)
	}
	engine.Volume("aa").ClusterVolume.Spec.Availability = "drain"
	if drift := r.Refresh(t); len(drift) != 1 {
		t.Errorf("somebody drained it: %v", drift)
	}
	r.Converge(t, config)

	config["availability"] = "pause"
	p.CutAfter(2 + p.Count())
	if _, diags := r.TryApply(t.Context(), config); !diags.HasError() {
		t.Error("the answer was lost, and nothing is said")
	}
	p.Reset()
	r.Converge(t, config)
	other := server.Resource(t, resourceType)
	other.Import(t, "aa")
	other.ExpectEmptyPlan(t, config)
}

// TestClusterNeeds asks an engine that is too old.
func TestClusterNeeds(t *testing.T) {
	t.Parallel()
	r := acctest.DockerAt(t, fake.Start(t, "1.41").Host).Resource(t, resourceType)
	_, diags := r.TryPlan(t.Context(), object{"driver": "csi", "cluster": object{}})
	if len(diags.At("cluster").Containing("1.42").Errors()) == 0 {
		t.Errorf("it says %s", diags)
	}
}

func TestClusterInput(t *testing.T) {
	t.Parallel()
	r := acctest.DockerAt(t, "unix:///nonexistent/docker.sock").Resource(t, resourceType)
	in := func(key string, value any) object { return object{"driver": "csi", "cluster": object{key: value}} }
	for at, config := range map[string]object{
		"driver":                       {"cluster": object{}},
		"availability":                 {"availability": "pause"},
		"cluster.scope":                in("scope", "all"),
		"cluster.sharing":              in("sharing", "some"),
		"cluster.type":                 in("type", "file"),
		"cluster.fs_type":              in("fs_type", "ext4"),
		"cluster.mount_flags":          in("mount_flags", []any{"ro"}),
		"cluster.required_bytes":       in("required_bytes", "big"),
		"cluster.limit_bytes":          in("limit_bytes", "0"),
		"cluster.requisite_topologies": in("requisite_topologies", []any{}),

		"cluster.preferred_topologies[0].segments": in("preferred_topologies", []any{object{"segments": object{}}}),
	} {
		if diags := r.Validate(t.Context(), config); len(diags.At(at).Errors()) == 0 {
			t.Errorf("nothing at %s, but %s", at, diags)
		}
	}
	for _, config := range []object{
		{"driver": core.Unknown, "cluster": core.Unknown, "availability": "pause"},
		{"driver": core.Unknown, "cluster": object{"type": core.Unknown, "fs_type": "ext4"}},
		{"availability": core.Unknown, "cluster": nil},
	} {
		if diags := r.Validate(t.Context(), config); diags.HasError() {
			t.Errorf("%v: %s", config, diags)
		}
	}
}
