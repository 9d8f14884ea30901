package armsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestProfilesOfContainerGroupsHaveRevisions(t *testing.T) {
	c, path := instances(t)
	profile := strings.Replace(strings.Replace(path, "containerGroups", "containerGroupProfiles", 1), "group1", "profile1", 1)
	secret := `,"environmentVariables":[{"name":"n","secureValue":"hush"}]`
	made := c.do(http.MethodPut, profile, instanceVersion, groupBody(t, containers(container("a", secret))))
	made.want(t, 201, "")
	if made.at("properties.revision") != 1.0 || made.at("properties.sku") != nil || made.at("properties.provisioningState") != nil {
		t.Errorf("made %v", made.body)
	}
	c.described("Microsoft.ContainerInstance/containerGroupProfiles", made)
	changed := c.do(http.MethodPut, profile, instanceVersion, groupBody(t, containers(container("b", ""))))
	if changed.want(t, 200, ""); changed.at("properties.revision") != 2.0 {
		t.Errorf("changed %v", changed.body)
	}
	first := c.do(http.MethodGet, profile+"/revisions/1", instanceVersion, "")
	text := jsonOf(t, first.body)
	if first.at("properties.revision") != 1.0 || first.at("id") != profile || !strings.Contains(text, `"name":"a"`) || strings.Contains(text, "hush") {
		t.Errorf("first revision %s", text)
	}
	if list := c.list(profile+"/revisions", instanceVersion, ""); len(list) != 2 {
		t.Errorf("revisions %v", list)
	}
	c.do(http.MethodGet, profile+"/revisions/3", instanceVersion, "").want(t, 404, "ResourceNotFound")

	c.do(http.MethodPut, path, instanceVersion, groupBody(t, fmt.Sprintf(`{"properties":{"containerGroupProfile":{"id":%q,"revision":7}}}`, profile))).
		want(t, 400, "ContainerGroupProfileNotFound")
	// The published example of a group of a profile says the name of a container and a configuration map, and nothing else.
	named := `"properties":{"containerGroupProfile":{"id":%q,"revision":2},"containers":[{"name":"a","properties":%s}]}`
	for properties, code := range map[string]string{
		`{"configMap":{"keyValuePairs":{"k":"v"}}}`: "", `{"resources":{"requests":{"cpu":1,"memoryInGB":0}}}`: "ResourceSomeRequestsNotSpecified",
	} {
		status := map[bool]int{true: 201, false: 400}[code == ""]
		group := strings.Replace(path, "group1", "group"+strings.ToLower(code), 1)
		c.do(http.MethodPut, group, instanceVersion, fmt.Sprintf(`{"location":"westeurope",`+named+`}`, profile, properties)).want(t, status, code)
	}
	if tagged := c.must(http.MethodPatch, profile, instanceVersion, `{"tags":{"a":"b"}}`); at(tagged, "properties.revision") != 2.0 {
		t.Errorf("tagged %v", tagged)
	}

	refer := func(id string, revision int) string {
		return fmt.Sprintf(`{"location":"westeurope","properties":{"elasticProfile":{"desiredCount":1},
			"containerGroupProfiles":[{"resource":{"id":%q},"revision":%d}]}}`, id, revision)
	}
	many := strings.Replace(path, "containerGroups", "ngroups", 1)
	c.do(http.MethodPut, many, instanceVersion, refer(profile+"x", 1)).want(t, 400, "ContainerGroupProfileNotFound")
	c.do(http.MethodPut, many, instanceVersion, refer(profile, 3)).want(t, 400, "ContainerGroupProfileNotFound")
	if got := c.must(http.MethodPut, many, instanceVersion, refer(profile, 2)); at(got, "properties.provisioningState") != "Succeeded" {
		t.Errorf("made %v", got)
	}
	c.must(http.MethodDelete, many, instanceVersion, "")
	c.do(http.MethodDelete, profile, instanceVersion, "").want(t, 200, "")
	c.do(http.MethodGet, profile, instanceVersion, "").want(t, 404, "ResourceNotFound")
}
