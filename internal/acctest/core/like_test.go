package core_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	testresource "github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/cli"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// shape is a resource of which only the schema counts: its provider is spied on by a server that answers by itself.
type shape struct{ resource.Resource }

func (shape) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "lab_shape"
}

func (shape) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	inner := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"port":   schema.Int64Attribute{Optional: true},
		"handle": schema.StringAttribute{Optional: true, Computed: true},
	}}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name":   schema.StringAttribute{Required: true},
		"size":   schema.Int64Attribute{Optional: true},
		"mode":   schema.StringAttribute{Optional: true, Computed: true},
		"secret": schema.StringAttribute{Optional: true, WriteOnly: true},
		"tags":   schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"names":  schema.SetAttribute{Optional: true, ElementType: types.StringType},
		"one":    schema.SingleNestedAttribute{Optional: true, Attributes: inner.Attributes},
		"auto":   schema.MapNestedAttribute{Optional: true, Computed: true, NestedObject: inner},
		"rules":  schema.MapNestedAttribute{Optional: true, NestedObject: inner},
		"items":  schema.ListNestedAttribute{Optional: true, NestedObject: inner},
		"peers":  schema.SetNestedAttribute{Optional: true, NestedObject: inner},
	}}
}

// shapeProvider offers nothing else.
type shapeProvider struct{ labProvider }

func (*shapeProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return shape{} }}
}

func (*shapeProvider) ListResources(context.Context) []func() list.ListResource { return nil }

// record is what a spy has seen, one line a request.
type record struct {
	mu    sync.Mutex
	lines []string
}

func (r *record) add(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// spy echoes what it is asked for and records it.
type spy struct {
	echo
	t      *testing.T
	typ    tftypes.Object
	record *record
}

func newSpy(t *testing.T, r *record) tfprotov6.ProviderServer {
	t.Helper()
	server := providerserver.NewProtocol6(&shapeProvider{labProvider{newLab()}})()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas.Diagnostics) > 0 {
		t.Fatal(schemas.Diagnostics[0].Detail)
	}
	typ, ok := schemas.ResourceSchemas["lab_shape"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("not an object")
	}
	return &spy{echo: echo{ProviderServer: server, seen: &[]string{}}, t: t, typ: typ, record: r}
}

func (s *spy) show(v *tfprotov6.DynamicValue) string {
	value, err := v.Unmarshal(s.typ)
	if err != nil {
		s.t.Error(err)
	}
	return show(value)
}

// show writes a value without its nulls, in a fixed order.
func show(v tftypes.Value) string {
	if v.IsNull() || !v.IsKnown() {
		return v.String()
	}
	var parts []string
	if attrs := map[string]tftypes.Value{}; v.As(&attrs) == nil {
		for name, attr := range attrs {
			if !attr.IsNull() {
				parts = append(parts, name+"="+show(attr))
			}
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, " ") + "}"
	}
	if elements := []tftypes.Value{}; v.As(&elements) == nil {
		for _, e := range elements {
			parts = append(parts, show(e))
		}
		if v.Type().Is(tftypes.Set{}) {
			slices.Sort(parts)
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	return v.String()
}

func (s *spy) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	s.record.add("plan private=%s prior=%s config=%s proposed=%s",
		req.PriorPrivate, s.show(req.PriorState), s.show(req.Config), s.show(req.ProposedNewState))
	resp, err := s.echo.PlanResourceChange(ctx, req)
	resp.PlannedState = set(s.t, s.typ, resp.PlannedState, "secret", nil)
	return resp, err
}

func (s *spy) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.record.add("apply private=%s prior=%s config=%s planned=%s",
		req.PlannedPrivate, s.show(req.PriorState), s.show(req.Config), s.show(req.PlannedState))
	return s.echo.ApplyResourceChange(ctx, req)
}

func (s *spy) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return s.echo.ReadResource(ctx, req)
}

// likeStep is one configuration, as Terraform and as this package take it.
type likeStep struct {
	taint  bool
	hcl    string
	config map[string]any
}

