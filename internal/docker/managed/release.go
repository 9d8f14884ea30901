package managed

import (
	"context"
	"time"

	"github.com/containerhosts/terraform-provider-containers/internal/docker"
)

const (
	// releaseTime is how long a delete waits for containers to leave: longer than a container has for its end by default.
	releaseTime  = 20 * time.Second
	releasePause = 200 * time.Millisecond
)

// Release deletes what containers may be about to leave. Terraform takes away at the same time what does not refer to each other, as after
// an import with names instead of references. It asks again until nobody uses it, the time is up or the context ends, and returns those
// who still use it beside the error of the last try; what is gone is as good. Each try outlives an interrupt.
func Release(
	ctx context.Context, remove func(context.Context) error, users func(context.Context) []string,
) (still []string, err error) {
	waiting, cancel := context.WithTimeout(ctx, releaseTime)
	defer cancel()
	for {
		still, err = tryRelease(ctx, remove, users)
		if len(still) == 0 && !docker.InUse(err) { // Those who were on it may have left before they were looked for.
			return nil, err
		}
		select {
		case <-waiting.Done():
			return still, err
		case <-time.After(releasePause):
		}
	}
}

func tryRelease(
	ctx context.Context, remove func(context.Context) error, users func(context.Context) []string,
) (still []string, err error) {
	short, cancel := docker.Short(ctx)
	defer cancel()
	if err = remove(short); err == nil || docker.NotFound(err) {
		return nil, nil
	}
	return users(short), err
}
