package armsim

import (
	"net/http"
	"strings"
	"time"
)

// Drop says when a connection is dropped.
type Drop int

// When connections are dropped.
const (
	NoDrop     Drop = iota
	DropBefore      // Before the server acted.
	DropAfter       // After it acted, before it answered.
)

// Fault is something that goes wrong with certain requests.
type Fault struct {
	// Method and Path choose the requests: those with this method ("" for all) and this text in their path, in any case.
	Method, Path string
	// Skip lets the first requests of the kind pass. Times is how many go wrong after them: 0 is one, -1 all.
	Skip, Times int

	// Status, Code and Message are an answer in place of the right one, RetryAfter its header in seconds.
	Status        int
	Code, Message string
	RetryAfter    int
	// Drop drops the connection.
	Drop Drop
	// Delay comes before the answer.
	Delay time.Duration
	// Meanwhile is called before the delay: with DropAfter when the server has acted, else before it acts.
	Meanwhile func()
	// Operation is what becomes of the operation that the request begins.
	Operation *OperationFault
	// Hidden has that many reads of the resource that the request creates answered with 404.
	Hidden int
}

// OperationFault is what becomes of an operation: it fails with a code, it has no end, or it takes its time.
type OperationFault struct {
	Code, Message string
	Endless       bool
	Time          time.Duration
}

// failsAtOnce is the refusal of a write that takes no time, where its operation is to fail.
func (s *step) failsAtOnce(f Fault) *failure {
	if s.Poll != "" || f.Operation == nil || f.Operation.Code == "" {
		return nil
	}
	return fail(http.StatusConflict, f.Operation.Code, "%s", f.Operation.Message)
}

type fault struct {
	Fault
	seen int
}

// Inject has things go wrong. Of several faults for one request, the first that was injected counts.
func (sub *Subscription) Inject(faults ...Fault) {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	for _, f := range faults {
		if f.Times == 0 {
			f.Times = 1
		}
		sub.faults = append(sub.faults, &fault{Fault: f})
	}
}

// Heal removes all faults, and ends the operations that would have no end.
func (sub *Subscription) Heal() {
	sub.mu.Lock()
	sub.faults = nil
	sub.mu.Unlock()
	sub.set(func() {
		for _, op := range sub.Server.operations {
			if op.resource.subscription == sub.ID {
				op.endless = false
				if op.failure != nil && op.failure.Code == "" {
					op.failure = nil
				}
			}
		}
		for _, run := range sub.Server.building {
			run.endless = run.endless && run.sub != sub
		}
		sub.release()
	})
}

// Latency delays every answer.
func (sub *Subscription) Latency(length time.Duration) {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	sub.latency = length
}

func (sub *Subscription) delay() time.Duration {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	return sub.latency
}

// next finds the fault for a request, and counts it.
func (sub *Subscription) next(r *http.Request) Fault {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	for _, f := range sub.faults {
		if f.Method != "" && f.Method != r.Method || !strings.Contains(strings.ToLower(r.URL.Path), strings.ToLower(f.Path)) {
			continue
		}
		f.seen++
		if f.seen > f.Skip && (f.Times < 0 || f.seen <= f.Skip+f.Times) {
			return f.Fault
		}
	}
	return Fault{}
}
