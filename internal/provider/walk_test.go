package provider_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armschema"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/field"
	"github.com/containerhosts/terraform-provider-containers/internal/planning"
	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

// schemas are all schemas of the provider, asked for as Terraform does. The framework checks each implementation on the way.
func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	resp, err := acctest.Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	return resp
}

// visit calls f for every attribute at every depth.
func visit(attributes []*tfprotov6.SchemaAttribute, at string, f func(at string, a *tfprotov6.SchemaAttribute)) {
	for _, a := range attributes {
		f(at+"."+a.Name, a)
		if a.NestedType != nil {
			visit(a.NestedType.Attributes, at+"."+a.Name, f)
		}
	}
}

// each calls f for every attribute of every schema.
func each(t *testing.T, f func(at string, a *tfprotov6.SchemaAttribute)) {
	t.Helper()
	all := schemas(t)
	visit(all.Provider.Block.Attributes, "provider", f)
	for name, s := range all.ResourceSchemas {
		visit(s.Block.Attributes, name, f)
	}
	for name, s := range all.DataSourceSchemas {
		visit(s.Block.Attributes, "data."+name, f)
	}
	for name, s := range all.ListResourceSchemas {
		visit(s.Block.Attributes, "list."+name, f)
	}
	for name, s := range all.EphemeralResourceSchemas {
		visit(s.Block.Attributes, "ephemeral."+name, f)
	}
	for name, s := range all.ActionSchemas {
		visit(s.Schema.Block.Attributes, "action."+name, f)
	}
}

// TestEveryAttributeIsDescribed wants a whole sentence.
func TestEveryAttributeIsDescribed(t *testing.T) {
	t.Parallel()
	each(t, func(at string, a *tfprotov6.SchemaAttribute) {
		if len(a.Description) < 10 || !strings.HasSuffix(strings.TrimSpace(a.Description), ".") {
			t.Errorf("%s is not described by a sentence: %q", at, a.Description)
		}
	})
}

// harmless are attributes whose names look like those of secrets.
var harmless = map[string]string{
	"containers_docker_image.secrets_revision":                            "a salted digest",
	"provider.docker.tls.key_path":                                        "a path",
	"provider.docker.engines.tls.key_path":                                "a path",
	"provider.registries.key_path":                                        "a path",
	"provider.azure.client_secret_path":                                   "a path",
	"provider.azure.oidc_token_path":                                      "a path",
	"containers_docker_volume.cluster.secrets":                            "names of secrets of the swarm",
	"data.containers_docker_volume.cluster.secrets":                       "names of secrets of the swarm",
	"containers_docker_builder.remote.tls.key_path":                       "a path",
	"containers_docker_builder.tls.key_path":                              "a path",
	"containers_registry_image.source.build.builder_tls.key_path":         "a path",
	"containers_docker_image.build.builder_tls.key_path":                  "a path",
	"containers_azure_container_registry_build.build.secret_args_version": "what a user calls the values",
}

// TestSecretsAreSensitive looks for secrets by their usual names. Of objects, it looks at what is in them.
func TestSecretsAreSensitive(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`(^|_)(password|secret|secrets|token|key|credential|credentials)(_|$)`)
	// Azure's ids and URLs of objects, among them secrets in vaults, the names by which those are referred to, names of keys, digests of
	// secrets, and of what kind tokens are.
	public := regexp.MustCompile(
		`^(data\.)?containers_azure_.*(_ids?|_ur[il]|_references?|secrets_revision|token_type|encryption\.key_(name|version))$`)
	each(t, func(at string, a *tfprotov6.SchemaAttribute) {
		if secret.MatchString(a.Name) && a.NestedType == nil && !a.Sensitive && harmless[at] == "" && !public.MatchString(at) {
			t.Errorf("%s looks like a secret and is not sensitive", at)
		}
	})
}

// TestEveryResource wants of each resource what a user expects of all of them.
func TestEveryResource(t *testing.T) {
	t.Parallel()
	p := provider.New("test")()
	lists := schemas(t).ListResourceSchemas
	for _, construct := range p.Resources(t.Context()) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: provider.Name}, &meta)
		t.Run(meta.TypeName, func(t *testing.T) {
			t.Parallel()
			checkInterfaces(t, meta.TypeName, r)
			checkClasses(t, r)
			if lists[meta.TypeName] == nil {
				t.Error("it cannot be listed")
			}
			exists(t, "examples", "resources", meta.TypeName, "resource.tf")
			exists(t, "examples", "resources", meta.TypeName, "import.sh")
			exists(t, "docs", "resources", strings.TrimPrefix(meta.TypeName, provider.Name+"_")+".md")
		})
	}
}

// unmoved are the types that no other provider has.
var unmoved = map[string]bool{
	"containers_azure_container_registry_build": true, "containers_azure_container_registry_import": true,
	"containers_registry_index": true, "containers_registry_tag": true,
}

