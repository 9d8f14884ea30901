package azure_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// nobody is the id in examples of what is the reader's own.
const nobody = "00000000-0000-0000-0000-000000000000"

// named are the objects that the examples of data sources name, in the order in which they can be made.
var named = []struct {
	id, version string
	body        object
}{
	{"shared", "2025-04-01", object{"location": "westeurope"}},
	{"web", "2025-04-01", object{"location": "westeurope"}},
	{
		"shared/providers/Microsoft.ContainerRegistry/registries/sharedimages", "2025-11-01",
		object{"location": "westeurope", "sku": object{"name": "Basic"}},
	},
	{"shared/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deploy", "2024-11-30", object{"location": "westeurope"}},
	{
		"shared/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deploy/federatedIdentityCredentials/github-main", "2024-11-30",
		object{"properties": object{"issuer": "https://oidc.example.com", "subject": "app", "audiences": []any{"api://AzureADTokenExchange"}}},
	},
	{"web/providers/Microsoft.OperationalInsights/workspaces/web-logs", "2025-07-01", object{"location": "westeurope"}},
	{
		"shared/providers/Microsoft.Authorization/roleAssignments/" + nobody, "2022-04-01",
		object{"properties": object{
			"principalId": "11111111-2222-3333-4444-555555555555", "principalType": "ServicePrincipal",
			"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
		}},
	},
}

// TestDataSourceExamples applies the examples of all data sources of Azure.
func TestDataSourceExamples(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	for _, one := range named {
		id := "/subscriptions/" + sub.ID + "/resourceGroups/" + strings.ReplaceAll(one.id, nobody, sub.ID)
		if err := sub.Put(id, one.version, one.body); err != nil {
			t.Fatal(err)
		}
	}
	sub.ForgetRequests()
	files, err := filepath.Glob(filepath.Join(fixture.Root(t), "examples", "data-sources", "containers_azure_*", "data-source.tf"))
	if err != nil || len(files) != len(kinds(t))+1 {
		t.Fatalf("the examples are not those of the kinds and of the client's configuration: %v, %v", files, err)
	}
	acctest.ExamplesWith(t, azure.HCL(sub)+blocks(t, files), nil, nobody, sub.ID)
	for _, one := range named {
		if asked := sub.Count("GET", "/"+strings.ReplaceAll(one.id, nobody, sub.ID)); asked == 0 {
			t.Errorf("nobody looked up %s", one.id)
		}
	}
}

// blocks are the blocks of all files, those that several files have only once.
func blocks(t *testing.T, files []string) string {
	t.Helper()
	var all []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
			if !slices.Contains(all, block) {
				all = append(all, block)
			}
		}
	}
	return strings.Join(all, "\n\n")
}
