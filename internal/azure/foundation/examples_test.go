package foundation_test

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
		"resources/containers_azure_federated_identity_credential/resource.tf",
		"resources/containers_azure_log_analytics_workspace/resource.tf",
		"resources/containers_azure_role_assignment/resource.tf",
		"resources/containers_azure_user_assigned_identity/resource.tf",
	})
	if left := sub.Resources(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
