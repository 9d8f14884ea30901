package builder

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/build"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

var (
	_ resource.ResourceWithConfigure      = (*builderResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*builderResource)(nil)
	_ resource.ResourceWithImportState    = (*builderResource)(nil)
	_ resource.ResourceWithIdentity       = (*builderResource)(nil)
	_ resource.ResourceWithValidateConfig = (*builderResource)(nil)
)

type builderResource struct {
	managed.Base
}

// table is made once: the framework makes a new resource for every call.
var table = sync.OnceValue(fields)

// NewResource is the resource of one builder.
func NewResource() resource.Resource { return &builderResource{base()} }

func base() managed.Base {
	return managed.On(object.Base{
		Type: "docker_builder", MovedType: "docker_buildx_builder", Thing: "builder", Key: "address",
		Doc: "A BuildKit that builds elsewhere than in an engine: for several platforms, attestations and caches that an engine's own " +
			"builder does not have, and for builds that go to a registry without an engine. Exactly one of `remote` and `container` says " +
			"where it is. Creating it proves that a BuildKit answers. Credentials of registries are sent to it when it asks for them in " +
			"a build: use only builders that may have them.",
		Table:   table(),
		NewSpec: func() any { return new(spec) },
	})
}

// ValidateConfig refuses what a remote builder has no use for.
func (r *builderResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	config, diags := tf.ValuesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !isRemote(config) {
		return
	}
	if !config.Null("engine") && !config["engine"].IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("engine"), "No engine needed",
			"A builder that is there already has nothing to do with an engine: leave engine out.")
	}
	address := config.Object("remote")["address"]
	if text, known := tf.TextOf(address); known && !build.TakesTLS(text) && !config.Object("remote").Null("tls") {
		resp.Diagnostics.AddAttributeError(path.Root("remote").AtName("tls"), "No TLS there",
			"Only a tcp:// address has TLS: leave tls out.")
	}
}

// isRemote tells whether the builder is one that is there already.
func isRemote(values tf.Values) bool { return !values.Null("remote") && !values["remote"].IsUnknown() }

// ModifyPlan is PlanChange for the framework.
func (r *builderResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object.ModifyPlan(ctx, r, req, resp)
}

// PlanChange makes known what follows from the configuration, refuses certificates that cannot be read, and has a container
// that does not run be started.
func (r *builderResource) PlanChange(ctx context.Context, change *object.Change) {
	r.Base.PlanChange(ctx, change)
	if change.Destroys() || change.Diagnostics.HasError() {
		return
	}
	planned := change.Planned
	if planned["address"].IsUnknown() || len(change.RequiresReplace) > 0 {
		planned["address"] = addressOf(planned)
	}
	if !planned["remote"].IsUnknown() && !planned["container"].IsUnknown() && planned["tls"].IsUnknown() {
		planned["tls"] = r.tlsOf(ctx, planned)
	}
	r.planRegistries(change)
	if isRemote(planned) && !tf.HasUnknown(planned["remote"]) {
		if err := remoteOf(planned).Check(); err != nil {
			change.Diagnostics.AddAttributeError(path.Root("remote").AtName("tls"), "Unable to read the TLS settings", tf.Sentence(err.Error()))
		}
	}
	if !isRemote(planned) && planned.Null("version") && !change.Creates() {
		planned["version"], planned["platforms"] = types.StringUnknown(), types.ListUnknown(types.StringType)
	}
}

// addressOf is the address of a builder, as far as its configuration tells.
func addressOf(values tf.Values) types.String {
	from, name := values.Object("remote"), "address"
	if !isRemote(values) {
		from, name = values.Object("container"), "name"
	}
	text, known := tf.TextOf(from[name])
	switch {
	case !known:
		return types.StringUnknown()
	case name == "name":
		text = build.ContainerAddress(text)
	}
	return types.StringValue(text)
}

