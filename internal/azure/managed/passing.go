package managed

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
)

// passingPause is the time between two tries of a write that is refused for a reason that is about to pass.
const passingPause = 5 * time.Second

// insist sends a write as often as Azure refuses it for a reason that is about to pass.
func (o *Operation) insist(ctx context.Context, method string, body arm.Object) (*arm.Operation, error) {
	k, start := o.kind, time.Now()
	for {
		began, err := o.write(ctx, method, body)
		if err == nil || k.Passing == nil || !k.Passing(o, err) {
			return began, err
		}
		tooLong := k.PassingFor > 0 && time.Since(start) >= k.PassingFor
		if tooLong || !pause(ctx, cmp.Or(k.PassingPause, passingPause)) {
			return nil, err
		}
	}
}

// write sends a write, when it is its turn.
func (o *Operation) write(ctx context.Context, method string, body arm.Object) (*arm.Operation, error) {
	if o.kind.Serial {
		done, err := o.kind.turns.take(ctx, strings.ToLower(o.ID.Parent().String()))
		if err != nil {
			return nil, err
		}
		defer done()
	}
	return o.Client.Begin(ctx, method, o.ID.String(), o.kind.Version, body)
}

// pause waits, and tells whether there is time left after it.
func pause(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// turns are those of writes that must not happen at the same time, by what they must not share.
type turns struct {
	mutex sync.Mutex
	taken map[string]chan struct{}
}

// take waits for a turn, which ends with the call of the result. It returns the error of a context that ends before.
func (t *turns) take(ctx context.Context, key string) (func(), error) {
	t.mutex.Lock()
	if t.taken == nil {
		t.taken = map[string]chan struct{}{}
	}
	if t.taken[key] == nil {
		t.taken[key] = make(chan struct{}, 1)
	}
	turn := t.taken[key]
	t.mutex.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
