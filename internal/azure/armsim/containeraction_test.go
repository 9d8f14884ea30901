package armsim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

func TestStopStartRestart(t *testing.T) {
	c, path := instances(t)
	c.must(http.MethodPut, path, instanceVersion, groupBody(t, `{"properties":{"ipAddress":{"type":"Public","ports":[{"port":80}]}}}`))
	c.do(http.MethodPost, path+"/start", instanceVersion, "").want(t, 204, "")

	c.sub.Inject(armsim.Fault{Method: http.MethodPost, Path: "/restart", Operation: &armsim.OperationFault{Endless: true}})
	again := c.do(http.MethodPost, path+"/restart", instanceVersion, "")
	if again.want(t, 204, ""); again.header.Get("Azure-AsyncOperation") == "" {
		t.Error("a restart does not say where to poll")
	}
	if got := c.seen(path, "Running", "Running"); got.at("properties.provisioningState") != "Updating" {
		t.Errorf("restarting: %v", got.body)
	}
	c.sub.Heal()
	if _, err := c.poll(again); err != nil {
		t.Fatal(err)
	}
	if got := c.seen(path, "Running", "Running"); got.view("restartCount") != 0.0 || !strings.Contains(jsonOf(t, got.view("events")), "Killing") {
		t.Errorf("restarted: %v", got.body)
	}

	stopped := c.do(http.MethodPost, path+"/stop", instanceVersion, "")
	if stopped.want(t, 204, ""); stopped.header.Get("Azure-AsyncOperation") != "" {
		t.Error("a stop has an operation")
	}
	if got := c.seen(path, "Stopped", ""); got.at("properties.ipAddress.ip") != nil || got.at("properties.provisioningState") != "Succeeded" {
		t.Errorf("stopped: %v", got.body)
	}
	c.do(http.MethodPatch, path, instanceVersion, `{"tags":{"a":"b"}}`).want(t, 200, "")
	if got := c.seen(path, "Stopped", ""); got.at("properties.ipAddress.ip") != nil {
		t.Errorf("a tag brings an address: %v", got.body)
	}

	begun := c.do(http.MethodPost, path+"/start", instanceVersion, "")
	begun.want(t, 202, "")
	if _, err := c.poll(begun); err != nil {
		t.Fatal(err)
	}
	c.seen(path, "Running", "Running")
	c.do(http.MethodPost, path+"/explode", instanceVersion, "").want(t, 404, "NotFound")
	c.do(http.MethodPost, path+"2/stop", instanceVersion, "").want(t, 404, "ResourceNotFound")
}

func TestLogsAndStreams(t *testing.T) {
	c, path := instances(t)
	c.sub.Containers(armsim.Container{Name: "web", Log: "one\ntwo\nthree\n"})
	c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "containerGroups", Operation: &armsim.OperationFault{Endless: true}})
	first := c.do(http.MethodPut, path, instanceVersion, groupBody(t))
	c.do(http.MethodGet, path+"/containers/web/logs", instanceVersion, "").want(t, 409, "ContainerGroupTransitioning")
	c.do(http.MethodPost, path+"/stop", instanceVersion, "").want(t, 409, "ContainerGroupTransitioning")
	c.sub.Heal()
	if _, err := c.poll(first); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{"": "one\ntwo\nthree\n", "tail=2": "two\nthree\n"} {
		if got := c.do(http.MethodGet, path+"/containers/web/logs?"+query, instanceVersion, ""); got.at("content") != want {
			t.Errorf("%s: %v", query, got.body)
		}
	}
	stamped, _ := c.do(http.MethodGet, path+"/containers/web/logs?tail=1&timestamps=true", instanceVersion, "").at("content").(string)
	if !strings.HasSuffix(stamped, "Z three\n") {
		t.Errorf("with times: %q", stamped)
	}
	c.do(http.MethodGet, path+"/containers/other/logs", instanceVersion, "").want(t, 404, "ContainerNotFound")
	run := c.do(http.MethodPost, path+"/containers/web/exec", instanceVersion, `{"command":"/bin/sh","terminalSize":{"rows":24,"cols":80}}`)
	where, _ := run.at("webSocketUri").(string)
	if u, err := url.Parse(where); err != nil || u.Scheme != "wss" || u.Query().Get("cols") != "80" || run.at("password") == nil {
		t.Errorf("exec: %v", run.body)
	}
	c.do(http.MethodPost, path+"/containers/web/exec", instanceVersion, `{}`).want(t, 400, "InvalidRequestContent")
	c.do(http.MethodPost, path+"/containers/web/attach", instanceVersion, "").want(t, 200, "")
	c.do(http.MethodPost, path+"/stop", instanceVersion, "").want(t, 204, "")
	c.do(http.MethodGet, path+"/containers/web/logs", instanceVersion, "").want(t, 409, "ContainerGroupStopped")
}

func TestWhatThereIsInALocation(t *testing.T) {
	c, path := instances(t)
	c.must(http.MethodPut, path, instanceVersion, groupBody(t))
	base := "/subscriptions/" + c.sub.ID + "/providers/Microsoft.ContainerInstance/locations/westeurope/"
	usages := c.list(base+"usages", instanceVersion, "")
	if len(usages) != 2 || usages[0]["currentValue"] != 1.0 {
		t.Errorf("usages %v", usages)
	}
	for _, what := range []string{"cachedImages", "capabilities"} {
		if found := c.list(base+what, instanceVersion, ""); len(found) != 1 {
			t.Errorf("%s: %v", what, found)
		}
	}
	c.do(http.MethodGet, path+"/outboundNetworkDependenciesEndpoints", instanceVersion, "").want(t, 200, "")
}