// Create proves that a BuildKit answers: the one that is there, or a new one. Calls: see createContainer.
func (r *builderResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	values, want := r.wanted(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if want.Remote != nil {
		ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, managed.Create, values))
		defer cancel()
		r.greet(ctx, managed.Create, values, want, &resp.Diagnostics)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.FinishApply(ctx, values, want, &resp.State, resp.Identity)...)
		}
		return
	}
	ctx, cancel, op := r.Begin(ctx, managed.Create, req.Plan, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	made, problem := r.createContainer(ctx, op, want)
	if made {
		resp.Diagnostics.Append(r.FinishApply(ctx, op.Values, want, &resp.State, resp.Identity)...)
	}
	resp.Diagnostics.Append(problem...)
}

// wanted is the builder that values describe.
func (r *builderResource) wanted(ctx context.Context, from tf.Source, diags *diag.Diagnostics) (tf.Values, *spec) {
	values, d := tf.ValuesOf(ctx, from)
	diags.Append(d...)
	want := new(spec)
	if diags.HasError() {
		return values, want
	}
	diags.Append(r.Table.Put(ctx, values, want)...)
	if want.Remote != nil {
		want.Address, want.TLS = want.Remote.Address, want.Remote.TLS
	}
	if want.Container != nil {
		want.Address = build.ContainerAddress(want.Container.Name)
	}
	return values, want
}

// greet asks a builder that is there already who it is.
func (r *builderResource) greet(ctx context.Context, verb string, values tf.Values, want *spec, diags *diag.Diagnostics) {
	info, err := remoteOf(values).Probe(ctx)
	if err != nil {
		diags.Append(docker.Failed(verb, "builder", want.Address, err))
		return
	}
	want.Version, want.Platforms = info.Version, info.Platforms
}

// remoteOf is how the remote builder of values is talked to.
func remoteOf(values tf.Values) *build.Remote {
	remote := values.Object("remote")
	settings := remote.Object("tls")
	return &build.Remote{Address: remote.String("address"), TLS: docker.TLSSettings{
		CAPath: settings.String("ca_path"), CertPath: settings.String("cert_path"), KeyPath: settings.String("key_path"),
		ServerName: settings.String("server_name"),
	}}
}

// Read asks a remote builder who it is; one that does not answer is an error, for nobody knows whether it is gone. A
// container costs one call.
func (r *builderResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	values, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if build.ContainerOf(values.String("address")) != "" {
		r.readContainer(ctx, req, resp)
		return
	}
	resp.Diagnostics.Append(r.SetIdentity(ctx, resp.Identity, values)...)
	if r.Importing(ctx, resp) {
		values["remote"] = r.Nested(ctx, "remote", map[string]attrValue{"address": types.StringValue(values.String("address"))})
	}
	if err := build.CheckAddress(values.String("address")); err != nil {
		resp.Diagnostics.AddError("Unable to import builder", tf.Sentence(err.Error()))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, managed.Read, values))
	defer cancel()
	found := new(spec)
	resp.Diagnostics.Append(r.Table.Put(ctx, values, found)...)
	found.Address, found.TLS = values.String("address"), found.Remote.TLS
	r.greet(ctx, managed.Read, values, found, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		r.FinishRead(ctx, values, found, resp)
	}
}

// Update asks a remote builder again; a container is created anew, unless only its restart policy changes.
func (r *builderResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	prior, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	values, want := r.wanted(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	changed := r.Table.Changed(prior, values)
	switch {
	case !changed["remote"] && !changed["container"] && !values["version"].IsUnknown() && !values[registriesHash].IsUnknown():
		r.UpdateClientOnly(ctx, req, resp)
	case want.Remote != nil:
		ctx, cancel := context.WithTimeout(ctx, object.Deadline(ctx, managed.Update, values))
		defer cancel()
		r.greet(ctx, managed.Update, values, want, &resp.Diagnostics)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.FinishApply(ctx, values, want, &resp.State, resp.Identity)...)
		}
	default:
		r.updateContainer(ctx, prior, want, req, resp)
	}
}

// Delete removes a container and its volume, and leaves a remote builder alone.
func (r *builderResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	values, diags := tf.ValuesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || isRemote(values) {
		return
	}
	ctx, cancel, op := r.Begin(ctx, managed.Delete, req.State, &resp.Diagnostics)
	defer cancel()
	if op == nil {
		return
	}
	if err := removeAll(ctx, op); err != nil {
		resp.Diagnostics.Append(op.Failed(managed.Delete, op.Values.String("address"), err))
	}
}
