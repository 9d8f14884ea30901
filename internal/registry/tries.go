package registry

import (
	"context"
	"errors"
)

// progressed is how much further a transfer has to get for its failures to be forgotten.
const progressed = 1 << 20

// tries bounds how often a transfer goes on after a failure: as often as the pace has it, counted anew whenever it got
// further.
type tries struct {
	pace     pace
	failures int
	at       int64
}

// again says whether to go on at an offset after a failure, when it is time to.
func (t *tries) again(ctx context.Context, at int64) bool {
	if at-t.at >= progressed {
		t.failures, t.at = 0, at
	}
	t.failures++
	if t.failures >= t.pace.attempts {
		return false
	}
	return wait(ctx, t.pace.pause(t.failures)) == nil
}

// passing says that the same request may succeed later.
func passing(err error) bool {
	return errors.Is(err, ErrUnreachable) || errors.Is(err, ErrUnavailable)
}
