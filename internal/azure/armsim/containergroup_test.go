package armsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

const instanceVersion = "2025-09-01"

// groupBody is a group with one container web, changed by a merge of what is given.
func groupBody(t *testing.T, changes ...string) string {
	t.Helper()
	doc := map[string]any{}
	base := `{"location":"westeurope","properties":{"osType":"Linux","containers":[{"name":"web","properties":{"image":"nginx:1.27",
		"ports":[{"port":80}],"resources":{"requests":{"cpu":1,"memoryInGB":1.5}}}}]}}`
	for _, change := range append([]string{base}, changes...) {
		var more map[string]any
		if err := json.Unmarshal([]byte(change), &more); err != nil {
			t.Fatal(err)
		}
		blend(doc, more)
	}
	return jsonOf(t, doc)
}

func blend(doc, more map[string]any) {
	for name, value := range more {
		inner, ok := value.(map[string]any)
		old, was := doc[name].(map[string]any)
		if ok && was {
			blend(old, inner)
			continue
		}
		if value == nil {
			delete(doc, name)
			continue
		}
		doc[name] = value
	}
}

// container is a container with more properties than it needs.
func container(name, more string) string {
	return fmt.Sprintf(`{"name":%q,"properties":{"image":"nginx:1.27","resources":{"requests":{"cpu":1,"memoryInGB":1}}%s}}`, name, more)
}

func containers(list ...string) string {
	return `{"properties":{"containers":[` + strings.Join(list, ",") + `]}}`
}

// instances makes a client and the path of a container group that is not there yet.
func instances(t *testing.T) (c *client, path string) {
	t.Helper()
	c = connect(t, start(t))
	c.sub.OperationTime(time.Millisecond)
	return c, c.group("rg") + "/providers/Microsoft.ContainerInstance/containerGroups/group1"
}

// view is what the first container of a group does.
func (r reply) view(path string) any {
	list, _ := r.at("properties.containers").([]any)
	if len(list) == 0 {
		return nil
	}
	first, _ := list[0].(map[string]any)
	return at(first, "properties.instanceView."+path)
}

// seen compares the state of a group, and of its first container, with what is wanted, and the answer with the published types.
func (c *client) seen(path, group, first string) reply {
	c.t.Helper()
	got := c.do(http.MethodGet, path, instanceVersion, "")
	state, _ := got.view("currentState.state").(string)
	if got.at("properties.instanceView.state") != group || state != first {
		c.t.Errorf("the group is %v and its container %q, want %s and %q", got.at("properties.instanceView.state"), state, group, first)
	}
	c.described("Microsoft.ContainerInstance/containerGroups", got)
	return got
}

// described finds what no type of Azure has in an answer.
func (c *client) described(kind string, got reply) {
	c.t.Helper()
	published := types(c.t)
	if published == nil {
		return
	}
	r, err := published.Resource(kind, instanceVersion)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, problem := range r.CheckReply([]byte(jsonOf(c.t, got.body))) {
		if !slices.Contains(undescribed, problem.Path) {
			c.t.Errorf("%s: %v", kind, problem)
		}
	}
}

func TestContainerGroupComesIntoBeing(t *testing.T) {
	c, path := instances(t)
	c.sub.OperationTime(time.Hour)
	body := groupBody(t, `{"properties":{"ipAddress":{"type":"Public","dnsNameLabel":"my-site","ports":[{"port":80}]}}}`)
	first := c.do(http.MethodPut, path, instanceVersion, body)
	first.want(t, 201, "")
	if first.header.Get("Retry-After") != "" || first.at("properties.instanceView.state") != "Pending" || first.at("properties.ipAddress.ip") != nil {
		t.Errorf("first %v %v", first.header, first.body)
	}
	c.do(http.MethodPut, path, instanceVersion, body).want(t, 409, "ContainerGroupTransitioning")
	c.do(http.MethodDelete, path, instanceVersion, "").want(t, 200, "")
	c.sub.OperationTime(time.Millisecond)
	c.must(http.MethodPut, path, instanceVersion, body)
	got := c.seen(path, "Running", "Running")
	if got.at("properties.ipAddress.fqdn") != "my-site.westeurope.azurecontainer.io" || got.at("properties.ipAddress.ip") == nil {
		t.Errorf("address %v", got.at("properties.ipAddress"))
	}
	if got.at("properties.restartPolicy") != nil || got.view("restartCount") != 0.0 {
		t.Errorf("got %v", got.body)
	}
	events := jsonOf(t, got.view("events"))
	for _, name := range []string{"Pulling", "Pulled", "Started"} {
		if !strings.Contains(events, name) {
			t.Errorf("no event %s in %s", name, events)
		}
	}
	list := c.list(strings.TrimSuffix(path, "/group1"), instanceVersion, "")
	if len(list) != 1 || strings.Contains(jsonOf(t, list), "instanceView") {
		t.Errorf("a list has what containers do: %v", list)
	}
	deleted := c.do(http.MethodDelete, path, instanceVersion, "")
	if deleted.want(t, 200, ""); deleted.at("properties.instanceView.state") != "Running" {
		t.Errorf("deleted %v", deleted.body)
	}
}

