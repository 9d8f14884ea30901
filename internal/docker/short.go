package docker

import (
	"context"
	"time"
)

// shortDeadline bounds a call that ought to take milliseconds.
const shortDeadline = 60 * time.Second

// Short returns a context for a short call that must not be cut off half-way
// by an interrupt: it outlives ctx and ends by its own deadline. The caller
// must call the cancel function.
func Short(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), shortDeadline)
}
