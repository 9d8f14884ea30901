package volume_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/volume"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/transition"
)

type object = map[string]any

// newName is a name of which nothing may be left in the end.
func newName(t *testing.T) string {
	t.Helper()
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	return name
}

func inspect(t *testing.T, name string) volume.Volume {
	t.Helper()
	found, err := fixture.Client(t).VolumeInspect(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	name := newName(t)
	config := object{"name": name, "labels": object{"a": "1"}}

	planned := r.Plan(t, config)
	if planned.Planned.Value(t, "mountpoint") != core.Unknown || p.Count() != 0 {
		t.Errorf("planned %v with %v", planned.Planned.Map(), p.Log())
	}
	r.Apply(t, config)
	expectCalls(t, p.Log(), "create: inspect, create", "GET /volumes/"+name, "POST /volumes/create")
	p.Reset()
	r.Refresh(t)
	expectCalls(t, p.Log(), "read", "GET /volumes/"+name)
	r.ExpectEmptyPlan(t, config)
	found := inspect(t, name)
	if r.String(t, "mountpoint") != found.Mountpoint || !cmp.Equal(found.Labels, map[string]string{"a": "1"}) {
		t.Errorf("the state is %v, the engine shows %+v", r.State().Map(), found)
	}
	if diff := cmp.Diff(object{"name": name, "engine": nil}, r.Identity().Map()); diff != "" {
		t.Error(diff)
	}

	p.Reset()
	config["timeouts"] = object{"delete": "1m"}
	if change := r.Apply(t, config); change.Action != core.Update {
		t.Errorf("new timeouts: %s", change.Action)
	}
	expectCalls(t, p.Log(), "update that only steers the provider")
	r.ExpectEmptyPlan(t, config)

	p.Reset()
	r.Destroy(t)
	expectCalls(t, p.Log(), "delete: remove", "DELETE /volumes/"+name)
}

func expectCalls(t *testing.T, got []string, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("calls of %s (-want +got):\n%s", what, diff)
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	small, large := "size=1m", "size=2m"
	if fixture.Podman(t) {
		small, large = "mode=700", "mode=755" // Podman before 4.8 wants project quotas of its file system for a size.
	}
	tmpfs := object{"type": "tmpfs", "device": "tmpfs", "o": "uid=1000," + small + ",gid=5"}
	larger := object{"type": "tmpfs", "device": "tmpfs", "o": "uid=1000," + large + ",gid=5"}
	transition.Run(t, transition.Suite{
		Server:   acctest.Docker(t),
		Type:     resourceType,
		Base:     func(t *testing.T) map[string]any { t.Helper(); return object{"name": newName(t)} },
		ImportID: func(t *testing.T, r *core.Resource) string { t.Helper(); return r.String(t, "name") },
		Sound:    sound,
		Except: map[string]string{
			"name": "TestNames", "name_prefix": "TestNames", "driver": "TestDriver: engines have only one without plugins",
			"engine": "TestEngines", "timeouts": "TestLifecycle",
			"cluster": "the tests of cluster volumes", "availability": "the tests of cluster volumes",
		},
		Cases: []transition.Case{
			{
				Attribute: "labels", From: object{"a": "1", "b": ""}, To: object{"a": "2"},
				Add: core.Replace, Change: core.Replace, Remove: core.Replace,
			},
			{
				Attribute: "driver_opts", From: tmpfs, To: larger,
				Add: core.Replace, Change: core.Replace, Remove: core.Replace,
			},
		},
	})
}

func sound(t *testing.T, r *core.Resource, config map[string]any) {
	t.Helper()
	found := inspect(t, r.String(t, "name"))
	if fixture.Podman(t) {
		// It repeats what stands in "o".
		delete(found.Options, "UID")
		delete(found.Options, "GID")
	}
	for attribute, got := range map[string]map[string]string{"labels": found.Labels, "driver_opts": found.Options} {
		want := map[string]string{}
		configured, _ := config[attribute].(object)
		for k, v := range configured {
			want[k], _ = v.(string)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the engine shows other %s:\n%s", attribute, diff)
		}
	}
}

// TestSpellings writes out what is the default, and takes it out again. A volume must survive that: it holds data.
func TestSpellings(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	name := newName(t)
	r.Apply(t, object{"name": name})
	p.Reset()
	for _, config := range []object{
		{"name": name, "driver": "local"},
		{"name": name, "driver": "local", "labels": object{}, "driver_opts": object{}},
		{"name": name, "labels": object{}},
		{"name": name},
		{"name_prefix": name},
		{},
	} {
		if change := r.Plan(t, config); change.Action == core.Replace {
			t.Errorf("%v replaces the volume for %v", config, change.Replace)
		}
		r.Apply(t, config)
		if p.Count() != 0 {
			t.Errorf("%v asked the engine for %v", config, p.Log())
		}
		r.ExpectEmptyPlan(t, config)
		p.Reset()
	}
	r.Destroy(t)
}

// TestNameKnownLater is about a name that is not known before the apply.
func TestNameKnownLater(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	config := object{"name": name}
	r.Apply(t, config)
	later, after := maps.Clone(config), maps.Clone(config)
	later["name"], after["name"] = core.Unknown, name+"-b"
	if change := r.ApplyPlanned(t, later, after); change.Action != core.Replace {
		t.Errorf("a name that is known later is planned to %s", change.Action)
	}
	r.ExpectEmptyPlan(t, after)
	r.Destroy(t)
}

func TestNames(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	prefix, other := newName(t), newName(t)
	r := server.Resource(t, resourceType)
	config := object{"name_prefix": prefix + "-"}
	if got := r.Plan(t, config).Planned.Value(t, "name"); got != core.Unknown {
		t.Errorf("planned the name %v", got)
	}
	r.Apply(t, config)
	generated := r.String(t, "name")
	if !strings.HasPrefix(generated, prefix+"-") || len(generated) != len(prefix)+13 {
		t.Errorf("generated %q", generated)
	}
	r.ExpectEmptyPlan(t, config)
	second := server.Resource(t, resourceType)
	second.Apply(t, config)
	if second.String(t, "name") == generated {
		t.Error("two volumes got one name")
	}
	second.Destroy(t)

	change := r.Apply(t, object{"name_prefix": other})
	if change.Action != core.Replace || !strings.HasPrefix(r.String(t, "name"), other) {
		t.Errorf("another prefix: %s to %q", change.Action, r.String(t, "name"))
	}
	change = r.Apply(t, object{"name": prefix})
	if change.Action != core.Replace || r.String(t, "name") != prefix {
		t.Errorf("a name: %s to %q", change.Action, r.String(t, "name"))
	}
	r.ExpectEmptyPlan(t, object{"name": prefix})
	r.Destroy(t)

	generatedOnly := server.Resource(t, resourceType)
	generatedOnly.Apply(t, nil)
	name := generatedOnly.String(t, "name")
	fixture.Remove(t, fixture.Volume, name)
	if !strings.HasPrefix(name, "terraform-") {
		t.Errorf("without name and prefix it is named %q", name)
	}
	generatedOnly.ExpectEmptyPlan(t, nil)
	generatedOnly.Destroy(t)
}

func TestDriver(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	name := newName(t)
	// The engine itself looks for a plugin for 15 s before it answers so.
	p.Reply("POST", "/volumes/create", 404, `plugin "no-such-driver" not found`)
	_, diags := r.TryApply(t.Context(), object{"name": name, "driver": "no-such-driver"})
	if diags.Containing("no-such-driver").Errors() == nil || !r.Gone() {
		t.Errorf("a driver that is not there: %s", diags)
	}
	p.Reset()
	r.Apply(t, object{"name": name, "driver": "local"})
	r.ExpectEmptyPlan(t, object{"name": name, "driver": "local"})
	if change := r.Plan(t, object{"name": name, "driver": "another"}); change.Action != core.Replace {
		t.Errorf("another driver: %s", change.Action)
	}
	r.Destroy(t)
}

func TestDisappears(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	config := object{"name": name}
	r.Apply(t, config)
	fixture.RemoveNow(t, fixture.Volume, name)
	if change := r.Converge(t, config); change.Action != core.Create {
		t.Errorf("a volume that is gone: %s", change.Action)
	}
	fixture.RemoveNow(t, fixture.Volume, name)
	r.Destroy(t)
}

// TestForeign meets a volume of the same name that others made.
func TestForeign(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	fixture.Remove(t, fixture.Volume, name)
	made, err := fixture.Client(t).VolumeCreate(t.Context(), volume.CreateOptions{Name: name, Labels: map[string]string{"of": "others"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, diags := r.TryApply(t.Context(), object{"name": name, "labels": object{"a": "1"}})
		if diags.Containing("Import it").Errors() == nil {
			t.Errorf("it says %s", diags)
		}
		if !r.Gone() {
			t.Errorf("it is in the state: %v", r.State().Map())
		}
	}
	if diff := cmp.Diff(made, inspect(t, name), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the volume of others has changed:\n%s", diff)
	}
	fixture.RemoveNow(t, fixture.Volume, name)
}

func TestImport(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	name := newName(t)
	fixture.Remove(t, fixture.Volume, name)
	_, err := fixture.Client(t).VolumeCreate(t.Context(), volume.CreateOptions{Name: name, Labels: map[string]string{"a": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	byID, byIdentity := server.Resource(t, resourceType), server.Resource(t, resourceType)
	byID.Import(t, name)
	byIdentity.ImportIdentity(t, object{"name": name})
	expectCalls(t, p.Log(), "two imports", "GET /volumes/"+name, "GET /volumes/"+name)
	if diff := cmp.Diff(byID.State().Map(), byIdentity.State().Map()); diff != "" {
		t.Error(diff)
	}
	byID.ExpectEmptyPlan(t, object{"name": name, "labels": object{"a": "1"}})
	if change := byID.Plan(t, object{"name": name}); change.Action != core.Replace {
		t.Errorf("labels that are not configured stay on an imported volume: %s", change.Action)
	}
	if diags := server.Resource(t, resourceType).TryImport(t.Context(), name+"-not-there"); !diags.HasError() {
		t.Error("importing a volume that is not there is no error")
	}
	for _, id := range []string{"engine=", "engine=x", "engine=,x", "engine=nowhere,x"} {
		if diags := server.Resource(t, resourceType).TryImport(t.Context(), id); !diags.HasError() {
			t.Errorf("importing %q is no error", id)
		}
	}
	byID.Destroy(t)
}

// TestLeftMeanwhile destroys a volume while its container takes its time to stop.
func TestLeftMeanwhile(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r, user := server.Resource(t, resourceType), server.Resource(t, "containers_docker_container")
	name := newName(t)
	r.Apply(t, object{"name": name})
	fixture.Remove(t, fixture.Container, name)
	user.Apply(t, object{
		"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "stop_timeout": "2s",
		"mounts": object{"/data": object{"type": "volume", "source": name}},
	})
	stopped := make(chan core.Diagnostics)
	go func() { stopped <- user.TryDestroy(context.WithoutCancel(t.Context())) }()
	r.Destroy(t)
	if diags := <-stopped; diags.HasError() {
		t.Error(diags)
	}
}

func TestInUse(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	r.Apply(t, object{"name": name})
	fixture.Remove(t, fixture.Container, name)
	_, err := fixture.Client(t).ContainerCreate(t.Context(), &container.Config{Image: fixture.Image(t), Cmd: []string{"/toolbox"}},
		&container.HostConfig{Mounts: []mount.Mount{{Type: mount.TypeVolume, Source: name, Target: "/data"}}}, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	diags := r.TryDestroy(t.Context())
	if diags.Containing("still used by: "+name).Errors() == nil || r.Gone() {
		t.Errorf("destroying a volume in use: %s", diags)
	}
	fixture.RemoveNow(t, fixture.Container, name)
	r.Destroy(t)
}
