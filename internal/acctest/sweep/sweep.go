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
// the engine sees the request, it is cut after the engine has answered, and the user interrupts at either moment. Then the
// fault is over, and what a user does next must work: a plain apply (refresh, apply) ends with the object as configured
// and an empty plan, a destroy ends with nothing. Each time a fresh subject is asked for, so the subject's name must be
// new: nothing may be left in the end whose name starts with it. A read that fails must not lose the object, and an
// interrupt must not taint it.
//
// A change may be one in place or a replacement, whatever the two configurations make of it.
package sweep

import (
	"context"
	"fmt"
	"net/http"
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
	// Sound, if set, looks behind the provider's back whether the object is as a configuration asks. It is called after
	// each recovery.
	Sound func(t *testing.T, config map[string]any)
}

// Run breaks the operations. The function makes a new subject, with a new name, each time it is called; it may prepare
// what the subject needs, and clean that up with the test it is given.
func Run(t *testing.T, subject func(t *testing.T) Subject) {
	t.Helper()
	for _, op := range operations() {
		for _, fault := range faults() {
			t.Run(op.name+"/"+fault.name, func(t *testing.T) {
				t.Parallel()
				sweep(t, op, fault, subject)
			})
		}
	}
}

// manyRequests ends a sweep over an operation that never ends by itself.
const manyRequests = 200

// sweep breaks request 1, 2, ... of one operation until there is no such request any more.
func sweep(t *testing.T, op operation, fault fault, subject func(t *testing.T) Subject) {
	t.Helper()
	for k := 1; k <= manyRequests; k++ {
		var reached, nothing bool
		ok := t.Run(fmt.Sprint(k), func(t *testing.T) {
			s := subject(t)
			if nothing = op.needsChange && s.Changed == nil; !nothing {
				reached = breakOnce(t, op, fault, s, k)
			}
		})
		switch {
		case nothing || !ok:
			return
		case !reached && k == 1:
			t.Fatalf("a %s asks the engine for nothing", op.name)
		case !reached:
			return
		}
	}
	t.Fatalf("a %s makes more than %d requests", op.name, manyRequests)
}

// attempt is one operation on one subject that is broken at one request.
type attempt struct {
	Subject
	resource *core.Resource
	proxy    *proxy.Proxy
}

// breakOnce breaks request k, recovers, and says whether there was such a request.
func breakOnce(t *testing.T, op operation, fault fault, s Subject, k int) bool {
	t.Helper()
	fixture.NothingLeft(t, s.Name)
	server, p := acctest.Proxied(t)
	a := attempt{Subject: s, resource: server.Resource(t, s.Type), proxy: p}
	op.prepare(t, a)

	p.Reset()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fault.arm(p, k, cancel)
	diags := op.try(ctx, a)
	asked := p.Log()
	p.Reset()
	if len(asked) >= k {
		t.Logf("request %d of %v: %s", k, asked, diags)
	} else if diags.HasError() {
		t.Fatalf("not broken, and failed all the same: %s", diags)
	}
	if fault.interrupts && a.resource.Tainted() {
		t.Error("the interrupt tainted the object, so that the next apply replaces it")
	}
	op.recover(t, a, diags)
	a.resource.Destroy(t)
	return len(asked) >= k
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
	if !diags.HasError() && a.resource.Gone() {
		t.Error("the apply reported success and kept no object")
	}
	a.resource.Converge(t, config)
	if a.Sound != nil {
		a.Sound(t, config)
	}
}

// fault is a way to break request k.
type fault struct {
	name       string
	interrupts bool
	arm        func(p *proxy.Proxy, k int, interrupt context.CancelFunc)
}

func faults() []fault {
	return []fault{
		{name: "cut before", arm: func(p *proxy.Proxy, k int, _ context.CancelFunc) { p.CutBefore(k) }},
		{name: "cut after", arm: func(p *proxy.Proxy, k int, _ context.CancelFunc) { p.CutAfter(k) }},
		{name: "interrupt before", interrupts: true, arm: func(p *proxy.Proxy, k int, interrupt context.CancelFunc) {
			p.OnRequest(func(n int, _ *http.Request) {
				if n == k {
					interrupt()
				}
			})
		}},
		{name: "interrupt after", interrupts: true, arm: func(p *proxy.Proxy, k int, interrupt context.CancelFunc) {
			p.OnReply(func(n int, _ *http.Request, _ int) {
				if n == k {
					interrupt()
				}
			})
		}},
	}
}
