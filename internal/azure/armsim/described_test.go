package armsim_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/recordings"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// undescribed are properties that Azure was recorded to answer with, though no type has them.
var undescribed = []string{
	"properties.appInsightsConfiguration", "properties.openTelemetryConfiguration", "properties.workloadProfiles[0].enableFips",
	"properties.delegatedIdentities", "properties.configuration.dapr", "properties.isCustomProvisioningTimeout",
	"properties.provisioningTimeoutInSeconds", "properties.policies.softDeletePolicy",
}

// TestRepliesAreAsDescribed sends the recorded bodies at the versions that are described: neither may they be refused,
// nor may the answers have anything that the published types do not know.
func TestRepliesAreAsDescribed(t *testing.T) {
	described := types(t)
	if described == nil {
		t.Skip("without the published types of Azure, there is nothing to compare with")
	}
	seen := map[string]bool{}
	for name, tape := range recordings.All(t) {
		s := armsim.Start(t, armsim.Options{Types: described, OperationTime: time.Millisecond})
		sub := s.AddSubscription("00000000-0000-0000-0000-000000000000")
		options := clientOptions(t, s)
		c := connectWith(t, sub, secret(t, s.App, options), options)
		for _, exchange := range tape {
			path := exchange.Path()
			if exchange.Request.Method != http.MethodPut || exchange.Response.Code >= 300 {
				continue
			}
			kind := kindOf(path)
			versions, err := described.Versions(kind)
			if err != nil {
				t.Fatal(err)
			}
			if len(versions) == 0 {
				c.must(http.MethodPut, path, exchange.Version(), exchange.Request.Body)
				continue
			}
			version := versions[len(versions)-1]
			seen[kind] = true
			c.must(http.MethodPut, path, version, exchange.Request.Body)
			got := c.do(http.MethodGet, path, version, "")
			data, err := json.Marshal(got.body)
			if err != nil {
				t.Fatal(err)
			}
			r, err := described.Resource(kind, version)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range r.CheckReply(data) {
				if !slices.Contains(undescribed, problem.Path) {
					t.Errorf("%s: %s %s: %v", name, kind, version, problem)
				}
			}
		}
		if found := sub.Violations(); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
	if len(seen) < 12 {
		t.Errorf("only %v were compared", seen)
	}
}

// kindOf is the resource type of a path.
func kindOf(path string) string {
	cut := strings.LastIndex(path, "/providers/")
	if cut < 0 {
		return "Microsoft.Resources/resourceGroups"
	}
	parts := strings.Split(path[cut+len("/providers/"):], "/")
	kind := parts[0]
	for i := 1; i < len(parts); i += 2 {
		kind += "/" + parts[i]
	}
	return kind
}

// TestTypesThatWereNotRecorded has at least answers of the described form for the types whose behaviour is taken from
// documentation.
func TestTypesThatWereNotRecorded(t *testing.T) {
	described := types(t)
	if described == nil {
		t.Skip("without the published types of Azure, there is nothing to compare with")
	}
	c := connect(t, start(t))
	registry := c.registry(c.group("rg"), "myregistry", "Premium")
	for _, made := range []struct{ path, body string }{
		{"/scopeMaps/mymap", `{"properties":{"actions":["repositories/app/content/read"]}}`},
		{"/tokens/mytoken", `{"properties":{"scopeMapId":"` + registry + `/scopeMaps/mymap","status":"enabled"}}`},
		{"/credentialSets/myset", `{"identity":{"type":"SystemAssigned"},"properties":{"loginServer":"docker.io","authCredentials":[{"name":"Credential1",
			"usernameSecretIdentifier":"https://v.vault.azure.net/secrets/u","passwordSecretIdentifier":"https://v.vault.azure.net/secrets/p"}]}}`},
		{"/cacheRules/myrule", `{"properties":{"sourceRepository":"docker.io/library/*","targetRepository":"library/*"}}`},
		{"/webhooks/myhook", `{"location":"westeurope","properties":{"serviceUri":"https://example.com/?secret","actions":["push"],"customHeaders":{"a":"hush"}}}`},
		{"/replications/westus", `{"location":"westus","properties":{"zoneRedundancy":"Disabled"}}`},
	} {
		path := registry + made.path
		c.must(http.MethodPut, path, registryVersion, made.body)
		got := c.do(http.MethodGet, path, registryVersion, "")
		if got.at("properties.provisioningState") != "Succeeded" || strings.Contains(jsonOf(t, got.body), "hush") {
			t.Errorf("%s: %v", made.path, got.body)
		}
		r, err := described.Resource(kindOf(path), registryVersion)
		if err != nil {
			t.Fatal(err)
		}
		if problems := r.CheckReply([]byte(jsonOf(t, got.body))); len(problems) > 0 {
			t.Errorf("%s: %v", made.path, problems)
		}
		c.must(http.MethodDelete, path, registryVersion, "")
		c.do(http.MethodGet, path, registryVersion, "").want(t, 404, "ResourceNotFound")
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
