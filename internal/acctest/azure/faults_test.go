package azure_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armsim"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/containerinstance"
)

// faults are all that happens to requests. Those that pass hit one request, which is tried again; the others go on until they are healed.
var faults = map[string]armsim.Fault{
	"throttled":      {Status: http.StatusTooManyRequests, Code: "TooManyRequests", Message: "Too many.", Times: 2, RetryAfter: 1},
	"broken":         {Status: http.StatusInternalServerError, Code: "InternalServerError", Message: "Oops.", RetryAfter: 1},
	"dropped before": {Drop: armsim.DropBefore},
	"dropped after":  {Drop: armsim.DropAfter},
	"token refused":  {Status: http.StatusUnauthorized, Code: "ExpiredAuthenticationToken", Message: "Too old."},
	"down":           {Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "Not now.", Times: -1, RetryAfter: 1},
	"cut off":        {Drop: armsim.DropAfter, Times: -1},
	"stopped before": {Delay: time.Hour},
	"stopped after":  {Delay: time.Hour, Drop: armsim.DropAfter},
}

// TestFaults breaks each request of each operation of each kind, one after the other, in every way. What passes is not noticed; after the
// rest, or after the user stopped it meanwhile, a plain apply converges. Nothing is made twice, and nothing is left over.
func TestFaults(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for name, fault := range faults {
		all.Go(func() {
			t.Run(name, func(t *testing.T) {
				each(t, func(t *testing.T, l *life) {
					s := sweep{life: l, fault: fault, stops: fault.Delay > 0}
					s.creates(t)
					r := l.object(t)
					r.Apply(t, l.config)
					s.reads(t, r)
					s.updates(t, r)
					s.deletes(t, r)
				})
			})
		})
	}
	all.Wait()
}

// TestFaultsOfTags breaks each request of an update of tags alone.
func TestFaultsOfTags(t *testing.T) {
	t.Parallel()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := begin(t, containerinstance.Group, subject{place.containers, object{"tags": object{"a": "1"}}})
			s := sweep{life: l, fault: fault, stops: fault.Delay > 0}
			r := l.object(t)
			r.Apply(t, l.config)
			s.updates(t, r)
			r.Destroy(t)
		})
	}
}

// impatient has requests tried again at once.
func impatient(ctx context.Context) context.Context {
	return policy.WithRetryOptions(ctx, policy.RetryOptions{RetryDelay: time.Millisecond, MaxRetryDelay: time.Second})
}

// sweep is a fault that goes through the requests of operations.
type sweep struct {
	*life
	fault armsim.Fault
	// stops tells that the user stops what has no answer.
	stops bool
}

// through does something with the fault in its first request, in its second, and so on, until it has none that would be hit. The last one
// is what happens without a fault.
func (s *sweep) through(t *testing.T, what string, do func(context.Context) core.Diagnostics, after func(failed bool)) {
	t.Helper()
	for at, hit := 0, true; hit; at++ {
		s.sub.ForgetRequests()
		diags := s.broken(t, at, do)
		hit = len(s.sub.Requests()) > at
		if passes := s.fault.Times >= 0 && !s.stops; diags.HasError() && (passes || !hit) {
			t.Errorf("%s, request %d: %s", what, at+1, diags)
		}
		if made := s.writes(http.StatusCreated); made > 1 {
			t.Errorf("%s, request %d: %d objects were made", what, at+1, made)
		}
		s.sub.Heal()
		after(diags.HasError())
		if t.Failed() {
			t.Fatalf("%s, request %d: the requests were %v", what, at+1, s.sub.Requests())
		}
	}
}

// broken does something with the fault in one of its requests.
func (s *sweep) broken(t *testing.T, at int, do func(context.Context) core.Diagnostics) core.Diagnostics {
	t.Helper()
	ctx, stop := context.WithCancel(impatient(t.Context()))
	defer stop()
	fault := s.fault
	fault.Skip = at
	if s.stops {
		fault.Meanwhile = stop
	}
	s.sub.Inject(fault)
	return do(ctx)
}

func (s *sweep) creates(t *testing.T) {
	t.Helper()
	var r *core.Resource
	s.through(t, "create", func(ctx context.Context) core.Diagnostics {
		r = s.object(t)
		_, diags := r.TryApply(ctx, s.config)
		return diags
	}, func(failed bool) {
		if s.stops && r.Tainted() && len(s.sub.Resources()) > len(s.others) {
			t.Error("what was made will be made anew")
		}
		s.converges(t, r, s.config, failed)
		s.once(t, r)
		r.Destroy(t)
		s.gone(t)
	})
}

func (s *sweep) reads(t *testing.T, r *core.Resource) {
	t.Helper()
	before := stateOf(t, r)
	s.through(t, "read", func(ctx context.Context) core.Diagnostics {
		_, diags := r.TryRefresh(ctx)
		return diags
	}, func(bool) {
		if now := stateOf(t, r); now != before {
			t.Errorf("the state is now %s, and was %s", now, before)
		}
	})
	r.ExpectEmptyPlan(t, s.config)
}

func stateOf(t *testing.T, r *core.Resource) string {
	t.Helper()
	state, err := r.StateJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(state)
}

// converges wants a plain apply to do what is left to do, if anything failed, and nothing to be left then. Plans take most of the time here:
// where nothing failed, it is enough that the state is what Azure has.
func (s *sweep) converges(t *testing.T, r *core.Resource, config object, failed bool) {
	t.Helper()
	if failed || s.stops {
		r.Converge(t, config)
		return
	}
	if drift := r.Refresh(t); len(drift) > 0 {
		t.Errorf("the state is not what Azure has: %v", drift)
	}
}

func (s *sweep) updates(t *testing.T, r *core.Resource) {
	t.Helper()
	now, next := s.config, s.changed
	id := r.String(t, "id")
	s.through(t, "update", func(ctx context.Context) core.Diagnostics {
		_, diags := r.TryApply(ctx, next)
		return diags
	}, func(failed bool) {
		if r.Tainted() {
			t.Error("an update that failed costs the object")
		}
		s.converges(t, r, next, failed)
		if s.once(t, r); r.String(t, "id") != id {
			t.Error("it is another object after the update")
		}
		// There and back again.
		now, next = next, now
	})
}

func (s *sweep) deletes(t *testing.T, r *core.Resource) {
	t.Helper()
	s.through(t, "delete", r.TryDestroy, func(failed bool) {
		if failed {
			r.Refresh(t)
			r.Destroy(t)
		}
		s.gone(t)
		r.Apply(t, s.config)
	})
	r.Destroy(t)
}
