package planning_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// compareRead reads in both ways. It tells whether the object was read by this package, and returns what differs. It may
// leave to the framework what that refuses.
func compareRead(
	ctx context.Context, s tfprotov6.ProviderServer, typ tftypes.Type, req *tfprotov6.ReadResourceRequest,
) (taken bool, differs string) {
	want, err := planning.Framework(s).ReadResource(ctx, req)
	if err != nil {
		return false, "the framework: " + err.Error()
	}
	got, err := planning.Read(ctx, s, req)
	refused := slices.ContainsFunc(want.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
	switch {
	case err != nil && refused, err != nil && strings.Contains(string(req.Private), `".`):
		return false, ""
	case err != nil:
		return false, "left to the framework without need: " + err.Error()
	}
	return true, readDifference(typ, want, got)
}

func readDifference(typ tftypes.Type, want, got *tfprotov6.ReadResourceResponse) string {
	out := stateDifference(typ, want.NewState, got.NewState)
	for _, part := range []struct{ name, want, got string }{
		{"private", string(want.Private), string(got.Private)},
		{"identity", identity(want.NewIdentity), identity(got.NewIdentity)},
		{"diagnostics", diagnostics(want.Diagnostics), diagnostics(got.Diagnostics)},
		{"deferred", fmt.Sprint(want.Deferred), fmt.Sprint(got.Deferred)},
	} {
		if part.want != part.got {
			out = append(out, fmt.Sprintf("%s:\n  framework: %s\n  here:      %s", part.name, part.want, part.got))
		}
	}
	return strings.Join(out, "\n")
}

// readRequest is a request to read.
func readRequest(name string, typ tftypes.Type, state tftypes.Value, private map[string][]byte) (*tfprotov6.ReadResourceRequest, error) {
	wire, err := tfprotov6.NewDynamicValue(typ, state)
	if err != nil {
		return nil, err
	}
	req := &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: &wire}
	if len(private) > 0 {
		req.Private, err = json.Marshal(private)
	}
	return req, err
}

// anything is an engine that has whatever it is asked for.
func anything(t *testing.T) (address string) {
	t.Helper()
	id := strings.Repeat("0a", 32)
	found := map[string]any{
		"containers": container.InspectResponse{
			ContainerJSONBase: &container.ContainerJSONBase{
				ID: id, Name: "/web", State: &container.State{Status: container.StateRunning, Running: true},
				HostConfig: &container.HostConfig{NetworkMode: "default", Resources: container.Resources{Memory: 1 << 20}}, Image: "sha256:" + id,
			},
			Config: &container.Config{Image: "web", Env: []string{"A=1"}, Labels: map[string]string{"a": "web"}},
			NetworkSettings: &container.NetworkSettings{Networks: map[string]*network.EndpointSettings{
				"bridge": {NetworkID: id, IPAddress: "172.17.0.2", IPPrefixLen: 16},
			}},
		},
		"networks": network.Inspect{ID: id, Name: "web", Driver: "bridge", Labels: map[string]string{"a": "web"}},
		"volumes":  volume.Volume{Name: "web", Driver: "local", Options: map[string]string{"a": "web"}},
		"images":   image.InspectResponse{ID: "sha256:" + id, RepoTags: []string{"web:latest"}, Architecture: "amd64", Os: "linux"},
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "Docker/20.10.24 (linux)")
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		for part := range strings.SplitSeq(r.URL.Path, "/") {
			if known, ok := found[part]; ok {
				_ = json.NewEncoder(w).Encode(known)
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// TestResourcesReadAsTheFrameworkDoes reads objects of every resource type in both ways: ones that are there, and ones that
// are gone.
func TestResourcesReadAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	for where, address := range map[string]string{"there": anything(t), "gone": nothing(t)} {
		server, schemas := served(t, address)
		for name, r := range acctest.Resources(t.Context()) {
			if _, planner := r.(object.Planner); !planner {
				continue // It is left to the framework.
			}
			s := subjectOf(t, server, schemas, name, r, address)
			t.Run(name+"/"+where, func(t *testing.T) {
				t.Parallel()
				s.check(t, func(rt *rapid.T) bool { return s.refresh(t, rt) })
			})
		}
	}
}

// refresh draws a state that a create could have made, and reads it.
func (s subject) refresh(t *testing.T, rt *rapid.T) bool {
	ctx := t.Context()
	g := generator{ctx: ctx, t: rt, texts: s.texts, unknown: 3, null: 60}
	wire := s.schema.ValueType()
	config, none := g.known(s.typ, wire), tftypes.NewValue(wire, nil)
	state := g.settled(s.planned(ctx, rt, config, none, core.ProposedNewState(s.schema, none, config)), s.typ)
	req, err := readRequest(s.name, wire, state, s.somePrivate(rt))
	if err != nil {
		rt.Fatal(err)
	}
	taken, differs := compareRead(ctx, s.server, wire, req)
	if differs != "" {
		rt.Fatalf("state: %s\nprivate: %s\n%s", state, req.Private, differs)
	}
	return taken
}

// found is what a read of the lab's thing does.
type found struct {
	state    tftypes.Value
	identity tftypes.Value
	private  map[string]string
	warns    bool
	fails    bool
}

func (f found) read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	resp.State.Raw = f.state
	resp.Identity.Raw = f.identity
	for _, key := range slices.Sorted(maps.Keys(f.private)) {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, key, []byte(f.private[key]))...)
	}
	if f.warns {
		resp.Diagnostics.AddWarning("Odd", "It is odd.")
	}
	if f.fails {
		resp.Diagnostics.AddError("Unreadable", "It cannot be read.")
	}
}

