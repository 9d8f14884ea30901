package containerregistry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const buildType = "containers_azure_container_registry_build"

// building is a configuration of a build, with what is behind the registry, and the folder of the context.
type building struct {
	server  *core.Server
	sub     *armsim.Subscription
	behind  *registries.Server
	config  object
	id, dir string
	host    string
}

func beginBuild(t *testing.T) *building {
	t.Helper()
	server, sub := azure.Provider(t)
	id := registered(t, sub)
	name := id[strings.LastIndex(id, "/")+1:]
	b := &building{server: server, sub: sub, behind: azure.Registry(t, name), id: id, dir: t.TempDir(), host: name + ".azurecr.io"}
	b.write(t, "Dockerfile", "FROM scratch AS base\nARG value\nFROM base\nCOPY file /\n")
	b.write(t, "file", "one")
	b.config = object{"name": b.host + "/team/app:v1", "container_registry_id": id, "build": object{"context": b.dir}}
	sub.ForgetRequests()
	return b
}

func (b *building) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (b *building) resource(t *testing.T) *core.Resource {
	t.Helper()
	return b.server.Resource(t, buildType)
}

// with is the configuration with other values of the build.
func (b *building) with(changes object) object {
	build, _ := b.config["build"].(object)
	return with(b.config, object{"build": with(build, changes)})
}

// at is a reference in what is behind the registry.
func (b *building) at(tag string) string { return b.behind.Host + "/team/app:" + tag }

func (b *building) there(t *testing.T, tag string) string {
	t.Helper()
	return b.behind.Digest(t, b.at(tag))
}

