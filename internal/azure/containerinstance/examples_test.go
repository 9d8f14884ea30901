package containerinstance_test

import (
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
)

// TestExamples applies the examples of the documentation.
func TestExamples(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	acctest.ExamplesWith(t, azure.HCL(sub), []string{
		"resources/containers_azure_container_group/resource.tf", "resources/containers_azure_container_group_profile/resource.tf",
		"resources/containers_azure_container_ngroup/resource.tf",
	})
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