// TestContainerGroupsThatAreSentAsTheyWereRead is what Azure refuses since it shows a timeout that it does not take.
func TestContainerGroupsThatAreSentAsTheyWereRead(t *testing.T) {
	c := connect(t, armsim.Start(t, armsim.Options{OperationTime: time.Millisecond}))
	path := c.group("rg") + "/providers/Microsoft.ContainerInstance/containerGroups/group1"
	c.must(http.MethodPut, path, instanceVersion, groupBody(t))
	read := c.do(http.MethodGet, path, instanceVersion, "")
	c.do(http.MethodPut, path, instanceVersion, jsonOf(t, read.body)).want(t, 400, "CustomProvisioningTimeoutInSecondsNotSuppported")
}

func TestOperationsOfContainerGroupsThatFail(t *testing.T) {
	c, path := instances(t)
	c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "containerGroups", Operation: &armsim.OperationFault{Code: "OutOfLuck", Message: "none left"}})
	if _, err := c.done(http.MethodPut, path, instanceVersion, groupBody(t)); err == nil || !strings.Contains(err.Error(), "OutOfLuck") {
		t.Errorf("failed with %v", err)
	}
	if got := c.seen(path, "Pending", ""); got.at("properties.provisioningState") != "Failed" {
		t.Errorf("state %v", got.at("properties.provisioningState"))
	}
	c.must(http.MethodPut, path, instanceVersion, groupBody(t))
	c.seen(path, "Running", "Running")
}

func blended(t *testing.T, one, other string) string {
	t.Helper()
	var a, b map[string]any
	if json.Unmarshal([]byte(one), &a) != nil || json.Unmarshal([]byte(other), &b) != nil {
		t.Fatal("no JSON")
	}
	blend(a, b)
	return jsonOf(t, a)
}

func TestContainerGroupUpdates(t *testing.T) {
	c, path := instances(t)
	public := `{"tags":{"a":"b"},"properties":{"restartPolicy":"OnFailure","ipAddress":{"type":"Public","ports":[{"port":80}]}}}`
	c.must(http.MethodPut, path, instanceVersion, groupBody(t, public))
	ip := c.seen(path, "Running", "Running").at("properties.ipAddress.ip")
	for what, change := range map[string]string{
		"os": `{"properties":{"osType":"Windows"}}`, "restart policy": `{"properties":{"restartPolicy":"Never"}}`,
		"restart policy that goes back to its default": `{"properties":{"restartPolicy":null}}`, "zones": `{"zones":["1"]}`,
		"memory":            containers(`{"name":"web","properties":{"image":"nginx","ports":[{"port":80}],"resources":{"requests":{"cpu":1,"memoryInGB":2}}}}`),
		"another container": containers(container("web", `,"ports":[{"port":80}]`), container("more", "")),
	} {
		got := c.do(http.MethodPut, path, instanceVersion, groupBody(t, public, change))
		if got.status != 400 || got.code() != "InvalidContainerGroupUpdate" {
			t.Errorf("%s: %d %v", what, got.status, got.body)
		}
	}
	image := `{"properties":{"ipAddress":null,"containers":[{"name":"web","properties":{"image":"nginx:2","resources":{"requests":{"cpu":1,"memoryInGB":1.5}}}}]}}`
	second := c.do(http.MethodPut, path, instanceVersion, groupBody(t, `{"properties":{"restartPolicy":"OnFailure"}}`, image))
	second.want(t, 200, "")
	if _, err := c.poll(second); err != nil {
		t.Fatal(err)
	}
	got := c.seen(path, "Running", "Running")
	if got.at("tags") != nil || got.at("properties.ipAddress") != nil {
		t.Errorf("what was not sent is still there: %v", got.body)
	}
	c.must(http.MethodPut, path, instanceVersion, groupBody(t, public))
	if again := c.seen(path, "Running", "Running").at("properties.ipAddress.ip"); again != ip {
		t.Errorf("the address went from %v to %v", ip, again)
	}
	began := c.seen(path, "Running", "Running").view("currentState.startTime")
	patched := c.do(http.MethodPatch, path, instanceVersion, `{"tags":{"c":"d"}}`)
	if patched.want(t, 200, ""); patched.at("tags.c") != "d" || patched.view("currentState.startTime") != began {
		t.Errorf("patched %v", patched.body)
	}
	c.do(http.MethodPatch, path, instanceVersion, `{"properties":{"osType":"Linux"}}`).want(t, 400, "InvalidRequestContent")
}

