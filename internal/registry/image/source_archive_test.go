package image

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

func TestInterruptIsNoDamage(t *testing.T) {
	t.Parallel()
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.As(unreadable(fmt.Errorf("reading: %w", end)), new(*tf.InputError)) {
			t.Errorf("%v is blamed on the archive", end)
		}
	}
}
