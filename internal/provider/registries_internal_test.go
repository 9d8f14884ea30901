package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/containerhosts/terraform-provider-containers/internal/registry"
)

// configWith is a configuration with one registry whose attributes are their own names, true, and a list of their name;
// change sees them before.
func configWith(t *testing.T, change func(attributes map[string]tftypes.Value, kinds map[string]tftypes.Type)) tfsdk.Config {
	t.Helper()
	var resp provider.SchemaResponse
	New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	whole, ok := resp.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("no object")
	}
	byHost, ok := whole.AttributeTypes["registries"].(tftypes.Map)
	if !ok {
		t.Fatal("no map")
	}
	one, ok := byHost.ElementType.(tftypes.Object)
	if !ok {
		t.Fatal("no object in the map")
	}
	values := map[string]tftypes.Value{}
	for name, kind := range one.AttributeTypes {
		switch {
		case kind.Is(tftypes.Bool):
			values[name] = tftypes.NewValue(kind, true)
		case kind.Is(tftypes.String):
			values[name] = tftypes.NewValue(kind, name)
		default:
			values[name] = tftypes.NewValue(kind, []tftypes.Value{tftypes.NewValue(tftypes.String, name)})
		}
	}
	change(values, one.AttributeTypes)
	registries := tftypes.NewValue(byHost, tftypes.UnknownValue)
	if len(values) > 0 {
		registries = tftypes.NewValue(byHost, map[string]tftypes.Value{"r.test": tftypes.NewValue(one, values)})
	}
	return tfsdk.Config{Schema: resp.Schema, Raw: tftypes.NewValue(whole, map[string]tftypes.Value{
		"azure": tftypes.NewValue(whole.AttributeTypes["azure"], nil), "docker": tftypes.NewValue(whole.AttributeTypes["docker"], nil),
		"registries": registries,
	})}
}

// settingsIn reads the settings of a configuration.
func settingsIn(t *testing.T, config tfsdk.Config) map[string]registry.Settings {
	t.Helper()
	got, diags := registrySettings(t.Context(), config)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return got
}

func TestRegistrySettings(t *testing.T) {
	t.Parallel()
	var names []string
	got := settingsIn(t, configWith(t, func(_ map[string]tftypes.Value, kinds map[string]tftypes.Type) {
		for name := range kinds {
			names = append(names, name)
		}
	}))
	want := registry.Settings{
		Username: "username", Password: "password", IdentityToken: "identity_token", RegistryToken: "registry_token",
		CAPath: "ca_path", CAPEM: "ca_pem", CertPath: "cert_path", CertPEM: "cert_pem", KeyPath: "key_path", KeyPEM: "key_pem",
		SkipVerify: true, PlainHTTP: true, Mirrors: []string{"mirrors"},
	}
	if diff := cmp.Diff(want, got["r.test"], cmpopts.IgnoreUnexported(registry.Settings{})); diff != "" {
		t.Error(diff)
	}
	for _, name := range names {
		got := settingsIn(t, configWith(t, func(values map[string]tftypes.Value, kinds map[string]tftypes.Type) {
			values[name] = tftypes.NewValue(kinds[name], tftypes.UnknownValue)
		}))
		if diff := cmp.Diff([]string{name}, got["r.test"].Unknown); diff != "" {
			t.Error(diff)
		}
	}
}

// While the whole map is not known, no registry is entered as if there were nothing in it.
func TestUnknownRegistries(t *testing.T) {
	t.Parallel()
	got := settingsIn(t, configWith(t, func(values map[string]tftypes.Value, _ map[string]tftypes.Type) { clear(values) }))
	_, err := registry.New(got).Credentials(t.Context(), "ghcr.io")
	const say = `ghcr.io: the provider's registries["ghcr.io"] will be known after apply`
	if err == nil || err.Error() != say {
		t.Errorf("got %v", err)
	}
}
