package core_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
)

// EphemeralResources makes the lab a provider of the key of a thing.
func (p *labProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &thingKey{} }}
}

// thingKey is an ephemeral resource. It lies about things of some names.
type thingKey struct {
	lab *lab
}

func (k *thingKey) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "lab_key"
}

func (k *thingKey) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{
		"name": ephemeralschema.StringAttribute{Required: true},
		"key":  ephemeralschema.StringAttribute{Computed: true},
	}}
}

func (k *thingKey) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	k.lab, _ = req.ProviderData.(*lab)
}

func (k *thingKey) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var name string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	key := types.StringValue("key of " + name)
	switch name {
	case "unknown":
		key = types.StringUnknown()
	case "renamed":
		name = "another"
	default:
		if _, err := k.lab.get(name); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("name"), "Unable to read key", err.Error())
			return
		}
	}
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("name"), name)...)
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("key"), key)...)
}

func TestEphemeral(t *testing.T) {
	t.Parallel()
	l := newLab()
	s := core.NewServer(t, factory(l), endpoint())
	s.Resource(t, "lab_thing").Apply(t, config("a"))
	if got := s.Ephemeral(t, "lab_key", config("a")).String(t, "key"); got != "key of a" {
		t.Errorf("the key is %s", got)
	}
	for name, at := range map[string]string{"nobody": "name", "renamed": "name", "unknown": "key"} {
		if _, diags := s.TryEphemeral(t.Context(), "lab_key", config(name)); len(diags.Errors().At(at)) != 1 {
			t.Errorf("%s:\n%s", name, diags)
		}
	}
	if out, diags := s.TryEphemeral(t.Context(), "lab_key", map[string]any{"name": core.Unknown}); diags.HasError() || !out.IsNull() {
		t.Errorf("it was opened too early: %v\n%s", out.Map(), diags)
	}
	if _, diags := s.TryEphemeral(t.Context(), "lab_key", nil); len(diags.Containing("Missing required argument")) != 1 {
		t.Errorf("without a name:\n%s", diags)
	}
}