func likeSteps() []likeStep {
	type o = map[string]any
	type l = []any
	return []likeStep{
		{hcl: `name = "a"`, config: o{"name": "a"}},
		{
			hcl: `name = "a"
				size = 3
				mode = "m"
				secret = "s"
				tags = { a = "1" }
				names = ["x", "y"]
				one = { port = 1, handle = "h" }
				auto = { x = { port = 1, handle = "h" }, y = { handle = "k" } }
				rules = { x = { port = 1, handle = "h" }, y = { handle = "k" } }
				items = [{ port = 1, handle = "h" }, { port = 2, handle = "k" }]
				peers = [{ port = 1, handle = "h" }, { port = 2, handle = "k" }]`,
			config: o{
				"name": "a", "size": 3, "mode": "m", "secret": "s", "tags": o{"a": "1"}, "names": l{"x", "y"},
				"one":   o{"port": 1, "handle": "h"},
				"auto":  o{"x": o{"port": 1, "handle": "h"}, "y": o{"handle": "k"}},
				"rules": o{"x": o{"port": 1, "handle": "h"}, "y": o{"handle": "k"}},
				"items": l{o{"port": 1, "handle": "h"}, o{"port": 2, "handle": "k"}},
				"peers": l{o{"port": 1, "handle": "h"}, o{"port": 2, "handle": "k"}},
			},
		},
		{
			hcl: `name = "a"
				one = { port = 2 }
				auto = { x = { port = 1 }, z = {} }
				rules = { y = { port = 4 } }
				items = [{ port = 5 }]
				peers = [{ port = 2 }, { port = 3 }]`,
			config: o{
				"name": "a", "one": o{"port": 2}, "auto": o{"x": o{"port": 1}, "z": o{}}, "rules": o{"y": o{"port": 4}},
				"items": l{o{"port": 5}}, "peers": l{o{"port": 2}, o{"port": 3}},
			},
		},
		{hcl: `name = "a"`, config: o{"name": "a"}},
		{hcl: "name = \"a\"\nauto = { y = { handle = \"h\" } }", config: o{"name": "a", "auto": o{"y": o{"handle": "h"}}}},
		{hcl: `name = "a"`, config: o{"name": "a"}},
		{taint: true, hcl: `name = "a"`, config: o{"name": "a"}},
		{hcl: "name = \"b\"\nmode = \"n\"", config: o{"name": "b", "mode": "n"}},
	}
}

// TestLikeTerraform takes the same steps with the real Terraform command and with this package. The provider must be asked
// the same things in the same order.
func TestLikeTerraform(t *testing.T) {
	t.Parallel()
	if have := cli.Version(t).String(); have != core.TerraformVersion {
		t.Skipf("compared with Terraform %s only, this is %s", core.TerraformVersion, have)
	}
	var theirs, ours record
	var steps []testresource.TestStep
	for _, step := range likeSteps() {
		var taint []string
		if step.taint {
			taint = []string{"lab_shape.x"}
		}
		steps = append(steps, testresource.TestStep{Taint: taint, Config: fmt.Sprintf(
			"provider \"lab\" {\n endpoint = \"here\"\n}\nresource \"lab_shape\" \"x\" {\n%s\n}\n", step.hcl)})
	}
	cli.Test(t, cli.Factories{"lab": func() (tfprotov6.ProviderServer, error) { return newSpy(t, &theirs), nil }},
		testresource.TestCase{Steps: steps})

	r := core.NewServer(t, func() tfprotov6.ProviderServer { return newSpy(t, &ours) }, endpoint()).Resource(t, "lab_shape")
	var applied *core.Resource // What the last apply left: the refresh of a plan is not written to the state file.
	for _, step := range likeSteps() {
		if step.taint {
			r.Taint()
		}
		r.Refresh(t)
		r.Apply(t, step.config)
		applied = r.Clone()
		r.ExpectEmptyPlan(t, step.config)
	}
	applied.Destroy(t)
	if diff := cmp.Diff(theirs.lines, ours.lines); diff != "" {
		t.Errorf("Terraform and this package differ (- Terraform, + this package):\n%s", diff)
	}
}
