package container

import (
	"context"
	"errors"
	"fmt"
)

// inTime says what a deadline has cut off.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	late := lateError{
		cause: ctx.Err(), what: "the container was not healthy in time",
		advice: "See what its health check waits for (docker inspect shows the last checks), or raise the timeout of the operation, " +
			"and run terraform apply again.",
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return late
	}
	return fmt.Errorf("%s: %w", late.what, ctx.Err())
}

// lateError says what was not so yet when the time was up, and what to do next.
type lateError struct {
	cause        error
	what, advice string
}

// Error says what was waited for.
func (e lateError) Error() string { return e.what }

// Unwrap is the end of the time.
func (e lateError) Unwrap() error { return e.cause }

// Advice says what to do next.
func (e lateError) Advice() string { return e.advice }
