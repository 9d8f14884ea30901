package volume_test

import (
	"testing"

	"github.com/docker/docker/api/types/volume"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fake"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestDataSource(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	name := newName(t)
	fixture.Remove(t, fixture.Volume, name)
	made, err := fixture.Client(t).VolumeCreate(t.Context(), volume.CreateOptions{Name: name, Labels: map[string]string{"a": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	got := server.Data(t, resourceType, object{"name": name})
	expectCalls(t, p.Log(), "the data source", "GET /volumes/"+name)
	want := object{
		"name": name, "driver": "local", "driver_opts": object{}, "labels": object{"a": "1"}, "scope": "local", "mountpoint": made.Mountpoint,
		"created_at": made.CreatedAt, "cluster": nil, "cluster_id": nil, "availability": nil, "engine": nil,
	}
	if diff := cmp.Diff(want, got.Map()); diff != "" {
		t.Error(diff)
	}
	_, diags := server.TryData(t.Context(), resourceType, object{"name": name + "-not-there"})
	if len(diags.At("name").Containing("No such volume").Errors()) == 0 {
		t.Errorf("a volume that is not there: %s", diags)
	}
	if _, diags = server.TryData(t.Context(), resourceType, object{"name": "a/b"}); len(diags.At("name").Errors()) == 0 {
		t.Errorf("an invalid name: %s", diags)
	}
	if _, diags = server.TryData(t.Context(), resourceType, object{"name": name, "engine": "nowhere"}); !diags.HasError() {
		t.Error("an engine that is not configured is no error")
	}
}

func TestDataSourceOfClusterVolume(t *testing.T) {
	t.Parallel()
	server := acctest.DockerAt(t, fake.Start(t, "1.43").Host)
	server.Resource(t, resourceType).Apply(t, object{"name": "whole", "driver": "csi", "cluster": everything()})
	got := server.Data(t, resourceType, object{"name": "whole"})
	if diff := cmp.Diff(everything(), got.Value(t, "cluster")); diff != "" {
		t.Error(diff)
	}
	if got.String(t, "availability") != "active" || got.String(t, "cluster_id") != "id-of-whole" {
		t.Errorf("it shows %v", got.Map())
	}
}

// TestDataSourceAway asks an engine that is not there.
func TestDataSourceAway(t *testing.T) {
	t.Parallel()
	server := acctest.DockerAt(t, "unix:///nonexistent/docker.sock")
	if _, diags := server.TryData(t.Context(), resourceType, object{"name": "ab"}); diags.Containing("/nonexistent").Errors() == nil {
		t.Errorf("it says %s", diags)
	}
	if diags := server.Resource(t, resourceType).Validate(t.Context(), object{"name": core.Unknown}); diags.HasError() {
		t.Error(diags)
	}
}
