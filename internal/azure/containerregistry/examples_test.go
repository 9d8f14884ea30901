package containerregistry_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

// TestExamples applies the examples of the documentation: a registry, images in it, and its parts.
func TestExamples(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	azure.Registry(t, "exampleimages")
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := registries.Start(t)
	base := elsewhere.Repository("nginx") + ":1"
	elsewhere.Push(t, base, image)
	app := t.TempDir()
	if err := os.WriteFile(filepath.Join(app, "Dockerfile"), []byte("FROM scratch\nARG VERSION\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	certificate := filepath.Join(app, "site1.pem")
	if err := os.WriteFile(certificate, []byte(issue(t, time.Hour).PEM), 0o644); err != nil {
		t.Fatal(err)
	}
	acctest.ExamplesWith(t, azure.HCL(sub), []string{
		"resources/containers_azure_container_registry/resource.tf",
		"resources/containers_azure_container_registry_build/resource.tf",
		"resources/containers_azure_container_registry_import/resource.tf",
		"resources/containers_azure_container_registry_scope_map/resource.tf",
		"resources/containers_azure_container_registry_token/resource.tf",
		"ephemeral-resources/containers_azure_container_registry_token_password/ephemeral-resource.tf",
		"resources/containers_azure_container_registry_cache_rule/resource.tf",
		"resources/containers_azure_container_registry_replication/resource.tf",
		"resources/containers_azure_container_registry_agent_pool/resource.tf",
		"resources/containers_azure_container_connected_registry/resource.tf",
		"resources/containers_azure_container_registry_credential_set/resource.tf",
		"resources/containers_azure_container_registry_webhook/resource.tf",
		"resources/containers_azure_container_registry_task/resource.tf",
	},
		"${path.module}/site1.pem", certificate, "app.tar", fixture.Archive(t, "app:v1", image), "mcr.microsoft.com/azurelinux/base/nginx:1", base,
		"${path.module}/app", app)
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
