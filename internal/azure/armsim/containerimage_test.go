package armsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

func TestImagesThatCannotBeHad(t *testing.T) {
	c, path := instances(t)
	c.sub.Containers(armsim.Container{Image: "nginx:1.27", Inaccessible: true, Times: 1})
	c.do(http.MethodPut, path, instanceVersion, groupBody(t)).want(t, 400, "InaccessibleImage")
	c.must(http.MethodPut, path, instanceVersion, groupBody(t))
	c.do(http.MethodDelete, path, instanceVersion, "")

	c.sub.Containers(armsim.Container{Name: "web", Unpullable: true})
	first := c.do(http.MethodPut, path, instanceVersion, groupBody(t))
	first.want(t, 201, "")
	got := c.seen(path, "Pending", "Waiting")
	if !strings.Contains(jsonOf(t, got.view("events")), "Failed to pull image") {
		t.Errorf("events %v", got.view("events"))
	}
	c.sub.Heal()
	if _, err := c.poll(first); err != nil {
		t.Fatal(err)
	}
	c.seen(path, "Running", "Running")
	c.do(http.MethodDelete, path, instanceVersion, "")

	c.sub.Containers(armsim.Container{Name: "web", Unpullable: true, GivesUp: time.Millisecond})
	if _, err := c.done(http.MethodPut, path, instanceVersion, groupBody(t)); err == nil || !strings.Contains(err.Error(), "Failed to pull image") {
		t.Errorf("gave up with %v", err)
	}
	c.do(http.MethodPatch, path, instanceVersion, `{"tags":{"a":"b"}}`).want(t, 200, "")
	if got := c.seen(path, "Pending", "Waiting"); got.at("properties.provisioningState") != "Failed" {
		t.Errorf("state %v", got.at("properties.provisioningState"))
	}
}

func TestImagesOfRegistriesNeedARole(t *testing.T) {
	c, path := instances(t)
	group := strings.Split(path, "/providers/")[0]
	registry := c.registry(group, "images", "Basic")
	identity := c.must(http.MethodPut, group+"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller", identityVersion,
		`{"location":"westeurope"}`)
	image := containers(`{"name":"web","properties":{"image":"images.azurecr.io/app:1","resources":{"requests":{"cpu":1,"memoryInGB":1}}}}`)
	c.do(http.MethodPut, path, instanceVersion, groupBody(t, image)).want(t, 400, "InaccessibleImage")
	body := groupBody(t, image, fmt.Sprintf(`{"identity":{"type":"UserAssigned","userAssignedIdentities":{%[1]q:{}}},
		"properties":{"imageRegistryCredentials":[{"server":"images.azurecr.io","identity":%[1]q}]}}`, identity["id"]))
	c.sub.Containers(armsim.Container{Name: "web", Inaccessible: true, Times: 2})
	c.do(http.MethodPut, path, instanceVersion, body).want(t, 400, "InaccessibleImage")
	principal, _ := at(identity, "properties.principalId").(string)
	c.assign(registry, principal, "7f951dda-4ed3-4680-a7ca-43fe172d538d").want(t, 201, "")
	for range 2 {
		c.do(http.MethodPut, path, instanceVersion, body).want(t, 400, "InaccessibleImage")
	}
	c.must(http.MethodPut, path, instanceVersion, body)
	c.seen(path, "Running", "Running")
}

func TestPasswordsOfRegistries(t *testing.T) {
	c, path := instances(t)
	registry := c.registry(strings.Split(path, "/providers/")[0], "images", "Basic")
	c.must(http.MethodPatch, registry, registryVersion, `{"properties":{"adminUserEnabled":true}}`)
	listed := c.do(http.MethodPost, registry+"/listCredentials", registryVersion, "")
	passwords, _ := listed.at("passwords").([]any)
	first, _ := passwords[0].(map[string]any)
	body := func(password any) string {
		return groupBody(t, containers(`{"name":"web","properties":{"image":"images.azurecr.io/app:1","resources":{"requests":{"cpu":1,"memoryInGB":1}}}}`),
			fmt.Sprintf(`{"properties":{"imageRegistryCredentials":[{"server":"images.azurecr.io","username":"images","password":%q}]}}`, password))
	}
	c.do(http.MethodPut, path, instanceVersion, body("wrong")).want(t, 400, "InaccessibleImage")
	c.must(http.MethodPut, path, instanceVersion, body(first["value"]))
	c.must(http.MethodPatch, registry, registryVersion, `{"sku":{"name":"Standard"},"properties":{"anonymousPullEnabled":true}}`)
	open := `{"name":"web","properties":{"image":"images.azurecr.io/app@sha256:0011","resources":{"requests":{"cpu":1,"memoryInGB":1}}}}`
	c.must(http.MethodPut, path, instanceVersion, groupBody(t, containers(open)))
	if got := c.seen(path, "Running", "Running"); !strings.Contains(jsonOf(t, got.view("events")), "app@sha256:0011") {
		t.Errorf("events %v", got.view("events"))
	}
}
