package network_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/sweep"
)

func TestLifecycle(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	name := newName(t)
	config := newBlock().in(object{"name": name, "labels": object{"a": "1"}})

	planned := r.Plan(t, config)
	if planned.Planned.Value(t, "id") != core.Unknown || planned.Planned.Value(t, "scope") != core.Unknown || p.Count() != 0 {
		t.Errorf("planned %v with %v", planned.Planned.Map(), p.Log())
	}
	r.Apply(t, config)
	id := r.String(t, "id")
	expectCalls(t, p.Log(), "create: inspect, create, inspect", "GET /networks/"+name, "POST /networks/create", "GET /networks/"+id)
	p.Reset()
	r.Refresh(t)
	expectCalls(t, p.Log(), "read", "GET /networks/"+id)
	r.ExpectEmptyPlan(t, config)
	if found := inspect(t, name); found.ID != id || found.Scope != r.String(t, "scope") {
		t.Errorf("the state is %v, the engine shows %+v", r.State().Map(), found)
	}
	if diff := cmp.Diff(object{"id": id, "engine": nil}, r.Identity().Map()); diff != "" {
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
	handle := id
	if fixture.Podman(t) {
		handle = name
	}
	expectCalls(t, p.Log(), "delete: remove", "DELETE /networks/"+handle)
}

func expectCalls(t *testing.T, got []string, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("calls of %s (-want +got):\n%s", what, diff)
	}
}

// light is a configuration of a network that is no more than a record: the engine makes no bridge for it, which takes
// ten times as long. It does for what has nothing to do with drivers.
func light(t *testing.T, name string) object {
	t.Helper()
	return lightly(t, object{"name": name})
}

// lightly makes a configuration that of a mere record, where the engine has such.
func lightly(t *testing.T, config object) object {
	t.Helper()
	if !fixture.Podman(t) {
		config["config_only"] = true
	}
	return config
}

