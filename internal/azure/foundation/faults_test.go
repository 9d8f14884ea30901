package foundation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/azure"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// faulty are operations to break: one that Azure does at once, and one that takes it a while.
var faulty = map[string]struct {
	typ     string
	config  func(t *testing.T, sub *armsim.Subscription) object
	changed string
	value   any
	path    string
}{
	"at once": {
		groupType, func(*testing.T, *armsim.Subscription) object { return object{"name": "web", "location": "westeurope"} },
		"tags",
		object{"a": "1"},
		"resourcegroups/web",
	},
	"asynchronous": {workspaceType, workspace, "retention_in_days", 60, "workspaces/logs"},
}

// passing are faults after which a single request is tried again, so that the operation succeeds nevertheless.
var passing = map[string]armsim.Fault{
	"throttled":      {Status: 429, Code: "TooManyRequests", Message: "too many", Times: 2, RetryAfter: 1},
	"unavailable":    {Status: 503, Code: "ServiceUnavailable", Message: "not now", Times: 2, RetryAfter: 1},
	"broken":         {Status: 500, Code: "InternalServerError", Message: "oops", RetryAfter: 1},
	"dropped before": {Drop: armsim.DropBefore},
	"dropped after":  {Drop: armsim.DropAfter},
}

// TestFaultsPass breaks each request of each operation once, in every way. Nothing is lost, nothing is made twice.
func TestFaultsPass(t *testing.T) {
	t.Parallel()
	for name, subject := range faulty {
		for fault, f := range passing {
			for _, method := range []string{"GET", "PUT", "DELETE"} {
				t.Run(fmt.Sprintf("%s/%s/%s", name, fault, method), func(t *testing.T) {
					t.Parallel()
					server, sub := azure.Provider(t)
					r := server.Resource(t, subject.typ)
					config := subject.config(t, sub)
					broken := f
					broken.Method, broken.Path = method, subject.path
					sub.Inject(broken)
					r.Converge(t, config)
					sub.Heal()
					sub.Inject(broken)
					does(t, r, azure.With(config, subject.changed, subject.value), core.Update)
					sub.Heal()
					sub.Inject(broken)
					if diags := r.TryDestroy(t.Context()); diags.HasError() {
						r.Destroy(t)
					}
					if sub.Count("", subject.path) == 0 || sub.Resource(pathOf(sub, subject.path)) != nil {
						t.Error("it is still there")
					}
				})
			}
		}
	}
}

// pathOf is the id of what a path ends in.
func pathOf(sub *armsim.Subscription, path string) string {
	if path == "resourcegroups/web" {
		return "/subscriptions/" + sub.ID + "/resourceGroups/web"
	}
	return "/subscriptions/" + sub.ID + "/resourceGroups/elsewhere/providers/Microsoft.OperationalInsights/" + path
}

// TestOperationFails has the create end in failure: the object is in the state, and replaced by the next apply.
func TestOperationFails(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, workspaceType)
	config := workspace(t, sub)
	sub.Inject(armsim.Fault{Method: "PUT", Path: "workspaces/logs", Operation: &armsim.OperationFault{Code: "QuotaExceeded", Message: "No more."}})
	_, diags := r.TryApply(t.Context(), config)
	if len(diags.Errors().Containing("QuotaExceeded")) == 0 || !r.Tainted() {
		t.Errorf("tainted %v: %s", r.Tainted(), diags)
	}
	does(t, r, config, core.Replace)
}

// TestOperationEndless ends by the timeout, with the object in the state.
func TestOperationEndless(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, workspaceType)
	config := azure.With(workspace(t, sub), "timeouts", object{"create": "300ms"})
	sub.Inject(armsim.Fault{Method: "PUT", Path: "workspaces/logs", Operation: &armsim.OperationFault{Endless: true}})
	_, diags := r.TryApply(t.Context(), config)
	if len(diags.Errors().Containing("timeouts")) == 0 || !r.Tainted() {
		t.Errorf("tainted %v: %s", r.Tainted(), diags)
	}
	sub.Heal()
	r.Destroy(t)
}

// TestSeenLate is about an object that Azure shows a while after it has made it.
func TestSeenLate(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, workspaceType)
	sub.Inject(armsim.Fault{Method: "PUT", Path: "workspaces/logs", Hidden: 2})
	does(t, r, workspace(t, sub), core.Create)
}

// TestInterrupted goes on after a create that the user interrupted: nothing is made twice, and nothing has to be imported.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	server, sub := azure.Provider(t)
	r := server.Resource(t, workspaceType)
	config := workspace(t, sub)
	sub.Inject(armsim.Fault{Method: "PUT", Path: "workspaces/logs", Operation: &armsim.OperationFault{Endless: true}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		waitFor(t, func() bool { return sub.Count("GET", "operationstatuses") > 0 })
		cancel()
	}()
	_, diags := r.TryApply(ctx, config)
	if diags.HasError() || r.Tainted() || r.String(t, "id") == "" || len(diags.Warnings().Containing("Interrupted")) == 0 {
		t.Fatalf("tainted %v: %s", r.Tainted(), diags)
	}
	sub.Heal()
	sub.ForgetRequests()
	r.Refresh(t)
	does(t, r, config, core.Update)
	if puts := sub.Count("PUT", "workspaces/logs"); puts != 0 {
		t.Errorf("it was written %d times more", puts)
	}
	if r.String(t, "customer_id") == "" {
		t.Error("what Azure chose is not in the state")
	}
}

// waitFor waits until something is so, looking every few milliseconds. It gives up with the test.
func waitFor(t *testing.T, is func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !is() {
		select {
		case <-ticker.C:
		case <-t.Context().Done():
			return
		}
	}
}
