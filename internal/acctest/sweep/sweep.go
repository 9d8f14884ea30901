// Package sweep breaks every operation of a resource at every request it makes, and proves that nothing is lost.
//
//	func TestFaults(t *testing.T) {
//		t.Parallel()
//		sweep.Run(t, func(t *testing.T) sweep.Subject {
//			name := fixture.Name(t)
//			return sweep.Subject{
//				Type: "containers_docker_volume", Name: name,
//				Config:  map[string]any{"name": name},
//				Changed: map[string]any{"name": name, "labels": map[string]any{"a": "1"}},
//			}
//		})
//	}
//
// For every k, request k of a create, a change, a read and a destroy is broken in four ways: the connection is cut before
// the engine sees the request, it is cut after the engine has answered, and the user interrupts at either moment. RunGone
// adds two more: at either moment the engine goes away, so that nothing can be asked of it until the operation has failed.
// Then the fault is over, and what a user does next must work: a plain apply (refresh, apply) ends with the object as configured
// and an empty plan, a destroy ends with nothing. Each time a fresh subject is asked for, so the subject's name must be
// new: nothing may be left in the end whose name starts with it. A read that fails must not lose the object, and an
// interrupt must not taint it, nor have the next apply create it anew unless that was the plan.
//
// A change may be one in place or a replacement, whatever the two configurations make of it.
package sweep

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/proxy"
)

// Subject is one resource instance to break.
type Subject struct {
	// Type is the resource type.
	Type string
	// Name is how the names of all objects of this instance start, and of nothing else.
	Name string
	// Config is the configuration.
	Config map[string]any
	// Changed is a second configuration. Without one, changes are left out.
	Changed map[string]any
	// Begin, if set, brings the resource to where changes start, instead of an apply of Config.
	Begin func(t *testing.T, r *core.Resource)
	// Open, if set, starts the provider and what it talks to, instead of one with the engine for tests. It has to see to it
	// that the test fails if anything is left.
	Open func(t *testing.T) (*core.Server, Breaker)
	// Sound, if set, looks behind the provider's back whether the object is as a configuration asks. It is called after
	// each recovery.
	Sound func(t *testing.T, config map[string]any)
}

// Breaker stands in front of what the provider talks to, and breaks it. Requests are numbered from 1 since the last reset.
type Breaker interface {
	// Reset ends all faults, and forgets the requests.
	Reset()
	// Log are the requests, as "METHOD path".
	Log() []string
	// CutBefore cuts the connection before the request is seen, CutAfter after it was answered.
	CutBefore(n int)
	CutAfter(n int)
	// OnRequest and OnReply call a function before and after each request.
	OnRequest(call func(n int, req *http.Request))
	OnReply(call func(n int, req *http.Request, status int))
}

// Run breaks the operations: those that are named (create, change, read, destroy), or all. The function makes a new subject,
// with a new name, each time it is called; it may prepare what the subject needs, and clean that up with the test it is given.
func Run(t *testing.T, subject func(t *testing.T) Subject, only ...string) {
	t.Helper()
	run(t, slices.Concat(cuts(), interrupts()), subject, only)
}

// RunGone is Run with an engine that goes away.
func RunGone(t *testing.T, subject func(t *testing.T) Subject, only ...string) {
	t.Helper()
	run(t, departures(), subject, only)
}

func run(t *testing.T, faults []fault, subject func(t *testing.T) Subject, only []string) {
	t.Helper()
	for _, op := range operations() {
		if len(only) > 0 && !slices.Contains(only, op.name) {
			continue
		}
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			count := unbroken(t, op, subject)
			for _, fault := range faults {
				t.Run(fault.name, func(t *testing.T) {
					t.Parallel()
					for k := 1; k <= count; k++ {
						t.Run(fmt.Sprint(k), func(t *testing.T) { breakOnce(t, op, fault, subject(t), k) })
					}
				})
			}
		})
	}
}

// unbroken is how many requests the operation makes when nothing goes wrong, 0 if the subject has no such operation.
func unbroken(t *testing.T, op operation, subject func(t *testing.T) Subject) int {
	t.Helper()
	s := subject(t)
	if op.needsChange && s.Changed == nil {
		return 0
	}
	count := breakOnce(t, op, fault{arm: func(*testing.T, Breaker, int, context.CancelFunc) func() { return func() {} }}, s, 0)
	if count == 0 {
		t.Fatalf("a %s asks the engine for nothing", op.name)
	}
	return count
}

// attempt is one operation on one subject that is broken at one request.
type attempt struct {
	Subject
	resource    *core.Resource
	intended    core.Action // What a change was to do.
	interrupted bool
}

// breakOnce breaks request k, recovers, and says how many requests there were until the operation ended.
func breakOnce(t *testing.T, op operation, fault fault, s Subject, k int) int {
	t.Helper()
	server, p := s.open(t)
	a := attempt{Subject: s, resource: server.Resource(t, s.Type)}
	op.prepare(t, a)
	if op.needsChange {
		a.intended = a.resource.Plan(t, a.Changed).Action
	}

	p.Reset()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	end := fault.arm(t, p, k, cancel)
	diags := op.try(ctx, a)
	asked := p.Log()
	p.Reset()
	end()
	t.Logf("request %d of %v: %s", k, asked, diags)
	if (k == 0 || len(asked) < k) && diags.HasError() {
		t.Fatal("not broken, and failed all the same")
	}
	a.interrupted = fault.interrupts
	op.recover(t, a, diags)
	a.resource.Destroy(t)
	return len(asked)
}

// open starts the provider.
func (s Subject) open(t *testing.T) (*core.Server, Breaker) {
	t.Helper()
	if s.Open != nil {
		return s.Open(t)
	}
	fixture.NothingLeft(t, s.Name)
	server, p := acctest.Proxied(t)
	return server, p
}

