package armsim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/google/uuid"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

func TestIdsKeepTheCaseOfCreation(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("MyGroup")
	registry := c.registry(strings.ToLower(group), "MyRegistry", "Basic")
	got := c.do(http.MethodGet, strings.ToUpper(registry[:len(registry)-10])+"mYrEGISTRY", registryVersion, "")
	if want := group + "/providers/Microsoft.ContainerRegistry/registries/MyRegistry"; got.at("id") != want {
		t.Errorf("the id is %v, want %s", got.at("id"), want)
	}
}

func TestParentsHaveToExist(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	body := `{"location":"westeurope","sku":{"name":"Basic"}}`
	lost := "/subscriptions/" + c.sub.ID + "/resourceGroups/none/providers/Microsoft.ContainerRegistry/registries/myregistry"
	c.do(http.MethodPut, lost, registryVersion, body).want(t, 404, "ResourceGroupNotFound")
	missing := group + "/providers/Microsoft.ContainerRegistry/registries/myregistry"
	c.do(http.MethodPut, missing+"/scopeMaps/mymap", registryVersion, `{"properties":{"actions":["repositories/a/content/read"]}}`).
		want(t, 404, "ParentResourceNotFound")
	c.do(http.MethodGet, missing+"/scopeMaps/mymap", registryVersion, "").want(t, 404, "ParentResourceNotFound")
	c.do(http.MethodGet, missing+"/scopeMaps", registryVersion, "").want(t, 404, "ParentResourceNotFound")
	c.assign(missing, uuid.NewString(), "7f951dda-4ed3-4680-a7ca-43fe172d538d").want(t, 404, "ParentResourceNotFound")
	c.do(http.MethodDelete, missing, registryVersion, "").want(t, 204, "")
	c.do(http.MethodPatch, missing, registryVersion, `{"tags":{}}`).want(t, 404, "ResourceNotFound")
}

