package core_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

var errGone = errors.New("no such thing")

// lab is the platform behind the throw-away provider of these tests: things by name.
type lab struct {
	mu       sync.Mutex
	things   map[string]thingModel
	serial   int
	fail     map[string]bool // Operations that fail, by name.
	creating chan struct{}   // If set, Create reports here and waits to be interrupted.
}

func newLab() *lab { return &lab{things: map[string]thingModel{}, fail: map[string]bool{}} }

func (l *lab) failing(operation string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fail[operation]
}

func (l *lab) setFailing(operation string, fails bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail[operation] = fails
}

func (l *lab) get(name string) (thingModel, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.things[name]
	if !ok {
		return thingModel{}, fmt.Errorf("%w: %s", errGone, name)
	}
	return found, nil
}

func (l *lab) put(m thingModel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.things[m.Name.ValueString()] = m
}

func (l *lab) drop(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.things, name)
}

func (l *lab) nextID() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serial++
	return fmt.Sprintf("id-%d", l.serial)
}

// factory makes the provider over a lab; lies change its answers.
func factory(l *lab, lies ...func(*liar)) core.Factory {
	return func() tfprotov6.ProviderServer {
		server := providerserver.NewProtocol6(&labProvider{lab: l})()
		if len(lies) == 0 {
			return server
		}
		out := &liar{ProviderServer: server}
		for _, lie := range lies {
			lie(out)
		}
		return out
	}
}

type labProvider struct {
	lab *lab
}

func (p *labProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "lab"
}

func (p *labProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"endpoint": providerschema.StringAttribute{Required: true},
	}}
}

func (p *labProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var endpoint *string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("endpoint"), &endpoint)...)
	if endpoint != nil && *endpoint == "nowhere" {
		resp.Diagnostics.AddAttributeError(path.Root("endpoint"), "Unable to connect", "Nobody is at nowhere.")
	}
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData, resp.EphemeralResourceData = p.lab, p.lab, p.lab, p.lab
}

func (p *labProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &thingResource{} }}
}

func (p *labProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &thingData{} }}
}

func (p *labProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &thingList{} }}
}

func (p *labProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return sumFunction{} }}
}

type thingData struct {
	lab *lab
}

func (d *thingData) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "lab_thing"
}

func (d *thingData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataschema.Schema{Attributes: map[string]dataschema.Attribute{
		"name": dataschema.StringAttribute{Required: true},
		"size": dataschema.Int64Attribute{Computed: true},
	}}
}

func (d *thingData) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.lab, _ = req.ProviderData.(*lab)
}

func (d *thingData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var name string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	found, err := d.lab.get(name)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("name"), "Unable to read thing", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("size"), found.Size)...)
}

type thingList struct {
	lab *lab
}

func (d *thingList) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "lab_thing"
}

func (d *thingList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{Attributes: map[string]listschema.Attribute{"prefix": listschema.StringAttribute{Optional: true}}}
}

func (d *thingList) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	d.lab, _ = req.ProviderData.(*lab)
}

func (d *thingList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	stream.Results = func(yield func(list.ListResult) bool) {
		for name, found := range d.lab.things {
			result := req.NewListResult(ctx)
			result.DisplayName = name
			result.Diagnostics.Append(result.Identity.Set(ctx, identityModel{Name: found.Name})...)
			if req.IncludeResource {
				result.Diagnostics.Append(result.Resource.Set(ctx, found)...)
			}
			if !yield(result) {
				return
			}
		}
	}
}

type sumFunction struct{}

func (sumFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "sum"
}

func (sumFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Parameters:        []function.Parameter{function.Int64Parameter{Name: "first"}},
		VariadicParameter: function.Int64Parameter{Name: "more"},
		Return:            function.Int64Return{},
	}
}

func (sumFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var sum int64
	var more []int64
	resp.Error = req.Arguments.Get(ctx, &sum, &more)
	for _, n := range more {
		sum += n
	}
	if sum < 0 {
		resp.Error = function.NewArgumentFuncError(0, "less than nothing")
		return
	}
	resp.Error = function.ConcatFuncErrors(resp.Error, resp.Result.Set(ctx, sum))
}