func TestContainersThatEnd(t *testing.T) {
	for _, test := range []struct {
		policy           string
		code             int
		group, container string
	}{
		{"Never", 0, "Succeeded", "Terminated"},
		{"Never", 3, "Failed", "Terminated"},
		{"OnFailure", 0, "Succeeded", "Terminated"},
		{"OnFailure", 3, "Running", "Waiting"},
		{"Always", 0, "Running", "Waiting"},
	} {
		t.Run(fmt.Sprint(test.policy, test.code), func(t *testing.T) {
			c, path := instances(t)
			c.sub.Containers(armsim.Container{Name: "web", Exits: true, ExitCode: test.code})
			c.must(http.MethodPut, path, instanceVersion, groupBody(t, fmt.Sprintf(`{"properties":{"restartPolicy":%q}}`, test.policy)))
			got := c.seen(path, test.group, test.container)
			state := "currentState"
			if test.container == "Waiting" {
				state = "previousState"
				if !strings.HasPrefix(fmt.Sprint(got.view("currentState.detailStatus")), "CrashLoopBackOff") || got.view("restartCount") == 0.0 {
					t.Errorf("no loop: %v", got.view("currentState"))
				}
			}
			if got.view(state+".exitCode") != float64(test.code) {
				t.Errorf("ended with %v", got.view(state))
			}
		})
	}
}

func TestNamesOfContainerGroups(t *testing.T) {
	c, path := instances(t)
	for scope, reused := range map[string]bool{"TenantReuse": true, "SubscriptionReuse": true, "ResourceGroupReuse": true, "Noreuse": false} {
		body := groupBody(t, exposed(fmt.Sprintf(`,"dnsNameLabel":"mysite","autoGeneratedDomainNameLabelScope":%q`, scope)))
		var names []string
		for range 2 {
			c.must(http.MethodPut, path, instanceVersion, body)
			name, _ := c.seen(path, "Running", "Running").at("properties.ipAddress.fqdn").(string)
			names = append(names, name)
			c.do(http.MethodDelete, path, instanceVersion, "").want(t, 200, "")
		}
		parts := strings.Split(names[0], ".")
		if len(parts) != 5 || parts[0] != "mysite" || len(parts[1]) != 16 || (names[0] == names[1]) != reused {
			t.Errorf("%s: %v", scope, names)
		}
	}
}

func TestContainerGroupsThatEndedAreDeployedAnew(t *testing.T) {
	c, path := instances(t)
	body := groupBody(t, `{"properties":{"restartPolicy":"Never"}}`, exposed(""))
	c.sub.Containers(armsim.Container{Name: "web", Exits: true})
	c.must(http.MethodPut, path, instanceVersion, body)
	c.seen(path, "Succeeded", "Terminated")
	anew := c.do(http.MethodPut, path, instanceVersion, body)
	if anew.want(t, 200, ""); anew.at("properties.ipAddress.ip") != nil {
		t.Errorf("a group that ended keeps its address: %v", anew.body)
	}
	if _, err := c.poll(anew); err != nil {
		t.Fatal(err)
	}
	c.seen(path, "Succeeded", "Terminated")
	c.sub.Containers()
	again := c.do(http.MethodPost, path+"/restart", instanceVersion, "")
	again.want(t, 204, "")
	if _, err := c.poll(again); err != nil {
		t.Fatal(err)
	}
	running := c.seen(path, "Running", "Running")
	second := c.do(http.MethodPut, path, instanceVersion, body)
	if second.at("properties.ipAddress.ip") != running.at("properties.ipAddress.ip") {
		t.Errorf("a group that runs has another address: %v", second.body)
	}
	if _, err := c.poll(second); err != nil {
		t.Fatal(err)
	}
	c.do(http.MethodPost, path+"/stop", instanceVersion, "").want(t, 204, "")
	third := c.do(http.MethodPut, path, instanceVersion, body)
	if third.want(t, 200, ""); third.at("properties.ipAddress.ip") != nil {
		t.Errorf("a group that was stopped keeps its address: %v", third.body)
	}
	if _, err := c.poll(third); err != nil {
		t.Fatal(err)
	}
	c.seen(path, "Running", "Running")
}

