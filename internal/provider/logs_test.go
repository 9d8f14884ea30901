package provider_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containerhosts/terraform-provider-containers/internal/provider"
)

// TestQuietLogs wants traces only from those who ask for logs.
func TestQuietLogs(t *testing.T) {
	t.Parallel()
	off := map[string]string{"TF_LOG_SDK": "OFF", "TF_LOG_SDK_FRAMEWORK": "OFF", "TF_LOG_SDK_PROTO": "OFF"}
	for asked, want := range map[string]map[string]string{
		"": off, "TF_LOG_CORE": off, "TF_LOG_PATH": off, "TF_LOG": {}, "TF_LOG_PROVIDER": {}, "TF_LOG_SDK": {}, "TF_LOG_SDK_FRAMEWORK": {},
	} {
		t.Run(asked, func(t *testing.T) {
			t.Parallel()
			set := map[string]string{}
			getenv := func(name string) string {
				if name == asked {
					return "TRACE"
				}
				return ""
			}
			if err := provider.QuietLogs(getenv, func(name, value string) error { set[name] = value; return nil }); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, set); diff != "" {
				t.Error(diff)
			}
		})
	}
	broken := errors.New("read-only")
	err := provider.QuietLogs(func(string) string { return "" }, func(string, string) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
