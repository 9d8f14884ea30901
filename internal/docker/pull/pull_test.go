package pull_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/containerhosts/terraform-provider-containers/internal/docker/pull"
)

func TestFollow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		said, reason string
		broken       error
	}{
		"nothing":         {},
		"progress":        {said: `{"status":"Pulling"}{"status":"Done"}` + "\n"},
		"failure":         {said: `{"status":"Pulling"}{"errorDetail":{"message":"no space"},"error":"failed"}`, reason: "no space"},
		"without details": {said: `{"error":"failed"}{"status":"never read"}`, reason: "failed"},
		"broken off":      {said: `{"status":"Pull`, broken: io.ErrUnexpectedEOF},
	} {
		err := pull.Follow(strings.NewReader(test.said), nil)
		var refused *pull.RefusedError
		switch {
		case test.reason != "":
			if !errors.As(err, &refused) || refused.Reason != test.reason {
				t.Errorf("%s: got %v, want %q", name, err, test.reason)
			}
		case !errors.Is(err, test.broken):
			t.Errorf("%s: got %v, want %v", name, err, test.broken)
		}
	}
}