func TestContainersThatKeepTheOperation(t *testing.T) {
	c, path := instances(t)
	c.sub.Containers(armsim.Container{Name: "web", Exits: true, ExitCode: 1, Stuck: true, Log: "no luck"})
	first := c.do(http.MethodPut, path, instanceVersion, groupBody(t))
	first.want(t, 201, "")
	got := c.seen(path, "Pending", "Waiting")
	if got.at("properties.provisioningState") != "Pending" || got.view("previousState.exitCode") != 1.0 {
		t.Errorf("got %v", got.body)
	}
	if log := c.do(http.MethodGet, path+"/containers/web/logs", instanceVersion, ""); log.at("content") != "no luck" {
		t.Errorf("log %v", log.body)
	}
	c.sub.Heal()
	if _, err := c.poll(first); err != nil {
		t.Fatal(err)
	}
	c.seen(path, "Running", "Waiting")
}

func TestContainersThatRunForAWhile(t *testing.T) {
	c, path := instances(t)
	c.sub.Containers(armsim.Container{Image: "NGINX:1.27", Exits: true, Runs: time.Hour, Start: 50 * time.Millisecond})
	began := time.Now()
	first := c.do(http.MethodPut, path, instanceVersion, groupBody(t, `{"properties":{"restartPolicy":"Never"}}`))
	c.seen(path, "Pending", "Waiting")
	if _, err := c.poll(first); err != nil || time.Since(began) < 50*time.Millisecond {
		t.Errorf("started after %s: %v", time.Since(began), err)
	}
	c.seen(path, "Running", "Running")
}

func TestInitContainersThatFail(t *testing.T) {
	c, path := instances(t)
	body := groupBody(t, `{"properties":{"restartPolicy":"Never","initContainers":[{"name":"init","properties":{"image":"busybox"}}]}}`)
	for _, test := range []struct{ policy, group, container, init, detail string }{
		{"Never", "Running", "Running", "Terminated", "Completed"},
		{"Never", "Failed", "Waiting", "Terminated", "Error"},
		{"Always", "Pending", "Waiting", "Waiting", "CrashLoopBackOff: Back-off restarting failed"},
	} {
		c.must(http.MethodPut, path, instanceVersion, strings.Replace(body, "Never", test.policy, 1))
		list, _ := c.seen(path, test.group, test.container).at("properties.initContainers").([]any)
		first, _ := list[0].(map[string]any)
		state, _ := at(first, "properties.instanceView.currentState").(map[string]any)
		if state["state"] != test.init || state["detailStatus"] != test.detail {
			t.Errorf("%v: the init container is %v", test, state)
		}
		c.do(http.MethodDelete, path, instanceVersion, "").want(t, 200, "")
		c.sub.Containers(armsim.Container{Name: "init", Exits: true, ExitCode: 1})
	}
}

func TestSecretsOfContainerGroupsAreNotGivenBack(t *testing.T) {
	c, path := instances(t)
	c.must(http.MethodPut, path, instanceVersion, groupBody(t, `{"properties":{
		"volumes":[{"name":"s","secret":{"a.txt":"aHVzaDE="}},{"name":"f","azureFile":{"shareName":"s","storageAccountName":"a","storageAccountKey":"hush2"}}],
		"diagnostics":{"logAnalytics":{"workspaceId":"w","workspaceKey":"hush3"}},
		"extensions":[{"name":"e","properties":{"extensionType":"kube-proxy","version":"1.0","protectedSettings":{"k":"hush4"},"settings":{"x":"y"}}}]}}`))
	got := c.seen(path, "Running", "Running")
	text := jsonOf(t, got.body)
	if strings.Contains(text, "hush") || strings.Contains(text, "aHVz") || !strings.Contains(text, `{"name":"s","secret":{}}`) {
		t.Errorf("got %s", text)
	}
	if stored := jsonOf(t, c.sub.Resource(path)); !strings.Contains(stored, "aHVzaDE=") || !strings.Contains(stored, "hush4") {
		t.Errorf("not stored: %s", stored)
	}
}
