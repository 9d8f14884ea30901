package image

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/registry/transfer"
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

// The wrong one of several images is the fault of what chooses one.
func TestChoiceOfArchive(t *testing.T) {
	t.Parallel()
	for kind, want := range map[error]string{transfer.ErrReference: "source.archive.image", transfer.ErrArchive: "source.archive.path"} {
		var wrong *tf.InputError
		if !errors.As(unreadable(fmt.Errorf("opening: %w", kind)), &wrong) || wrong.At.String() != want {
			t.Errorf("%v is blamed on %v, want %s", kind, wrong, want)
		}
	}
}