// made is the configuration of the image that was built.
func (b *building) made(t *testing.T) *v1.ConfigFile {
	t.Helper()
	image, err := b.behind.Manifest(t, b.at("v1")).Image()
	if err != nil {
		t.Fatal(err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBuild builds, builds again after each change of what the image is made of, and takes away what it has built.
func TestBuild(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	b.config["tags"] = []any{"latest"}
	r := b.resource(t)
	does(t, r, b.config, core.Create)
	if got := b.there(t, "v1"); r.String(t, "digest") != got || r.String(t, "reference") != b.host+"/team/app@"+got || r.String(t, "run_id") != "ca1" {
		t.Errorf("the tag points to %s, and the state says %v", got, r.State().Map())
	}
	was := b.made(t).Config.Labels[armsim.ContextLabel]
	b.write(t, ".dockerignore", "ignored\n")
	r.Apply(t, b.config)
	b.write(t, "ignored", "not part of it")
	r.ExpectEmptyPlan(t, b.config)
	b.write(t, "file", "two")
	if c := r.Plan(t, b.config); c.Action != core.Update || c.Planned.Value(t, "digest") != core.Unknown || c.Planned.Value(t, "run_id") != core.Unknown {
		t.Errorf("another context: the plan is to %s", c.Action)
	}
	for name, change := range map[string]object{
		"context":  {},
		"argument": {"args": object{"value": "a"}},
		"target":   {"target": "base"},
		"platform": {"platform": "linux/arm64/v8"},
		"inline":   {"dockerfile_inline": "FROM scratch\nLABEL a=b\n"},
		"secret":   {"secret_args_wo": object{"token": "whispered"}},
		"address":  {"context": nil, "context_url": "https://git.example.com/app.git#main:web"},
	} {
		before := r.String(t, "digest")
		does(t, r, b.with(change), core.Update)
		if now := r.String(t, "digest"); now == before || b.there(t, "v1") != now || b.there(t, "latest") != now {
			t.Errorf("%s: from %s to %s, and the tags point to %s and %s", name, before, now, b.there(t, "v1"), b.there(t, "latest"))
		}
	}
	does(t, r, b.with(object{"args": object{"value": "a"}, "platform": "linux/arm/v7"}), core.Update)
	file := b.made(t)
	if labels := file.Config.Labels; labels[armsim.ContextLabel] == was || labels[armsim.ArgumentLabel+"value"] != "a" ||
		file.Platform().String() != "linux/arm/v7" {
		t.Errorf("built was %v for %s", labels, file.Platform())
	}
	r.Destroy(t)
	if left := b.behind.Tags(t, b.behind.Host+"/team/app"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestBuildElsewhere builds what Azure fetches itself when its address changes, or triggers that stand for what is there.
func TestBuildElsewhere(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	branch := b.with(object{"context": nil, "context_url": "https://git.example.com/app.git#main:web"})
	r := b.resource(t)
	for i, config := range []object{
		branch, with(branch, object{"triggers": object{"commit": "1f2e"}}), with(branch, object{"triggers": object{"commit": "3d4c"}}),
		b.with(object{"context": nil, "context_url": "https://git.example.com/app.git#3d4c:web"}),
	} {
		r.Apply(t, config)
		r.Refresh(t)
		r.ExpectEmptyPlan(t, config)
		if runs := b.sub.Runs(b.id); len(runs) != i+1 {
			t.Errorf("there were %d runs after %d changes", len(runs), i)
		}
	}
}

// TestBuildRequests counts what a build asks of Azure: the URL, the upload, the run, and looks at it. Nothing is asked by a read.
func TestBuildRequests(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	b.sub.OperationTime(0)
	r := b.resource(t)
	r.Apply(t, b.config)
	azure.Budget(t, b.sub, "a build", "POST", "PUT", "POST", "GET")
	r.Refresh(t)
	r.ExpectEmptyPlan(t, b.config)
	azure.Budget(t, b.sub, "a read")
	r.Apply(t, with(b.config, object{"tags": []any{"latest"}, "timeout_in_seconds": 600}))
	azure.Budget(t, b.sub, "another tag")
	if b.there(t, "latest") != r.String(t, "digest") {
		t.Error("the further tag points elsewhere")
	}
}

// TestBuildDrift builds again what somebody moved or took away.
func TestBuildDrift(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	r := b.resource(t)
	does(t, r, b.config, core.Create)
	built := b.there(t, "v1")
	b.behind.Push(t, b.at("v1"), someImage(t))
	b.server.Restart(t)
	if drift := r.Refresh(t); len(drift) == 0 {
		t.Error("that somebody moved the tag is not seen")
	}
	does(t, r, b.config, core.Update)
	if got := b.there(t, "v1"); got != built {
		t.Errorf("built again, the tag points to %s", got)
	}
	b.behind.Remove(t, b.at("v1"))
	b.server.Restart(t)
	r.Refresh(t)
	does(t, r, b.config, core.Create)
	if got := b.there(t, "v1"); got != built {
		t.Errorf("made again, the tag points to %s", got)
	}
}

// TestBuildKeeps leaves what it has built where it is told to.
func TestBuildKeeps(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	r := b.resource(t)
	r.Apply(t, with(b.config, object{"keep_on_destroy": true}))
	r.Destroy(t)
	if !b.behind.Has(t, b.at("v1")) {
		t.Error("it is gone")
	}
	// It is not ours any more.
	again := b.resource(t)
	if _, diags := again.TryApply(t.Context(), b.config); len(diags.Errors().At("name").Containing("already there")) == 0 {
		t.Errorf("a tag of somebody else is moved: %s", diags)
	}
	b.sub.ForgetRequests()
	again.Import(t, b.host+"/team/app:v1")
	does(t, again, b.config, core.Update)
	azure.Budget(t, b.sub, "an import into the state")
}

// TestBuildFails with the end of the log, and leaves nothing under the tag, or what was there before.
func TestBuildFails(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	b.write(t, "Dockerfile", "FROM scratch\n"+strings.Repeat("RUN true\n", 60)+"RUN false\n")
	r := b.resource(t)
	secret := b.with(object{"secret_args_wo": object{"token": "RUN false"}})
	_, diags := r.TryApply(t.Context(), secret)
	said := diags.Errors().At("build").Containing("returned a non-zero code").String()
	if !strings.Contains(said, "Unable to build the image") || strings.Contains(said, "Step 1/") || !strings.Contains(said, "ca1") || !r.Gone() {
		t.Errorf("a step that fails: %s", diags)
	}
	if strings.Contains(said, "RUN false") || !strings.Contains(said, "(sensitive)") {
		t.Errorf("the secret is told: %s", said)
	}
	if b.behind.Has(t, b.at("v1")) {
		t.Error("there is a tag")
	}
	b.write(t, "Dockerfile", "FROM scratch\n")
	does(t, r, b.config, core.Create)
	before := b.there(t, "v1")
	if _, diags = r.TryApply(t.Context(), b.with(object{"target": "nowhere"})); len(diags.Errors().At("build").Containing("nowhere")) == 0 {
		t.Errorf("no such stage: %s", diags)
	}
	if b.there(t, "v1") != before || r.Tainted() || r.String(t, "digest") != before {
		t.Error("a build that failed costs the image")
	}
	does(t, r, b.config, core.Update)
	_, diags = r.TryApply(t.Context(), b.with(object{"no_cache": true, "dockerfile_inline": "FROM scratch\nRUN exit 3\n"}))
	if len(diags.Errors().Containing("exit 3")) == 0 {
		t.Errorf("a step that fails: %s", diags)
	}
}

// TestBuildRefuses in the plan what no build could come of.
func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	b.write(t, "empty", "")
	for _, in := range (refused{
		{object{"name": b.host + "/app@sha256:" + strings.Repeat("0", 64)}, "name", "has a digest"},
		{object{"name": b.host + "/App:v1"}, "name", "no image reference"},
		{object{"name": "other.azurecr.io/app:v1"}, "name", "login_server"},
		{object{"name": "app:v1"}, "name", "login_server"},
		{object{"tags": []any{"app:v2"}}, "tags", "behind the colon"},
		{object{"container_registry_id": "reg"}, "container_registry_id", "Invalid id"},
		{object{"timeout_in_seconds": 60}, "timeout_in_seconds", "300"},
		{object{"source_registry_identity": "me"}, "source_registry_identity", "[caller]"},
		{object{"custom_registries": object{"docker.io": object{"username": "a"}}}, "custom_registries", "password_wo"},
		{object{"build": object{}}, "build.context", "dockerfile_inline"},
		{object{"build": object{"context": filepath.Join(b.dir, "nowhere")}}, "build.context", "no such file"},
		{object{"build": object{"context": b.dir, "dockerfile": "Nofile"}}, "build.dockerfile", "no such file"},
		{object{"build": object{"context": b.dir, "dockerfile": "empty"}}, "build.dockerfile", "empty"},
		{object{"build": object{"context": b.dir, "platform": "linux/riscv64"}}, "build.platform", "linux/arm/v7"},
		{object{"build": object{"context_url": "http://example.com/app.git"}}, "build.context_url", "https://"},
		{object{"build": object{"context_url": "https://token@example.com/app.git"}}, "build.context_url", "check it out"},
		{object{"build": object{"context_url": "https://example.com/app.git", "context": b.dir}}, "build.context", "context_url"},
		{object{"build": object{"context": b.dir, "args": object{"a": "1"}, "secret_args_wo": object{"a": "2"}}}, "build.secret_args_wo", "in args"},
	}) {
		_, diags := b.resource(t).TryPlan(t.Context(), with(b.config, in.changes))
		found := diags.Errors().Containing(in.want).String()
		if !strings.Contains(found, "with "+in.at) {
			t.Errorf("%v is not refused with %q at %s:\n%s", in.changes, in.want, in.at, diags)
		}
	}
	azure.Budget(t, b.sub, "plans")
}

// TestBuildLogins enters other registries with passwords that are in no state, and in no plan.
func TestBuildLogins(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	config := with(b.with(object{"secret_args_wo": object{"token": "whispered"}}), object{
		"source_registry_identity": "[caller]",
		"custom_registries":        object{"docker.io": object{"username": "robot", "password_wo": "opensesame"}},
	})
	r := b.resource(t)
	does(t, r, config, core.Create)
	for place, want := range map[string]any{
		"credentials.sourceRegistry.identity": "[caller]", "dockerFilePath": "Dockerfile", "isPushEnabled": true, "platform.os": "Linux",
	} {
		if got := at(b.sub.Runs(b.id)[0], place); got != want {
			t.Errorf("%s is %v, not %v", place, got, want)
		}
	}
	opaque := func(value string) object { return object{"type": "Opaque", "value": value} }
	login := object{"docker.io": object{"userName": opaque("robot"), "password": opaque("opensesame")}}
	if diff := cmp.Diff(login, at(b.sub.Runs(b.id)[0], "credentials.customRegistries")); diff != "" {
		t.Errorf("the logins (-want +got):\n%s", diff)
	}
	secret := []any{object{"name": "token", "value": "whispered", "isSecret": true}}
	if diff := cmp.Diff(secret, b.sub.Runs(b.id)[0]["arguments"]); diff != "" {
		t.Errorf("the arguments (-want +got):\n%s", diff)
	}
	state, err := r.StateJSON()
	if err != nil || strings.Contains(string(state), "whispered") || strings.Contains(string(state), "opensesame") {
		t.Errorf("a secret is in the state: %s, %v", state, err)
	}
	build, _ := config["build"].(object)
	other := with(config, object{"build": with(build, object{"secret_args_wo": object{"token": "shouted"}})})
	if c := r.Plan(t, other); c.Action != core.Update {
		t.Errorf("another secret: the plan is to %s", c.Action)
	}
	fixed := with(config, object{"build": with(build, object{"secret_args_version": "1"})})
	does(t, r, fixed, core.Update)
	build, _ = fixed["build"].(object)
	r.ExpectEmptyPlan(t, with(fixed, object{"build": with(build, object{"secret_args_wo": object{"token": "shouted"}})}))
}

// TestBuildPool has an agent pool build.
func TestBuildPool(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	config := with(b.config, object{"agent_pool_name": "builders"})
	r := b.resource(t)
	if _, diags := r.TryApply(t.Context(), config); len(diags.Errors().Containing("AgentPoolNotFound")) == 0 {
		t.Errorf("there is no such pool: %s", diags)
	}
	if err := b.sub.Put(b.id+"/agentPools/builders", "2025-03-01-preview", object{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	does(t, r, config, core.Create)
}
