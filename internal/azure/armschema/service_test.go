package armschema_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
)

// service keeps one object as a service that replaces on PUT does, and fills what is left out.
type service struct {
	mu     sync.Mutex
	live   map[string]any
	bodies []map[string]any // what was sent
	fills  map[string]any   // what the service adds where nothing is said
}

func (s *service) put(t fataler, body map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies = append(s.bodies, body)
	s.live = apply(parse(t, text(t, s.fills)), serve(t, body))
	return s.live
}

func (s *service) sent() map[string]any { return s.bodies[len(s.bodies)-1] }

// thing is a resource on a mapping and a service, as short as one can be.
type thing struct {
	name    string
	mapping *armschema.Mapping
	service *service
	t       testing.TB
}

func (r *thing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *thing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: r.mapping.Attributes, MarkdownDescription: "A thing."}
}

type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// recall reads JSON from private state.
func recall[T any](ctx context.Context, r *thing, p private, key string) T {
	var out T
	if kept, _ := p.GetKey(ctx, key); len(kept) > 0 {
		r.check(json.Unmarshal(kept, &out))
	}
	return out
}

func (r *thing) check(err error) {
	if err != nil {
		r.t.Error(err)
	}
}

func (r *thing) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var also []string
	if _, has := r.mapping.Attributes["secrets_revision"]; has && !req.State.Raw.IsNull() {
		var was types.String
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("secrets_revision"), &was)...)
		revision, known := r.mapping.Revision(recall[string](ctx, r, req.Private, "salt"), req.Config.Raw)
		if !known || revision != was.ValueString() {
			also = append(also, "secrets_revision")
		}
	}
	planned, err := r.mapping.Plan(armschema.Change{
		Config: req.Config.Raw, Plan: req.Plan.Raw, State: req.State.Raw, Also: also,
		Unclaimed: recall[armschema.Unclaimed](ctx, r, req.Private, "unclaimed"),
	})
	r.check(err)
	resp.Plan.Raw = planned.Value
	resp.RequiresReplace.Append(planned.Replace...)
}

func (r *thing) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	body, err := r.mapping.Encode(req.Plan.Raw, req.Config.Raw)
	r.check(err)
	resp.State.Raw, err = r.mapping.Applied(req.Plan.Raw, r.service.put(r.t, body))
	r.check(err)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, "salt", []byte(`"salt"`))...)
	if _, has := r.mapping.Attributes["secrets_revision"]; has {
		revision, _ := r.mapping.Revision("salt", req.Config.Raw)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("secrets_revision"), revision)...)
	}
}

func (r *thing) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var err error
	if recall[bool](ctx, r, req.Private, "importing") {
		var unclaimed armschema.Unclaimed
		resp.State.Raw, unclaimed, err = r.mapping.Import(ctx, req.State.Raw, r.service.live)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, "unclaimed", []byte(text(r.t, unclaimed)))...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, "importing", nil)...)
	} else {
		resp.State.Raw, err = r.mapping.Refresh(req.State.Raw, r.service.live)
	}
	r.check(err)
}

func (r *thing) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	in := armschema.Input{Prior: req.State.Raw, Plan: req.Plan.Raw, Config: req.Config.Raw}
	body, err := r.mapping.Overlay(r.service.live, in, nil)
	r.check(err)
	resp.State.Raw, err = r.mapping.Applied(req.Plan.Raw, r.service.put(r.t, body))
	r.check(err)
	if _, has := r.mapping.Attributes["secrets_revision"]; has {
		revision, _ := r.mapping.Revision("salt", req.Config.Raw)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, "salt", []byte(`"salt"`))...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("secrets_revision"), revision)...)
	}
	rest := r.mapping.Claim(recall[armschema.Unclaimed](ctx, r, req.Private, "unclaimed"), req.Config.Raw)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, "unclaimed", []byte(text(r.t, rest)))...)
}

func (r *thing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
	r.service.live = nil
}

func (r *thing) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), req.ID)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, "importing", []byte("true"))...)
}

// things is a provider of one of each.
type things struct{ all []func() resource.Resource }

func (things) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (things) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (things) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (things) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (p things) Resources(context.Context) []func() resource.Resource { return p.all }

// mappings are the schemas that are tried.
func mappings() map[string]*armschema.Mapping {
	return map[string]*armschema.Mapping{"group": resourceGroup(), "registry": registry(), "containers": containerGroup()}
}

// start is a resource of a new provider.
func start(t testing.TB, name string) (*core.Resource, *service) {
	t.Helper()
	s := &service{fills: map[string]any{}}
	var all []func() resource.Resource
	for kind, m := range maps.All(mappings()) {
		all = append(all, func() resource.Resource { return &thing{name: "test_" + kind, mapping: m, service: s, t: t} })
	}
	factory := func() tfprotov6.ProviderServer {
		server, err := providerserver.NewProtocol6WithError(things{all: all})()
		if err != nil {
			panic(fmt.Sprint("starting the provider: ", err))
		}
		return server
	}
	return core.NewServer(t, factory, nil).Resource(t, "test_"+name), s
}
