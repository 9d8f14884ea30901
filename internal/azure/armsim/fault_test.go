package armsim_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// workspace is the body of something that takes time to make.
const workspace = `{"location":"westeurope","properties":{"retentionInDays":30}}`

func (c *client) workspace(group string) string {
	return group + "/providers/Microsoft.OperationalInsights/workspaces/work1"
}

func TestFaultyAnswers(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	c.sub.Inject(
		armsim.Fault{Method: http.MethodGet, Path: "/RESOURCEGROUPS/RG", Skip: 1, Times: 2, Status: 429, Code: "TooManyRequests", RetryAfter: 7},
		armsim.Fault{Method: http.MethodHead, Times: -1, Status: 503, Code: "ServiceUnavailable"},
	)
	var seen []int
	for range 4 {
		r := c.do(http.MethodGet, group, groupVersion, "")
		seen = append(seen, r.status)
		if r.status == 429 && (r.header.Get("Retry-After") != "7" || r.header.Get("X-Ms-Retry-After-Ms") == "") {
			t.Errorf("headers %v", r.header)
		}
	}
	if fmt.Sprint(seen) != "[200 429 429 200]" {
		t.Errorf("answered %v", seen)
	}
	for range 3 {
		c.do(http.MethodHead, group, groupVersion, "").want(t, 503, "")
	}
	c.sub.Heal()
	c.do(http.MethodHead, group, groupVersion, "").want(t, 204, "")
}

func TestDroppedConnections(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	for _, drop := range []armsim.Drop{armsim.DropBefore, armsim.DropAfter} {
		path := c.workspace(group)
		c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "workspaces", Drop: drop})
		if r, err := c.try(t.Context(), http.MethodPut, path, "2025-07-01", workspace); err == nil {
			t.Fatalf("drop %d: answered %v", drop, r.body)
		}
		there := c.sub.Resource(path) != nil
		if there != (drop == armsim.DropAfter) {
			t.Errorf("drop %d: there is %t", drop, there)
		}
		requests := c.sub.Requests()
		if last := requests[len(requests)-1]; last.Status != 0 || last.Method != http.MethodPut {
			t.Errorf("drop %d: noted %+v", drop, last)
		}
	}
}

func TestOperationsThatFailOrDoNotEnd(t *testing.T) {
	c := connect(t, start(t))
	path := c.workspace(c.group("rg"))
	c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "workspaces", Operation: &armsim.OperationFault{Code: "QuotaExceeded", Message: "no more"}})
	_, err := c.done(http.MethodPut, path, "2025-07-01", workspace)
	var failed *azcore.ResponseError
	if !errors.As(err, &failed) || failed.ErrorCode != "QuotaExceeded" || failed.StatusCode != 200 {
		t.Errorf("got %v", err)
	}
	if got := c.do(http.MethodGet, path, "2025-07-01", ""); got.at("properties.provisioningState") != "Failed" {
		t.Errorf("afterwards: %v", got.body)
	}
	c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "workspaces", Operation: &armsim.OperationFault{Endless: true}})
	first := c.do(http.MethodPut, path, "2025-07-01", workspace)
	if got := c.do(http.MethodGet, path, "2025-07-01", ""); got.at("properties.provisioningState") != "Updating" {
		t.Errorf("meanwhile: %v", got.body)
	}
	c.sub.Heal()
	if _, err := c.poll(first); err != nil {
		t.Errorf("after Heal: %v", err)
	}
}

func TestHiddenAfterCreation(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "registries", Hidden: 2})
	registry := c.registry(group, "myregistry", "Basic")
	var seen []int
	for range 3 {
		seen = append(seen, c.do(http.MethodGet, registry, registryVersion, "").status)
	}
	if fmt.Sprint(seen) != "[404 404 200]" {
		t.Errorf("answered %v", seen)
	}
}

func TestLatencyEndsWithTheClient(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	c.sub.Latency(time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.try(ctx, http.MethodGet, group, groupVersion, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestTokensEnd(t *testing.T) {
	s := start(t)
	app := s.Register(armsim.App{Secret: "s", TokenLifetime: time.Nanosecond})
	options := clientOptions(t, s)
	c := connectWith(t, s.Subscription(t), secret(t, app, options), options)
	r := c.do(http.MethodGet, "/subscriptions/"+c.sub.ID, groupVersion, "")
	r.want(t, 401, "ExpiredAuthenticationToken")
	if !strings.Contains(r.header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("headers %v", r.header)
	}
	c = connect(t, s)
	group := c.group("rg")
	c.sub.ExpireTokens()
	c.do(http.MethodGet, group, groupVersion, "").want(t, 401, "ExpiredAuthenticationToken")
}

func TestAppsWaitForTheirEnvironment(t *testing.T) {
	c := connect(t, start(t))
	group := c.group("rg")
	environment := group + "/providers/Microsoft.App/managedEnvironments/env"
	app := group + "/providers/Microsoft.App/containerApps/app"
	body := fmt.Sprintf(`{"location":"westeurope","properties":{"environmentId":%q,"template":{"containers":[{"name":"c","image":"i"}]}}}`, environment)
	c.do(http.MethodPut, app, "2026-01-01", body).want(t, 400, "ManagedEnvironmentNotFound")
	c.sub.Inject(armsim.Fault{Method: http.MethodPut, Path: "managedEnvironments", Operation: &armsim.OperationFault{Endless: true}})
	first := c.do(http.MethodPut, environment, "2026-01-01", `{"location":"westeurope","properties":{}}`)
	c.do(http.MethodPut, app, "2026-01-01", body).want(t, 400, "ManagedEnvironmentNotProvisioned")
	c.sub.Heal()
	if _, err := c.poll(first); err != nil {
		t.Fatal(err)
	}
	c.must(http.MethodPut, app, "2026-01-01", body)
	if got := c.do(http.MethodGet, app, "2026-01-01", ""); got.at("location") != "West Europe" || got.at("properties.runningStatus") != "Running" {
		t.Errorf("got %v", got.body)
	}
}

// TestSubscriptionsAreApart has faults and the log of one subscription leave another one alone.
func TestSubscriptionsAreApart(t *testing.T) {
	s := start(t)
	one, two := connect(t, s), connect(t, s)
	one.sub.Inject(armsim.Fault{Times: -1, Status: 500, Code: "InternalServerError"})
	two.group("rg")
	one.do(http.MethodGet, "/subscriptions/"+one.sub.ID, groupVersion, "").want(t, 500, "InternalServerError")
	if one.sub.Count("", "") != 1 || two.sub.Count(http.MethodPut, "/resourcegroups/") != 1 {
		t.Errorf("noted %v and %v", one.sub.Requests(), two.sub.Requests())
	}
}