// TestSpellings writes out what is the default, and takes it out again.
func TestSpellings(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	r := server.Resource(t, resourceType)
	name, b := newName(t), newBlock()
	r.Apply(t, b.in(object{"name": name}))
	p.Reset()
	spelt := object{"name": name, "ipam": object{"driver": "default", "options": object{}, "subnets": object{b.subnet(): object{
		"aux_addresses": object{},
	}}}}
	for key, v := range map[string]any{
		"driver": "bridge", "labels": object{}, "options": object{}, "internal": false, "attachable": false, "ingress": false,
		"config_only": false, "scope": "local",
	} {
		spelt[key] = v
	}
	for _, config := range []object{
		spelt, b.in(object{"name": name}), b.in(object{"name_prefix": name}), b.in(object{}),
	} {
		if change := r.Plan(t, config); change.Action == core.Replace {
			t.Errorf("%v replaces the network for %v", config, change.Replace)
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
	config := lightly(t, object{"name": name})
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
	prefix := newName(t)
	r := server.Resource(t, resourceType)
	config := lightly(t, object{"name_prefix": prefix + "-"})
	if got := r.Plan(t, config).Planned.Value(t, "name"); got != core.Unknown {
		t.Errorf("planned the name %v", got)
	}
	r.Apply(t, config)
	if generated := r.String(t, "name"); !strings.HasPrefix(generated, prefix+"-") || len(generated) != len(prefix)+13 {
		t.Errorf("generated %q", generated)
	}
	r.ExpectEmptyPlan(t, config)
	named := prefix + " named"
	if fixture.Podman(t) {
		named = prefix + "-named" // It takes no spaces.
	}
	if change := r.Apply(t, light(t, named)); change.Action != core.Replace {
		t.Errorf("a name: %s", change.Action)
	}
	r.ExpectEmptyPlan(t, light(t, named))
	r.Destroy(t)

	r.Apply(t, lightly(t, object{}))
	name := r.String(t, "name")
	fixture.Remove(t, fixture.Network, name)
	if !strings.HasPrefix(name, "terraform-") {
		t.Errorf("without name and prefix it is named %q", name)
	}
	r.ExpectEmptyPlan(t, lightly(t, object{}))
	r.Destroy(t)
}

func TestDisappears(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	config := light(t, name)
	r.Apply(t, config)
	fixture.RemoveNow(t, fixture.Network, name)
	if change := r.Converge(t, config); change.Action != core.Create {
		t.Errorf("a network that is gone: %s", change.Action)
	}
	fixture.RemoveNow(t, fixture.Network, name)
	r.Destroy(t)
}

// TestSucceeded meets another network of the same name in the place of the one that was made.
func TestSucceeded(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	config := light(t, name)
	r.Apply(t, config)
	fixture.RemoveNow(t, fixture.Network, name)
	other := foreign(t, name)
	r.Refresh(t)
	if !r.Gone() {
		t.Errorf("it took the network of others for its own: %v", r.State().Map())
	}
	if _, diags := r.TryApply(t.Context(), config); diags.Containing("Import it").Errors() == nil {
		t.Errorf("it says %s", diags)
	}
	if got := inspect(t, name).ID; got != other {
		t.Error("the network of others is gone")
	}
	fixture.RemoveNow(t, fixture.Network, name)
}

// foreign is a network that others made.
func foreign(t *testing.T, name string) string {
	t.Helper()
	fixture.Remove(t, fixture.Network, name)
	made, err := fixture.Client(t).NetworkCreate(t.Context(), name, network.CreateOptions{
		Labels: map[string]string{"of": "others"}, ConfigOnly: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// TestForeign meets a network of the same name that others made. Engines allow several networks of one name.
func TestForeign(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name := newName(t)
	id := foreign(t, name)
	before := inspect(t, id)
	for range 2 {
		_, diags := r.TryApply(t.Context(), light(t, name))
		if diags.Containing("Import it").Errors() == nil || !r.Gone() {
			t.Errorf("it says %s, and has %v", diags, r.State().Map())
		}
	}
	if diff := cmp.Diff(before, inspect(t, name)); diff != "" {
		t.Errorf("the network of others has changed:\n%s", diff)
	}
	// An engine takes the beginning of an id for a name, too.
	if fixture.Podman(t) {
		return // Podman refuses names that are the beginning of an id.
	}
	short := id[:12]
	fixture.Remove(t, fixture.Network, short)
	r.Apply(t, light(t, short))
	if r.String(t, "id") == id {
		t.Error("it took another network's id for a name")
	}
	r.Destroy(t)
	fixture.RemoveNow(t, fixture.Network, id)
}

func TestImport(t *testing.T) {
	t.Parallel()
	server, p := acctest.Proxied(t)
	maker := server.Resource(t, resourceType)
	name, b := newName(t), newBlock()
	config := b.in(object{"name": name, "labels": object{"a": "1"}, "internal": true})
	maker.Apply(t, config)
	id := maker.String(t, "id")
	p.Reset()
	byID, byIdentity, byName := server.Resource(t, resourceType), server.Resource(t, resourceType), server.Resource(t, resourceType)
	byID.Import(t, id)
	byIdentity.ImportIdentity(t, object{"id": id})
	expectCalls(t, p.Log(), "two imports", "GET /networks/"+id, "GET /networks/"+id)
	byName.Import(t, name)
	for what, other := range map[string]*core.Resource{"identity": byIdentity, "name": byName} {
		if diff := cmp.Diff(byID.State().Map(), other.State().Map()); diff != "" {
			t.Errorf("import by %s: %s", what, diff)
		}
		if diff := cmp.Diff(byID.Identity().Map(), other.Identity().Map()); diff != "" {
			t.Errorf("import by %s: %s", what, diff)
		}
	}
	p.Reset()
	if change := byID.Apply(t, config); change.Action != core.Update || p.Count() != 0 {
		t.Errorf("the subnet that was there is written out: %s with %v", change.Action, p.Log())
	}
	byID.ExpectEmptyPlan(t, config)
	other := maps.Clone(config)
	if change := byName.Plan(t, newBlock().in(other)); change.Action != core.Replace {
		t.Errorf("another subnet: %s", change.Action)
	}
	if diags := server.Resource(t, resourceType).TryImport(t.Context(), name+"-not-there"); !diags.HasError() {
		t.Error("importing a network that is not there is no error")
	}
	byID.Destroy(t)
}

// TestLeftMeanwhile destroys a network while its container takes its time to stop.
func TestLeftMeanwhile(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r, user := server.Resource(t, resourceType), server.Resource(t, "containers_docker_container")
	name := newName(t)
	r.Apply(t, newBlock().in(object{"name": name}))
	fixture.Remove(t, fixture.Container, name)
	user.Apply(t, object{
		"name": name, "image": fixture.Image(t), "command": []any{"/toolbox", "sleep"}, "stop_timeout": "2s", "networks": object{name: object{}},
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
	r.Apply(t, newBlock().in(object{"name": name}))
	fixture.Remove(t, fixture.Container, name)
	cli := fixture.Client(t)
	made, err := cli.ContainerCreate(t.Context(), &container.Config{Image: fixture.Image(t), Cmd: []string{"/toolbox", "sleep"}},
		&container.HostConfig{NetworkMode: container.NetworkMode(name)}, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := cli.ContainerStart(t.Context(), made.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	diags := r.TryDestroy(t.Context())
	if diags.Containing("still used by: "+name).Errors() == nil || r.Gone() {
		t.Errorf("destroying a network in use: %s", diags)
	}
	fixture.RemoveNow(t, fixture.Container, name)
	r.Destroy(t)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	subject := func(t *testing.T) sweep.Subject {
		t.Helper()
		name := fixture.Name(t)
		changed := light(t, name)
		changed["labels"] = object{"a": "1"}
		return sweep.Subject{
			Type: resourceType, Name: name, Config: light(t, name), Changed: changed,
			Sound: func(t *testing.T, config map[string]any) {
				t.Helper()
				if _, labelled := config["labels"]; labelled != (inspect(t, name).Labels["a"] == "1") {
					t.Error("the network is not as configured")
				}
			},
		}
	}
	sweep.Run(t, subject)
	sweep.RunGone(t, subject, "create")
}