func TestADeletedGroupTakesAllWithIt(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	registry := c.registry(group, "myregistry", "Basic")
	c.assign(registry, uuid.NewString(), "7f951dda-4ed3-4680-a7ca-43fe172d538d").want(t, 201, "")
	c.sub.OperationTime(time.Hour)
	first := c.do(http.MethodDelete, group, groupVersion, "")
	first.want(t, 202, "")
	if got := c.do(http.MethodGet, group, groupVersion, ""); got.at("properties.provisioningState") != "Deleting" {
		t.Errorf("meanwhile it is %v", got.body)
	}
	c.do(http.MethodPut, registry, registryVersion, `{"location":"westeurope","sku":{"name":"Basic"}}`).want(t, 409, "ResourceGroupBeingDeleted")
	c.sub.Delete(group)
	if left := c.sub.Resources(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestPatchMergesButForTags(t *testing.T) {
	c := connect(t, start(t))
	registry := c.registry(c.group("rg"), "myregistry", "Premium")
	c.must(http.MethodPatch, registry, registryVersion, `{"tags":{"a":"1","b":"2"},"properties":{"adminUserEnabled":true}}`)
	c.must(http.MethodPatch, registry, registryVersion, `{"tags":{"b":"3"},"properties":{"dataEndpointEnabled":true}}`)
	got := c.do(http.MethodGet, registry, registryVersion, "")
	if got.at("tags.a") != nil || got.at("tags.b") != "3" || got.at("properties.adminUserEnabled") != true || got.at("properties.dataEndpointEnabled") != true {
		t.Errorf("got %v", got.body)
	}
	c.must(http.MethodPut, registry, registryVersion, `{"location":"westeurope","sku":{"name":"Premium"}}`)
	got = c.do(http.MethodGet, registry, registryVersion, "")
	if got.at("tags.b") != nil || got.at("properties.adminUserEnabled") != false {
		t.Errorf("after a PUT without them: %v", got.body)
	}
}

func TestWrongBodiesAreRefusedAndNoted(t *testing.T) {
	s := start(t)
	if types(t) == nil {
		t.Skip("without the published types of Azure, bodies are not checked")
	}
	c := connect(t, s)
	path := c.group("rg") + "/providers/Microsoft.ContainerRegistry/registries/myregistry"
	for _, body := range []string{
		`{"location":"westeurope","sku":{"name":"Basic"},"properties":{"color":"red"}}`,
		`{"location":"westeurope","sku":{"name":"Basic"},"properties":{"adminUserEnabled":"true"}}`,
		`{"location":"westeurope","sku":{"name":"Basic"},"properties":{"loginServer":"x"}}`,
		`{"location":"westeurope"}`,
	} {
		c.do(http.MethodPut, path, registryVersion, body).want(t, 400, "InvalidRequestContent")
	}
	c.do(http.MethodPut, path, registryVersion, `{"sku":{"name":"Basic"}}`).want(t, 400, "LocationRequired")
	c.do(http.MethodGet, path+"/oddities/x", registryVersion, "").want(t, 400, "InvalidResourceType")
	c.do(http.MethodPut, path+"-1", registryVersion, `{"location":"westeurope","sku":{"name":"Basic"}}`).want(t, 400, "InvalidResourceName")
	found := c.sub.Violations()
	if len(found) != 7 || !strings.Contains(found[0], "properties.color") {
		t.Errorf("noted %d: %v", len(found), found)
	}
	c.do(http.MethodGet, path, registryVersion, "").want(t, 404, "ResourceNotFound")
}

func TestLocationsAndVersions(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	c.do(http.MethodPut, group, groupVersion, `{"location":"Atlantis"}`).want(t, 400, "LocationNotAvailableForResourceGroup")
	c.do(http.MethodPut, group, groupVersion, `{"location":"East US"}`).want(t, 409, "InvalidResourceGroupLocation")
	c.do(http.MethodGet, group, "", "").want(t, 400, "MissingApiVersionParameter")
	c.do(http.MethodGet, group, "latest", "").want(t, 400, "InvalidApiVersionParameter")
	c.do(http.MethodGet, "/subscriptions/"+uuid.NewString()+"/resourceGroups/x", groupVersion, "").want(t, 404, "SubscriptionNotFound")
	registry := c.registry(group, "myregistry", "Basic")
	c.do(http.MethodPut, registry, registryVersion, `{"location":"eastus","sku":{"name":"Basic"}}`).want(t, 409, "InvalidResourceLocation")
}

func TestListsComeInPages(t *testing.T) {
	c := connect(t, start(t))
	c.sub.PageSize(2)
	group := c.group("rg")
	other := c.group("rg2")
	for i := range 5 {
		c.registry(group, fmt.Sprintf("registry%d", i), "Basic")
	}
	c.registry(other, "registry9", "Basic")
	count := func(path string) (names []string, pages int) {
		for address := path; address != ""; pages++ {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			req, err := runtime.NewRequest(t.Context(), http.MethodGet, c.base+u.Path+"?api-version="+registryVersion+"&$skiptoken="+u.Query().Get("$skiptoken"))
			if err != nil {
				t.Fatal(err)
			}
			raw, err := c.arm.Pipeline().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Body.Close()
			var page struct {
				Value    []struct{ Name string }
				NextLink string
			}
			if err := runtime.UnmarshalAsJSON(raw, &page); err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Value {
				names = append(names, r.Name)
			}
			address = page.NextLink
		}
		return names, pages
	}
	const word = "/providers/Microsoft.ContainerRegistry/registries"
	if names, pages := count(group + word); len(names) != 5 || pages != 3 {
		t.Errorf("of the group: %v in %d pages", names, pages)
	}
	if names, _ := count("/subscriptions/" + c.sub.ID + word); len(names) != 6 {
		t.Errorf("of the subscription: %v", names)
	}
	if names, _ := count(group + "/resources"); len(names) != 5 {
		t.Errorf("resources of the group: %v", names)
	}
	if names, _ := count("/subscriptions/" + c.sub.ID + "/resourceGroups"); !slices.Equal(names, []string{"rg", "rg2"}) {
		t.Errorf("groups: %v", names)
	}
}

func TestIdentitiesGetPrincipals(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	identity := c.must(http.MethodPut, group+"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1", identityVersion, `{"location":"westus"}`)
	id, _ := identity["id"].(string)
	path := group + "/providers/Microsoft.ContainerRegistry/registries/myregistry"
	body := `{"location":"westeurope","sku":{"name":"Basic"},"identity":{"type":"SystemAssigned, UserAssigned","userAssignedIdentities":{%q:{}}}}`
	c.do(http.MethodPut, path, registryVersion, fmt.Sprintf(body, id+"x")).want(t, 400, "FailedIdentityOperation")
	c.must(http.MethodPut, path, registryVersion, fmt.Sprintf(body, id))
	got := c.do(http.MethodGet, path, registryVersion, "")
	assigned, _ := got.at("identity.userAssignedIdentities").(map[string]any)
	inner, _ := assigned[id].(map[string]any)
	if got.at("identity.principalId") == nil || inner["principalId"] != at(identity, "properties.principalId") {
		t.Errorf("identity %v", got.at("identity"))
	}
	again := c.must(http.MethodPatch, path, registryVersion, `{"tags":{"a":"b"}}`)
	if at(again, "identity.principalId") != got.at("identity.principalId") {
		t.Error("another write changed the principal")
	}
}

func TestSecretsAreNotGivenBack(t *testing.T) {
	t.Run("marked by the types", func(t *testing.T) { secretsStay(t, start(t)) })
	t.Run("listed by hand", func(t *testing.T) { secretsStay(t, armsim.Start(t, armsim.Options{})) })
}

func secretsStay(t *testing.T, s *armsim.Server) {
	t.Helper()
	c := connect(t, s)
	path := c.group("rg") + "/providers/Microsoft.ContainerInstance/containerGroups/group1"
	body := `{"location":"westeurope","properties":{"osType":"Linux","imageRegistryCredentials":[{"server":"s","username":"u","password":"hush1"}],
		"containers":[{"name":"c","properties":{"image":"i","resources":{"requests":{"cpu":1,"memoryInGB":1}},
		"environmentVariables":[{"name":"n","secureValue":"hush2"}]}}]}}`
	first := c.do(http.MethodPut, path, "2025-09-01", body)
	first.want(t, 201, "")
	if first.at("properties.provisioningState") != "Pending" {
		t.Errorf("first %v", first.body)
	}
	if _, err := c.poll(first); err != nil {
		t.Fatal(err)
	}
	got := c.do(http.MethodGet, path, "2025-09-01", "")
	if text := fmt.Sprint(got.body, first.body); strings.Contains(text, "hush") || got.at("properties.provisioningState") != "Succeeded" {
		t.Errorf("got %s", text)
	}
	if text := fmt.Sprint(c.sub.Resource(path)); !strings.Contains(text, "hush1") || !strings.Contains(text, "hush2") {
		t.Errorf("not stored: %s", text)
	}
}

func TestRoles(t *testing.T) {
	c := connect(t, start(t))
	registry := c.registry(c.group("rg"), "myregistry", "Basic")
	definitions := "/subscriptions/" + c.sub.ID + "/providers/Microsoft.Authorization/roleDefinitions"
	list := c.list(definitions, roleVersion, "roleName eq 'AcrPull'")
	if len(list) != 1 || at(list[0], "name") != "7f951dda-4ed3-4680-a7ca-43fe172d538d" {
		t.Errorf("AcrPull: %v", list)
	}
	c.do(http.MethodGet, definitions+"/8e3af657-a8ff-443c-a75c-2fe8c4bcb635", roleVersion, "").want(t, 200, "")
	who := uuid.NewString()
	c.sub.PrincipalNotFound(2)
	for range 2 {
		c.assign(registry, who, "7f951dda-4ed3-4680-a7ca-43fe172d538d").want(t, 400, "PrincipalNotFound")
	}
	made := c.assign(registry, who, "7f951dda-4ed3-4680-a7ca-43fe172d538d")
	made.want(t, 201, "")
	c.assign(registry, who, "7f951dda-4ed3-4680-a7ca-43fe172d538d").want(t, 409, "RoleAssignmentExists")
	c.assign(registry, who, uuid.NewString()).want(t, 400, "RoleDefinitionDoesNotExist")
	if list := c.list(registry+"/providers/Microsoft.Authorization/roleAssignments", roleVersion, "principalId eq '"+who+"'"); len(list) != 1 {
		t.Errorf("assignments: %v", list)
	}
	id, _ := made.at("id").(string)
	c.do(http.MethodDelete, id, roleVersion, "").want(t, 200, "")
	c.do(http.MethodGet, id, roleVersion, "").want(t, 404, "RoleAssignmentNotFound")
	c.do(http.MethodPut, registry+"/providers/Microsoft.Authorization/roleAssignments/mine", roleVersion,
		fmt.Sprintf(`{"properties":{"principalId":%q,"roleDefinitionId":%q}}`, who, definitions+"/8e3af657-a8ff-443c-a75c-2fe8c4bcb635")).
		want(t, 400, "InvalidRoleAssignmentId")
}

func TestRegistrationOfProviders(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	c.sub.Unregister("Microsoft.ContainerRegistry")
	path := group + "/providers/Microsoft.ContainerRegistry/registries/myregistry"
	body := `{"location":"westeurope","sku":{"name":"Basic"}}`
	c.do(http.MethodPut, path, registryVersion, body).want(t, 409, "MissingSubscriptionRegistration")
	provider := "/subscriptions/" + c.sub.ID + "/providers/Microsoft.ContainerRegistry"
	if got := c.do(http.MethodGet, provider, groupVersion, ""); got.at("registrationState") != "NotRegistered" {
		t.Errorf("before: %v", got.at("registrationState"))
	}
	c.do(http.MethodPost, provider+"/register", groupVersion, "").want(t, 200, "")
	c.do(http.MethodPut, path, registryVersion, body).want(t, 200, "")
	if all := c.list("/subscriptions/"+c.sub.ID+"/providers", groupVersion, ""); len(all) < 10 {
		t.Errorf("%d providers", len(all))
	}
}

func TestConditionalWrites(t *testing.T) {
	c := connect(t, start(t))
	path := c.group("rg") + "/providers/Microsoft.Batch/batchAccounts/account1"
	body := `{"location":"westeurope"}`
	c.must(http.MethodPut, path, "2025-06-01", body)
	etag := c.do(http.MethodGet, path, "2025-06-01", "").header.Get("ETag")
	c.with("If-None-Match", "*").do(http.MethodPut, path, "2025-06-01", body).want(t, 412, "PreconditionFailed")
	c.with("If-Match", `"other"`).do(http.MethodPut, path, "2025-06-01", body).want(t, 412, "PreconditionFailed")
	c.with("If-Match", etag).do(http.MethodPut, path, "2025-06-01", body).want(t, 200, "")
	c.with("If-Match", etag).do(http.MethodDelete, path, "2025-06-01", "").want(t, 412, "PreconditionFailed")
}

func TestWritesToABusyResource(t *testing.T) {
	c := connect(t, start(t))
	path := c.group("rg") + "/providers/Microsoft.ContainerService/managedClusters/cluster1"
	c.sub.OperationTime(time.Hour)
	body := `{"location":"westeurope","identity":{"type":"SystemAssigned"},
		"properties":{"dnsPrefix":"a","agentPoolProfiles":[{"name":"p","count":1,"vmSize":"x"}]}}`
	first := c.do(http.MethodPut, path, "2026-04-01", body)
	first.want(t, 201, "")
	c.do(http.MethodPut, path, "2026-04-01", body).want(t, 409, "OperationNotAllowed")
}
