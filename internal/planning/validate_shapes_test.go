package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/planning"
)

// watch is a validator of every kind of attribute, which notes what it is asked. It has something to say about a text.
type watch struct {
	mu    sync.Mutex
	asked []string
}

func (w *watch) Description(context.Context) string         { return "watches" }
func (w *watch) MarkdownDescription(context.Context) string { return "watches" }

func (w *watch) see(at path.Path, expression path.Expression, client validator.ValidateSchemaClientCapabilities, v attr.Value) diag.Diagnostics {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, fmt.Sprintf("%s %s %t %s", at, expression, client.WriteOnlyAttributesAllowed, v))
	if v.String() != `"refused"` {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "Refused", "It is refused.")}
}

// take gives what was asked since the last time, in an order, each once: the framework asks the validators of a single object
// as those of an attribute and as those of an object.
func (w *watch) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := slices.Compact(slices.Sorted(slices.Values(w.asked)))
	w.asked = nil
	return strings.Join(out, "\n")
}

func (w *watch) ValidateBool(_ context.Context, r validator.BoolRequest, resp *validator.BoolResponse) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateFloat64(_ context.Context, r validator.Float64Request, resp *validator.Float64Response) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateInt64(_ context.Context, r validator.Int64Request, resp *validator.Int64Response) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateList(_ context.Context, r validator.ListRequest, resp *validator.ListResponse) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateMap(_ context.Context, r validator.MapRequest, resp *validator.MapResponse) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateObject(_ context.Context, r validator.ObjectRequest, resp *validator.ObjectResponse) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateSet(_ context.Context, r validator.SetRequest, resp *validator.SetResponse) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

func (w *watch) ValidateString(_ context.Context, r validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics = w.see(r.Path, r.PathExpression, r.ClientCapabilities, r.ConfigValue)
}

// watched has the watch at every attribute, and at every object in one.
func (w *watch) watched(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	out := map[string]schema.Attribute{}
	for name, a := range attributes {
		out[name] = w.at(a)
	}
	return out
}

func (w *watch) object(o schema.NestedAttributeObject) schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: w.watched(o.Attributes), Validators: []validator.Object{w}}
}

func (w *watch) at(of schema.Attribute) schema.Attribute {
	switch a := of.(type) {
	case schema.BoolAttribute:
		a.Validators = []validator.Bool{w}
		return a
	case schema.Float64Attribute:
		a.Validators = []validator.Float64{w}
		return a
	case schema.Int64Attribute:
		a.Validators = []validator.Int64{w}
		return a
	case schema.ListAttribute:
		a.Validators = []validator.List{w}
		return a
	case schema.ListNestedAttribute:
		a.Validators, a.NestedObject = []validator.List{w}, w.object(a.NestedObject)
		return a
	case schema.MapAttribute:
		a.Validators = []validator.Map{w}
		return a
	case schema.MapNestedAttribute:
		a.Validators, a.NestedObject = []validator.Map{w}, w.object(a.NestedObject)
		return a
	case schema.ObjectAttribute:
		a.Validators = []validator.Object{w}
		return a
	case schema.SetAttribute:
		a.Validators = []validator.Set{w}
		return a
	case schema.SetNestedAttribute:
		a.Validators, a.NestedObject = []validator.Set{w}, w.object(a.NestedObject)
		return a
	case schema.SingleNestedAttribute:
		a.Validators, a.Attributes = []validator.Object{w}, w.watched(a.Attributes)
		return a
	case schema.StringAttribute:
		a.Validators = []validator.String{w}
		return a
	}
	return of
}

// TestEveryShapeIsValidatedAsByTheFramework validates things with attributes of every kind at every depth. Where both find
// nothing to say, both have asked the same of every validator.
func TestEveryShapeIsValidatedAsByTheFramework(t *testing.T) {
	t.Parallel()
	w := &watch{}
	all := everything(true).Attributes
	all["needed"] = schema.StringAttribute{Required: true}
	all["old"] = schema.StringAttribute{Optional: true, DeprecationMessage: "It is old."}
	made := schema.Schema{Attributes: w.watched(all)}
	typ, ok := made.Type().(attr.TypeWithAttributeTypes)
	if !ok {
		t.Fatal("the schema is no object")
	}
	server, found := labServer(t, &thing{plain: plain{made}}, "data")
	s := subject{server: server, name: "lab_thing", schema: found, typ: typ, texts: []string{"", "a", "web", "1m", "60s"}}
	right := 0
	rapid.Check(t, func(rt *rapid.T) {
		req := s.someConfig(t.Context(), rt)
		said := s.frameworkSays(t.Context(), rt, req)
		theirs := w.take()
		err := planning.Validates(t.Context(), server, req)
		ours := w.take()
		s.differs(rt, req, said, err)
		if err != nil {
			return
		}
		right++
		if theirs != ours {
			rt.Fatalf("the framework asks:\n%s\nhere:\n%s", theirs, ours)
		}
	})
	if right < 5 {
		t.Errorf("only %d configurations were right", right)
	}
}
