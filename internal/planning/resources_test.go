package planning_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/object"
)

// nothing is an engine and a registry in which nothing is.
func nothing(t *testing.T) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "Docker/20.10.24 (linux)")
		w.Header().Set("Api-Version", "1.41")
		if !strings.HasSuffix(r.URL.Path, "/_ping") && r.URL.Path != "/v2/" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// served is the provider, configured for what is at the address.
func served(t *testing.T, address string) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	t.Helper()
	s := acctest.Server()
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ, ok := schemas.Provider.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the provider's settings are no object")
	}
	docker, ok := typ.AttributeTypes["docker"].(tftypes.Object)
	if !ok {
		t.Fatal("the settings of Docker are no object")
	}
	settings := map[string]tftypes.Value{}
	for name, inner := range docker.AttributeTypes {
		settings[name] = tftypes.NewValue(inner, nil)
	}
	settings["host"] = tftypes.NewValue(tftypes.String, "tcp://"+address)
	config := map[string]tftypes.Value{}
	for name, inner := range typ.AttributeTypes {
		config[name] = tftypes.NewValue(inner, nil)
	}
	config["docker"] = tftypes.NewValue(docker, settings)
	wire, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, config))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &wire})
	if err != nil {
		t.Fatal(err)
	}
	if said := diagnostics(resp.Diagnostics); said != "" {
		t.Fatal(said)
	}
	return s, schemas
}

// TestResourcesPlanAsTheFrameworkDoes plans objects of every resource type in both ways.
func TestResourcesPlanAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	address := nothing(t)
	server, schemas := served(t, address)
	for name, r := range acctest.Resources(t.Context()) {
		_, planner := r.(object.Planner)
		_, whole := r.(object.WholePlanner)
		if !planner && !whole {
			continue // It is left to the framework.
		}
		s := subjectOf(t, server, schemas, name, r, address)
		if whole {
			delete(s.private, ".frameworks") // What the framework keeps for itself is left to it.
		}
		for _, what := range []string{"create", "update", "destroy"} {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				s.check(t, func(rt *rapid.T) bool { return s.history(t, rt, what) })
			})
		}
	}
}

// subjectOf is a resource type of the provider, whose objects are at the address.
func subjectOf(
	t *testing.T, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse, name string, r resource.Resource, address string,
) subject {
	t.Helper()
	var made resource.SchemaResponse
	r.Schema(t.Context(), resource.SchemaRequest{}, &made)
	typ, ok := made.Schema.Type().(attr.TypeWithAttributeTypes)
	if !ok {
		t.Fatalf("%s is no object", name)
	}
	return subject{
		server: server, name: name, schema: schemas.ResourceSchemas[name], typ: typ,
		texts: []string{"", "web", "1m", "60s", "80", "container:web", "/data", address + "/web:1", "running", "10.0.0.0/8", "10.0.0.1"},
		private: map[string]string{
			"observed": "{}", "spellings": "{}", "uploads_pending": "true", "uploads_salt": `"salt"`, "tagged": "[]", ".frameworks": "1",
		},
	}
}
