package containerregistry_test

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const importType = "containers_azure_container_registry_import"

// fetched is a configuration, with what is behind the registry, and two images at the source.
type fetched struct {
	server        *core.Server
	sub           *armsim.Subscription
	behind        *registries.Server
	config        object
	first, second string
	host          string
}

func fetching(t *testing.T, options ...registries.Option) fetched {
	t.Helper()
	server, sub := azure.Provider(t)
	id := registered(t, sub)
	name := id[strings.LastIndex(id, "/")+1:]
	f := fetched{server: server, sub: sub, behind: azure.Registry(t, name), host: name + ".azurecr.io"}
	source := registries.Start(t, options...)
	repository := source.Repository("library/app")
	_, first := source.Push(t, repository+":1", someImage(t))
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: someImage(t)}, mutate.IndexAddendum{Add: someImage(t)})
	_, second := source.PushIndex(t, repository+":2", index)
	f.first, f.second = repository+"@"+first, repository+"@"+second
	f.config = object{"name": f.host + "/copies/app:stable", "container_registry_id": id, "source": f.first}
	sub.ForgetRequests()
	return f
}

func someImage(t *testing.T) v1.Image {
	t.Helper()
	image, err := random.Image(256, 1)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// there is the digest that a tag points to in what is behind the registry.
func (f fetched) there(t *testing.T) string {
	t.Helper()
	return f.behind.Digest(t, f.behind.Host+"/copies/app:stable")
}

func digest(reference string) string { return reference[strings.Index(reference, "sha256:"):] }

// TestImport copies an image, then an index of several, and takes the tag away.
func TestImport(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	r := f.server.Resource(t, importType)
	does(t, r, f.config, core.Create)
	if got := f.there(t); got != digest(f.first) || r.String(t, "digest") != got || r.String(t, "reference") != f.host+"/copies/app@"+got {
		t.Errorf("the tag points to %s, and the state says %v", got, r.State().Map())
	}
	next := with(f.config, object{"source": f.second})
	does(t, r, next, core.Update)
	if got := f.there(t); got != digest(f.second) {
		t.Errorf("the tag points to %s", got)
	}
	f.behind.Retag(t, f.behind.Host+"/copies/app@"+digest(f.first), "stable")
	f.server.Restart(t)
	if drift := r.Refresh(t); len(drift) == 0 {
		t.Error("that somebody moved the tag is not seen")
	}
	does(t, r, next, core.Update)
	if got := f.there(t); got != digest(f.second) {
		t.Errorf("moved back, the tag points to %s", got)
	}
	r.Destroy(t)
	if f.behind.Has(t, f.behind.Host+"/copies/app:stable") || !f.behind.Has(t, f.behind.Host+"/copies/app@"+digest(f.second)) {
		t.Error("a destroy is to take the tag away, and nothing else")
	}
}

// TestImportTakenOver finds by name what is there, and copies nothing anew.
func TestImportTakenOver(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	f.server.Resource(t, importType).Apply(t, f.config)
	f.sub.ForgetRequests()
	again := f.server.Resource(t, importType)
	again.Import(t, f.host+"/copies/app:stable")
	does(t, again, f.config, core.Update)
	azure.Budget(t, f.sub, "an import into the state")
}

// TestImportLeavesTagsAlone that somebody else made, unless it is told to move them.
func TestImportLeavesTagsAlone(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	f.behind.Push(t, f.behind.Host+"/copies/app:stable", someImage(t))
	was := f.there(t)
	_, diags := f.server.Resource(t, importType).TryApply(t.Context(), f.config)
	if len(diags.Errors().At("name").Containing("is already there")) == 0 || f.there(t) != was {
		t.Errorf("the tag points to %s: %s", f.there(t), diags)
	}
	f.server.Resource(t, importType).Apply(t, with(f.config, object{"overwrite": true}))
	if got := f.there(t); got != digest(f.first) {
		t.Errorf("the tag points to %s", got)
	}
}

// TestImportWithCredentials enters the source with a password that is in no state.
func TestImportWithCredentials(t *testing.T) {
	t.Parallel()
	f := fetching(t, registries.Password("robot", "s3cret"))
	if _, diags := f.server.Resource(t, importType).TryApply(t.Context(), f.config); len(diags.Errors().At("source")) == 0 {
		t.Errorf("nobody is asked for a password: %s", diags)
	}
	r := f.server.Resource(t, importType)
	config := with(f.config, object{"source_credentials": object{"username": "robot", "password_wo": "s3cret"}})
	does(t, r, config, core.Create)
	if state, err := r.StateJSON(); err != nil || strings.Contains(string(state), "s3cret") {
		t.Errorf("the password is in the state: %s, %v", state, err)
	}
	does(t, r, with(config, object{"source": f.second}), core.Update)
}

// TestImportFromAzure asks for an image of a registry of Azure by its id.
func TestImportFromAzure(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	f.server.Resource(t, importType).Apply(t, f.config)
	f.sub.ForgetRequests()
	own := with(f.config, object{
		"name": f.host + "/other/app:1", "source": f.host + "/copies/app@" + digest(f.first), "source_registry_id": f.config["container_registry_id"],
	})
	r := f.server.Resource(t, importType)
	does(t, r, own, core.Create)
	if r.String(t, "digest") != digest(f.first) {
		t.Errorf("the digest is %s", r.String(t, "digest"))
	}
}

// TestImportFails on the source, where Azure cannot read it or does not say that it did.
func TestImportFails(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	missing := f.first[:len(f.first)-4] + "0000"
	_, diags := f.server.Resource(t, importType).TryApply(t.Context(), with(f.config, object{"source": missing}))
	if len(diags.Errors().At("source").Containing("cannot be copied")) == 0 {
		t.Errorf("what Azure cannot read is not told: %s", diags)
	}
	f.sub.Inject(armsim.Fault{Method: "POST", Path: "importImage", Times: 1, Drop: armsim.DropAfter})
	r := f.server.Resource(t, importType)
	does(t, r, f.config, core.Create)
	r.Destroy(t)
}

// TestImportRefuses what nobody could compare.
func TestImportRefuses(t *testing.T) {
	t.Parallel()
	f := fetching(t)
	for _, in := range (refused{
		{object{"source": "docker.io/library/nginx:1.27"}, "source", "names no digest"},
		{object{"source": "nginx:"}, "source", "no image reference"},
		{object{"name": f.first}, "name", "has a digest, which nobody can choose"},
		{object{"container_registry_id": "reg"}, "container_registry_id", "Invalid id"},
		{object{"source_registry_id": "reg"}, "source_registry_id", "Invalid id"},
		{object{"source_credentials": object{"username": "a"}}, "source_credentials.password", "password_wo"},
	}) {
		_, diags := f.server.Resource(t, importType).TryPlan(t.Context(), with(f.config, in.changes))
		if len(diags.Errors().At(in.at).Containing(in.want)) == 0 {
			t.Errorf("%v is not refused with %q at %s:\n%s", in.changes, in.want, in.at, diags)
		}
	}
}