func checkInterfaces(t *testing.T, name string, r resource.Resource) {
	t.Helper()
	if _, ok := r.(resource.ResourceWithImportState); !ok {
		t.Error("it cannot be imported")
	}
	if _, ok := r.(resource.ResourceWithIdentity); !ok {
		t.Error("it has no identity")
	}
	if _, ok := r.(resource.ResourceWithMoveState); !ok && !unmoved[name] {
		t.Error("nothing can be moved to it")
	}
	if err := planning.Fits(t.Context(), r); err != nil {
		t.Errorf("its plans take the framework's quadratic time: %s", err)
	}
}

// mapped is a resource of Azure.
type mapped interface{ Mapping() *armschema.Mapping }

// checkMappedClasses wants every attribute of a resource of Azure to say what class it is in.
func checkMappedClasses(t *testing.T, r mapped) {
	t.Helper()
	words := map[armschema.Class]string{
		armschema.Replace: "creates a new object", armschema.InPlace: "hanged in place", armschema.ClientOnly: "nly steers the provider",
	}
	r.Mapping().Walk(func(l armschema.Leaf) {
		if l.Class < armschema.Replace || l.Class > armschema.Observed {
			t.Errorf("%s has no class", l.Attribute)
		}
		if strings.Contains(l.Attribute, ".") {
			return
		}
		described := r.Mapping().Attributes[l.Attribute].GetMarkdownDescription()
		if word := words[l.Class]; !strings.Contains(described, word) {
			t.Errorf("%s does not say %q: %q", l.Attribute, word, described)
		}
	})
}

// checkClasses wants every attribute to be in exactly one class, and to say so.
func checkClasses(t *testing.T, r resource.Resource) {
	t.Helper()
	if azure, ok := r.(mapped); ok {
		checkMappedClasses(t, azure)
		return
	}
	table, ok := r.(interface{ Fields() field.Table })
	if !ok {
		t.Fatal("it has no table of fields")
	}
	var resp resource.SchemaResponse
	r.Schema(context.WithoutCancel(t.Context()), resource.SchemaRequest{}, &resp)
	if got, want := len(resp.Schema.Attributes), len(table.Fields()); got != want {
		t.Errorf("the schema has %d attributes, the table %d", got, want)
	}
	words := map[field.Class]string{
		field.Replace: "creates a new object", field.InPlace: "hanged in place", field.ClientOnly: "nly steers the provider",
	}
	for _, f := range table.Fields() {
		if f.Class < field.Replace || f.Class > field.Observed {
			t.Errorf("%s has no class", f.Name)
		}
		described := resp.Schema.Attributes[f.Name].GetMarkdownDescription()
		if word := words[f.Class]; !strings.Contains(described, word) {
			t.Errorf("%s does not say %q: %q", f.Name, word, described)
		}
	}
}

// TestEveryDataSource wants of each data source an example and a page.
func TestEveryDataSource(t *testing.T) {
	t.Parallel()
	for name := range schemas(t).DataSourceSchemas {
		exists(t, "examples", "data-sources", name, "data-source.tf")
		exists(t, "docs", "data-sources", strings.TrimPrefix(name, provider.Name+"_")+".md")
	}
}

// TestEveryEphemeralResource wants of each ephemeral resource an example and a page.
func TestEveryEphemeralResource(t *testing.T) {
	t.Parallel()
	for name := range schemas(t).EphemeralResourceSchemas {
		exists(t, "examples", "ephemeral-resources", name, "ephemeral-resource.tf")
		exists(t, "docs", "ephemeral-resources", strings.TrimPrefix(name, provider.Name+"_")+".md")
	}
}

// TestEveryFunction wants of each function sentences about it and its parameters, an example and a page.
func TestEveryFunction(t *testing.T) {
	t.Parallel()
	for name, f := range schemas(t).Functions {
		if f.Summary == "" {
			t.Errorf("%s has no summary", name)
		}
		described := map[string]string{name: f.Description}
		for _, p := range f.Parameters {
			described[name+"."+p.Name] = p.Description
		}
		for at, text := range described {
			if len(text) < 10 || !strings.HasSuffix(strings.TrimSpace(text), ".") {
				t.Errorf("%s is not described by a sentence: %q", at, text)
			}
		}
		exists(t, "examples", "functions", name, "function.tf")
		exists(t, "docs", "functions", name+".md")
	}
}

// exists wants a file below the root of the project.
func exists(t *testing.T, elements ...string) {
	t.Helper()
	name := filepath.Join(append([]string{"..", ".."}, elements...)...)
	if _, err := os.Stat(name); err != nil {
		t.Errorf("missing: %s", filepath.Join(elements...))
	}
}

// TestProviderImplementation is the framework's own check of the provider's schema.
func TestProviderImplementation(t *testing.T) {
	t.Parallel()
	if _, err := providerserver.NewProtocol6WithError(provider.New("test")())(); err != nil {
		t.Fatal(err)
	}
}
