package registry

import (
	"context"
	"errors"
	"sync"
)

// flights has callers that want the same thing at the same time wait for one of them. The zero value is ready.
type flights[V any] struct {
	mu    sync.Mutex
	under map[string]*flight[V]
}

type flight[V any] struct {
	landed chan struct{}
	value  V
	err    error
}

// do calls get, unless somebody else is at it for the same key: then it waits for their result. If theirs is that their
// context ended, it tries itself. It returns the errors of get and of the caller's context.
func (f *flights[V]) do(ctx context.Context, key string, get func(context.Context) (V, error)) (V, error) {
	for {
		mine, leading := f.board(key)
		if leading {
			defer f.land(key, mine)
			mine.err = errors.New("a look-up ended without a result")
			mine.value, mine.err = get(ctx)
			return mine.value, mine.err
		}
		select {
		case <-mine.landed:
		case <-ctx.Done():
			var none V
			return none, ctx.Err()
		}
		if mine.err == nil || !ended(mine.err) || ctx.Err() != nil {
			return mine.value, mine.err
		}
	}
}

// board returns the flight for the key, and whether the caller has to fly it.
func (f *flights[V]) board(key string) (*flight[V], bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if under, ok := f.under[key]; ok {
		return under, false
	}
	if f.under == nil {
		f.under = make(map[string]*flight[V])
	}
	started := &flight[V]{landed: make(chan struct{})}
	f.under[key] = started
	return started, true
}

func (f *flights[V]) land(key string, done *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.under, key)
	close(done.landed)
}

// ended says that an error is that of a context.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