// operation is what is broken.
type operation struct {
	name        string
	needsChange bool
	prepare     func(t *testing.T, a attempt)
	try         func(ctx context.Context, a attempt) core.Diagnostics
	recover     func(t *testing.T, a attempt, diags core.Diagnostics)
}

func operations() []operation {
	created := func(t *testing.T, a attempt) {
		t.Helper()
		if a.Begin != nil {
			a.Begin(t, a.resource)
			return
		}
		a.resource.Apply(t, a.Config)
	}
	return []operation{
		{
			name:    "create",
			prepare: func(*testing.T, attempt) {},
			try:     func(ctx context.Context, a attempt) core.Diagnostics { return a.apply(ctx, a.Config) },
			recover: func(t *testing.T, a attempt, diags core.Diagnostics) { t.Helper(); a.converge(t, a.Config, diags) },
		},
		{
			name: "change", needsChange: true,
			prepare: created,
			try:     func(ctx context.Context, a attempt) core.Diagnostics { return a.apply(ctx, a.Changed) },
			recover: func(t *testing.T, a attempt, diags core.Diagnostics) { t.Helper(); a.converge(t, a.Changed, diags) },
		},
		{
			name:    "read",
			prepare: created,
			try: func(ctx context.Context, a attempt) core.Diagnostics {
				_, diags := a.resource.TryRefresh(ctx)
				return diags
			},
			recover: func(t *testing.T, a attempt, _ core.Diagnostics) {
				t.Helper()
				if a.resource.Gone() {
					t.Error("the read lost an object that is there")
				}
				a.resource.ExpectEmptyPlan(t, a.Config)
			},
		},
		{
			name:    "destroy",
			prepare: created,
			try:     func(ctx context.Context, a attempt) core.Diagnostics { return a.resource.TryDestroy(ctx) },
			recover: func(t *testing.T, a attempt, diags core.Diagnostics) {
				t.Helper()
				if !diags.HasError() && !a.resource.Gone() {
					t.Error("the destroy reported success and kept the object")
				}
				a.resource.Refresh(t)
			},
		},
	}
}

func (a attempt) apply(ctx context.Context, config map[string]any) core.Diagnostics {
	_, diags := a.resource.TryApply(ctx, config)
	return diags
}

// converge is what a user does next: a plain apply.
func (a attempt) converge(t *testing.T, config map[string]any, diags core.Diagnostics) {
	t.Helper()
	if a.interrupted && a.resource.Tainted() {
		t.Error("the interrupt tainted the object, so that the next apply replaces it")
	}
	if !diags.HasError() && a.resource.Gone() {
		t.Error("the apply reported success and kept no object")
	}
	change := a.resource.Converge(t, config)
	if a.interrupted && a.intended != core.Replace && change.Action == core.Replace {
		t.Error("after the interrupt the object was created anew")
	}
	if a.Sound != nil {
		a.Sound(t, config)
	}
}

// fault is a way to break request k. What it gives ends the fault, where that takes more than a reset of the proxy.
type fault struct {
	name       string
	interrupts bool
	arm        func(t *testing.T, p Breaker, k int, interrupt context.CancelFunc) (end func())
}

func cuts() []fault {
	return []fault{
		{name: "cut before", arm: func(_ *testing.T, p Breaker, k int, _ context.CancelFunc) func() {
			p.CutBefore(k)
			return func() {}
		}},
		{name: "cut after", arm: func(_ *testing.T, p Breaker, k int, _ context.CancelFunc) func() {
			p.CutAfter(k)
			return func() {}
		}},
	}
}

func interrupts() []fault {
	return []fault{
		{name: "interrupt before", interrupts: true, arm: func(_ *testing.T, p Breaker, k int, interrupt context.CancelFunc) func() {
			p.OnRequest(func(n int, _ *http.Request) {
				if n == k {
					interrupt()
				}
			})
			return func() {}
		}},
		{name: "interrupt after", interrupts: true, arm: func(_ *testing.T, p Breaker, k int, interrupt context.CancelFunc) func() {
			p.OnReply(func(n int, _ *http.Request, _ int) {
				if n == k {
					interrupt()
				}
			})
			return func() {}
		}},
	}
}

func departures() []fault {
	return []fault{
		{name: "gone before", arm: func(t *testing.T, p Breaker, k int, _ context.CancelFunc) func() {
			p.CutBefore(k)
			a := absent(t, p)
			p.OnRequest(func(n int, _ *http.Request) { a.begin(t, n == k) })
			return func() { a.end(t) }
		}},
		{name: "gone after", arm: func(t *testing.T, p Breaker, k int, _ context.CancelFunc) func() {
			a := absent(t, p)
			p.OnReply(func(n int, _ *http.Request, _ int) { a.begin(t, n == k) })
			return func() { a.end(t) }
		}},
	}
}

// absence is the time in which there is no engine. It does not begin after its end: an operation may have given up on the
// request that was to begin it.
type absence struct {
	proxy *proxy.Proxy

	mu         sync.Mutex
	down, over bool
}

func absent(t *testing.T, b Breaker) *absence {
	t.Helper()
	p, ok := b.(*proxy.Proxy)
	if !ok {
		t.Fatal("only engines go away")
	}
	return &absence{proxy: p}
}

func (a *absence) begin(t *testing.T, now bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !now || a.over {
		return
	}
	a.down = true
	if err := a.proxy.Down(); err != nil {
		t.Error(err)
	}
}

func (a *absence) end(t *testing.T) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.over = true
	if !a.down {
		return
	}
	if err := a.proxy.Up(); err != nil {
		t.Error(err)
	}
}
