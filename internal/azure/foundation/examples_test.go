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
	for _, files := range [][]string{
		{
			"resources/containers_azure_federated_identity_credential/resource.tf",
			"resources/containers_azure_log_analytics_workspace/resource.tf",
			"resources/containers_azure_role_assignment/resource.tf",
			"resources/containers_azure_user_assigned_identity/resource.tf",
		},
		// It is of the same name as one of those.
		{"resources/containers_azure_resource_group/resource.tf"},
	} {
		acctest.ExamplesWith(t, azure.HCL(sub), files)
		nothing(t, sub)
	}
}
