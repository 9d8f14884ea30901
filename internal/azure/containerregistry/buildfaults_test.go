package containerregistry_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
)

// buildFaults are what happens to requests of a build. Those with a Delay are stopped by the user meanwhile.
var buildFaults = map[string]armsim.Fault{
	"throttled":      {Status: http.StatusTooManyRequests, Code: "TooManyRequests", Times: 2, RetryAfter: 1},
	"broken":         {Status: http.StatusInternalServerError, Code: "InternalServerError", RetryAfter: 1},
	"dropped before": {Drop: armsim.DropBefore},
	"dropped after":  {Drop: armsim.DropAfter},
	"down":           {Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Times: -1, RetryAfter: 1},
	"cut off":        {Drop: armsim.DropAfter, Times: -1},
	"stopped before": {Delay: 100 * time.Millisecond},
	"stopped after":  {Delay: 100 * time.Millisecond, Drop: armsim.DropAfter},
}

// TestBuildFaults breaks each request of a build, of the first one and of another one, in every way. A plain apply then does what is left to
// do, and nothing is left over.
func TestBuildFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range buildFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := beginBuild(t)
			unknown := fault.Drop == armsim.DropAfter && fault.Times < 0
			for at, hit := 0, true; hit; at++ {
				r := b.resource(t)
				b.write(t, "file", fmt.Sprintf("first %d", at))
				hit = b.breaks(t, r, fault, at)
				b.converges(t, r, fmt.Sprintf("create, request %d", at+1), unknown)
				b.write(t, "file", fmt.Sprintf("second %d", at))
				hit = b.breaks(t, r, fault, at) || hit
				if r.Tainted() {
					t.Errorf("update, request %d: an update that failed costs the image", at+1)
				}
				b.converges(t, r, fmt.Sprintf("update, request %d", at+1), unknown)
				r.Destroy(t)
				if left := b.behind.Tags(t, b.behind.Host+"/team/app"); len(left) > 0 {
					t.Fatalf("request %d: left over: %v", at+1, left)
				}
			}
		})
	}
}

// breaks applies with the fault in one of the requests, and tells whether it was hit.
func (b *building) breaks(t *testing.T, r *core.Resource, fault armsim.Fault, at int) bool {
	t.Helper()
	ctx, stop := context.WithCancel(policy.WithRetryOptions(t.Context(), policy.RetryOptions{RetryDelay: time.Millisecond}))
	defer stop()
	fault.Skip = at
	if fault.Delay > 0 {
		fault.Meanwhile = stop
	}
	b.sub.ForgetRequests()
	b.sub.Inject(fault)
	_, diags := r.TryApply(ctx, b.config)
	hit := len(b.sub.Requests()) > at
	b.sub.Heal()
	if passes := fault.Times >= 0 && fault.Delay == 0; diags.HasError() && (passes || !hit) {
		t.Errorf("request %d: %s", at+1, diags)
	}
	if said := fmt.Sprint(diags); strings.Contains(said, "sig=") {
		t.Errorf("a signed URL is told: %s", said)
	}
	return hit
}

// converges wants a plain apply to do what is left to do. Where it is unknown whether there is a run, its tag may have to be taken over.
func (b *building) converges(t *testing.T, r *core.Resource, when string, unknown bool) {
	t.Helper()
	_, diags := r.TryApply(t.Context(), b.config)
	if unknown && len(diags.Errors().Containing("set overwrite")) > 0 {
		// Nobody has told that the run began, it could not be found, and it has pushed since: what the message says is what is left.
		r.Apply(t, with(b.config, object{"overwrite": true}))
		_, diags = r.TryApply(t.Context(), b.config)
	}
	if diags.HasError() {
		t.Fatalf("%s: a plain apply does not do what is left: %s", when, diags)
	}
	if drift := r.Refresh(t); len(drift) > 0 {
		t.Errorf("%s: drift: %v", when, drift)
	}
	r.ExpectEmptyPlan(t, b.config)
	if now := b.there(t, "v1"); now != r.String(t, "digest") {
		t.Errorf("%s: the tag points to %s, and the state says %s", when, now, r.String(t, "digest"))
	}
}

// TestBuildStopped cancels the run where the user, or the time, stops the apply, and leaves nothing.
func TestBuildStopped(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	endless := armsim.Fault{Path: "scheduleRun", Operation: &armsim.OperationFault{Endless: true}}
	cancelled := func(diags core.Diagnostics) {
		t.Helper()
		if len(diags.Containing("cancelled")) == 0 || b.sub.Count(http.MethodPost, "/cancel") != 1 || b.behind.Has(t, b.at("v1")) {
			t.Errorf("the run goes on: %s, %v", diags, b.sub.Requests())
		}
		b.sub.ForgetRequests()
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	b.sub.Inject(endless, armsim.Fault{Method: http.MethodGet, Path: "/runs/", Skip: 1, Delay: time.Hour, Meanwhile: stop})
	r := b.resource(t)
	_, diags := r.TryApply(ctx, b.config)
	if cancelled(diags); !r.Gone() {
		t.Error("there is a state")
	}
	b.sub.Heal()
	// A run that is about to begin is known, and is cancelled too.
	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	begins := endless
	begins.Delay, begins.Meanwhile = 100*time.Millisecond, stop
	b.sub.Inject(begins)
	_, diags = r.TryApply(ctx, b.config)
	cancelled(diags)
	b.sub.Heal()
	b.sub.Inject(endless)
	_, diags = r.TryApply(t.Context(), with(b.config, object{"timeouts": object{"create": "1s"}}))
	cancelled(diags)
	does(t, r, b.config, core.Create)
}

// TestBuildUnheard finds a run of which Azure did not tell that it has begun behind those that others have begun since.
func TestBuildUnheard(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	b.sub.PageSize(1)
	other := with(b.with(object{"args": object{"value": "other"}}), object{"name": b.host + "/team/other:v1"})
	others := b.resource(t)
	b.sub.Inject(armsim.Fault{
		Path: "scheduleRun", Drop: armsim.DropAfter, Operation: &armsim.OperationFault{Time: time.Second},
		Meanwhile: func() { others.Apply(t, other) },
	})
	r := b.resource(t)
	r.Apply(t, b.config)
	if runs := b.sub.Runs(b.id); len(runs) != 2 {
		t.Errorf("there were %d runs, and not one for each image", len(runs))
	}
	if r.String(t, "digest") != b.there(t, "v1") {
		t.Error("the tag points to something else than the state says")
	}
}

// TestBuildUnread is about who may begin runs, and neither read nor cancel them: the error says what may come of it, and what to do.
func TestBuildUnread(t *testing.T) {
	t.Parallel()
	b := beginBuild(t)
	b.sub.OperationTime(time.Second)
	b.sub.Inject(armsim.Fault{Path: "/runs/", Status: http.StatusForbidden, Code: "AuthorizationFailed", Times: -1})
	r := b.resource(t)
	_, diags := r.TryApply(t.Context(), b.config)
	if len(diags.Errors().Containing("AuthorizationFailed").Containing("may go on").Containing("import that")) == 0 || !r.Gone() {
		t.Errorf("what may come of the run is not told: %s", diags)
	}
}