// TestEveryShapeIsReadAsTheFrameworkDoes reads things with attributes of every kind at every depth, of which a little has
// changed.
func TestEveryShapeIsReadAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	made := everything(false)
	typ, ok := made.Type().(attr.TypeWithAttributeTypes)
	if !ok {
		t.Fatal("the schema is no object")
	}
	r := identified{&thing{plain: plain{made}}}
	server, schema := labServer(t, r, "data")
	s := subject{
		server: server, name: "lab_thing", schema: schema, typ: typ, texts: append([]string{"", "a", "web"}, spellings...),
		private: map[string]string{"kept": `{"a":1}`, "other": "[]", ".import_before_read": "true"},
	}
	s.check(t, func(rt *rapid.T) bool {
		ctx, wire := t.Context(), schema.ValueType()
		g := generator{ctx: ctx, t: rt, texts: s.texts, null: 30}
		if rapid.IntRange(0, 9).Draw(rt, "wild") == 0 {
			g.texts, g.wild, g.unknown = append(g.texts, "no duration"), true, 5
		}
		state := g.known(s.typ, wire)
		f := found{state: respelt(rt, g.change(state, s.typ, 8)), identity: someIdentity(rt, "found"), private: map[string]string{}}
		if rapid.IntRange(0, 9).Draw(rt, "gone") == 0 {
			f.state = tftypes.NewValue(wire, nil)
		}
		if rapid.IntRange(0, 9).Draw(rt, "another") == 0 {
			f.state = g.known(s.typ, wire)
		}
		f.warns, f.fails = rapid.Bool().Draw(rt, "warns"), rarely(rt, "fails")
		for _, key := range []string{"kept", "other", "more"} {
			if rapid.Bool().Draw(rt, key) {
				f.private[key] = rapid.SampledFrom([]string{"1", `"a"`}).Draw(rt, "private")
			}
		}
		if rarely(rt, "no JSON") {
			f.private["kept"] = "" // The framework refuses it.
		}
		r.read = f.read
		req, err := readRequest(s.name, wire, state, s.somePrivate(rt))
		if err != nil {
			rt.Fatal(err)
		}
		if rapid.Bool().Draw(rt, "identified") {
			typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
			kept, err := tfprotov6.NewDynamicValue(typ, someIdentity(rt, "kept"))
			if err != nil {
				rt.Fatal(err)
			}
			req.CurrentIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &kept}
		}
		taken, differs := compareRead(ctx, server, wire, req)
		if differs != "" {
			rt.Fatalf("state: %s\nfound: %s\n%s", state, f.state, differs)
		}
		return taken
	})
}

// spellings are ways to write one duration.
var spellings = []string{"1m", "60s", "60000ms"}

// respelt writes some durations in another way.
func respelt(rt *rapid.T, state tftypes.Value) tftypes.Value {
	if rapid.Bool().Draw(rt, "as it was") {
		return state
	}
	out, err := tftypes.Transform(state, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		isSpelling := func(text string) bool { return v.Equal(tftypes.NewValue(tftypes.String, text)) }
		if !slices.ContainsFunc(spellings, isSpelling) {
			return v, nil
		}
		return tftypes.NewValue(tftypes.String, rapid.SampledFrom(spellings).Draw(rt, "spelling")), nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	return out
}

// someIdentity draws one of two, or that there is none; mostly it is the same.
func someIdentity(rt *rapid.T, label string) tftypes.Value {
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	switch rapid.IntRange(0, 19).Draw(rt, label) {
	case 0:
		return tftypes.NewValue(typ, nil)
	case 1:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "b")})
	default:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "a")})
	}
}
