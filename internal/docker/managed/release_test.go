package managed_test

import (
	"context"
	"errors"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/managed"
)

// TestReleaseBetween asks again where what was in use has been left when somebody looks who uses it, and at once tells other refusals.
func TestReleaseBetween(t *testing.T) {
	t.Parallel()
	forbidden := errdefs.ErrPermissionDenied
	for name, test := range map[string]struct {
		refusal error
		want    []string
	}{
		"conflict":  {errdefs.ErrConflict.WithMessage("volume is in use"), []string{"remove", "users", "remove"}},
		"endpoints": {forbidden.WithMessage("network n has active endpoints"), []string{"remove", "users", "remove"}},
		"podman":    {errdefs.ErrInternal.WithMessage("has associated containers: network is being used"), []string{"remove", "users", "remove"}},
		"other":     {forbidden.WithMessage("no such right"), []string{"remove", "users"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			still, err := managed.Release(t.Context(), func(context.Context) error {
				asked = append(asked, "remove")
				if len(asked) > 1 {
					return nil
				}
				return test.refusal
			}, func(context.Context) []string {
				asked = append(asked, "users")
				return nil
			})
			if diff := cmp.Diff(test.want, asked); diff != "" {
				t.Errorf("what was asked (-want +got):\n%s", diff)
			}
			if gone := len(test.want) == 3; (err == nil) != gone || len(still) > 0 || !gone && !errors.Is(err, forbidden) {
				t.Errorf("used by %v: %v", still, err)
			}
		})
	}
}
