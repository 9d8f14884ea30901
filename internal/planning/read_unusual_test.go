package planning_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// unusualRead is a read that is left to the framework.
type unusualRead struct {
	data   any
	broken bool
	read   func(resp *resource.ReadResponse)
	edit   func(req *tfprotov6.ReadResourceRequest)
	// says is what the framework says, empty where it reads.
	says string
}

func unusualReads() map[string]unusualRead {
	editing := func(says string, edit func(req *tfprotov6.ReadResourceRequest)) unusualRead {
		return unusualRead{data: "data", says: says, edit: edit}
	}
	private := func(wire string) func(*tfprotov6.ReadResourceRequest) {
		return func(req *tfprotov6.ReadResourceRequest) { req.Private = []byte(wire) }
	}
	return map[string]unusualRead{
		"a provider that is not configured":    {},
		"a resource that cannot be configured": {data: "data", broken: true, says: "Broken"},
		"metadata of a module":                 editing("", func(req *tfprotov6.ReadResourceRequest) { req.ProviderMeta = req.CurrentState }),
		"a private state that is no JSON":      editing("Error Decoding Private State", private("no")),
		"the mark of an import":                editing("", private(`{".import_before_read":"dHJ1ZQ=="}`)),
		"a request without a state": editing("Unexpected Read Request", func(req *tfprotov6.ReadResourceRequest) {
			req.CurrentState = nil
		}),
		"a state of another type": editing("Unable to Convert State", func(req *tfprotov6.ReadResourceRequest) {
			req.CurrentState = &tfprotov6.DynamicValue{MsgPack: []byte{1}}
		}),
		"an identity of what has none": editing("Unable to Convert Resource Identity", func(req *tfprotov6.ReadResourceRequest) {
			req.CurrentIdentity = &tfprotov6.ResourceIdentityData{IdentityData: req.CurrentState}
		}),
		"a read that is deferred": {data: "data", read: func(resp *resource.ReadResponse) {
			resp.Deferred = &resource.Deferred{Reason: resource.DeferredReasonAbsentPrereq}
		}},
		"a private state that is taken away": {data: "data", read: func(resp *resource.ReadResponse) { resp.Private = nil }},
	}
}

// TestUnusualReadsAreTheFrameworks wants what this package does not know to be left to the framework, which has the words.
func TestUnusualReadsAreTheFrameworks(t *testing.T) {
	t.Parallel()
	for name, c := range unusualReads() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &thing{plain: plain{named(schema.StringAttribute{Optional: true})}, broken: c.broken}
			r.read = func(_ context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
				if c.read != nil {
					c.read(resp)
				}
			}
			server, req, typ := namedThing(t, r, c.data)
			if c.edit != nil {
				c.edit(req)
			}
			if _, err := planning.Read(t.Context(), server, req); err == nil {
				t.Error("it is read here")
			}
			want, err := planning.Framework(server).ReadResource(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			got, err := server.ReadResource(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			said := diagnostics(got.Diagnostics)
			if said != diagnostics(want.Diagnostics) || !strings.Contains(said, c.says) || c.says == "" && said != "" {
				t.Errorf("it says %q, the framework says %q, and %q was expected", said, diagnostics(want.Diagnostics), c.says)
			}
			if want.NewState != nil && got.NewState != nil {
				if differs := readDifference(typ, want, got); differs != "" {
					t.Error(differs)
				}
			}
		})
	}
}

// TestSpeltElementsAreTheFrameworks leaves sets to the framework in whose objects something has several spellings.
func TestSpeltElementsAreTheFrameworks(t *testing.T) {
	t.Parallel()
	for spelt, taken := range map[bool]bool{false: true, true: false} {
		r := &thing{plain: plain{everything(spelt)}}
		r.read = func(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
		server, found := labServer(t, r, "data")
		typ := found.ValueType()
		req, err := readRequest("lab_thing", typ, tftypes.NewValue(typ, nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := planning.Read(t.Context(), server, req); (err == nil) != taken {
			t.Errorf("with spellings in sets %t: %v", spelt, err)
		}
	}
}

// namedThing serves a thing with a name, and asks to read it.
func namedThing(t *testing.T, r resource.Resource, data any) (tfprotov6.ProviderServer, *tfprotov6.ReadResourceRequest, tftypes.Type) {
	t.Helper()
	server, found := labServer(t, r, data)
	typ := found.ValueType()
	state := tftypes.NewValue(typ, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a")})
	req, err := readRequest("lab_thing", typ, state, nil)
	if err != nil {
		t.Fatal(err)
	}
	return server, req, typ
}
