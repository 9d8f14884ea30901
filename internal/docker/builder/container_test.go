package builder_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/volume"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/buildkitd"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// native keeps BuildKit from mounting overlays upon those of the engine.
const native = "[worker.oci]\n  snapshotter = \"native\"\n"

// contained is a builder in a container, and its name, of which nothing may be left.
func contained(t *testing.T, more ...any) (name string, config object) {
	t.Helper()
	image := buildkitd.Image(t)
	name = fixture.Name(t)
	fixture.NothingLeft(t, name)
	// A test may run where nothing is privileged.
	inner := object{
		"name": name, "image": image, "config": native, "privileged": false, "cap_add": []any{"SYS_ADMIN"},
		"security_opts": []any{"seccomp=unconfined"},
	}
	for i := 0; i < len(more); i += 2 {
		key, _ := more[i].(string)
		inner[key] = more[i+1]
	}
	return name, object{"container": inner}
}

func inspect(t *testing.T, name string) container.InspectResponse {
	t.Helper()
	found, err := fixture.Client(t).ContainerInspect(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestContainer(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	name, config := contained(t)
	address := "docker-container://" + name
	if got := r.Plan(t, config).Planned.Value(t, "address"); got != address {
		t.Errorf("planned the address %v", got)
	}
	r.Apply(t, config)
	if r.String(t, "address") != address || r.String(t, "version") == "" || len(r.State().Map()["platforms"].([]any)) == 0 {
		t.Errorf("the state is %v", r.State().Map())
	}
	if diff := cmp.Diff(object{"address": address, "engine": nil}, r.Identity().Map()); diff != "" {
		t.Error(diff)
	}
	r.ExpectEmptyPlan(t, config)
	first := inspect(t, name)
	if first.HostConfig.Privileged || string(first.HostConfig.RestartPolicy.Name) != "unless-stopped" {
		t.Errorf("the container is %+v", first.HostConfig)
	}

	image := server.Resource(t, "containers_docker_image")
	built := object{"name": name, "build": object{
		"context": t.TempDir(), "dockerfile_inline": "FROM scratch\nCOPY . /\nLABEL of=" + name + "\n", "builder": address,
	}}
	image.Apply(t, built)
	image.ExpectEmptyPlan(t, built)
	if !fixture.Exists(t, fixture.ImageRef, name) {
		t.Error("the image is not on the engine")
	}
	image.Destroy(t)

	inner, _ := config["container"].(object)
	inner["restart"] = "no"
	change, changed := r.Apply(t, config), inspect(t, name)
	// Podman cannot change the policy of a container.
	if change.Action != core.Update || changed.ID != first.ID != fixture.Podman(t) || changed.HostConfig.RestartPolicy.Name != "no" {
		t.Errorf("another restart policy: %s to %+v", change.Action, changed.HostConfig.RestartPolicy)
	}
	r.ExpectEmptyPlan(t, config)
	inner["restart"] = "always"
	r.Apply(t, config)
	if got := inspect(t, name).HostConfig.RestartPolicy.Name; got != "always" {
		t.Errorf("restart is %q", got)
	}
	r.ExpectEmptyPlan(t, config)
	inner["env"] = object{"A": "b"}
	inner["args"] = []any{"--debug"}
	if change := r.Apply(t, config); change.Action != core.Update || inspect(t, name).ID == first.ID {
		t.Errorf("other arguments: %s", change.Action)
	}
	r.ExpectEmptyPlan(t, config)
	if second := inspect(t, name); !slices.Contains(second.Config.Env, "A=b") || !slices.Contains(second.Args, "--debug") {
		t.Errorf("the container runs %q with %q", second.Args, second.Config.Env)
	}
	delete(inner, "env")
	delete(inner, "args")
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	if third := inspect(t, name); slices.Contains(third.Config.Env, "A=b") || slices.Contains(third.Args, "--debug") {
		t.Errorf("the container still runs %q with %q", third.Args, third.Config.Env)
	}
	inner["name"] = name + "-other"
	if change := r.Plan(t, config); change.Action != core.Replace {
		t.Errorf("another name: %s", change.Action)
	}
	r.Destroy(t)
}

// TestPrivileged is the usual way, which not every machine of a test allows.
func TestPrivileged(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name, config := contained(t)
	config["container"] = object{"name": name, "image": buildkitd.Image(t), "config": native}
	_, diags := r.TryApply(t.Context(), config)
	if diags.HasError() {
		r.Destroy(t)
	}
	if diags.Containing("operation not permitted").Errors() != nil {
		t.Skipf("privileged containers are not possible here: %s", diags)
	}
	if diags.HasError() || !inspect(t, name).HostConfig.Privileged {
		t.Errorf("it says %s", diags)
	}
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
}

// TestStopped stops the container behind the provider's back, and takes it away.
func TestStopped(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name, config := contained(t)
	r.Apply(t, config)
	if err := fixture.Client(t).ContainerKill(t.Context(), name, "KILL"); err != nil {
		t.Fatal(err)
	}
	if change := r.Converge(t, config); change.Action != core.Update || !inspect(t, name).State.Running {
		t.Errorf("a builder that was stopped: %s", change.Action)
	}
	fixture.RemoveNow(t, fixture.Container, name)
	if change := r.Converge(t, config); change.Action != core.Update || !inspect(t, name).State.Running {
		t.Errorf("a builder that is gone, but for its state: %s", change.Action)
	}
	fixture.RemoveNow(t, fixture.Container, name)
	fixture.RemoveNow(t, fixture.Volume, name+"_state")
	if change := r.Converge(t, config); change.Action != core.Create {
		t.Errorf("a builder that is gone: %s", change.Action)
	}
	r.Destroy(t)
}

// TestVolumes keeps the state, and gives the next builder what an earlier one left.
func TestVolumes(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	name, config := contained(t)
	config["keep_volume"] = true
	for range 2 {
		r := server.Resource(t, resourceType)
		r.Apply(t, config)
		r.Destroy(t)
		if !fixture.Exists(t, fixture.Volume, name+"_state") {
			t.Fatal("the state is gone")
		}
	}
	fixture.RemoveNow(t, fixture.Volume, name+"_state")
	_, err := fixture.Client(t).VolumeCreate(t.Context(), volume.CreateOptions{Name: name + "_state"})
	if err != nil {
		t.Fatal(err)
	}
	fixture.Remove(t, fixture.Volume, name+"_state")
	r := server.Resource(t, resourceType)
	if _, diags := r.TryApply(t.Context(), config); diags.Containing("container.volume").Errors() == nil || !r.Gone() {
		t.Errorf("a volume of others: %s", diags)
	}
	inner, _ := config["container"].(object)
	inner["volume"] = name + "_state"
	config["keep_volume"] = false
	r.Apply(t, config)
	r.ExpectEmptyPlan(t, config)
	r.Destroy(t)
	if !fixture.Exists(t, fixture.Volume, name+"_state") {
		t.Error("a volume of the user's was removed")
	}
	fixture.RemoveNow(t, fixture.Volume, name+"_state")
}

func TestImport(t *testing.T) {
	t.Parallel()
	server := acctest.Docker(t)
	r := server.Resource(t, resourceType)
	name, config := contained(t, "labels", object{"a": "b"})
	r.Apply(t, config)
	again := server.Resource(t, resourceType)
	again.Import(t, "docker-container://"+name)
	if diff := cmp.Diff(r.State().Map(), again.State().Map()); diff != "" {
		t.Errorf("the import differs:\n%s", diff)
	}
	again.ExpectEmptyPlan(t, config)
	if diags := server.Resource(t, resourceType).TryImport(t.Context(), "docker-container://"+name+"-none"); !diags.HasError() {
		t.Error("importing a container that is not there is no error")
	}
	if diags := server.Resource(t, resourceType).TryImport(t.Context(), name); diags.Containing("tcp://host:port").Errors() == nil {
		t.Errorf("importing what is no address: %s", diags)
	}
	r.Destroy(t)
}

// TestDies has buildkitd end at its start.
func TestDies(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	_, config := contained(t, "restart", "no")
	inner, _ := config["container"].(object)
	inner["config"] = "this is no TOML"
	_, diags := r.TryApply(t.Context(), config)
	if diags.Containing("ended with exit code 1").Containing("toml").Errors() == nil {
		t.Errorf("a configuration that cannot be read: %s", diags)
	}
	inner["config"] = native
	r.Converge(t, config)
	r.Destroy(t)
}

// TestForeign meets a container of the same name that others made.
func TestForeign(t *testing.T) {
	t.Parallel()
	r := acctest.Docker(t).Resource(t, resourceType)
	name, config := contained(t)
	fixture.Remove(t, fixture.Container, name)
	made, err := fixture.Client(t).ContainerCreate(t.Context(), &container.Config{Image: buildkitd.Image(t)}, nil, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	_, diags := r.TryApply(t.Context(), config)
	if diags.Containing("Import it").Errors() == nil || !r.Gone() || inspect(t, name).ID != made.ID {
		t.Errorf("a container of others: %s", diags)
	}
	fixture.RemoveNow(t, fixture.Container, name)
	inner, _ := config["container"].(object)
	inner["image"] = "127.0.0.1:1/none:1"
	_, diags = r.TryApply(t.Context(), config)
	if diags.Containing("127.0.0.1:1").Errors() == nil || !r.Gone() {
		t.Errorf("an image that cannot be pulled: %s", diags)
	}
	if left := fixture.Leftovers(t, name); len(left) > 0 {
		t.Errorf("left: %s", strings.Join(left, ", "))
	}
}

// TestNoBuilderInContainer has a build look for a BuildKit where there is none.
func TestNoBuilderInContainer(t *testing.T) {
	t.Parallel()
	image := acctest.Docker(t).Resource(t, "containers_docker_image")
	name := fixture.Name(t)
	fixture.NothingLeft(t, name)
	cli := fixture.Client(t)
	for _, suffix := range []string{"-created", "-other"} {
		fixture.Remove(t, fixture.Container, name+suffix)
		_, err := cli.ContainerCreate(t.Context(), &container.Config{Image: fixture.Image(t), Cmd: []string{"/toolbox", "sleep"}}, nil, nil, nil, name+suffix)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := cli.ContainerStart(t.Context(), name+"-other", container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	for suffix, says := range map[string]string{"-none": "no such container", "-created": "does not run", "-other": "buildctl"} {
		_, diags := image.TryApply(t.Context(), object{
			"name": name, "build": object{"dockerfile_inline": "FROM scratch\nLABEL a=b\n", "builder": "docker-container://" + name + suffix},
		})
		if diags.Containing(says).Containing(name+suffix).Errors() == nil {
			t.Errorf("%s: %s", suffix, diags)
		}
	}
	for _, suffix := range []string{"-created", "-other"} {
		fixture.RemoveNow(t, fixture.Container, name+suffix)
	}
}
