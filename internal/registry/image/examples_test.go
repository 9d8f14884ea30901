package image_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/registries"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	server := registries.Start(t)
	acctest.Examples(t, []string{"resources/containers_registry_image/resource.tf"}, "registry.example.com", server.Host)
}
