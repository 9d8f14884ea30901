package azure_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

// nobody is the id in examples of what is the reader's own.
const nobody = "00000000-0000-0000-0000-000000000000"

// named are the objects that the examples of data sources name, in the order in which they can be made. Ids begin with the name of the group.
var named = []struct {
	id, version string
	body        object
}{
	{"shared", groupVersion, there},
	{"web", groupVersion, there},
	{"example", groupVersion, there},
	{"shared/" + registries + "sharedimages", registryVersion, sold("Basic")},
	{"example/" + registries + "exampleimages", registryVersion, sold("Basic")},
	{"example/" + registries + "exampleimages/scopeMaps/team-readers", registryVersion, readers},
	{"example/" + registries + "exampleimages/tokens/deploy", registryVersion, tokenOf("exampleimages/scopeMaps/team-readers")},
	{"example/" + registries + "exampleimages/webhooks/pipeline", registryVersion, object{
		"location": "westeurope", "properties": object{"actions": []any{"push"}, "serviceUri": "https://ci.example.com/hooks"},
	}},
	{"example/" + registries + "exampleimages/cacheRules/dotnet", registryVersion, object{
		"properties": object{"sourceRepository": "mcr.microsoft.com/dotnet/*", "targetRepository": "dotnet/*"},
	}},
	{"example/" + registries + "exampleimages/credentialSets/docker-hub", registryVersion, object{"properties": object{"loginServer": "docker.io"}}},
	{"example/" + registries + "exampleimages/tasks/build-app", "2025-03-01-preview", object{
		"location": "westeurope", "properties": object{
			"platform": object{"os": "Linux"},
			"step":     object{"type": "Docker", "dockerFilePath": "Dockerfile", "contextPath": "https://github.com/example/app.git#main"},
		},
	}},
	{"example/" + registries + "exampleclosed", registryVersion, sold("Premium")},
	{"example/" + registries + "exampleclosed/scopeMaps/site1-sync", registryVersion, readers},
	{"example/" + registries + "exampleclosed/tokens/site1-sync", registryVersion, tokenOf("exampleclosed/scopeMaps/site1-sync")},
	{"example/" + registries + "exampleclosed/connectedRegistries/site1", registryVersion, object{"properties": object{
		"mode": "ReadOnly", "parent": object{"syncProperties": object{
			"tokenId": exampleGroup + registries + "exampleclosed/tokens/site1-sync", "messageTtl": "P1D",
		}},
	}}},
	{"example/" + registries + "exampleclosed/replications/northeurope", registryVersion, object{"location": "northeurope"}},
	{"example/" + registries + "exampleclosed/agentPools/builders", "2025-03-01-preview", there},
	{"shared/" + identities + "deploy", "2024-11-30", there},
	{"shared/" + identities + "deploy/federatedIdentityCredentials/github-main", "2024-11-30", object{"properties": object{
		"issuer": "https://oidc.example.com", "subject": "app", "audiences": []any{"api://AzureADTokenExchange"},
	}}},
	{"shared/" + instances + "containerGroups/web", instancesVersion, runs},
	{"shared/" + instances + "containerGroupProfiles/worker", instancesVersion, runs},
	{"shared/" + instances + "ngroups/workers", instancesVersion, object{"location": "westeurope", "properties": object{
		"containerGroupProfiles": []any{object{"resource": object{
			"id": "/subscriptions/" + nobody + "/resourceGroups/shared/" + instances + "containerGroupProfiles/worker",
		}}},
	}}},
	{"web/providers/Microsoft.OperationalInsights/workspaces/web-logs", "2025-07-01", there},
	{"shared/providers/Microsoft.Authorization/roleAssignments/" + nobody, "2022-04-01", object{"properties": object{
		"principalId": "11111111-2222-3333-4444-555555555555", "principalType": "ServicePrincipal",
		"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
	}}},
}

const (
	groupVersion     = "2025-04-01"
	registryVersion  = "2025-11-01"
	instancesVersion = "2025-09-01"
	registries       = "providers/Microsoft.ContainerRegistry/registries/"
	identities       = "providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
	instances        = "providers/Microsoft.ContainerInstance/"
	exampleGroup     = "/subscriptions/" + nobody + "/resourceGroups/example/"
)

var (
	there = object{"location": "westeurope"}
	runs  = object{"location": "westeurope", "properties": object{"osType": "Linux", "containers": []any{object{
		"name": "app", "properties": object{
			"image": "example.com/app", "resources": object{"requests": object{"cpu": 1, "memoryInGB": 1}},
		},
	}}}}
	readers = object{"properties": object{"actions": []any{"repositories/app/content/read"}}}
)

func sold(sku string) object { return object{"location": "westeurope", "sku": object{"name": sku}} }

func tokenOf(scopeMap string) object {
	return object{"properties": object{"scopeMapId": exampleGroup + registries + scopeMap}}
}

// own is a body with the id of a subscription in the place of the one in examples.
func own(t *testing.T, body object, sub string) (out object) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), nobody, sub)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDataSourceExamples applies the examples of all data sources of Azure.
func TestDataSourceExamples(t *testing.T) {
	t.Parallel()
	sub := azure.Subscription(t)
	for _, one := range named {
		id := "/subscriptions/" + sub.ID + "/resourceGroups/" + strings.ReplaceAll(one.id, nobody, sub.ID)
		if err := sub.Put(id, one.version, own(t, one.body, sub.ID)); err != nil {
			t.Fatal(err)
		}
	}
	behind := azure.Registry(t, "exampleimages")
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	behind.Push(t, behind.Host+"/team/app:1", image)
	sub.ForgetRequests()
	files, err := filepath.Glob(filepath.Join(fixture.Root(t), "examples", "data-sources", "containers_azure_*", "data-source.tf"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	acctest.ExamplesWith(t, azure.HCL(sub)+blocks(t, files), nil, nobody, sub.ID)
	looked := map[string]bool{}
	for _, one := range sub.Requests() {
		looked[one.Path] = one.Status == http.StatusOK
	}
	// One of them is about who has logged in, and one about what a registry shows itself.
	if len(looked) < len(files)-2 {
		t.Errorf("%d objects were looked up for %d examples: %v", len(looked), len(files), looked)
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
